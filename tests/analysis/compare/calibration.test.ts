// A calibration compares engines by pairs, says what part of a stage its operations are, and decides nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compare } from "../../../analysis/compare/comparison.ts";
import { KERNEL_METRICS } from "../../../analysis/kernel-metrics.ts";
import type { Calibration, Target } from "../../../shared/types.ts";
import { comparisonFile, kernelOperation } from "../../../shared/types.ts";
import { type Calibrated, calibratedResult } from "../../support/calibration.ts";
import { targets } from "../../support/evidence.ts";

const [typescript, python] = targets as [Target, Target, Target];
const MESSAGE = { ms: 2, stages: { prompt: 0.5 } };
const FAST: Calibrated = { ns: 2000, firstNs: 50_000, message: MESSAGE };
const SLOW: Calibrated = { ns: 6000, firstNs: 400_000, message: { ms: 1, stages: { prompt: 0.25 } } };

function comparisonOf(fast: Calibrated, slow: Calibrated) {
	return compare([calibratedResult(typescript, fast), calibratedResult(python, slow)]);
}

function calibrationOf(fast: Calibrated, slow: Calibrated): Calibration {
	const { calibration } = comparisonOf(fast, slow);
	assert.ok(calibration);
	return calibration;
}

function near(value: number | undefined, wanted: number): boolean {
	return value !== undefined && Math.abs(value / wanted - 1) < 0.02;
}

test("an engine that takes three times as long has this ratio, warm, and another one at the first call", () => {
	const { operations, message } = calibrationOf(FAST, SLOW);
	assert.deepEqual(
		operations.map(({ operation }) => operation),
		kernelOperation.options,
	);
	for (const { warm, first } of operations) {
		const [one, other] = [warm[typescript.id], warm[python.id]];
		assert.ok(near(one?.ns, 2000) && one?.ratio === 1 && one.interval === null);
		assert.ok(near(other?.ns, 6000) && near(other?.ratio ?? 0, 3) && other?.interval);
		assert.ok(other.interval.low < 3.02 && other.interval.high > 2.98);
		assert.ok(near(first[python.id]?.ns, 400_000) && near(first[python.id]?.ratio ?? 0, 8));
	}
	// The message beside them has its own ratio, the other way round, and nothing is made of the two.
	assert.equal(message?.scenario, "single-message");
	assert.ok(message?.warm[python.id]?.ratio === 1 && near(message.warm[typescript.id]?.ratio ?? 0, 2));
});

test("the operations' part of a stage is that of one rendering and one parsing, with an interval", () => {
	const { shares } = calibrationOf({ ...FAST, each: { render_template: 4000, parse_answer: 1000 } }, SLOW);
	const [one, other] = shares;
	assert.deepEqual(
		shares.map(({ target, scenario, stage }) => [target, scenario, stage]),
		[typescript, python].map(({ id }) => [id, "single-message", "prompt"]),
	);
	assert.ok(one?.interval && near(one.operations_ns, 5000) && near(one.stage_ns, 500_000));
	assert.ok(near(one.share, 0.01) && one.interval.low < one.share && one.share < one.interval.high);
	assert.ok(near(other?.share, 12_000 / 250_000));
});

test("there is no part of a stage where one of the two was not measured, or is something else", () => {
	const withoutStages = { ...FAST, message: { ms: 2 } };
	const { message: _, ...withoutMessage } = FAST;
	for (const one of [
		withoutStages,
		withoutMessage,
		{ ...FAST, message: { ...MESSAGE, status: "divergent" as const } },
	])
		assert.deepEqual(
			calibrationOf(one, SLOW).shares.map(({ target }) => target),
			[python.id],
		);
	const result = calibratedResult(typescript, FAST);
	const [asked] = result.scenarios["single-message"]?.ledger?.model_calls ?? [];
	assert.ok(asked);
	asked.calls *= 2;
	assert.deepEqual(compare([result]).calibration?.shares, []);
});

test("an engine with wrong results is in no row", () => {
	const { operations, shares } = calibrationOf({ ...FAST, status: "divergent" }, SLOW);
	assert.ok(operations.every(({ warm, first }) => !warm[typescript.id] && !first[typescript.id]));
	assert.ok(operations.every(({ warm }) => warm[python.id]?.ratio === null));
	assert.deepEqual(
		shares.map(({ target }) => target),
		[python.id],
	);
});

test("a calibration decides no scenario and no category, and has no figure of a framework", () => {
	const { message: _, ...alone } = FAST;
	const comparison = comparisonOf(alone, { ...alone, ns: 6000 });
	comparisonFile.parse(comparison);
	const [scenario] = comparison.scenarios;
	assert.equal(scenario?.deciding_metric, null);
	assert.deepEqual([comparison.categories, comparison.sharpness, comparison.findings], [[], null, []]);
	assert.equal(comparison.calibration?.message, null);
	const kernel = new Set(KERNEL_METRICS.map(({ id }) => id));
	assert.deepEqual(
		scenario?.rows.filter(({ metric }) => !kernel.has(metric)).map(({ metric }) => metric),
		[],
	);
	assert.equal(scenario?.rows.length, kernel.size);
});

test("a run without a calibration has none", () => {
	const { scenarios, ...rest } = calibratedResult(typescript, FAST);
	const { calibration: _, ...others } = scenarios;
	assert.equal(compare([{ ...rest, scenarios: others }]).calibration, undefined);
});
