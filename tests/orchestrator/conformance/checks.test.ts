import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { inputDigest, inputMessages } from "../../../analysis/cell/expected-messages.ts";
import { type Check, fail, pass, runChecks, skip } from "../../../orchestrator/conformance/check.ts";
import { CHECKS } from "../../../orchestrator/conformance/checks.ts";
import { writeStrangeContract } from "../../../orchestrator/conformance/generated-contracts.ts";
import { shapeFault } from "../../../orchestrator/conformance/measurement-file.ts";
import { chooseScenarios, shortenScenario, USUAL } from "../../../orchestrator/conformance/scenarios.ts";
import type { Sessions } from "../../../orchestrator/conformance/sessions.ts";
import { loadContract } from "../../../orchestrator/contract.ts";
import { readJson } from "../../../orchestrator/files.ts";
import { messagesPerIteration } from "../../../orchestrator/run/profiles.ts";
import { renderConformance } from "../../../report/console/conformance.ts";
import { Random } from "../../../shared/random.ts";
import {
	type ConformanceCheck,
	conformanceReport,
	mockResponsesFile,
	SCHEMA_VERSION,
	scenarioFile,
} from "../../../shared/types.ts";

const contract = loadContract({});
const [simplest] = chooseScenarios(contract, USUAL);
const NO_SESSIONS = null as unknown as Sessions;

function check(name: string, needs: string[], outcome: ReturnType<typeof pass>): Check {
	return { name, about: `the check ${name}`, needs, run: async () => outcome };
}

test("a check never runs when a check that it needs failed or was not tried", async () => {
	let ran = 0;
	const counting: Check = { ...check("c", ["b"], pass("ran")), run: async () => pass(String(++ran)) };
	const done = await runChecks(
		[check("a", [], fail("broken")), check("b", ["a"], pass("fine")), counting, check("d", [], pass("fine"))],
		NO_SESSIONS,
	);
	assert.deepEqual(
		done.map(({ name, status, reason }) => [name, status, reason]),
		[
			["a", "failed", "broken"],
			["b", "not-tried", "needs 'a' to pass first"],
			["c", "not-tried", "needs 'b' to pass first"],
			["d", "passed", "fine"],
		],
	);
	assert.equal(ran, 0);
});

test("a check that was skipped does not let the checks pass that need it", async () => {
	const done = await runChecks(
		[check("a", [], skip("no such thing here")), check("b", ["a"], pass("fine"))],
		NO_SESSIONS,
	);
	assert.deepEqual(
		done.map(({ status }) => status),
		["not-tried", "not-tried"],
	);
});

test("every check has a name of its own and needs earlier checks only", () => {
	const seen = new Set<string>();
	for (const { name, needs } of CHECKS) {
		assert.ok(!seen.has(name), name);
		for (const need of needs) assert.ok(seen.has(need), `${name} needs ${need}`);
		seen.add(name);
	}
});

test("the simplest scenario comes first and once, whatever is named", () => {
	for (const list of ["conversation-10", "conversation-10,single-message", "all"]) {
		const ids = chooseScenarios(contract, list).map(({ id }) => id);
		assert.equal(ids[0], "single-message");
		assert.equal(ids.length, new Set(ids).size);
	}
});

test("shortened scenarios are valid, of the same kind, and small", () => {
	const file = { schemaVersion: SCHEMA_VERSION, scenarios: contract.scenarios.map(shortenScenario) };
	for (const [index, scenario] of scenarioFile.parse(file).scenarios.entries()) {
		assert.equal(scenario.kind, contract.scenarios[index]?.kind);
		assert.ok(messagesPerIteration(scenario) <= 25);
		assert.ok((scenario.database?.boxMs ?? 0) <= 25);
	}
});

test("a strange contract is valid, differs with the seed, and expects replies that its answers do not give", () => {
	const tried = new Set<number>();
	const digests = new Set<string>();
	fc.assert(
		fc.property(fc.uniqueArray(fc.nat(), { minLength: 2, maxLength: 2 }), (seeds) => {
			const drawn = seeds.map((seed) => {
				tried.add(seed);
				const folder = mkdtempSync(join(tmpdir(), "strange-"));
				return writeStrangeContract(contract, simplest, folder, new Random(seed));
			});
			for (const { folder, scenario, fixtures } of drawn) {
				const read = loadContract({ shared: folder });
				assert.deepEqual(read.character.fixtures, fixtures);
				assert.deepEqual(read.scenarios[0]?.messages, scenario.messages);
				assert.equal(read.scenarios[0]?.id, simplest.id);
				const answers = JSON.stringify(
					readJson(join(folder, "mock-responses.json"), mockResponsesFile, "answers"),
				);
				for (const reply of scenario.expect.replies) assert.ok(answers.includes(reply));
				for (const decoy of read.scenarios[0]?.expect.replies ?? []) assert.ok(!answers.includes(decoy));
				assert.ok(
					!readFileSync(join(folder, "character.json"), "utf8").includes(contract.character.character.name),
				);
				digests.add(inputDigest(inputMessages(scenario, fixtures)));
			}
		}),
		{ numRuns: 10 },
	);
	assert.equal(digests.size, tried.size);
});

test("a file's fault is named by its field", () => {
	assert.equal(shapeFault(null), "wrote no file");
	assert.equal(shapeFault('{"schemaVersion":1,'), "the file is not complete JSON");
	assert.match(shapeFault('{"schemaVersion":1}') ?? "", /^the field schemaVersion: /);
	assert.match(shapeFault("[]") ?? "", /^the field \(top level\): /);
});

test("the table is 80 columns wide, counts what was not tried, and shows no control characters", () => {
	const checks: ConformanceCheck[] = [
		{
			name: "ready",
			about: "starts",
			status: "passed",
			reason: "ready after 3 ms",
			notes: ["some-scenario is divergent: \u001b[31mred\u001b[0m"],
		},
		{
			name: "answers",
			about: "answers every command",
			status: "failed",
			reason: `wrote ${"x".repeat(200)}\u0007`,
			notes: [],
		},
		{
			name: "events",
			about: "nothing else",
			status: "not-tried",
			reason: "needs 'answers' to pass first",
			notes: [],
		},
	];
	const report = {
		schemaVersion: SCHEMA_VERSION,
		kind: "conformance",
		harness: ["/a/harness", "--fast"],
		scenarios: ["single-message"],
		seed: 1,
		passed: false,
		checks,
	};
	const text = renderConformance(conformanceReport.parse(report));
	for (const line of text.split("\n")) assert.ok(line.length <= 80, line);
	assert.match(text, /does not conform: 1 passed, 1 failed, 1 not tried$/);
	assert.match(text, /Note: some-scenario is divergent: red/);
	assert.ok(!text.includes("\u0007") && !text.includes("\u001b"));
});
