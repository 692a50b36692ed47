/**
 * Judges what was seen without each plugin as one question: of all plugins that are asked about at once, at
 * most as many are wrongly named as an interval of one misses.
 */
import type {
	AgentFile,
	BenchmarkResult,
	CellChange,
	ChangeFile,
	MetricChange,
	ScenarioResult,
} from "../../shared/types.ts";
import { judgeTogether } from "../change/significance.ts";
import { GROWTH_METRIC } from "../metrics.ts";

type LeftOut = NonNullable<AgentFile["leaveOneOut"]>;

/**
 * What decides a scenario is one family over all plugins and scenarios, everything else another one; in each
 * Holm's adjustment holds. A verdict that only stands alone becomes undecided. What messages leave is not
 * taken from here: it is measured in processes of its own (`kept.ts`).
 */
export function judgeAllPlugins(left: LeftOut): LeftOut {
	const confidence = Math.max(...left.map(({ change }) => change.confidence));
	const all = left.map(({ change }) => change);
	const deciding = all.flatMap(({ cells }) => cells.flatMap((cell) => decidingRow(cell) ?? []));
	const others = all.flatMap(otherRows);
	const judged = new Map([
		...pairUp(deciding, judgeTogether(deciding, confidence)),
		...pairUp(others, judgeTogether(others, confidence)),
	]);
	return left.map(({ plugin, change }) => ({ plugin, change: withVerdicts(change, judged) }));
}

/**
 * @param twin the same agent in processes of its own, in the same blocks
 * @returns the agent as one that was measured against itself: a difference has to exceed how far it differs
 *   from itself
 */
export function withTwin(whole: BenchmarkResult, twin: BenchmarkResult): BenchmarkResult {
	const scenarios = Object.entries(whole.scenarios).map(([id, cell]) => {
		const own = twin.scenarios[id]?.samples ?? [];
		const aa = own
			.filter(({ role }) => role === "measure")
			.map((sample) => ({ ...sample, role: "aa" as const }));
		const found: [string, ScenarioResult] = [id, { ...cell, samples: [...cell.samples, ...aa] }];
		return found;
	});
	return { ...whole, scenarios: Object.fromEntries(scenarios) };
}

export function decidingRow({ rows, deciding_metric }: CellChange): MetricChange | undefined {
	return rows.find(({ metric }) => metric === deciding_metric);
}

function otherRows({ cells, across }: ChangeFile): MetricChange[] {
	return [
		...cells.flatMap(({ rows, deciding_metric }) => rows.filter(({ metric }) => metric !== deciding_metric)),
		...across.map(({ row }) => row),
	].filter(({ metric }) => metric !== GROWTH_METRIC);
}

function pairUp<T>(from: readonly T[], to: readonly T[]): [T, T][] {
	return from.map((one, index) => [one, to[index] as T]);
}

function withVerdicts(change: ChangeFile, judged: ReadonlyMap<MetricChange, MetricChange>): ChangeFile {
	return {
		...change,
		cells: change.cells.map((cell) => {
			const own = decidingRow(cell);
			const verdict = own === undefined ? undefined : judged.get(own);
			// One that is not comparable has rows, and no verdict of its own.
			const isJudged = verdict !== undefined && verdict !== own;
			return {
				...cell,
				change: isJudged && cell.change !== "not comparable" ? verdict.change : cell.change,
				rows: cell.rows.map((row) => judged.get(row) ?? row),
			};
		}),
		across: change.across.map((one) => ({ ...one, row: judged.get(one.row) ?? one.row })),
	};
}
