/** Says what leaving each plugin out was seen to save: the agent without it is the base, with it the head. */
import type {
	AgentFile,
	Change,
	ChangeFile,
	CostEstimate,
	MetricChange,
	PluginSavings,
} from "../../shared/types.ts";
import { GROWTH_METRIC } from "../metrics.ts";
import { decidingRow, judgeAllPlugins } from "./together.ts";

/** They say again what a message takes. */
const TIMES_OF_A_MESSAGE: readonly string[] = [
	"message_latency_p50_ms",
	"message_latency_avg_ms",
	"process_latency_p95_ms",
	"process_latency_p99_ms",
	"messages_per_second",
	"concurrent_throughput",
];

export function savingsOf({ leaveOneOut = [] }: Pick<AgentFile, "leaveOneOut">): PluginSavings[] {
	if (leaveOneOut.length === 0) return [];
	return judgeAllPlugins(leaveOneOut).flatMap(({ plugin, change }) =>
		change.cells.map((cell) => ({
			plugin,
			scenario: cell.scenario,
			change: turned(cell.change),
			timeShare: shareOf(decidingRow(cell)),
			others: otherRows(cell, change).map((row) => ({
				metric: row.metric,
				label: row.label,
				unit: row.unit,
				share: shareOf(row),
				amount: amountOf(row),
			})),
		})),
	);
}

/** Lists what else is less without the plugin, each metric once, and a message's time not again. */
function otherRows(
	{ rows, deciding_metric }: ChangeFile["cells"][number],
	{ across }: ChangeFile,
): MetricChange[] {
	const worse = [...rows, ...across.map(({ row }) => row)].filter(
		({ change, metric }) =>
			change === "slower" &&
			metric !== deciding_metric &&
			metric !== GROWTH_METRIC &&
			!TIMES_OF_A_MESSAGE.includes(metric),
	);
	return worse.filter((row, index) => worse.findIndex(({ metric }) => metric === row.metric) === index);
}

/** What the agent is without the plugin, against itself with it. */
function turned(change: Change): Change {
	if (change === "slower") return "faster";
	return change === "faster" ? "slower" : change;
}

/** An agent that is 1.25 times worse with a plugin saves a fifth without it. */
function shareOf(row: MetricChange | undefined): CostEstimate | null {
	if (!row || row.ratio === null) return null;
	const saved = (ratio: number) => 1 - 1 / ratio;
	const { ratio, interval } = row;
	// An interval of ratios lies above 0.
	const isKnown = interval !== null && interval.low > 0 && interval.high > 0;
	return {
		value: saved(ratio),
		interval: isKnown ? { low: saved(interval.low), high: saved(interval.high) } : null,
	};
}

function amountOf({ difference }: MetricChange): CostEstimate | null {
	return difference && { value: difference.value, interval: difference.interval };
}
