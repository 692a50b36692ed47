import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { distribution, scenarioResult } from "../../../analysis/cell/result.ts";
import { compare } from "../../../analysis/compare/comparison.ts";
import { renderComparison } from "../../../report/console/report.ts";
import { reasonText } from "../../../report/text/reasons.ts";
import { numberText, ratioText, valueText } from "../../../report/text/units.ts";
import { plainText } from "../../../shared/text.ts";
import type { BenchmarkResult, Target } from "../../../shared/types.ts";
import { comparisonFile, benchmarkResult as resultSchema } from "../../../shared/types.ts";
import { evidenceOf, fixtures, processOf, resultOf, scenarioOf, targets } from "../../support/evidence.ts";

const scenario = scenarioOf("burst-100");
const [target] = targets;
assert.ok(target);

/** Makes results with one message time per target, some of them of another status. */
function results(
	times: number[],
	status: ("comparable" | "divergent" | "unsupported")[] = [],
): BenchmarkResult[] {
	return targets.map((one, index) =>
		resultOf(one, [evidenceOf(scenario, [processOf(one, scenario, [times[index] ?? 1e6])], status[index])]),
	);
}

const medianRow = (all: BenchmarkResult[]) =>
	compare(all).scenarios[0]?.rows.find(({ metric }) => metric === "message_latency_p50_ms");

/** A ratio comes from logarithms. */
function rounded(ratios: Record<string, number | null> | undefined): Record<string, number | null> {
	return Object.fromEntries(
		Object.entries(ratios ?? {}).map(([target, ratio]) => [target, ratio && Number(ratio.toPrecision(12))]),
	);
}

test("results and comparisons fit their schemas", () => {
	for (const result of results([1e6, 2e6, 3e6])) resultSchema.parse(result);
	comparisonFile.parse(compare(results([1e6, 2e6, 3e6])));
});

test("the best comparable target has ratio 1 and the others how many times worse they are", () => {
	const row = medianRow(results([2e6, 1e6, 3e6]));
	assert.deepEqual(rounded(row?.ratios), { typescript: 2, python: 1, rust: 3 });
	const throughput = compare(results([2e6, 1e6, 4e6])).scenarios[0]?.rows.find(
		({ metric }) => metric === "messages_per_second",
	);
	assert.deepEqual(rounded(throughput?.ratios), { typescript: 2, python: 1, rust: 4 });
});

test("a divergent target shows its figure and takes part in no ratio, even as the fastest", () => {
	const row = medianRow(results([2e6, 1e3, 3e6], ["comparable", "divergent", "comparable"]));
	assert.equal(row?.values.python, 0.001);
	assert.deepEqual(rounded(row?.ratios), { typescript: 1, python: null, rust: 1.5 });
});

test("a scenario without a category shows its figures, and nobody is better", () => {
	const uncategorized = { ...scenario, categories: [] };
	const all = [1e6, 2e6, 3e6].map((time, index) => {
		const one = targets[index] as Target;
		return resultOf(one, [evidenceOf(uncategorized, [processOf(one, uncategorized, [time])])]);
	});
	const [compared] = compare(all).scenarios;
	assert.equal(compared?.deciding_metric, null);
	assert.equal(medianRow(all)?.values.rust, 3);
	for (const { standing, ratios } of compared?.rows ?? []) {
		assert.equal(standing, null);
		assert.deepEqual(new Set(Object.values(ratios)), new Set([null]));
	}
	assert.match(renderComparison(compare(all)), /burst-100/);
});

test("an unsupported target has no figure at all, only its reason", () => {
	const all = results([2e6, 1e6, 3e6], ["comparable", "unsupported", "comparable"]);
	const cell = all[1]?.scenarios["burst-100"];
	assert.equal(cell?.latency, null);
	assert.equal(cell?.throughput, null);
	assert.equal(cell?.cold, null);
	assert.match(renderComparison(compare(all)), /Python unsupported: Error: because/);
});

test("a single comparable target among divergent ones has no ratio", () => {
	const row = medianRow(results([2e6, 1e6, 3e6], ["comparable", "divergent", "divergent"]));
	assert.deepEqual(rounded(row?.ratios), { typescript: null, python: null, rust: null });
});

test("a process whose iteration differs from the verification has no figures", () => {
	const wrong = processOf(target as Target, scenario, [1e6], { replyDigest: "another" });
	const cell = scenarioResult(evidenceOf(scenario, [wrong]), fixtures);
	assert.equal(cell.status, "failed");
	assert.equal(cell.latency, null);
	assert.match(cell.reasons.map(reasonText).join(), /gave other replies than the verification/);
});

test("a lost process is named beside the figures of its retry", () => {
	const killed = processOf(target as Target, scenario, [9e9], { problem: "was killed by SIGKILL" });
	const cell = scenarioResult(
		evidenceOf(scenario, [killed, processOf(target as Target, scenario, [1e6])]),
		fixtures,
	);
	assert.equal(cell.status, "comparable");
	assert.equal(cell.latency?.max_ms, 1);
	assert.match(
		cell.reasons.map(reasonText).join(),
		/1 of 2 processes did not count: process 1: was killed by SIGKILL/,
	);
});

test("two results of one target, or none, cannot be compared", () => {
	const [one] = results([1e6, 1e6, 1e6]);
	assert.ok(one);
	assert.throws(() => compare([one, one]), RangeError);
	assert.throws(() => compare([]), RangeError);
});

test("a distribution keeps every value in the order of measurement", () => {
	fc.assert(
		fc.property(fc.array(fc.integer({ min: 0, max: 1e12 }), { minLength: 1 }), (sample) => {
			const { raw_ms, min_ms, max_ms, median_ms, p95_ms, p99_ms, avg_ms } = distribution(sample, 1e6);
			assert.deepEqual(
				raw_ms.map((value) => Math.round(value * 1e6)),
				sample,
			);
			assert.ok(min_ms <= median_ms && median_ms <= p95_ms && p95_ms <= p99_ms && p99_ms <= max_ms);
			assert.ok(avg_ms >= min_ms - 1e-9 && avg_ms <= max_ms + 1e-9);
		}),
	);
});

test("no line of a table is wider than 80 columns", () => {
	const lines = stripVTControlCharacters(renderComparison(compare(results([1.234e9, 1e6, 3e3])))).split("\n");
	for (const line of lines) assert.ok([...line].length <= 80, line);
});

test("numbers have three digits, a zero is a zero and nothing is a dash", () => {
	assert.deepEqual([0.00123456, 1.2345, 12.345, 123.45, 1234.5, 1234567, 0].map(numberText), [
		"0.00123",
		"1.23",
		"12.3",
		"123",
		"1,235",
		"1,234,567",
		"0",
	]);
	assert.deepEqual(
		[valueText(null, "ms"), valueText(undefined, "mb"), valueText(0, "ms"), valueText(2.5, "ms")],
		["-", "-", "0ms", "2.50ms"],
	);
	assert.deepEqual([1, 2.104, 25.04].map(ratioText), ["1.00x", "2.10x", "25.0x"]);
});

test("foreign text loses control characters, colours and direction overrides, and is cut to its limit", () => {
	assert.equal(plainText("a\u001b[31mred\u001b[0m\nb\u0000\u202ec"), "ared b c");
	assert.equal([...plainText("x".repeat(1000), 20)].length, 20);
	fc.assert(
		fc.property(fc.string({ unit: "binary" }), (text) => !/[\p{Cc}\u202a-\u202e]/u.test(plainText(text))),
	);
});
