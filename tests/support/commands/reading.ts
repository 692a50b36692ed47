/** The commands that measure little or nothing, on runs of the smallest size. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../orchestrator/files.ts";
import { RUNTIMES } from "../../../orchestrator/runtimes/index.ts";
import { CHANGE_EXPORTERS, COMPARISON_EXPORTERS, type Exporter } from "../../../report/exporters/index.ts";
import { changeFile, comparisonFile, conformanceReport, historyFile } from "../../../shared/types.ts";
import { succeed } from "../program.ts";
import { temporaryFolder } from "../real.ts";
import { BLOCKS, cellOf, cleanCopy, once, SCENARIOS, smallRuns } from "../small-runs.ts";
import type { Rows } from "./rows.ts";

const folder = temporaryFolder();
const runs = smallRuns(join(folder, "runs"));
const cleaned = once(() => cleanCopy(join(folder, "project")));
const findings = once((): { check: string; status: string }[] => {
	const { findings } = JSON.parse(succeed("doctor", "--no-probe", "--json"));
	return findings;
});

export const READING: Rows = {
	run: (runtime) => {
		const { status, processes, latency, pipeline } = cellOf(runs.first(), runtime);
		assert.deepEqual([status, processes], ["comparable", BLOCKS]);
		assert.ok((latency?.median_ms ?? 0) > 0);
		assert.ok(pipeline.observed);
	},
	"run --resume": (runtime) => {
		const { status, processes } = cellOf(runs.resumed(), runtime);
		assert.deepEqual([status, processes], ["comparable", BLOCKS + 1]);
	},
	verify: (runtime) => {
		const ledger = succeed("verify", "--targets", runtime, "--scenarios", "single-message");
		assert.match(ledger, /Status .* comparable/);
		assert.match(ledger, /messageHandler/);
		assert.match(ledger, /Prompt characters/);
	},
	"support-matrix": (runtime) => {
		const page = succeed("support-matrix", "--targets", runtime, "--scenarios", "single-message");
		assert.match(page, /^\| single-message \| ✓ \|$/m);
	},
	conformance: (runtime) => {
		const { file, args } = RUNTIMES[runtime].executable(ROOT, "measure", []);
		const text = succeed("conformance", "--seed", "1234567", "--timeout", "120", "--json", file, ...args);
		const { checks, passed } = conformanceReport.parse(JSON.parse(text));
		const named = (wanted: string) =>
			checks.filter(({ status }) => status === wanted).map(({ name, reason }) => [name, reason]);
		assert.deepEqual(named("failed"), []);
		assert.equal(passed, true);
		const notTried = named("not-tried").map(([name]) => name);
		assert.ok(
			notTried.every((name) => name === "framework-error"),
			notTried.join(),
		);
	},
	report: (runtime) => {
		const result = join(runs.first(), `${runtime}.json`);
		assertFormats("report", [result], COMPARISON_EXPORTERS, join(folder, `report-${runtime}`));
		const { targets, scenarios } = comparisonFile.parse(JSON.parse(succeed("report", result, "--json")));
		assert.deepEqual(
			targets.map(({ id }) => id),
			[runtime],
		);
		assert.equal(scenarios[0]?.cells[runtime]?.status, "comparable");
	},
	compare: (runtime) => {
		const results = [runs.first(), runs.resumed()].map((run) => join(run, `${runtime}.json`));
		const args = [...results, "--fail-on", "none"];
		assertFormats("compare", args, CHANGE_EXPORTERS, join(folder, `compare-${runtime}`));
		const { cells } = changeFile.parse(JSON.parse(succeed("compare", ...args, "--json")));
		assert.deepEqual(
			cells.map(({ scenario, change }) => [scenario, change === "not comparable"]),
			SCENARIOS.map((id) => [id, false]),
		);
	},
	history: (runtime) => {
		for (const run of [runs.first(), runs.resumed()]) assert.ok(run.startsWith(runs.folder));
		const page = join(folder, `history-${runtime}.html`);
		const text = succeed("history", runs.folder, "--targets", runtime, "--output", page, "--json");
		const { runs: count, series } = historyFile.parse(JSON.parse(text));
		assert.equal(count, 2);
		assert.equal(series.length, SCENARIOS.length);
		for (const { points } of series) assert.equal(points.filter(({ value }) => value !== null).length, 2);
		assert.match(readFileSync(page, "utf8"), /<svg/);
	},
	list: (runtime) => {
		const { targets } = JSON.parse(succeed("list", "--json"));
		assert.ok(targets.some(({ id }: { id: string }) => id === runtime));
	},
	doctor: (runtime) => {
		const found = findings().filter(({ check }) => check === runtime);
		assert.deepEqual(
			found.map(({ status }) => status),
			["ok"],
		);
	},
	clean: (runtime) => {
		const { afterClean, afterAll } = cleaned();
		const { products } = RUNTIMES[runtime];
		const isLeft = (left: string[]) => products.map((path) => left.includes(path));
		assert.ok(!afterClean.includes(`.cache/targets/${runtime}-1`));
		assert.ok(isLeft(afterClean).every((is) => is));
		assert.ok(isLeft(afterAll).every((is) => !is));
		assert.ok(afterAll.includes("results/a-run"));
	},
};

/** Writes every format that a command has, each with a scenario in it. */
function assertFormats<T>(
	command: string,
	args: readonly string[],
	exporters: readonly Exporter<T>[],
	output: string,
): void {
	const formats = [...new Set(exporters.map(({ format }) => format))];
	succeed(command, ...args, "--format", formats.join(), "--output", output);
	for (const { file } of exporters)
		assert.match(readFileSync(join(output, file), "utf8"), new RegExp(SCENARIOS.join("|")), file);
}
