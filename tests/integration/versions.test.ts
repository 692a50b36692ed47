// Published versions of one framework are installed and measured side by side.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT, readJson } from "../../orchestrator/files.ts";
import { historyFile, runFile } from "../../shared/types.ts";
import { LONG } from "../support/long.ts";
import { LIMIT_MS } from "../support/program.ts";
import { temporaryFolder, wordsOf } from "../support/real.ts";

const folder = temporaryFolder();

function versions(...args: string[]) {
	return spawnSync(join(ROOT, "run.sh"), ["versions", ...args], { encoding: "utf8", maxBuffer: 2 ** 28 });
}

test(
	"the versions that pip lists are measured in one run, and a page and a table say what changed",
	LONG,
	() => {
		const output = join(folder, "python");
		const { status, stdout, stderr } = versions("python", "--profile", "quick", "--output", output);
		assert.equal(status, 0, stderr);
		const { targets, turns } = readJson(join(output, "run.json"), runFile, "run file");
		assert.deepEqual(
			targets.slice(0, 2).map(({ id }) => id),
			["python-2-0-0a4", "python-2-0-0a5"],
		);
		assert.ok(
			turns.every(({ order }) => new Set(order).size === targets.length),
			"every block has every version",
		);
		assert.match(stdout, /single-message, Median latency: 2\.0\.0a4 to 2\.0\.0a5 /);
		const page = readFileSync(join(output, "versions.html"), "utf8");
		assert.match(page, /single-message, Python: Median latency/);
		assert.match(page, /<svg/);
	},
);

test("a version that is published broken is a gap with its own error, and the others are compared", {
	timeout: LIMIT_MS,
}, () => {
	const output = join(folder, "broken");
	const words = [
		"typescript",
		"2.0.0-alpha.32..2.0.0-alpha.77",
		"2.0.0-alpha.3",
		"--profile",
		"quick",
		"--output",
		output,
	];
	const { stdout, stderr, status } = versions(...words, "--json");
	assert.equal(stderr.includes("Error"), false, stderr);
	assert.ok(status === 0 || status === 1, stderr);
	const { series, over, runs } = historyFile.parse(JSON.parse(stdout));
	assert.equal(over, "versions");
	assert.equal(runs, 4);
	const latency =
		series.find(({ metric }) => metric === "message_latency_p50_ms") ?? assert.fail("no median latency");
	const broken = latency.points.find(({ version }) => version.endsWith(".54"));
	assert.equal(broken?.value, null);
	assert.ok(latency.points.filter(({ value }) => value !== null).length >= 2);
	const { scenarios } = JSON.parse(readFileSync(join(output, "comparison.json"), "utf8"));
	assert.match(wordsOf(scenarios[0].cells["typescript-2-0-0-alpha-54"].reasons), /[Mm]odule/);
});

test("what cannot be measured as versions is one line and exit 2", { timeout: LIMIT_MS }, () => {
	for (const [words, reason] of [
		[["perl"], /^error: unknown runtime 'perl': choose from typescript, python, rust$/],
		[["all"], /^error: versions takes one runtime/],
		[["rust"], /^error: cargo lists no versions of a crate: name the versions one by one$/],
		[["rust", "2.0.0"], /^error: one version, 2\.0\.0, cannot change/],
		[
			["typescript", "2.0.0-alpha.77..2.0.0-alpha.3"],
			/^error: the range .* runs backwards: write 2\.0\.0-alpha\.3\.\.2\.0\.0-alpha\.77$/,
		],
		[
			["typescript", "9.9.9..2.0.0-alpha.3"],
			/^error: the version 9\.9\.9 of .* is not published: choose from /,
		],
	] as const) {
		const { status, stdout, stderr } = versions(...words);
		assert.equal(status, 2, words.join(" "));
		assert.equal(stdout, "");
		assert.match(stderr.trim(), reason);
	}
});
