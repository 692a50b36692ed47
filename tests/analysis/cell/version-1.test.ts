// Runs that schema version 1 recorded are read as version 2, and keep the verdicts of version 1.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { scenarioResult } from "../../../analysis/cell/result.ts";
import { judge } from "../../../analysis/cell/verification.ts";
import { upgradeResult } from "../../../analysis/cell/version-1.ts";
import { compare } from "../../../analysis/compare/comparison.ts";
import { figureOf, METRICS } from "../../../analysis/metrics.ts";
import {
	type BenchmarkResult,
	benchmarkResult,
	type ComparisonRow,
	type MeasurementFile,
	measurementFile,
	type ProcessRecord,
	type RatioPair,
	type Scenario,
	type Standing,
} from "../../../shared/types.ts";
import { fixtures } from "../../support/evidence.ts";

const fixture = (path: string) =>
	JSON.parse(readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), "utf8"));
const read = (path: string) => benchmarkResult.parse(upgradeResult(fixture(path)));

type GoldenStanding = Omit<Standing, "pairs"> & {
	pairs: Pick<RatioPair, "a" | "b" | "ratio" | "interval" | "verdict" | "blocks">[];
};
interface Golden {
	categories: { category: string; standing: GoldenStanding }[];
	scenarios: Record<
		string,
		{
			deciding_metric: string | null;
			statuses: Record<string, string>;
			standings: Record<string, GoldenStanding>;
		}
	>;
}

/** Version 1 of the analysis gave these verdicts for the recorded run. */
const golden: Golden = JSON.parse(
	readFileSync(new URL("../../golden/version-1-verdicts.json", import.meta.url), "utf8"),
);

/** The ids of these figures have changed with their definition. */
const RENAMED: Record<string, string> = {
	message_latency_p95_ms: "process_latency_p95_ms",
	message_latency_p99_ms: "process_latency_p99_ms",
};

const results: BenchmarkResult[] = ["typescript", "python", "rust"].map((target) =>
	read(`recorded-run-version-1/${target}.json`),
);
const comparison = compare(results);

const ratiosOf = ({ pairs }: GoldenStanding) =>
	pairs.map(({ a, b, ratio, interval, blocks }) => ({ a, b, ratio, interval, blocks }));

/**
 * Version 1 had a floor of at least 1 %, and took scatter into it. With today's floor a tie of then may
 * be decided. Nothing that was decided is decided otherwise.
 */
function assertVerdicts(now: GoldenStanding, then: GoldenStanding, what: string): void {
	for (const [index, { verdict }] of then.pairs.entries()) {
		const found = now.pairs[index];
		assert.ok(found, what);
		assert.ok(found.verdict === verdict || verdict === "tie", `${what}: ${verdict} is now ${found.verdict}`);
		const excludesOne = found.interval !== null && (found.interval.low > 1 || found.interval.high < 1);
		if (found.verdict !== "tie" && found.verdict !== "undecided") assert.ok(excludesOne, what);
	}
}

test("a run of version 1 gives the ratios that version 1 gave, in every metric of every scenario, and no verdict is turned", () => {
	let compared = 0;
	for (const [id, { deciding_metric, statuses, standings }] of Object.entries(golden.scenarios)) {
		const scenario = comparison.scenarios.find((one) => one.id === id);
		assert.ok(scenario, id);
		assert.equal(scenario.deciding_metric, deciding_metric);
		assert.deepEqual(
			Object.fromEntries(Object.entries(scenario.cells).map(([target, { status }]) => [target, status])),
			statuses,
		);
		for (const [metric, standing] of Object.entries(standings)) {
			const row: ComparisonRow | undefined = scenario.rows.find(
				(one) => one.metric === (RENAMED[metric] ?? metric),
			);
			assert.ok(row?.standing, `${id} ${metric}`);
			assert.deepEqual(ratiosOf(row.standing), ratiosOf(standing), `${id} ${metric}`);
			assertVerdicts(row.standing, standing, `${id} ${metric}`);
			compared++;
		}
	}
	assert.ok(compared > 50, `${compared}`);
	// Version 1 led *scale* by who was fast in scaling scenarios; now it is who grows least.
	const levels = ({ category }: { category: string }) => category !== "scale";
	const then = golden.categories.filter(levels);
	assert.deepEqual(
		comparison.categories.filter(levels).map(({ category }) => category),
		then.map(({ category }) => category),
	);
	for (const { category, standing } of then) {
		const now = comparison.categories.find((one) => one.category === category)?.standing;
		assert.ok(now);
		assert.deepEqual(ratiosOf(now), ratiosOf(standing), category);
		assertVerdicts(now, standing, category);
	}
});

test("a figure of version 1 lies in its interval, and is the estimate's value", () => {
	for (const { scenarios } of results)
		for (const [id, cell] of Object.entries(scenarios))
			for (const metric of METRICS) {
				const [value, estimate] = [figureOf(metric, cell), cell.estimates[metric.id]];
				if (!estimate) continue;
				assert.equal(estimate.value, value, `${id} ${metric.id}`);
				assert.ok(estimate.low <= estimate.value && estimate.value <= estimate.high, `${id} ${metric.id}`);
			}
});

test("data that are no result of version 1 are left as they are", () => {
	const [current] = results;
	assert.deepEqual(upgradeResult(current), current);
	for (const other of [null, 1, "text", [], {}, { schemaVersion: 1 }, { schemaVersion: 3, scenarios: {} }])
		assert.deepEqual(upgradeResult(other), other);
});

test("the raw measurements that version 1 recorded give the results of version 1", () => {
	const run = fixture("small-run-version-1/run.json");
	const measurementOf = ({ file }: ProcessRecord): MeasurementFile =>
		measurementFile.parse({ ...fixture(`small-run-version-1/${file}`), schemaVersion: 2 });
	for (const target of ["python", "rust"]) {
		const recorded = read(`small-run-version-1/${target}.json`);
		for (const scenario of run.scenarios as Scenario[]) {
			const records: ProcessRecord[] = run.processes
				.filter((row: ProcessRecord) => row.target === target && row.scenario === scenario.id)
				.map(({ sentinels, ...row }: Record<string, unknown>) => ({ ...row, monitor: sentinels }));
			const verification = records.find(({ role }) => role === "verify");
			assert.ok(verification);
			const ledger = measurementOf(verification).cells[0]?.ledger ?? null;
			assert.ok(ledger);
			const made = scenarioResult(
				{
					scenario,
					ledger,
					judgement: judge(scenario, fixtures, ledger),
					processes: records
						.filter(({ role }) => role !== "verify")
						.map((record) => ({ record, measurement: measurementOf(record) })),
				},
				fixtures,
				{ settings: run.settings, earlierAa: {} },
			);
			const stored = recorded.scenarios[scenario.id];
			assert.ok(stored);
			// Version 1 did not count the messages of a warm-up either.
			const { samples, estimates, warmup_messages: _messages, ...rest } = made;
			const { samples: oldSamples, estimates: oldEstimates, ...oldRest } = stored;
			assert.deepEqual(round(rest), round(oldRest), `${target} ${scenario.id}`);
			// Version 1 kept neither the growth of each process nor the stages of single iterations.
			const kept = samples.map(
				({ values: { memory_growth_kb_per_message: _, ...values }, stage_series_ms: __, ...sample }) => ({
					...sample,
					values,
				}),
			);
			assert.deepEqual(round(kept), round(oldSamples), `${target} ${scenario.id}`);
			for (const [metric, estimate] of Object.entries(estimates)) {
				const boxed = made.operations.some(
					({ operation, box_closed }) => box_closed && metric === `${operation}_ops_per_sec`,
				);
				assert.deepEqual(
					round(oldEstimates[metric] ?? null),
					boxed ? null : round(estimate),
					`${target} ${scenario.id} ${metric}`,
				);
			}
		}
	}
});

/** Sums in another order differ in the last digits. */
function round(value: unknown): unknown {
	return JSON.parse(
		JSON.stringify(value, (_, part) => (typeof part === "number" ? Number(part.toPrecision(9)) : part)),
	);
}
