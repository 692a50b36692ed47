// However a load run ends, what was measured is kept.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { loadReport } from "../../../analysis/load/report.ts";
import { runLoad } from "../../../orchestrator/load/load-run.ts";
import { loadRows } from "../../../report/text/load.ts";
import { loadSentences } from "../../../report/text/load-sentences.ts";
import { type LoadPlan, loadFile } from "../../../shared/types.ts";
import { NS_PER_S } from "../../../shared/units.ts";
import { loadStubs, withLoad, withSession } from "../../support/load-run.ts";

const PLAN: LoadPlan = { kind: "open", arrivals: "constant", perSecond: 200, seconds: 10 };

test("a worker that dies is one line, keeps what it had measured, and the others go on", async () => {
	const words = { dying: ["--service-us", "100", "--die", "320"], well: ["--service-us", "100"] };
	const settings = { phaseSeconds: 0.5, conversations: 5, thinkMs: 10 };
	const file = loadFile.parse(await loadStubs(words, settings));
	const report = loadReport(file);
	const lost = file.processes.find(({ target }) => target === "dying");
	assert.equal(lost?.problem, "was killed by SIGKILL");
	assert.equal(lost.phases.at(-1)?.ended, "lost");
	assert.ok((lost.phases.at(-1)?.messages.intendedNs.length ?? 0) >= 15);
	assert.ok(loadSentences(report).includes("A process of dying was lost: it was killed by SIGKILL"));
	const row = loadRows(report).find(({ label }) => label === "At what was asked for");
	assert.match(row?.cells[1] ?? "", /^5: \d+\/s$/);
});

test("no process is begun for which the time is too short, each target has one, and the report says how many", async () => {
	const words = { one: ["--service-us", "100"], other: ["--service-us", "100"] };
	const settings = { phaseSeconds: 0.5, conversations: 5, thinkMs: 10, processes: 3, budgetSeconds: 1 };
	const file = await loadStubs(words, settings);
	assert.deepEqual(file.processes.map(({ target }) => target).toSorted(), ["one", "other"]);
	const report = loadReport(file);
	for (const label of ["one", "other"])
		assert.ok(
			loadSentences(report).includes(`The time (--budget) was over after 1 of 3 processes of ${label}.`),
		);
	assert.doesNotMatch(loadSentences({ ...report, cut: true }).join("\n"), /--budget/);
});

test("a phase that the user stops is kept as one that was cut", () =>
	withLoad(
		{ stub: ["--service-us", "100"] },
		{ conversations: 5, thinkMs: 10, phaseSeconds: 60 },
		async (context) => {
			const running = runLoad(context, context.file.targets);
			while (context.stop.onRequest === null || context.file.processes[0]?.phases.length !== 1)
				await sleep(20);
			await sleep(200);
			context.stop.requested = true;
			context.stop.onRequest();
			await running;
			const [warmUp, phase] = context.file.processes[0]?.phases ?? [];
			assert.equal(warmUp?.ended, null);
			assert.equal(phase?.ended, "interrupted");
			assert.ok((phase?.messages.outcomes.match(/r/g) ?? []).length > 5);
			assert.equal(loadReport(context.file).cut, true);
		},
	));

test("a worker that takes too much memory is ended before the machine has none left", () =>
	withSession(["--hoard-kb", "1024"], { memoryBytes: 300 * 1024 ** 2 }, async (session) => {
		const phase = await session.phase("half", PLAN, { giveUp: null });
		assert.equal(phase, null);
		assert.match(session.record.problem ?? "", /^occupied [3-9]\d\d MB, more than the limit of \d+ MB/);
		assert.equal(session.record.phases[0]?.ended, "lost");
	}));

test("a process that does not get through its warm-up is named, and nothing is measured in it", async () => {
	const words = { slow: ["--service-us", "400000"] };
	const file = await loadStubs(words, { conversations: 5, modelDelayMs: 1, timeoutNs: 0.5 * NS_PER_S });
	const report = loadReport(file);
	assert.deepEqual(
		file.processes.map(({ phases }) => phases.map(({ purpose }) => purpose)),
		[["warm-up"]],
	);
	assert.match(loadSentences(report).join("\n"), /A process of slow was lost: it had not answered all/);
});

test("a load that nobody could hold is given up, and its messages are waited for", () =>
	withSession(["--service-us", "20000"], {}, async (session) => {
		const phase = await session.phase("search", PLAN, { giveUp: { openNs: 0.5 * NS_PER_S, most: null } });
		assert.equal(phase?.ended, "given-up");
		assert.ok(phase.sendingNs < 4 * NS_PER_S && phase.drainNs !== null);
	}));

test("every message that is lost, wrong or raised is counted as that", () =>
	withSession(["--lose", "10", "--wrong", "15", "--raise", "25"], {}, async (session) => {
		const plan: LoadPlan = { ...PLAN, seconds: 0.505 };
		const phase = await session.phase("half", plan, { giveUp: null });
		const count = (letter: string) => phase?.messages.outcomes.split(letter).length;
		assert.equal(phase?.messages.outcomes.length, 100);
		// Of two that fall on one message the stub raises before it loses, and loses before it is wrong.
		assert.deepEqual(
			[count("x"), count("l"), count("w")].map((parts) => (parts ?? 0) - 1),
			[4, 8, 2],
		);
	}));
