/**
 * The metrics of the calibration: how often a second an operation is done in a warm process, and how long its
 * first call takes. They compare engines and libraries, decide nothing, and `METRICS` includes them.
 */
import type { KernelOperation, Scenario } from "../shared/types.ts";
import { kernelOperation } from "../shared/types.ts";
import { NS_PER_MS } from "../shared/units.ts";
import { operationTotals, type ValidProcess } from "./cell/process.ts";
import { competingMetric, type Metric } from "./metric-definition.ts";

const LABELS: Record<KernelOperation, string> = {
	parse_answer: "Answers parsed/s",
	render_template: "Templates rendered/s",
	state_to_json: "States to JSON/s",
	state_from_json: "States from JSON/s",
	sort_records: "Lists sorted/s",
};

/** Returns the id of the rate of an operation in a warm process. */
export const kernelMetric = (operation: KernelOperation) => `${operation}_ops_per_sec`;
/** Returns the id of the time of its first call in a fresh process. */
export const firstCallMetric = (operation: KernelOperation) => `${operation}_first_call_ms`;

export const KERNEL_METRICS: readonly Metric[] = kernelOperation.options.flatMap((operation) => [
	competingMetric(
		"higher",
		[kernelMetric(operation), LABELS[operation], "per_second"],
		{ kind: "totals", ofIteration: operationTotals(operation), paired: true },
		({ operations }) => operations.find((row) => row.operation === operation)?.operations_per_second,
	),
	competingMetric(
		"lower",
		[firstCallMetric(operation), "first call", "ms"],
		{ kind: "level", ofProcess: (process) => firstCallMs(process, operation) },
		({ operations }) => operations.find((row) => row.operation === operation)?.first_call_ms,
		{ parent: kernelMetric(operation) },
	),
]);

/** Returns the time of the first call in ms; undefined where there is no such operation. */
export function firstCallMs({ cell: { cold } }: ValidProcess, operation: string): number | undefined {
	const found = cold?.firstCalls?.find((row) => row.operation === operation);
	return found && found.ns / NS_PER_MS;
}

/**
 * Says whether a metric means anything in scenarios of that kind. A calibration is about no framework, so it
 * has no figure of one, although its process has an agent.
 */
export function isAbout({ id }: Pick<Metric, "id">, kind: Scenario["kind"]): boolean {
	return kind !== "calibration" || KERNEL_METRICS.some((metric) => metric.id === id);
}
