// A maintainer has changed one thing in a copy of the framework: was it that, and by how much?
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { ratioEstimate } from "../../analysis/stats/intervals.ts";
import { median } from "../../analysis/stats/statistics.ts";
import { ROOT, readJson } from "../../orchestrator/files.ts";
import { rootOf } from "../../orchestrator/targets/folder.ts";
import { benchmarkResult, type ChangeFile, changeFile, runFile } from "../../shared/types.ts";
import { LIMIT_MS } from "../support/program.ts";
import { temporaryFolder } from "../support/real.ts";
import { Script, typescriptScript } from "../support/script.ts";

const CORE = join(ROOT, "typescript/node_modules/@elizaos/core");
const folder = temporaryFolder();

/** The set-ups of copies that this test has made. */
const made: string[] = [];
after(() => {
	for (const path of made) rmSync(path, { recursive: true, force: true });
});

/**
 * Copies the published package, which counts tokens for a line of its log word by word. The copy counts them by
 * the prompt's length.
 */
function copyWithoutHotSpot(): string {
	const copy = join(folder, "without-hot-spot");
	cpSync(CORE, copy, { recursive: true });
	const path = join(copy, "dist/node/index.node.js");
	const text = readFileSync(path, "utf8");
	const hot = /const words = text4\.trim\(\)\.split\(.*\n\s*return Math\.ceil\(words\.length \* 1\.3\);/;
	assert.match(text, hot);
	writeFileSync(path, text.replace(hot, "return Math.ceil(text4.length / 4);"));
	return copy;
}

function ab(...args: string[]) {
	const started = performance.now();
	const result = spawnSync(join(ROOT, "run.sh"), ["ab", ...args], { encoding: "utf8", maxBuffer: 2 ** 28 });
	return { ...result, seconds: (performance.now() - started) / 1000 };
}

const PAIRS = 48;

/**
 * Times messages at base and head by a script that shares no measuring code with the benchmark. Its messages are
 * in the state of the benchmark's. Its processes are as old: the engine compiles what runs often, so a hot spot's
 * share changes with age. And they are frozen between their turns: a message that follows the last one at once
 * finds its data in the processor's caches, and the hot spot, which is all computation, has a larger share of it.
 * @param warmup messages of a process that are not timed
 * @param rounds messages of a process that are timed
 * @returns how many times as long one takes at the head, with a 95 % interval over pairs of processes
 */
async function measureIndependently(
	base: string,
	head: string,
	warmup: number,
	rounds: number,
): Promise<{ value: number; low: number; high: number }> {
	const logs: number[] = [];
	for (let pair = 0; pair < PAIRS; pair++) {
		const scripts = [base, head].map((root) => new Script(typescriptScript(root)));
		const ratios: number[] = [];
		try {
			for (const script of scripts) {
				for (let message = 0; message < warmup; message++) await script.message(message);
				script.freeze();
			}
			for (let round = 0; round < rounds; round++) {
				const elapsed = [0, 0];
				for (const side of round % 2 === 0 ? [0, 1] : [1, 0]) {
					const script = scripts[side];
					await script?.thaw();
					elapsed[side] = (await script?.message(warmup + round)) ?? 0;
					script?.freeze();
				}
				ratios.push(Math.log((elapsed[1] ?? 0) / (elapsed[0] ?? 0)));
			}
		} finally {
			for (const script of scripts) script.end();
		}
		logs.push(median(ratios));
	}
	return ratioEstimate(logs) ?? assert.fail("there is no ratio");
}

test("a copy without one hot spot is faster by what an independent script says, in the stage of the hot spot, and in no other", {
	timeout: LIMIT_MS,
}, async () => {
	const output = join(folder, "hot-spot");
	const { status, stdout, stderr, seconds } = ab(
		"typescript",
		`typescript=path:${copyWithoutHotSpot()}`,
		"--output",
		output,
		"--format",
		"json",
	);
	const record = readJson(join(output, "run.json"), runFile, "run file");
	const [base, head] = record.targets.map(rootOf);
	assert.ok(base && head);
	made.push(head);
	assert.equal(status, 0, stderr);
	assert.ok(seconds < 180, `it took ${seconds.toFixed(0)} s`);
	const change: ChangeFile = readJson(join(output, "change.json"), changeFile, "change file");
	const [cell] = change.cells;
	const row = cell?.rows.find(({ metric }) => metric === cell.deciding_metric);
	assert.ok(cell && row?.interval);
	assert.equal(cell.change, "faster", stdout);
	assert.equal(cell.stage, "prompt", stdout);
	assert.match(stdout, /^single-message: faster by \d+% \([^)]*\), in prompt; /);
	assert.ok(existsSync(join(output, "change.html")) && existsSync(join(output, "report.html")));

	const { scenarios } = readJson(join(output, "typescript.json"), benchmarkResult, "result file");
	const measured = scenarios["single-message"];
	assert.ok(measured?.iterations && measured.warmup && measured.processes);
	const rounds = Math.round(measured.iterations / measured.processes);
	const independent = await measureIndependently(base, head, measured.warmup, rounds);
	const text = (value: number | null, { low, high }: { low: number; high: number }) =>
		`${value?.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
	console.log(`ab: ${text(row.ratio, row.interval)} in ${seconds.toFixed(0)} s`);
	console.log(`independent: ${text(independent.value, independent)}`);
	assert.ok(independent.high < 1, "it is no hot spot");
	assert.ok(independent.high / independent.low < 1.25, "the script's interval is wide");
	// The script's figure has an error of its own.
	assert.ok(row.interval.low <= independent.high && independent.low <= row.interval.high);
});

test("a change that made a target slower exits with 1, and words that do not name two targets with 2", {
	timeout: LIMIT_MS,
}, () => {
	const args = ["--scenarios", "single-message", "--budget", "5s", "--output", join(folder, "slower")];
	const slower = ab("rust", "python", ...args, "--format", "junit");
	assert.equal(slower.status, 1, slower.stderr);
	assert.match(slower.stdout, /2 regressions/);
	for (const figure of ["Median latency", "RSS peak \\(MB\\)"])
		assert.match(slower.stdout, new RegExp(`single-message, Python: ${figure} is worse by`));
	assert.match(readFileSync(join(folder, "slower/change.junit.xml"), "utf8"), /<failure/);
	for (const [one, other, reason] of [
		["rust", "rust", /ab compares two targets, these words name 1: rust/],
		["rust,python", "typescript", /ab compares two targets, these words name 3/],
		["rust", "nonsense", /unknown target 'nonsense'/],
	] as const) {
		const refused = ab(one, other);
		assert.equal(refused.status, 2);
		assert.match(refused.stderr, reason);
		assert.equal(refused.stderr.trim().split("\n").length, 1);
	}
});
