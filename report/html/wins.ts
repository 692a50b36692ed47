/** This file counts the wins of each target over the scenarios, by the deciding metric. */
import type { CellStatus, ComparisonFile } from "../../shared/types.ts";
import { decidingRow } from "../text/metrics.ts";

export interface Wins {
	wins: string[];
	/** In these scenarios the target shares the lead with others. */
	shares: string[];
	behind: string[];
	/** In these scenarios no other target competes. */
	alone: string[];
	others: { scenario: string; status: CellStatus }[];
}

/** Sorts the scenarios of a target into lists. Every scenario is in exactly one of them. */
export function countWins({ scenarios }: Pick<ComparisonFile, "scenarios">, target: string): Wins {
	const found: Wins = { wins: [], shares: [], behind: [], alone: [], others: [] };
	for (const scenario of scenarios) {
		const status = scenario.cells[target]?.status;
		if (status === undefined) continue;
		const standing = decidingRow(scenario)?.standing;
		if (status !== "comparable") found.others.push({ scenario: scenario.id, status });
		else if (!standing || !(target in standing.ranks)) found.alone.push(scenario.id);
		else if (standing.winner === target) found.wins.push(scenario.id);
		else if (standing.leaders.includes(target)) found.shares.push(scenario.id);
		else found.behind.push(scenario.id);
	}
	return found;
}
