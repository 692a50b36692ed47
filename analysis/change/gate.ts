/** Whether a change fails a gate: what CI stops for. */
import type { CellChange, ChangeFile, GateRule, Regression } from "../../shared/types.ts";

/** The last rule that fits decides, so that exceptions stand behind what they are exceptions from. */
function ruleFor(rules: readonly GateRule[], cell: CellChange, metric: string): GateRule | null {
	const fits = rules.filter(
		(rule) =>
			(rule.scenario === "*" || rule.scenario === cell.scenario) &&
			(rule.metric === metric || (rule.metric === "*" && metric === cell.headline)),
	);
	return fits.at(-1) ?? null;
}

/**
 * A regression is a figure that is surely worse (its interval clears 1 and the floor) by at least the limit,
 * or a cell that the base did and the head does not
 * do any more. Noise never fails.
 */
export function gate(change: ChangeFile, rules: readonly GateRule[]): ChangeFile {
	let judged = 0;
	const regressions: Regression[] = [];
	for (const cell of change.cells) {
		const { scenario, pair, stage } = cell;
		for (const { metric, ratio, interval, change: word, label } of cell.rows) {
			const rule = ruleFor(rules, cell, metric);
			if (!rule) continue;
			judged++;
			if (word !== "slower" || ratio === null || ratio < 1 + rule.slower) continue;
			regressions.push({
				scenario,
				pair,
				metric,
				limit: rule.slower,
				ratio,
				interval,
				stage,
				reason: `${label} is worse`,
			});
		}
		const lost = cell.reasons.find((reason) => reason.startsWith("the head")) ?? null;
		const asked = rules.some((rule) => rule.scenario === "*" || rule.scenario === scenario);
		if (lost !== null && asked && !cell.reasons.some((reason) => reason.startsWith("the base"))) {
			judged++;
			const metric = cell.headline ?? "status";
			regressions.push({
				scenario,
				pair,
				metric,
				limit: 0,
				ratio: null,
				interval: null,
				stage: null,
				reason: lost,
			});
		}
	}
	return { ...change, gate: { rules: [...rules], judged, regressions } };
}
