// Each generation of the TypeScript framework is installed and driven for real: one whose messages are events
// and whose models give objects, one with a message service, one with caches in its modules, and the newest.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { before, describe, test } from "node:test";
import { ROOT, readJson, SHARED } from "../../orchestrator/files.ts";
import type { Verification } from "../../orchestrator/run/verify.ts";
import { rootOf } from "../../orchestrator/targets/folder.ts";
import { installTargets } from "../../orchestrator/targets/install.ts";
import { launchOf } from "../../orchestrator/targets/launch.ts";
import { parseTargets, resolveTargets } from "../../orchestrator/targets/select.ts";
import { type LeftOutTarget, measurementFile, type Target, type WorkLedger } from "../../shared/types.ts";
import { isLong, LONG } from "../support/long.ts";
import { LIMIT_MS } from "../support/program.ts";
import { changedContract, measure, temporaryFolder, wordsOf } from "../support/real.ts";

const OBJECTS = "typescript-1-5-8";
const SERVICE = "typescript-1-7-2";
const WITHOUT = "typescript-no-evaluators-1-7-2";
const CACHES = "typescript-1-7-3-alpha-4";
const NEWEST = "typescript-2-0-0-alpha-537";
const WORDS = new Map([
	[OBJECTS, "typescript@1.5.8"],
	[SERVICE, "typescript@1.7.2"],
	...(isLong
		? ([
				[WITHOUT, "typescript+no-evaluators@1.7.2"],
				[CACHES, "typescript@1.7.3-alpha.4"],
			] as const)
		: []),
	[NEWEST, "typescript@2.0.0-alpha.537"],
]);
/** Its bootstrap is not published. */
const INCOMPLETE = "typescript@1.7.1";
const REPLY = "This is a fixed benchmark response.";

let targets: Target[] = [];
let leftOut: LeftOutTarget[] = [];
const said: string[] = [];
const found = new Map<string, Verification>();

before(
	async () => {
		const list = parseTargets([...WORDS.values(), INCOMPLETE].join());
		const installed = await installTargets(await resolveTargets(list), (line) => said.push(line));
		targets = installed.targets;
		leftOut = installed.leftOut;
		const scenarios = "single-message,conversation-10,with-should-respond-no-name,with-actions,multi-step";
		const { verifications } = await measure({ scenarios, targets, verifyOnly: true });
		for (const [scenario, cells] of verifications)
			for (const cell of cells) found.set(`${scenario} ${cell.target.id}`, cell);
	},
	{ timeout: LIMIT_MS },
);

function ledgerOf(scenario: string, target: string): WorkLedger {
	return found.get(`${scenario} ${target}`)?.ledger ?? assert.fail(`${scenario} on ${target} has no ledger`);
}

function callsIn({ modelCalls }: WorkLedger): Record<string, number> {
	const calls: Record<string, number> = {};
	for (const { modelType, template, calls: number } of modelCalls)
		if (modelType !== "TEXT_EMBEDDING") calls[template] = (calls[template] ?? 0) + number;
	return calls;
}

function storedIn({ stored }: WorkLedger, author: string): number {
	return stored.reduce((sum, row) => sum + (row.author === author ? row.records : 0), 0);
}

for (const target of WORDS.keys())
	test(`${target} answers, keeps both memories, runs the action and decides, and nothing goes wrong`, () => {
		for (const scenario of ["single-message", "conversation-10", "with-should-respond-no-name"]) {
			const ledger = ledgerOf(scenario, target);
			const { messages, replies, errorsLogged, control } = ledger;
			assert.deepEqual(replies, [{ texts: [REPLY], messages }], scenario);
			assert.deepEqual([storedIn(ledger, "user"), storedIn(ledger, "agent")], [messages, messages], scenario);
			assert.deepEqual(errorsLogged, { total: 0, first: [] }, scenario);
			if (scenario.startsWith("with-should-respond")) assert.equal(control?.replies, 0);
		}
		const actions = ledgerOf("with-actions", target);
		const { messages } = actions;
		assert.deepEqual(actions.replies, [{ texts: [REPLY, "Benchmark action done."], messages }]);
		assert.equal(actions.actions.BENCH_ACTION, messages);
		assert.equal(actions.errorsLogged.total, 0);
	});

test("a version whose bootstrap is not published is left out with one line that says so", () => {
	const reason =
		"@elizaos/core@1.7.1 has no bootstrap of its own, and @elizaos/plugin-bootstrap@1.7.1 is not published: " +
		"choose another version";
	assert.deepEqual(
		leftOut.map((target) => [target.id, target.reason]),
		[["typescript-1-7-1", reason]],
	);
	assert.ok(said.includes(`error: ${reason}\nThe target typescript-1-7-1 is left out of this run`));
});

test("every version decides and sums up once, where it is to go in steps", () => {
	for (const target of WORDS.keys()) {
		const calls = callsIn(ledgerOf("multi-step", target));
		const { messages } = ledgerOf("multi-step", target);
		assert.deepEqual([calls.multiStepDecision, calls.multiStepSummary], [messages, messages], target);
	}
});

test("reflection is asked for at the fifth and the tenth message of a room, and not without evaluators", () => {
	for (const target of [OBJECTS, SERVICE, CACHES].filter((id) => WORDS.has(id)))
		assert.deepEqual(
			callsIn(ledgerOf("conversation-10", target)),
			{ messageHandler: 10, reflection: 2 },
			target,
		);
	if (isLong) assert.deepEqual(callsIn(ledgerOf("conversation-10", WITHOUT)), { messageHandler: 10 });
});

test("versions say what was measured: the framework, the database of another version, what was changed", () => {
	const seen = targets.map(({ id, framework, database }) => [id, framework.version, database.version]);
	const wanted: [string, string, string][] = [
		[OBJECTS, "1.5.8", "2.0.0-alpha.3"],
		[SERVICE, "1.7.2", "2.0.0-alpha.3"],
		[WITHOUT, "1.7.2", "2.0.0-alpha.3"],
		[CACHES, "1.7.3-alpha.4", "2.0.0-alpha.3"],
		[NEWEST, "2.0.0-alpha.537", "2.0.0-alpha.537"],
	];
	assert.deepEqual(
		seen,
		wanted.filter(([id]) => WORDS.has(id)),
	);
});

/** Runs the harness of a target by hand. */
function batch(target: string, ...args: string[]) {
	const one = targets.find(({ id }) => id === target) ?? assert.fail(`there is no target ${target}`);
	const { file, args: own, env } = launchOf(one);
	const output = join(temporaryFolder(), "measurement.json");
	const { status, stderr } = spawnSync(file, [...own, ...args, "--shared", SHARED, "--output", output], {
		env,
		encoding: "utf8",
	});
	assert.equal(status, 0, stderr);
	return readJson(output, measurementFile, "measurement file");
}

describe("in one process", () => {
	test("what an earlier iteration left in the framework's modules is not found again", LONG, () => {
		// A verification of the orchestrator is the first iteration of its process, this one comes after
		// others.
		const args = ["--scenarios", "single-message", "--verify", "--iterations", "1", "--warmup", "0"];
		const [cell] = batch(CACHES, ...args).cells;
		assert.deepEqual(cell?.ledger?.adapterCalls, ledgerOf("single-message", CACHES).adapterCalls);
	});

	test("the import of another version's database is timed and weighed apart, and only where there is one", () => {
		const args = ["--scenarios", "single-message", "--iterations", "3", "--warmup", "1", "--observe", "2"];
		const earlier = batch(SERVICE, ...args);
		assert.equal(earlier.versions.database, "2.0.0-alpha.3");
		assert.equal(earlier.versions.build, "as published");
		const { importNs = 0, rssBytes = 0 } = earlier.databaseImport ?? {};
		assert.ok(importNs > 1e7 && (rssBytes ?? 0) > 1e6, `${importNs} ns, ${rssBytes} bytes`);
		const stages = earlier.cells[0]?.iterations.at(-1)?.stages ?? [];
		const of = (name: string) => stages.find(({ stage }) => stage === name) ?? assert.fail(`no ${name}`);
		const total = stages.reduce((sum, { selfNs }) => sum + selfNs, 0);
		assert.ok(Math.abs(total / of("message").inclusiveNs - 1) < 0.01, `${total} ns`);
		assert.ok(of("prompt").selfNs > 0 && of("should_respond").calls === 1);
		const newest = batch(NEWEST, ...args);
		assert.equal(newest.databaseImport, undefined);
		assert.match(newest.versions.build, /^as published, enableTrajectories: false/);
		if (isLong) assert.match(batch(WITHOUT, ...args).versions.build, /evaluators taken out/);
	});
});

test("a failure that a version swallows is in the ledger all the same", async () => {
	const shared = changedContract("mock-responses.json", (text) =>
		text
			.replaceAll("Your internal reasoning about the message and what to do", "no such text")
			.replaceAll("Generate dialog and actions for the character", "no such text either")
			.replaceAll("# Task: Generate dialog", "nor this"),
	);
	const swallowing = targets.filter(({ id }) => id === OBJECTS);
	const { verifications } = await measure({
		scenarios: "single-message",
		targets: swallowing,
		verifyOnly: true,
		shared,
	});
	const [cell] = verifications.get("single-message") ?? [];
	assert.ok((cell?.ledger?.errorsLogged.total ?? 0) > 0, JSON.stringify(cell?.judgement));
	assert.match(JSON.stringify(cell?.ledger?.errorsLogged.first), /no schema text/);
});

test("an answer that a version refuses, and asks for again, is no fixed way of working", async () => {
	const shared = changedContract("mock-responses.json", (text) => text.replaceAll("<response>", "<respons>"));
	const refusing = targets.filter(({ id }) => id === OBJECTS || id === SERVICE);
	const { verifications } = await measure({
		scenarios: "single-message",
		targets: refusing,
		verifyOnly: true,
		shared,
	});
	const cells = verifications.get("single-message") ?? [];
	assert.equal(cells.length, 2);
	for (const { judgement } of cells) {
		assert.equal(judgement.status, "divergent");
		assert.match(wordsOf(judgement.reasons), /asked messageHandler\S* 3 times in one message/);
	}
});

for (const [fault, scenario, reason] of [
	["no-memory", "single-message", /0 memories of the agent stored per message/],
	["other-room", "single-message", /0 memories of the agent stored per message/],
	["twice", "single-message", /answered with .*instead of/],
	["no-decision", "with-should-respond-no-name", /decision/],
	["no-handler", "with-actions", /0 runs of the benchmark action per message/],
] as const)
	test(`a version with a message service is refused with the fault ${fault}`, async () => {
		const [target] = targets.filter(({ id }) => id === SERVICE);
		assert.ok(target);
		const launch = launchOf(target);
		const copy = join(rootOf(target), "typescript/tests/faulty-runtime.ts");
		mkdirSync(dirname(copy), { recursive: true });
		copyFileSync(join(ROOT, "typescript/tests/faulty-runtime.ts"), copy);
		const args = [...launch.args.slice(0, -1), copy, "--fault", fault];
		const { verifications } = await measure({
			scenarios: scenario,
			targets: [target],
			verifyOnly: true,
			launch: () => ({ ...launch, args }),
		});
		const [cell] = verifications.get(scenario) ?? [];
		assert.equal(cell?.judgement.status, "divergent");
		assert.match(wordsOf(cell.judgement.reasons), reason);
	});
