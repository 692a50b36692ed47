/** Who leads in how many scenarios, each by its deciding metric. */
import type { CellStatus, ComparisonFile } from "../../shared/types.ts";
import { decidingRow } from "../text/metrics.ts";

export interface Tally {
	wins: string[];
	/** Scenarios whose lead is shared with others. */
	shares: string[];
	behind: string[];
	/** Scenarios in which nobody competes with it. */
	alone: string[];
	others: { scenario: string; status: CellStatus }[];
}

export function tallyOf({ scenarios }: Pick<ComparisonFile, "scenarios">, target: string): Tally {
	const tally: Tally = { wins: [], shares: [], behind: [], alone: [], others: [] };
	for (const { id, cells, rows, deciding_metric } of scenarios) {
		const status = cells[target]?.status;
		if (status === undefined) continue;
		const standing = decidingRow({ rows, deciding_metric })?.standing;
		if (status !== "comparable") tally.others.push({ scenario: id, status });
		else if (!standing || !(target in standing.ranks)) tally.alone.push(id);
		else if (standing.winner === target) tally.wins.push(id);
		else if (standing.leaders.includes(target)) tally.shares.push(id);
		else tally.behind.push(id);
	}
	return tally;
}
