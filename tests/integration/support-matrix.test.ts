// The support matrix of real packages: versions that work, one that is published broken, and one that does not
// exist.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ROOT } from "../../orchestrator/files.ts";
import { LIMIT_MS } from "../support/program.ts";

const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-support-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function matrix(...args: string[]) {
	return spawnSync(join(ROOT, "run.sh"), ["support-matrix", ...args], { cwd: folder, encoding: "utf8" });
}

const TARGETS = "typescript@2.0.0-alpha.3,typescript@2.0.0-alpha.54,typescript@0.0.0-none,python@2.0.0a5";

test("versions that work, that are broken and that do not exist are in one table, which is the same the next time", {
	timeout: LIMIT_MS,
}, () => {
	const page = join(folder, "pages/matrix.md");
	const args = ["--targets", TARGETS, "--scenarios", "single-message,with-should-respond", "--output", page];
	const first = matrix(...args);
	assert.equal(first.status, 0, first.stderr);
	assert.equal(first.stdout, "");
	const text = readFileSync(page, "utf8");
	const rowOf = (scenario: string) => text.split("\n").find((line) => line.startsWith(`| ${scenario} |`));
	assert.equal(rowOf("single-message"), "| single-message | ✓ | ✗ <sup>1</sup> | – <sup>2</sup> | ✓ |");
	assert.equal(
		rowOf("with-should-respond"),
		"| with-should-respond | ✓ | ✗ <sup>1</sup> | – <sup>2</sup> | ≠ <sup>3</sup> |",
	);
	assert.match(text, /\n1\. .*Cannot find module '@&#8203;elizaos\/core' from 'typescript\/src\/bench.ts'\n/);
	assert.match(
		text,
		/\n2\. npm error .*No matching version found for @&#8203;elizaos\/core@&#8203;0\.0\.0-none/,
	);
	assert.match(text, /\n3\. takes no decision to answer/);
	assert.match(
		text,
		/\| Python 2\.0\.0a5 \| elizaos 2\.0\.0a5 \| elizaos-plugin-inmemorydb 2\.0\.0a5 \| CPython [^|]+ \| 1 of 2 \|/,
	);
	assert.ok(!text.includes(ROOT), "it depends on where it was made");
	matrix(...args);
	assert.equal(readFileSync(page, "utf8"), text);
});

test("a page that cannot be written and words that name nothing are refused before anything is installed", () => {
	writeFileSync(join(folder, "file"), "");
	for (const [args, reason] of [
		[["--output", join(folder, "file/page.md")], /^error: cannot write /],
		[["--output", folder], /^error: cannot write .*it is a folder/],
		[["--targets", "perl@5.0.0"], /^error: unknown target 'perl@5\.0\.0'/],
		[["--scenarios", "none"], /^error: unknown scenario 'none'/],
	] as const) {
		const { status, stderr, stdout } = matrix(...args);
		assert.deepEqual([status, stdout], [2, ""], stderr);
		assert.match(stderr, reason);
		assert.equal(stderr.trim().split("\n").length, 1);
	}
});
