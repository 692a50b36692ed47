// Every command of ./run.sh, run as small as it can be on every runtime that it takes.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ROOT, readJson } from "../../orchestrator/files.ts";
import { RUNTIME_NAMES, RUNTIMES } from "../../orchestrator/runtimes/index.ts";
import { CHANGE_EXPORTERS, COMPARISON_EXPORTERS, type Exporter } from "../../report/exporters/index.ts";
import {
	changeFile,
	comparisonFile,
	conformanceReport,
	historyFile,
	microFile,
	type RuntimeName,
} from "../../shared/types.ts";
import { LIMIT_MS, runProgram, succeed } from "../support/program.ts";
import { temporaryFolder } from "../support/real.ts";
import { BLOCKS, cellOf, cleanCopy, once, SCENARIOS, smallRuns } from "../support/small-runs.ts";

const OPERATIONS = [
	"compose_state",
	"memory_create",
	"memory_get",
	"prompt_render",
	"provider_run CHARACTER",
	"provider_run RECENT_MESSAGES",
	"response_parse",
];

const folder = temporaryFolder();
const runs = smallRuns(join(folder, "runs"));
const cleaned = once(() => cleanCopy(join(folder, "project")));
const findings = once((): { check: string; status: string }[] => {
	const { findings } = JSON.parse(succeed("doctor", "--no-probe", "--json"));
	return findings;
});

type Check = (runtime: RuntimeName) => void;

/** What each command has to do on a runtime. */
const TABLE: Record<string, Check> = {
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
	ab: (runtime) => {
		// Beside itself on a real database.
		const targets = [runtime, `${runtime}+postgres`];
		const amount = ["--budget", "1s", "--precision", "50%", "--fail-on", "none"];
		const output = join(folder, `ab-${runtime}`);
		const { cells } = changeFile.parse(
			JSON.parse(succeed("ab", ...targets, ...amount, "--output", output, "--json")),
		);
		assert.deepEqual(
			cells.map(({ scenario, change }) => [scenario, change === "not comparable"]),
			[["single-message", false]],
		);
		const { databases } = readJson(join(output, "comparison.json"), comparisonFile, "comparison");
		assert.equal(databases?.[0]?.scenarios[0]?.scenario, "single-message");
	},
	sweep: (runtime) => {
		const output = join(folder, `sweep-${runtime}`);
		const amount = ["--sizes", "0,5", "--targets", runtime, "--profile", "quick", "--format", "markdown"];
		const text = succeed("sweep", "providers", ...amount, "--output", output, "--json");
		const { growth } = comparisonFile.parse(JSON.parse(text));
		assert.deepEqual(
			growth.map(({ dimension, target, points }) => [dimension, target, points.map(({ size }) => size)]),
			[["providers", runtime, [0, 5]]],
		);
		assert.ok(growth[0]?.points.every(({ value_ms, warmup_messages }) => value_ms > 0 && warmup_messages));
		assert.match(readFileSync(join(output, "report.md"), "utf8"), /ms at dummy providers/);
		assert.match(readFileSync(join(output, "report.html"), "utf8"), /Growth with size/);
	},
	versions: (runtime) => {
		const words = {
			typescript: "2.0.0-alpha.3 2.0.0-alpha.32",
			python: "2.0.0a4 2.0.0a5",
			rust: "2.0.0 9.9.9",
		};
		const output = join(folder, `versions-${runtime}`);
		const args = [
			"versions",
			runtime,
			...words[runtime].split(" "),
			"--profile",
			"quick",
			"--output",
			output,
		];
		if (runtime === "rust") {
			// One version of it is published, so that there is nothing to compare.
			const { status, stderr } = runProgram(...args);
			assert.equal(status, 2, stderr);
			assert.match(stderr, /^The target rust-9-9-9 is left out of this run$/m);
			assert.equal(cellOf(output, "rust-2-0-0").status, "comparable");
		} else {
			const { series } = historyFile.parse(JSON.parse(succeed(...args, "--json")));
			const latency = series.find(({ metric }) => metric === "message_latency_p50_ms");
			assert.deepEqual(
				latency?.points.map(({ value }) => value !== null),
				[true, true],
			);
		}
	},
	"support-matrix": (runtime) => {
		const page = succeed("support-matrix", "--targets", runtime, "--scenarios", "single-message");
		assert.match(page, /^\| single-message \| ✓ \|$/m);
	},
	micro: (runtime) => {
		const output = join(folder, `micro-${runtime}`);
		const text = succeed("micro", "--targets", runtime, "--quick", "--output", output, "--json");
		const [target] = microFile.parse(JSON.parse(text)).targets;
		assert.deepEqual(target?.benchmarks.map(({ name }) => name).toSorted(), OPERATIONS);
		for (const { name, medianNs, p5Ns, p95Ns, samples } of target?.benchmarks ?? [])
			assert.ok(p5Ns > 0 && p5Ns <= medianNs && medianNs <= p95Ns && samples >= 10, name);
	},
	profile: (runtime) => {
		// A sampling profiler sees little of a fast program in a short time.
		const amount = ["--scenarios", "burst-100", "--iterations", runtime === "rust" ? "150" : "5"];
		const output = join(folder, `profile-${runtime}`);
		const [profile] = JSON.parse(
			succeed("profile", "--targets", runtime, ...amount, "--output", output, "--json"),
		);
		assert.ok(existsSync(profile.file));
		assert.equal(profile.functions.length, 10);
		const shares: number[] = [...profile.functions, ...profile.outside].map(({ selfShare }) => selfShare);
		assert.ok(shares.every((share) => share > 0));
		assert.ok(shares.reduce((sum, share) => sum + share, 0) <= 1.000001);
	},
	conformance: (runtime) => {
		const { file, args } = RUNTIMES[runtime].executable(ROOT, "measure", []);
		const text = succeed("conformance", "--seed", "1234567", "--timeout", "30", "--json", file, ...args);
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

for (const [command, check] of Object.entries(TABLE)) {
	describe(command, () => {
		for (const runtime of RUNTIME_NAMES)
			test(`./run.sh ${command} works on ${runtime}`, { timeout: LIMIT_MS }, () => check(runtime));
	});
}

test("the table has every command that ./run.sh --help lists", () => {
	const [, list = ""] = succeed("--help").split(/^Commands:$/m);
	const [commands = ""] = list.split("\n\n");
	const names = [...commands.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name]) => name);
	assert.ok(names.length > 5);
	const rows = Object.keys(TABLE).filter((name) => !name.startsWith("run"));
	assert.deepEqual(rows.toSorted(), names.toSorted());
});
