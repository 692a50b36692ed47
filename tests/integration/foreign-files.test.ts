// Files that come from elsewhere: copies and links of runs, another system's text, an output that takes nothing.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
	cpSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ROOT, readJson } from "../../orchestrator/files.ts";
import { historyFile, runFile } from "../../shared/types.ts";
import { LIMIT_MS, RUN, runProgram } from "../support/program.ts";

const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-foreign-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const RECORDED = join(ROOT, "tests/fixtures/recorded-run");
const SMALL_RUN = join(ROOT, "tests/fixtures/small-run");
const SMALL = ["--targets", "rust", "--scenarios", "single-message", "--blocks", "2", "--observe", "0"];
/** What editors of other systems put before a text. */
const MARK = "\ufeff";

test("a copy of a run is one point of its history, links are followed, and nothing is passed over in silence", {
	timeout: LIMIT_MS,
}, () => {
	const results = join(folder, "results");
	const deep = join(results, "2026/11/25/nightly/first");
	mkdirSync(join(results, "2026/11/25/nightly"), { recursive: true });
	cpSync(RECORDED, deep, { recursive: true });
	const pointsOf = () => {
		const page = join(folder, "history.html");
		const { status, stdout, stderr } = runProgram("history", results, "--output", page, "--json");
		assert.equal(status, 0, stderr);
		const { series } = historyFile.parse(JSON.parse(stdout));
		return { points: new Set(series.map(({ points }) => points.length)), stderr };
	};
	assert.deepEqual(pointsOf().points, new Set([1]));
	cpSync(deep, join(results, "the same again"), { recursive: true });
	const python = join(results, "the same again/python.json");
	writeFileSync(
		python,
		JSON.stringify(JSON.parse(readFileSync(python, "utf8")), null, 1).replaceAll("\n", "\r\n"),
	);
	symlinkSync(deep, join(results, "a link"));
	symlinkSync(results, join(results, "a circle"));
	symlinkSync(join(folder, "nothing"), join(results, "a link to nothing"));
	const { points, stderr } = pointsOf();
	assert.deepEqual(points, new Set([1]));
	for (const found of [
		/the same again\/python\.json is a copy of .*\/2026\/11\/25\/nightly\/first\/python\.json/,
		/a link\/python\.json is a copy of|first\/python\.json is a copy of .*a link\/python\.json/,
		/a circle is a link to a folder that it lies in/,
		/a link to nothing is a link to nothing/,
	])
		assert.match(stderr, found);
	// A link to a run is that run, on both sides of a comparison too.
	const linked = runProgram("compare", deep, join(results, "a link"));
	assert.equal(linked.status, 2, linked.stderr);
	assert.match(linked.stderr, /one run is compared with itself between two of its targets/);
});

test("a byte order mark before a file is read past", { timeout: LIMIT_MS }, () => {
	const marked = (name: string, text: string) => {
		const path = join(folder, name);
		writeFileSync(path, MARK + text);
		return path;
	};
	const scenarios = marked(
		"scenarios.json",
		readFileSync(join(ROOT, "shared/contract/scenarios.json"), "utf8"),
	);
	const targets = marked("targets.json", '{ "schemaVersion": 2, "named": { "mine": "rust" } }');
	const names = runProgram("list", "--scenario-file", scenarios, "--target-file", targets);
	assert.equal(names.status, 0, names.stderr);
	const run = join(folder, "marked-run");
	cpSync(SMALL_RUN, run, { recursive: true });
	for (const name of readdirSync(run).filter((one) => one.endsWith(".json")))
		writeFileSync(join(run, name), MARK + readFileSync(join(run, name), "utf8"));
	const report = runProgram("report", run);
	assert.equal(report.status, 0, report.stderr);
	const rules = marked(
		"rules.json",
		'{ "schemaVersion": 2, "rules": [{ "scenario": "*", "metric": "*", "slower": 0.9 }] }',
	);
	const compared = runProgram("compare", run, SMALL_RUN, "--thresholds", rules);
	assert.equal(compared.status, 0, compared.stderr);
	assert.match(compared.stderr, /small-run is a copy of .*marked-run: one run is compared with itself/);
});

test("an output that takes nothing loses no measurement, and is said in one line", {
	timeout: LIMIT_MS,
}, () => {
	const full = openSync("/dev/full", "w");
	const output = join(folder, "full");
	const measured = spawnSync(RUN, [...SMALL, "--output", output], {
		stdio: ["ignore", full, "pipe"],
		encoding: "utf8",
	});
	assert.equal(measured.status, 1, measured.stderr);
	assert.match(measured.stderr, /^error: standard output could not be written \(ENOSPC[^\n]*$/m);
	assert.doesNotMatch(measured.stderr, /\n\s+at /);
	assert.equal(readJson(join(output, "run.json"), runFile, "run file").status, "complete");
	// Progress and errors have nowhere to go, and the result is there all the same.
	const silent = spawnSync(RUN, ["list", "--json"], { stdio: ["ignore", "pipe", full], encoding: "utf8" });
	assert.equal(silent.status, 0);
	assert.ok(JSON.parse(silent.stdout));
	const both = join(folder, "both");
	const { status } = spawnSync(RUN, [...SMALL, "--output", both], { stdio: ["ignore", full, full] });
	assert.equal(status, 1);
	assert.equal(readJson(join(both, "run.json"), runFile, "run file").status, "complete");
});

test("a command that prints once and ends says that its output was lost", { timeout: LIMIT_MS }, () => {
	const full = openSync("/dev/full", "w");
	for (const words of [
		["list"],
		["list", "--json"],
		["report", SMALL_RUN],
		["doctor", "--no-probe"],
		["--help"],
	]) {
		const { status, stderr } = spawnSync(RUN, words, { stdio: ["ignore", full, "pipe"], encoding: "utf8" });
		assert.equal(status, 1, words.join(" "));
		assert.match(stderr, /^error: standard output could not be written \(ENOSPC[^\n]*\n$/);
	}
});

test("a closed input, output or error output changes nothing", { timeout: LIMIT_MS }, () => {
	const verify = 'exec "$0" verify --targets rust --scenarios single-message';
	for (const closed of ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"]) {
		const { status, stderr } = spawnSync("bash", ["-c", `${verify} ${closed}`, RUN], { encoding: "utf8" });
		assert.equal(status, 0, `${closed} ${stderr}`);
	}
});
