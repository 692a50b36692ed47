/** This file gives the interval of every metric in which targets compete, over the processes of a cell. */
import type { Estimated, Scenario, ScenarioResult } from "../../shared/types.ts";
import { NS_PER_MS } from "../../shared/units.ts";
import { COMPETING_METRICS, figureOf, type Metric } from "../metrics.ts";
import {
	type Estimate,
	levelEstimate,
	medianEstimate,
	tailEstimate,
	totalsEstimate,
} from "../stats/intervals.ts";
import { factorOf, mean } from "../stats/statistics.ts";
import { plainIterations, processTotals, type ValidProcess } from "./process.ts";

/**
 * Estimates every competing metric that has a figure in the cell.
 * @param cell must have the plan's fields already: an estimate's value is the figure there
 * @param main the processes that count, without A/A processes
 * @returns estimates by metric id, in the unit of the metric; null where no interval can be given
 */
export function estimatesOf(
	cell: ScenarioResult,
	main: readonly ValidProcess[],
	scenario: Scenario,
): ScenarioResult["estimates"] {
	const estimates: Record<string, Estimated | null> = {};
	for (const metric of COMPETING_METRICS) {
		const value = figureOf(metric, cell);
		// A count is no estimate.
		if (value === null || metric.derivation.kind === "counted") continue;
		const estimate = intervalOf(metric, main, scenario);
		estimates[metric.id] = estimate && { value, low: estimate.low, high: estimate.high };
	}
	return estimates;
}

/**
 * Estimates one metric over processes, in the unit of the metric.
 * @returns null with fewer than two processes, or if one of them lacks the metric
 */
export function intervalOf(
	{ derivation }: Pick<Metric, "derivation">,
	main: readonly ValidProcess[],
	scenario: Scenario,
): Estimate | null {
	switch (derivation.kind) {
		case "totals": {
			const totals = main.map((process) => processTotals(process, scenario, derivation.ofIteration));
			return estimateOfAll(totals, ({ amount, over }) => amount > 0 && over > 0, totalsEstimate);
		}
		case "level":
			return estimateOfAll(
				main.map((process) => derivation.ofProcess(process) ?? null),
				(value) => value > 0,
				levelEstimate,
			);
		case "median":
			return estimateOfAll(main.map(messagesMs), ({ length }) => length > 0, medianEstimate);
		case "process-tail":
			return estimateOfAll(
				main.map(messagesMs),
				({ length }) => length > 0,
				(processes) => tailEstimate(processes, derivation.probability),
			);
		case "slope":
		case "counted":
		case "cell":
			return null;
	}
}

/** Returns null if only some processes have a usable value: no estimate would stand for all of them. */
function estimateOfAll<Value>(
	values: readonly (Value | null)[],
	usable: (value: Value) => boolean,
	estimate: (values: Value[]) => Estimate | null,
): Estimate | null {
	const found = values.filter((value): value is Value => value !== null && usable(value));
	return found.length < values.length ? null : estimate(found);
}

/** Returns the plain messages of a process in ms, ascending. */
function messagesMs(process: ValidProcess): Float64Array {
	return Float64Array.from(
		plainIterations(process).flatMap(({ messageNs }) => messageNs.map((ns) => ns / NS_PER_MS)),
	).sort();
}

/**
 * Returns the figure of a metric that has one value a process: their geometric mean, or the plain mean if one
 * of them is not positive. Null where no process has a value.
 */
export function levelOf(values: readonly (number | null)[]): number | null {
	const known = values.filter((value): value is number => value !== null);
	if (known.length === 0) return null;
	return known.some((value) => value <= 0) ? mean(known) : factorOf(mean(known.map(Math.log)));
}
