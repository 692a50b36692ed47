// Two targets beside each other: what changed, and does a gate stop for it? How true that is, is measured in
// tests/ground-truth.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../orchestrator/files.ts";
import { LIMIT_MS } from "../support/program.ts";
import { temporaryFolder } from "../support/real.ts";

const folder = temporaryFolder();

function ab(...args: string[]) {
	return spawnSync(join(ROOT, "run.sh"), ["ab", ...args], { encoding: "utf8", maxBuffer: 2 ** 28 });
}

test("a change that made a target slower exits with 1, and words that do not name two targets with 2", {
	timeout: LIMIT_MS,
}, () => {
	const args = ["--scenarios", "single-message", "--budget", "10s", "--output", join(folder, "slower")];
	const slower = ab("rust", "python", ...args, "--format", "junit");
	assert.equal(slower.status, 1, slower.stderr);
	assert.match(slower.stdout, /3 regressions/, slower.stdout);
	for (const figure of ["Median latency", "RSS peak \\(MB\\)"])
		assert.match(slower.stdout, new RegExp(`single-message, Python: ${figure} is worse by`));
	assert.match(slower.stdout, /all scenarios, Python: Start to reply is worse by/);
	assert.match(readFileSync(join(folder, "slower/change.junit.xml"), "utf8"), /<failure/);
	for (const page of ["change.html", "report.html"])
		assert.ok(existsSync(join(folder, "slower", page)), page);
	for (const [one, other, reason] of [
		["rust", "rust", /ab compares two targets, and both words name rust/],
		["rust,python", "typescript", /ab compares two targets, these words name 3/],
		["rust", "nonsense", /unknown target 'nonsense'/],
	] as const) {
		const refused = ab(one, other);
		assert.equal(refused.status, 2);
		assert.match(refused.stderr, reason);
		assert.equal(refused.stderr.trim().split("\n").length, 1);
	}
});
