/** This file puts the unlike machines of a merged run beside each other: what each of them measured. */
import type {
	BenchmarkResult,
	ComparisonFile,
	ComparisonRow,
	ScenarioComparison,
} from "../../shared/types.ts";
import { resultsByMachine } from "../cell/machines.ts";
import { sum } from "../stats/statistics.ts";

/**
 * Compares the scenarios that several unlike machines measured on each of them.
 * @param rowsOf compares one scenario of the results of one machine
 * @returns nothing with one machine
 */
export function machinesCompared(
	results: readonly BenchmarkResult[],
	scenarios: readonly Pick<ScenarioComparison, "id">[],
	rowsOf: (id: string, own: readonly BenchmarkResult[]) => ComparisonRow[],
): NonNullable<ComparisonFile["machines"]> {
	const [first] = results;
	const apart = results.map(resultsByMachine);
	const isJoined = (id: string) =>
		results.some(({ scenarios: cells }) => cells[id]?.on_machines !== undefined);
	const joined = new Set(scenarios.map(({ id }) => id).filter(isJoined));
	return (first?.machines ?? []).map((machine, index) => {
		const own = apart.flatMap((parts) => parts[index] ?? []);
		const isMeasured = (id: string) => own.some((result) => (result.scenarios[id]?.samples.length ?? 0) > 0);
		return {
			machine,
			shards: (first?.merged?.shards ?? []).flatMap((one) => (one.machine === index ? [one.index] : [])),
			blocks: sum(scenarios.map(({ id }) => countBlocks(own, id))),
			scenarios: scenarios
				.filter(({ id }) => isMeasured(id))
				.map(({ id }) => ({ id, rows: joined.has(id) ? rowsOf(id, own) : [] })),
		};
	});
}

function countBlocks(results: readonly BenchmarkResult[], id: string): number {
	const counted = results
		.flatMap(({ scenarios }) => scenarios[id]?.samples ?? [])
		.filter((one) => one.counted);
	return new Set(counted.map(({ block }) => block)).size;
}
