// The gate of a CI on real runs: quiet on the same build, loud on a slower framework, and clear about what
// cannot be compared.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { ROOT } from "../../orchestrator/files.ts";
import { benchmarkResult, type ComparisonFile, changeFile } from "../../shared/types.ts";
import { LONG } from "../support/long.ts";
import { LIMIT_MS } from "../support/program.ts";
import { temporaryFolder } from "../support/real.ts";

const CORE = join(ROOT, "typescript/node_modules/@elizaos/core");
const folder = temporaryFolder();
const [monday, tuesday] = [join(folder, "monday"), join(folder, "tuesday")];

function sh(...args: string[]) {
	return spawnSync(join(ROOT, "run.sh"), args, { encoding: "utf8", maxBuffer: 2 ** 28 });
}

function measure(...args: string[]): ComparisonFile {
	const { status, stdout, stderr } = sh(...args, "--json");
	assert.equal(status, 0, stderr);
	return JSON.parse(stdout);
}

before(
	() => {
		for (const output of [monday, tuesday])
			measure(
				"--scenarios",
				"single-message,conversation-10",
				"--targets",
				"python,rust",
				"--blocks",
				"3",
				"--iterations",
				"5",
				"--output",
				output,
			);
	},
	{ timeout: LIMIT_MS },
);

test("the same build, measured twice, is no regression: exit 0", { timeout: LIMIT_MS }, () => {
	const { status, stdout, stderr } = sh("compare", monday, tuesday, "--fail-on", "slower:5%");
	assert.equal(status, 0, stdout + stderr);
	assert.match(stdout, /No significant regression/);
	assert.match(stdout, /the same in both/);
	const again = sh("compare", monday, tuesday, "--json");
	changeFile.parse(JSON.parse(again.stdout));
});

test("unlike machines are refused with exit 3, and with --allow-unlike every format has a warning", {
	timeout: LIMIT_MS,
}, () => {
	const elsewhere = join(folder, "elsewhere");
	cpSync(tuesday, elsewhere, { recursive: true });
	for (const target of ["python", "rust"]) {
		const path = join(elsewhere, `${target}.json`);
		const result = benchmarkResult.parse(JSON.parse(readFileSync(path, "utf8")));
		writeFileSync(
			path,
			JSON.stringify({ ...result, machine: { ...result.machine, cpu_model: "Another processor" } }),
		);
	}
	const refused = sh("compare", monday, elsewhere);
	assert.equal(refused.status, 3);
	assert.match(
		refused.stderr,
		/^error: different processors: .* in the base, Another processor in the head.*--allow-unlike.*\n$/,
	);
	assert.equal(refused.stdout, "");
	const reports = join(folder, "unlike-reports");
	const taken = sh(
		"compare",
		monday,
		elsewhere,
		"--allow-unlike",
		"--fail-on",
		"none",
		"--format",
		"markdown,html",
		"--output",
		reports,
	);
	assert.equal(taken.status, 0, taken.stderr);
	for (const text of [
		taken.stdout,
		readFileSync(join(reports, "change.md"), "utf8"),
		readFileSync(join(reports, "change.html"), "utf8"),
	])
		assert.match(text, /different processors/);
});

test("scenarios with unlike definitions are refused with exit 3", { timeout: LIMIT_MS }, () => {
	const redefined = join(folder, "redefined");
	cpSync(tuesday, redefined, { recursive: true });
	const path = join(redefined, "rust.json");
	const result = benchmarkResult.parse(JSON.parse(readFileSync(path, "utf8")));
	const [cell] = Object.values(result.scenarios);
	assert.ok(cell);
	cell.definition = "another";
	writeFileSync(path, JSON.stringify(result));
	const { status, stderr } = sh("compare", monday, redefined);
	assert.equal(status, 3);
	assert.match(stderr, /different definitions of single-message/);
});

test("a truncated result is one line and exit 2, and results without a common target are exit 3", {
	timeout: LIMIT_MS,
}, () => {
	const cut = join(folder, "cut");
	cpSync(tuesday, cut, { recursive: true });
	truncateSync(join(cut, "python.json"), 1000);
	const truncated = sh("compare", monday, cut);
	assert.equal(truncated.status, 2);
	assert.match(truncated.stderr, /^error: the result file .*python\.json is not complete JSON.*\n$/);
	const unlike = sh("compare", join(monday, "python.json"), join(tuesday, "rust.json"));
	assert.equal(unlike.status, 3);
	assert.match(unlike.stderr, /no target in common \(python; rust\)/);
});

test(
	"a copy that is 10 % slower fails the gate, which names scenario and stage, and the unchanged copy is faster",
	LONG,
	() => {
		const scenario = "conversation-10";
		const alone = measure(
			"--scenarios",
			scenario,
			"--targets",
			"typescript",
			"--blocks",
			"3",
			"--output",
			join(folder, "alone"),
		);
		const messageMs = alone.scenarios[0]?.rows.find(({ metric }) => metric === "message_latency_p50_ms")
			?.values.typescript;
		const calls = alone.scenarios[0]?.cells.typescript?.detail.pipeline?.stages.find(
			({ stage }) => stage === "compose_state",
		)?.calls;
		assert.ok(messageMs && calls);
		const [base, slow] = [join(folder, "base"), join(folder, "slow")];
		for (const copy of [base, slow]) cpSync(CORE, copy, { recursive: true });
		slowDownComposeState(slow, (0.1 * messageMs) / calls);
		const output = join(folder, "pair");
		const targets = `typescript=path:${base},typescript=path:${slow}`;
		measure(
			"--scenarios",
			scenario,
			"--targets",
			targets,
			"--precision",
			"3%",
			"--budget",
			"240s",
			"--output",
			output,
		);
		const pair = (from: string, to: string) =>
			sh(
				"compare",
				output,
				"--base",
				`typescript-${from}`,
				"--head",
				`typescript-${to}`,
				"--fail-on",
				"slower:5%",
				"--format",
				"junit,markdown",
				"--output",
				join(folder, to),
			);
		const found = pair("base", "slow");
		assert.equal(found.status, 1, found.stdout + found.stderr);
		assert.match(
			found.stdout.replace(/[║\s]+/g, " "),
			/1 regression conversation-10, TypeScript slow: Median latency is worse by .*compose_state/,
		);
		assert.match(
			readFileSync(join(folder, "slow", "change.junit.xml"), "utf8"),
			/<failure[^>]*conversation-10[^>]*compose_state/,
		);
		const back = pair("slow", "base");
		assert.equal(back.status, 0, back.stdout);
		assert.match(back.stdout, /faster/);
	},
);

/** Adds one line to a published bundle: its `composeState` spins for so long before it begins. */
function slowDownComposeState(copy: string, milliseconds: number): void {
	const path = join(copy, "dist/node/index.node.js");
	const text = readFileSync(path, "utf8");
	const slowed = text.replace(
		/^( *async composeState\([^)]*\) \{)$/m,
		`$1\nfor (const until = performance.now() + ${milliseconds}; performance.now() < until; );`,
	);
	assert.notEqual(slowed, text);
	writeFileSync(path, slowed);
}
