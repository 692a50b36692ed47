// The whole way of a load, from the generator through a pipe to a process and back, beside queueing theory.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { phaseFigures, sharesOf } from "../../../analysis/load/phase.ts";
import { loadReport } from "../../../analysis/load/report.ts";
import { rigReasons } from "../../../analysis/load/rig.ts";
import { mean, quantile } from "../../../analysis/stats/statistics.ts";
import type { Session } from "../../../orchestrator/load/session.ts";
import { sendSignal } from "../../../orchestrator/process/process-group.ts";
import type { LoadPlan } from "../../../shared/types.ts";
import { NS_PER_MS, NS_PER_S } from "../../../shared/units.ts";
import { loadStubs, withSession } from "../../support/load-run.ts";
import { returnTimes } from "../../support/made-load.ts";

const NEVER = { giveUp: null };
const open = (perSecond: number, seconds: number): LoadPlan => ({
	kind: "open",
	arrivals: "poisson",
	perSecond,
	seconds,
});

function near(found: number, expected: number, share: number, what: string): void {
	assert.ok(Math.abs(found / expected - 1) <= share, `${what}: ${found}, expected ${expected}`);
}

const SERVICE_NS = 40 * NS_PER_MS;
/** Neighbours make messages later and never earlier: what is seen once is what is there. */
const ATTEMPTS = 3;

test("a server with a fixed service time saturates at its rate, and messages wait as they must", () =>
	withSession(["--service-us", String(SERVICE_NS / 1000)], {}, async (session) => {
		for (const load of [0.5, 0.75])
			for (let attempt = 1; ; attempt++)
				try {
					await compareQueue(session, load);
					break;
				} catch (error) {
					if (attempt === ATTEMPTS) throw error;
				}
		const beyond = await session.phase("beyond", open(1.5 * (NS_PER_S / SERVICE_NS), 4), NEVER);
		assert.ok(beyond !== null);
		const { deliveredPerSecond = 0, recoveryNs = null } = phaseFigures(beyond) ?? {};
		near(deliveredPerSecond, NS_PER_S / SERVICE_NS, 0.03, "saturation");
		// As long as what has arrived takes, which is chance, less the time in which it was sent.
		const returned = returnTimes(beyond.messages.intendedNs, () => SERVICE_NS);
		const left = Math.max(...returned) - beyond.sendingNs;
		assert.ok(left > NS_PER_S);
		near(recoveryNs ?? 0, left, 0.1, "time until it is at rest again");
	}));

/** Compares what was measured with Lindley's recursion over the same arrivals. */
async function compareQueue(session: Session, load: number): Promise<void> {
	const plan = open((load * NS_PER_S) / SERVICE_NS, 5);
	const phase = await session.phase("half", plan, { ...NEVER, looksUp: true });
	assert.ok(phase !== null && phase.drainNs !== null, session.record.problem ?? "");
	assert.equal(phase.misplacedUsers, 0);
	const { intendedNs, readNs } = phase.messages;
	assert.equal(phase.cpuNs, SERVICE_NS * intendedNs.length);
	const since = (times: readonly number[]) => times.map((at, index) => at - (intendedNs[index] ?? 0));
	const found = sharesOf(phase.messages);
	// From when the server read them it is exact, whatever neighbours do.
	const readAt = intendedNs.map((at, index) => at + (readNs[index] ?? 0));
	const exact = since(returnTimes(readAt, () => SERVICE_NS));
	assert.ok(found.every((time, index) => Math.abs(time - (exact[index] ?? 0)) < 10));
	const computed = since(returnTimes(intendedNs, () => SERVICE_NS));
	const wait = (times: readonly number[]) => mean(times) - SERVICE_NS;
	near(wait(found), wait(computed), 0.1, `mean wait at ${load}`);
	for (const probability of [0.5, 0.9, 0.99])
		near(
			quantile(found, probability),
			quantile(computed, probability),
			0.1,
			`quantile ${probability} at ${load}`,
		);
}

test("a runtime that stops for a second has it in its p99, because the generator does not wait for it", () =>
	withSession(["--service-us", "500", "--stall-at", "200", "--stall-us", "1000000"], {}, async (session) => {
		const phase = await session.phase("half", open(100, 4), NEVER);
		assert.ok(phase !== null);
		assert.ok((phaseFigures(phase)?.tailNs ?? 0) > 0.8 * NS_PER_S);
		assert.ok((phaseFigures(phase)?.lateTailNs ?? 0) < 0.3 * NS_PER_S, "the generator waited with it");
	}));

test("a generator that is stopped is blamed for it", () =>
	withSession(["--service-us", "500"], {}, async (session) => {
		const running = session.phase("half", open(100, 3), NEVER);
		await sleep(1500);
		const { generatorPid = 0 } = session;
		assert.ok(generatorPid > 0 && sendSignal(generatorPid, "SIGSTOP"));
		await sleep(300);
		sendSignal(generatorPid, "SIGCONT");
		const phase = await running;
		assert.ok(phase !== null);
		assert.ok(
			rigReasons(phase).some((reason) => reason.kind === "generator" && reason.lateNs > 100 * NS_PER_MS),
		);
	}));

test("busy neighbours are blamed", () =>
	withSession(["--service-us", "4000"], {}, async (session) => {
		const spin = () => spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" });
		const hogs = [spin(), spin()];
		try {
			const phase = await session.phase("half", open(100, 2), NEVER);
			assert.ok(phase !== null && rigReasons(phase).some(({ kind }) => kind === "neighbours"));
		} finally {
			for (const hog of hogs) hog.kill("SIGKILL");
		}
	}));

test("a store whose messages cost more, the more there are, gets a number of messages and no rate", async () => {
	const words = { stub: ["--service-us", "1000", "--growth-us", "20"] };
	const settings = { rates: [40, 100], untilSeconds: 8, limitNs: 300e6 };
	const [open, closed] = await Promise.all([
		loadStubs(words, settings),
		loadStubs(words, { ...settings, conversations: "search", thinkMs: 500 }),
	]);
	const [target] = loadReport(open).targets;
	assert.equal(target?.storedCost?.grows, true);
	assert.equal(target.capacity, null);
	// At 100/s the server is full when a message takes 10 ms, after 450; 300 ms late some 173 later.
	const [slow, fast] = target.until;
	assert.equal(slow?.messages, null);
	assert.ok((slow?.atLeast ?? 0) > 250);
	const until = fast?.messages?.value ?? fast?.atLeast ?? 0;
	assert.ok(until > 530 && until < 720, `${until}`);
	const [searched] = loadReport(closed).targets;
	assert.equal(searched?.capacity, null, "a number of conversations would mean nothing either");
	assert.deepEqual(
		searched.until.map(({ load }) => load),
		[20, 50],
	);
	// Fifty make no more than 100/s, and are late by 300 ms when a message takes 16 ms, after some 750.
	const held = searched.until[1]?.messages?.value ?? searched.until[1]?.atLeast ?? 0;
	assert.ok(held > 450 && held < 1000, `${held}`);
});
