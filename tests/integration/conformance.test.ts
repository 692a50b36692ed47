// A harness that breaks the contract in one place fails at the check of that place. That the three real ones
// pass is in commands.test.ts.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, test } from "node:test";
import { testConformance } from "../../orchestrator/conformance/run.ts";
import { chooseScenarios } from "../../orchestrator/conformance/scenarios.ts";
import { loadContract } from "../../orchestrator/contract.ts";
import { ROOT } from "../../orchestrator/files.ts";
import type { Launch } from "../../orchestrator/process/launch.ts";
import { launchIn } from "../../orchestrator/targets/launch.ts";
import { type ConformanceReport, conformanceReport } from "../../shared/types.ts";
import type { WrongName } from "../support/contract-faults.ts";
import { LONG } from "../support/long.ts";
import { LIMIT_MS } from "../support/program.ts";

const contract = loadContract({});
const TSX = join(ROOT, "node_modules/tsx/dist/esm/index.mjs");

function conformance(launch: Launch, scenarios: string, timeoutMs = 30_000): Promise<ConformanceReport> {
	return testConformance({
		launch,
		contract,
		scenarios: chooseScenarios(contract, scenarios),
		seed: 1_234_567,
		timeoutMs,
	});
}

function script(name: string, ...args: string[]): Launch {
	const launch = launchIn(ROOT, "rust");
	return {
		...launch,
		file: process.execPath,
		args: ["--import", TSX, join(ROOT, "tests/support", name), ...args],
	};
}

/** The Rust harness, which is the fastest, with one fault. */
function wrong(name: WrongName): Launch {
	return script("wrong-harness.ts", name, launchIn(ROOT, "rust").file);
}

function failures({ checks }: ConformanceReport): Record<string, string> {
	return Object.fromEntries(
		checks.filter(({ status }) => status === "failed").map(({ name, reason }) => [name, reason]),
	);
}

/** The checks that each wrong harness fails, with the reasons. */
const WRONG: [WrongName, Record<string, RegExp>, scenarios?: string][] = [
	[
		"wrong-reply",
		{
			verified:
				/^single-message: 1 of 1 message answered with "I would rather not\." instead of "This is a fixed/,
		},
	],
	["wrong-counts", { repeats: /warmup iteration 1 made 0 messageHandler calls, the verification 1$/ }],
	["extra-work", { verified: /asked messageHandler 2 times in one message, at most 1 expected, in 1 of 1/ }],
	["no-sequence", { sequence: /^single-message: the ledger's callSequence does not have all messages/ }],
	["other-input", { input: /inputDigest is not that of the scenario's messages$/ }],
	[
		"no-control",
		{ control: /^with-should-respond: ledger\.control is null$/ },
		"single-message,with-should-respond",
	],
	["rounded-times", { resolution: /times are whole microseconds: they were rounded/ }],
	["constant-times", { variation: /^single-message: 8 times have \d different values$/ }],
	[
		"flattering-times",
		{ "model-delay": /^a message with the delay took 2\d(\.\d)? ms: its model does not wait$/ },
	],
	// A single message may be done in the time that an answer takes. Then only its command shows the fault.
	[
		"early-answers",
		{
			spans: /says .*, the command took|add up to .*, the command took/,
			"steps-timed": /^message \d+ says .* ms, its command took/,
		},
		"single-message,burst-100",
	],
	["self-times", { stages: /^single-message: self times add up to .* % of the messages' time$/ }],
	[
		"missing-field",
		{ schema: /the field cells\.0\.resources\.rssPeakBytes: .*expected number, received undefined/ },
	],
	["fractions", { schema: /the field cells\.0\.iterations\.0\.messageNs\.0: .*expected int/ }],
	["noise", { events: /^single-message: wrote what is no event: Loading plugins \.\.\.$/ }],
	["heartbeat", { waiting: /^sent 'done' while it had nothing to do$/ }],
	["another's-answer", { answers: /^single-message: answered 'verify' with 'done' of 'begin'$/ }],
	[
		"deaf",
		{
			answers: /^single-message: gave no answer to 'cold' within 3 s/,
			abandoned: /^gave no answer to 'cold' within 3 s/,
		},
	],
	["no-exit", { exit: /^single-message: did not exit within 10 s after it had finished/ }],
	["wrong-status", { exit: /^single-message: exited with status 1 instead of 0$/ }],
	[
		"lenient-status",
		{
			garbled: /it exited with status 1 instead of 2$/,
			"bad-input": /^an unknown option: it exited with status 1 instead of 2$/,
		},
	],
	[
		"early-file",
		{ abandoned: /^it wrote a file all the same$/, "written-at-finish": /^wrote the file before 'finish'$/ },
	],
	["half-a-file", { "written-at-finish": /^wrote into the file that lay there/ }],
	["busy", { waiting: /^used \d+ % of a processor while it waited/ }],
	["no-seed", { records: /^single-message: the file says seed \d+, it was given 1234567$/ }],
	[
		"own-inputs",
		{ "follows-inputs": /^with other inputs: parse_answer gave another result than the contract's$/ },
		"single-message,calibration",
	],
	[
		"no-shared",
		{
			"follows-contract": /sent other messages than that folder's scenario has$/,
			unmatched: /^it answered although the mock knows none of its prompts/,
			"bad-input": /^a missing --shared: it exited with status 0 instead of 2$/,
		},
	],
	["no-delay", { "model-delay": /^a message with the delay took .* ms: its model does not wait$/ }],
];

describe("conformance", () => {
	test("the wrapper without a fault conforms, although it prints on stdout", async () => {
		const report = await conformance(wrong("nothing"), "single-message");
		assert.deepEqual(failures(report), {});
	});

	for (const [index, [name, expected, scenarios = "single-message"]] of WRONG.entries()) {
		const options = index % 6 === 0 ? { timeout: LIMIT_MS } : LONG;
		const checks = Object.keys(expected);
		test(`a harness with '${name}' fails at ${checks.join(" and ")}, and nowhere else`, options, async () => {
			const report = await conformance(wrong(name), scenarios, name === "deaf" ? 3000 : 30_000);
			const failed = failures(report);
			assert.deepEqual(Object.keys(failed), checks, JSON.stringify(failed));
			for (const [check, reason] of Object.entries(expected)) assert.match(failed[check] ?? "", reason);
			assert.equal(report.passed, false);
		});
	}

	for (const [replies, expected] of [
		[
			"expect",
			{
				"follows-contract": /answered with "Decoy/,
				unmatched: /^it answered although the mock knows none of its prompts/,
			},
		],
		["answers", { unmatched: /^it answered although the mock knows none of its prompts/ }],
	] as const) {
		test(
			`a stub that never starts a framework and takes its replies from '${replies}' does not conform`,
			replies === "expect" ? { timeout: LIMIT_MS } : LONG,
			async () => {
				const failed = failures(
					await conformance(script("stub-harness.ts", "--replies", replies), "single-message"),
				);
				assert.deepEqual(Object.keys(failed), [...Object.keys(expected), "batch"], JSON.stringify(failed));
				for (const [check, reason] of Object.entries(expected)) assert.match(failed[check] ?? "", reason);
			},
		);
	}
});

function runSh(...args: string[]) {
	return spawnSync(join(ROOT, "run.sh"), ["conformance", ...args], { encoding: "utf8", cwd: ROOT });
}

test("the command prints a table of 80 columns and exits with 0, or with 1 for a harness that does not conform", () => {
	const { status, stdout, stderr } = runSh(
		"--scenarios",
		"single-message",
		"rust/target/release/eliza-bench",
	);
	assert.equal(status, 0, stdout);
	for (const line of stdout.split("\n")) assert.ok(line.length <= 80, line);
	assert.match(stdout, /^conforms: \d+ passed, 0 failed, /m);
	assert.match(stderr, /^\[ 1\/\d+\] ready: /m);
	// An executable without a word of the contract, which has an option of its own.
	const wrongOne = runSh(
		"--json",
		"--scenarios",
		"single-message",
		process.execPath,
		"--no-warnings",
		"-e",
		"0",
	);
	assert.equal(wrongOne.status, 1);
	const report = conformanceReport.parse(JSON.parse(wrongOne.stdout));
	assert.deepEqual(report.harness, [process.execPath, "--no-warnings", "-e", "0"]);
	assert.deepEqual([report.checks[0]?.name, report.checks[0]?.status], ["ready", "failed"]);
	assert.deepEqual(
		report.checks.filter(({ status }) => status === "passed"),
		[],
	);
});

test("an executable that is not there, an unknown scenario and a folder in use are one line and exit 2", () => {
	for (const [args, message] of [
		[["./no-such-harness"], /cannot run '\.\/no-such-harness': there is no executable file of that name/],
		[["no-such-harness"], /cannot run 'no-such-harness': it is not in PATH/],
		[["README.md"], /cannot run 'README\.md': it is not in PATH/],
		[["./README.md"], /cannot run '\.\/README\.md': there is no executable file/],
		[["--scenarios", "no-such", "rust/target/release/eliza-bench"], /unknown scenario 'no-such'/],
		[["--output", "tests", "rust/target/release/eliza-bench"], /the folder .*tests is not empty/],
		[[], /missing required argument 'executable'/],
	] as const) {
		const { status, stdout, stderr } = runSh(...args);
		assert.equal(status, 2, stderr);
		assert.equal(stdout, "");
		assert.match(stderr, message);
		assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
	}
});
