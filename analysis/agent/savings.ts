/** Says what leaving each plugin out was seen to save: the agent without it is the base, with it the head. */
import type { AgentFile, Change, CostEstimate, MetricChange, PluginSavings } from "../../shared/types.ts";
import { GROWTH_METRIC } from "../metrics.ts";
import { decidingRow, judgeAllPlugins } from "./together.ts";

export function savingsOf({ leaveOneOut = [] }: Pick<AgentFile, "leaveOneOut">): PluginSavings[] {
	if (leaveOneOut.length === 0) return [];
	return judgeAllPlugins(leaveOneOut).flatMap(({ plugin, change }) =>
		change.cells.map((cell) => ({
			plugin,
			scenario: cell.scenario,
			change: turned(cell.change),
			timeShare: shareOf(decidingRow(cell)),
			others: [...cell.rows, ...change.across.map(({ row }) => row)]
				.filter(
					(row) =>
						row.change === "slower" && row.metric !== cell.deciding_metric && row.metric !== GROWTH_METRIC,
				)
				.map((row) => ({
					metric: row.metric,
					label: row.label,
					unit: row.unit,
					share: shareOf(row),
					amount: amountOf(row),
				})),
		})),
	);
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
