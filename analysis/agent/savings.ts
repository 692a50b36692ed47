/** Says what leaving each plugin out was seen to save. The agent with all its plugins is the base. */
import type { AgentFile, CellChange, CostEstimate, MetricChange, PluginSavings } from "../../shared/types.ts";

type Row = MetricChange;

export function savingsOf({ leaveOneOut = [] }: Pick<AgentFile, "leaveOneOut">): PluginSavings[] {
	return leaveOneOut.flatMap(({ plugin, change }) =>
		change.cells.map((cell) => ({
			plugin,
			scenario: cell.scenario,
			change: cell.change,
			timeShare: shareOf(decidingRow(cell)),
			others: [...cell.rows, ...change.across.map(({ row }) => row)]
				.filter((row) => row.change === "faster" && row.metric !== cell.deciding_metric)
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

function decidingRow({ rows, deciding_metric }: CellChange): Row | undefined {
	return rows.find(({ metric }) => metric === deciding_metric);
}

/** A ratio says how many times worse the agent is without the plugin: below 1, that much is saved. */
function shareOf(row: Row | undefined): CostEstimate | null {
	if (!row || row.ratio === null) return null;
	const { ratio, interval } = row;
	return { value: 1 - ratio, interval: interval && { low: 1 - interval.high, high: 1 - interval.low } };
}

function amountOf({ difference }: Row): CostEstimate | null {
	if (difference === null) return null;
	const { value, interval } = difference;
	return { value: -value, interval: { low: -interval.high, high: -interval.low } };
}
