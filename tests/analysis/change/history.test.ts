import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { history } from "../../../analysis/change/history.ts";
import { ROOT } from "../../../orchestrator/files.ts";
import { renderHistory, sparkline } from "../../../report/console/history.ts";
import { renderHistoryPage } from "../../../report/html/history.ts";
import { Random } from "../../../shared/random.ts";
import { type BenchmarkResult, historyFile } from "../../../shared/types.ts";
import { recordedResults } from "../../support/recorded.ts";

const RUNS = 14;
const STEP_AT = 7;
const [recorded] = recordedResults().filter(({ target }) => target.id === "rust");
assert.ok(recorded);
const rust = recorded;

/**
 * Repeats the recorded run on another day, with the median latency of one scenario multiplied by `factor`.
 */
function runAgain(day: number, factor: number, change: Partial<BenchmarkResult> = {}): BenchmarkResult {
	const copy = structuredClone(rust);
	const cell = copy.scenarios["single-message"];
	const median = cell?.estimates.message_latency_p50_ms;
	assert.ok(cell?.latency && median);
	cell.latency.median_ms = median.value * factor;
	cell.estimates.message_latency_p50_ms = {
		value: median.value * factor,
		low: median.low * factor,
		high: median.high * factor,
	};
	assert.ok(copy.versions);
	const versions = { ...copy.versions, framework: day < STEP_AT ? "2.0.0" : "2.1.0" };
	return {
		...copy,
		timestamp: `2026-10-${String(day + 1).padStart(2, "0")}T06:00:00.000Z`,
		versions,
		...change,
	};
}

/** @param step factor by which the second half of the runs takes longer */
function days(step: number): BenchmarkResult[] {
	const random = new Random(3);
	return Array.from({ length: RUNS }, (_, day) =>
		runAgain(day, (day < STEP_AT ? 1 : step) * (1 + 0.04 * (random.next() - 0.5))),
	);
}

test("a step between two versions is one change of level, with its size and the versions around it", () => {
	const found = historyFile.parse(history(days(1.15), { scenarios: ["single-message"] }));
	assert.equal(found.runs, RUNS);
	const [series] = found.series;
	assert.equal(found.series.length, 1);
	assert.equal(series?.changes.length, 1);
	const [change] = series.changes;
	assert.deepEqual(
		[change?.index, change?.version_before, change?.version, change?.change],
		[STEP_AT, "2.0.0", "2.1.0", "slower"],
	);
	assert.ok(
		change?.interval &&
			change.interval.low < 1.15 &&
			change.interval.high > 1.15 &&
			change.interval.low > 1.1,
	);
	assert.deepEqual(
		series.levels.map(({ from }) => from),
		[0, STEP_AT],
	);
	assert.match(
		renderHistory(found).replace(/[║\s]+/g, " "),
		/single-message, Rust: Median latency slower 1\d% .* from 2026-10-08 on, 2\.0\.0 to 2\.1\.0/,
	);
});

test("runs of one build have no change of level, and every run is a point", () => {
	const found = history(days(1), { scenarios: ["single-message"] });
	assert.deepEqual(found.series[0]?.changes, []);
	assert.equal(found.series[0]?.points.length, RUNS);
	assert.match(renderHistory(found), /No change of level in 14 runs/);
});

test("runs of another machine or scenario definition are in a series of their own", () => {
	const elsewhere = runAgain(20, 3, { machine: { ...rust.machine, cpu_model: "Another processor" } });
	const redefined = runAgain(21, 5);
	const cell = redefined.scenarios["single-message"];
	assert.ok(cell);
	cell.definition = "another";
	const found = history([...days(1), elsewhere, redefined], { scenarios: ["single-message"] });
	assert.deepEqual(
		found.series.map(({ points }) => points.length).toSorted((a, b) => a - b),
		[1, 1, RUNS],
	);
});

test("a run in which a cell is not comparable is a gap, not a value", () => {
	const broken = runAgain(20, 1);
	const cell = broken.scenarios["single-message"];
	assert.ok(cell);
	cell.status = "unsupported";
	const found = history([...days(1), broken], { scenarios: ["single-message"] });
	assert.deepEqual(found.series[0]?.points.at(-1)?.value, null);
	assert.equal(sparkline({ points: found.series[0]?.points.slice(-2) ?? [] }, 10).length, 2);
	assert.ok(sparkline({ points: found.series[0]?.points ?? [] }, 80).endsWith(" "));
});

test("the page holds a chart for every series and asks the network for nothing", () => {
	const found = history(days(1.15));
	const page = renderHistoryPage(found);
	assert.equal(
		page.match(/<svg class="chart"|class="chart"/g)?.length,
		found.series.filter(({ points }) => points.some(({ value }) => value !== null)).length,
	);
	assert.doesNotMatch(page, /https?:\/\/(?!www\.w3\.org)/);
	assert.match(page, /What changed/);
	assert.doesNotMatch(page, /cut at/);
	const [first] = found.series;
	const point = first?.points.find(({ interval }) => interval) ?? assert.fail("no interval");
	point.interval = { low: 0, high: 1e9 };
	assert.match(renderHistoryPage(found), /1 bar is cut at [0-9.]+ms/);
});

test("the command draws a folder of runs, names what it leaves out, and refuses one with nothing in it", () => {
	const folder = mkdtempSync(join(tmpdir(), "history-"));
	for (const [day, result] of days(1.15).entries()) {
		mkdirSync(join(folder, `run-${day}`));
		writeFileSync(join(folder, `run-${day}`, "rust.json"), JSON.stringify(result));
	}
	writeFileSync(join(folder, "run-0", "cut.json"), JSON.stringify(rust).slice(0, 5000));
	writeFileSync(join(folder, "run-0", "stopped.json"), JSON.stringify(runAgain(25, 1, { complete: false })));
	const run = (...args: string[]) =>
		spawnSync(join(ROOT, "run.sh"), ["history", ...args], { encoding: "utf8" });
	const { status, stdout, stderr } = run(folder, "--scenarios", "single-message");
	assert.equal(status, 0, stderr);
	assert.match(stdout, /1 change of level in 14 runs/);
	assert.match(stderr, /left out: the result file .*cut\.json is not complete JSON/);
	assert.match(stderr, /left out: .*stopped\.json is of an interrupted run/);
	assert.match(readFileSync(join(folder, "history.html"), "utf8"), /2\.1\.0/);
	historyFile.parse(JSON.parse(run(folder, "--json").stdout));
	assert.equal(run(mkdtempSync(join(tmpdir(), "history-empty-"))).status, 2);
	assert.match(run(folder, "--metric", "speed").stderr, /unknown metric 'speed'/);
});
