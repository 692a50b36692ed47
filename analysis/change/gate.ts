/** A gate decides whether a change stops CI. */
import type { CellChange, ChangeFile, GateRule, MetricChange, Regression } from "../../shared/types.ts";

/**
 * Applies the rules to a change. A regression is a figure that is significantly worse (its interval clears 1
 * and the floor) by at least the limit, a figure that the head does not give any more, or a cell whose work
 * the base did and the head does not do any more. Noise never fails.
 */
export function gate(change: ChangeFile, rules: readonly GateRule[]): ChangeFile {
	const verdicts = change.cells.flatMap((cell) => [...judgeRows(cell, rules), ...judgeStatus(cell, rules)]);
	const regressions = verdicts.filter((verdict) => verdict !== null);
	return { ...change, gate: { rules: [...rules], judged: verdicts.length, regressions } };
}

/** Null stands for a figure that was judged and passes. */
type GateVerdict = Regression | null;

function judgeRows(cell: CellChange, rules: readonly GateRule[]): GateVerdict[] {
	return cell.rows.flatMap((row) => {
		const rule = ruleFor(rules, cell, row.metric);
		return rule ? [judgeRow(cell, row, rule)] : [];
	});
}

function judgeRow(cell: CellChange, row: MetricChange, { slower: limit }: GateRule): GateVerdict {
	const { metric, ratio, interval, change } = row;
	const regression = { ...NO_FIGURES, scenario: cell.scenario, pair: cell.pair, metric };
	if (row.base !== null && row.head === null) return { ...regression, kind: "lost-figure", limit };
	if (change !== "slower" || ratio === null || ratio < 1 + limit) return null;
	return { ...regression, kind: "worse", limit, ratio, interval, stage: cell.stage };
}

/** Work that the base did not do either is not lost. */
function judgeStatus({ scenario, pair, deciding_metric, reasons }: CellChange, rules: readonly GateRule[]) {
	const statuses = reasons.filter((reason) => reason.kind === "status");
	const [lost] = statuses;
	const isAsked = rules.some((rule) => rule.scenario === "*" || rule.scenario === scenario);
	if (!isAsked || statuses.length !== 1 || lost?.side !== "head") return [];
	const { status, reason } = lost;
	const metric = deciding_metric ?? "status";
	return [{ ...NO_FIGURES, scenario, pair, metric, kind: "lost-cell" as const, limit: 0, status, reason }];
}

const NO_FIGURES = { ratio: null, interval: null, stage: null, status: null, reason: null };

/** Returns the last rule that fits. So exceptions stand behind what they are exceptions from. */
function ruleFor(rules: readonly GateRule[], cell: CellChange, metric: string): GateRule | null {
	const fits = rules.filter(
		(rule) =>
			(rule.scenario === "*" || rule.scenario === cell.scenario) &&
			(rule.metric === metric || (rule.metric === "*" && metric === cell.deciding_metric)),
	);
	return fits.at(-1) ?? null;
}
