// ./test.sh says what its parts are, and ends with what the parts have left.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ROOT } from "../orchestrator/files.ts";
import { summarize } from "./support/test-summary.ts";

const SCRIPT = join(ROOT, "test.sh");
const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-test-script-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const leave = (name: string, text: string) => writeFileSync(join(folder, name), text);

test("the help lists every part, and the npm scripts call nothing else", () => {
	const { status, stdout } = spawnSync(SCRIPT, ["--help"], { encoding: "utf8" });
	assert.equal(status, 0);
	const listed = [...stdout.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map(([, part]) => part);
	const { stderr } = spawnSync(SCRIPT, ["no-such-part"], { encoding: "utf8" });
	const [, choice = ""] = /choose from (.*)/.exec(stderr) ?? [];
	assert.deepEqual(choice.split(" ").toSorted(), listed.toSorted());
	const { scripts }: { scripts: Record<string, string> } = JSON.parse(
		readFileSync(join(ROOT, "package.json"), "utf8"),
	);
	const called = Object.values(scripts).flatMap((line) => /^\.\/test\.sh (\S+)$/.exec(line)?.[1] ?? []);
	assert.deepEqual(called.toSorted(), listed.toSorted());
});

test("an unknown part is one line and exit 2", () => {
	const { status, stdout, stderr } = spawnSync(SCRIPT, ["lint", "no-such-part"], { encoding: "utf8" });
	assert.deepEqual([status, stdout], [2, ""]);
	assert.match(stderr, /^error: unknown part 'no-such-part': choose from .*\n$/);
});

test("the timed tests are there", () => {
	const [, list = ""] = /^timed=\(([^)]*)\)/m.exec(readFileSync(SCRIPT, "utf8")) ?? [];
	const files = list.trim().split(/\s+/);
	assert.ok(files.length > 5);
	assert.deepEqual(
		files.filter((file) => !existsSync(join(ROOT, file))),
		[],
	);
});

test("the summary has the seconds of each part, the slowest tests, and the count of checks as its last line", () => {
	leave("one.checks", "passed  first check\nFAILED  second check\n");
	leave("one.log", "why it failed\n");
	leave("one.seconds", "12\n");
	leave(
		"one.junit.xml",
		'<testsuites><testcase name="slow &lt;1&gt;" time="7.2"/><testsuite><testcase name="fast" time="0.1"/></testsuite></testsuites>',
	);
	leave("two.checks", "passed  third check\n");
	leave("two.seconds", "3\n");
	const { lines, failed } = summarize(folder, ["one", "two"]);
	assert.equal(failed, 1);
	assert.deepEqual(lines, [
		"== one",
		"why it failed\n",
		"Seconds per part",
		"    12  one",
		"     3  two",
		"",
		"Slowest tests",
		"     7  one: slow <1>",
		"     0  one: fast",
		"",
		"passed  first check",
		"FAILED  second check",
		"passed  third check",
		"2 passed, 1 failed",
	]);
});

test("a part that came to no end is a failure", () => {
	const { lines, failed } = summarize(folder, ["two", "three"]);
	assert.equal(failed, 1);
	assert.ok(lines.includes("FAILED  three: came to no end"));
	assert.equal(lines.at(-1), "1 passed, 1 failed");
});
