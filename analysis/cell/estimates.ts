/** Every figure of a cell that targets compete in, with its interval over the cell's processes. */
import type { Estimated, ProcessSample, ScenarioResult } from "../../shared/types.ts";
import { measured, pairable } from "../compare/pairs.ts";
import { type Estimate, levelEstimate, medianEstimate, tailEstimate } from "../stats/intervals.ts";
import { median } from "../stats/statistics.ts";
import type { ValidProcess } from "./samples.ts";

const NS_PER_MS = 1e6;
const MEDIAN = "message_latency_p50_ms";
const TAILS = { message_latency_p95_ms: 0.95, message_latency_p99_ms: 0.99 } as const;

/**
 * The median latency is of all messages; every other figure is the geometric mean of the processes' own (of a
 * series: of its median).
 * @param main the processes that count, in no A/A role
 */
export function estimatesOf(
	samples: readonly ProcessSample[],
	main: readonly ValidProcess[],
): ScenarioResult["estimates"] {
	const estimates: ScenarioResult["estimates"] = {};
	const counted = measured(samples);
	const metrics = new Set(
		counted.flatMap(({ series, values }) => [...Object.keys(series), ...Object.keys(values)]),
	);
	for (const metric of metrics) {
		if (metric === MEDIAN || metric in TAILS) continue;
		const values = counted.map((sample) => pairable(sample, metric)).filter((found) => found.length > 0);
		// Measured in some processes only: there is nothing that they all stand for.
		estimates[metric] = values.length === counted.length ? kept(levelEstimate(values.map(median))) : null;
	}
	const messages = main
		.map(({ cell }) =>
			Float64Array.from(
				cell.iterations.flatMap(({ phase, messageNs }) => (phase === "plain" ? messageNs : [])),
			).sort(),
		)
		.filter((process) => process.length > 0);
	if (messages.length === 0) return estimates;
	const inMs = (estimate: Estimate | null) => kept(estimate && scaled(estimate, 1 / NS_PER_MS));
	estimates[MEDIAN] = inMs(medianEstimate(messages));
	for (const [metric, probability] of Object.entries(TAILS))
		estimates[metric] = inMs(tailEstimate(messages, probability));
	return estimates;
}

function scaled({ value, low, high, ...rest }: Estimate, factor: number): Estimate {
	return { ...rest, value: value * factor, low: low * factor, high: high * factor };
}

function kept(estimate: Estimate | null): Estimated | null {
	return estimate && { value: estimate.value, low: estimate.low, high: estimate.high };
}
