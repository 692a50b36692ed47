/**
 * This file puts the calibration's operations beside a message, and into the stage that does them. It divides
 * no ratio of messages by one of operations: nobody can have a framework's language without its work.
 */
import type {
	BenchmarkResult,
	Calibration,
	CalibrationShare,
	CalibrationTimes,
	ComparisonRow,
	KernelOperation,
	ScenarioComparison,
	ScenarioResult,
	StageName,
} from "../../shared/types.ts";
import { kernelOperation } from "../../shared/types.ts";
import { NS_PER_MS, NS_PER_S } from "../../shared/units.ts";
import { isAwaited } from "../cell/model-calls.ts";
import { measuringSamples } from "../cell/samples.ts";
import { firstCallMetric, kernelMetric } from "../kernel-metrics.ts";
import { boundsOf, differenceEstimate } from "../stats/intervals.ts";
import { factorOf, mean, sum } from "../stats/statistics.ts";
import { ratioBetween } from "./ratio-between.ts";

const MESSAGE_METRIC = "message_latency_p50_ms";
const FIRST_MESSAGE_METRIC = "first_message_latency_ms";
/** It stands for messages, if the run has it. */
const USUAL_SCENARIO = "single-message";

/** A message asks the model once: a prompt is rendered, and its answer parsed. */
const STAGE: StageName = "prompt";
const STAGE_OPERATIONS: readonly KernelOperation[] = ["render_template", "parse_answer"];
const STAGE_TEMPLATE = "messageHandler";

/**
 * @param scenarios the comparison of these results, scenario by scenario
 * @returns null where no target has figures of a calibration
 */
export function calibrationOf(
	results: readonly BenchmarkResult[],
	scenarios: readonly ScenarioComparison[],
): Calibration | null {
	const id = scenarios.find((one) =>
		results.some(({ scenarios: cells }) => isCalibration(cells[one.id])),
	)?.id;
	const found = scenarios.find((one) => one.id === id);
	if (!found) return null;
	const operations = kernelOperation.options.flatMap((operation) => {
		const warm = timesOf(found, kernelMetric(operation), (rate) => NS_PER_S / rate);
		const first = timesOf(found, firstCallMetric(operation), (ms) => ms * NS_PER_MS);
		return Object.keys(warm).length === 0 ? [] : [{ operation, warm, first }];
	});
	if (operations.length === 0) return null;
	const shares = results.flatMap((result) => shareOf(result, result.scenarios[found.id], scenarios) ?? []);
	return { scenario: found.id, operations, message: messageOf(scenarios), shares };
}

function isCalibration(cell: ScenarioResult | undefined): boolean {
	return cell?.kind === "calibration";
}

/**
 * Leaves out targets that did other work.
 * @param toNs turns a figure of the metric into nanoseconds
 */
function timesOf(
	{ rows, cells }: ScenarioComparison,
	metric: string,
	toNs: (value: number) => number,
): CalibrationTimes {
	const row = rows.find((one) => one.metric === metric);
	if (!row) return {};
	const shortest = Object.keys(row.ratios).find((target) => row.ratios[target] === 1);
	return Object.fromEntries(
		Object.entries(row.values).flatMap(([target, value]) =>
			value === null || value <= 0 || cells[target]?.status !== "comparable"
				? []
				: [[target, { ns: toNs(value), ...ratioTo(row, target, shortest ?? target) }]],
		),
	);
}

function ratioTo({ ratios, standing }: ComparisonRow, target: string, shortest: string) {
	const pair = target === shortest ? null : ratioBetween(standing?.pairs ?? [], target, shortest);
	return { ratio: ratios[target] ?? null, interval: pair?.interval ?? null };
}

function messageOf(scenarios: readonly ScenarioComparison[]): Calibration["message"] {
	for (const scenario of usualFirst(scenarios)) {
		const warm = timesOf(scenario, MESSAGE_METRIC, (ms) => ms * NS_PER_MS);
		if (Object.keys(warm).length === 0) continue;
		const first = timesOf(scenario, FIRST_MESSAGE_METRIC, (ms) => ms * NS_PER_MS);
		return { scenario: scenario.id, warm, first };
	}
	return null;
}

function usualFirst(scenarios: readonly ScenarioComparison[]): ScenarioComparison[] {
	return scenarios.toSorted((a, b) => Number(b.id === USUAL_SCENARIO) - Number(a.id === USUAL_SCENARIO));
}

/** Returns null where the target's messages were not observed, or ask the model for something else too. */
function shareOf(
	{ target, scenarios: cells }: BenchmarkResult,
	calibration: ScenarioResult | undefined,
	scenarios: readonly ScenarioComparison[],
): CalibrationShare | null {
	if (calibration?.status !== "comparable") return null;
	const operations = operationLogs(calibration);
	const scenario = usualFirst(scenarios).find(({ id }) => asksOnce(cells[id]))?.id;
	const cell = scenario === undefined ? undefined : cells[scenario];
	const stage = cell ? stageLogs(cell) : [];
	if (scenario === undefined || operations.length === 0 || stage.length === 0) return null;
	const [operationsLog, stageLog] = [mean(operations), mean(stage)];
	return {
		target: target.id,
		scenario,
		stage: STAGE,
		stage_ns: factorOf(stageLog),
		operations: [...STAGE_OPERATIONS],
		operations_ns: factorOf(operationsLog),
		share: factorOf(operationsLog - stageLog),
		interval: boundsOf(differenceEstimate(operations, stage)),
	};
}

function asksOnce(cell: ScenarioResult | undefined): boolean {
	if (cell?.status !== "comparable" || !cell.ledger || stageLogs(cell).length === 0) return false;
	const { model_calls, messages } = cell.ledger;
	const asked = model_calls.filter(({ model_type, template }) => isAwaited(model_type, template));
	return (
		messages > 0 &&
		asked.every(({ template, calls }) => template === STAGE_TEMPLATE || calls === 0) &&
		sum(asked.map(({ calls }) => calls)) === messages
	);
}

/** Returns the logarithm of the stage's time per message, in ns, of each process. */
function stageLogs({ samples }: ScenarioResult): number[] {
	return measuringSamples(samples).flatMap(({ stages_ms }) => {
		const ms = stages_ms?.[STAGE] ?? 0;
		return ms > 0 ? [Math.log(ms * NS_PER_MS)] : [];
	});
}

/** Returns the logarithm of the time of one call of each operation, in ns, of each process. */
function operationLogs({ samples }: ScenarioResult): number[] {
	return measuringSamples(samples).flatMap(({ series }) => {
		const times = STAGE_OPERATIONS.map((operation) => {
			const rates = series[kernelMetric(operation)] ?? [];
			return rates.length === 0 ? 0 : mean(rates.map((rate) => NS_PER_S / rate));
		});
		return times.every((ns) => ns > 0) ? [Math.log(sum(times))] : [];
	});
}
