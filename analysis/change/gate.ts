/** A gate decides whether a change stops CI. */
import type { CellChange, ChangeFile, GateRule, MetricChange, Regression } from "../../shared/types.ts";
import { findMetric, toleranceOf } from "../metrics.ts";
import { adjustByHolm } from "../stats/multiple-tests.ts";
import { detectableShift } from "../stats/power.ts";
import { median } from "../stats/statistics.ts";

/** The name that rules have for what is compared over all scenarios. */
export const ALL = "all";
/** What the gate calls detectable is found this often. */
const POWER = 0.8;

export interface GateOptions {
	/** What the head does not have any more is no regression. */
	allowMissing?: boolean;
}

/**
 * Applies the rules to a change. A regression is a figure that is significantly worse by at least the limit,
 * or what the base has and the head has not: a target, a scenario, a cell that does its work, a figure.
 * Significance is that of all judged figures together, by Holm's adjustment: the gate of two identical builds
 * fails at most as often as an interval of the change misses.
 */
export function gate(
	change: ChangeFile,
	rules: readonly GateRule[],
	{ allowMissing = false }: GateOptions = {},
): ChangeFile {
	const judged = [
		...change.cells.flatMap((cell) => judgedRows(cell, rules)),
		...change.across.flatMap((one) => judgedAcross(one, rules)),
	];
	// Without the digits that the subtraction makes up.
	const falseAlarmRate = Number((1 - change.confidence).toFixed(6));
	const adjusted = adjustByHolm(judged.map(({ row }) => row.test?.p_worse ?? 1));
	const worse = judged.flatMap((one, index) =>
		(adjusted[index] as number) < falseAlarmRate || isCountedWorse(one) ? worseRow(one) : [],
	);
	const lost = [
		...lostTargets(change, rules),
		...lostScenarios(change, rules),
		...change.cells.flatMap((cell) => [...lostCell(cell, rules), ...lostFigures(cell, rules)]),
		...change.across.flatMap((one) => lostAcross(one, rules)),
	];
	return {
		...change,
		gate: {
			rules: [...rules],
			judged: judged.length + lost.length,
			false_alarm_rate: falseAlarmRate,
			...detectableOf(
				judged.map(({ row }) => row),
				falseAlarmRate,
			),
			regressions: [...(allowMissing ? [] : lost), ...worse],
		},
	};
}

/** Rules that fit nothing of the change: they would pass in silence. */
export function unusedRules({ cells, across, missing }: ChangeFile, rules: readonly GateRule[]): GateRule[] {
	return rules.filter(
		({ scenario, metric }) =>
			!cells.some(
				(cell) =>
					(scenario === "*" || scenario === cell.scenario) &&
					(metric === "*" ||
						cell.rows.some((row) => row.metric === metric) ||
						(cell.rows.length === 0 && findMetric(metric) !== null)),
			) &&
			!(scenario === ALL && across.some(({ row }) => row.metric === metric)) &&
			!missing.some((one) => one.scenario === scenario && one.side === "base" && metric === "*"),
	);
}

interface JudgedRow {
	cell: Pick<CellChange, "scenario" | "pair" | "stage" | "deciding_metric">;
	row: MetricChange;
	rule: GateRule;
}

function judgedRows(cell: CellChange, rules: readonly GateRule[]): JudgedRow[] {
	return cell.rows.flatMap((row) => {
		const rule = row.head === null ? null : ruleFor(rules, cell, row.metric);
		return rule ? [{ cell, row, rule }] : [];
	});
}

function judgedAcross({ pair, row }: ChangeFile["across"][number], rules: readonly GateRule[]): JudgedRow[] {
	const rule = row.head === null ? null : ruleAcross(rules, row.metric);
	return rule ? [{ cell: { scenario: ALL, pair, stage: null, deciding_metric: null }, row, rule }] : [];
}

/** A count needs no test: it is worse or it is not. */
function isCountedWorse({ row: { metric, change } }: JudgedRow): boolean {
	return toleranceOf(metric) !== null && change === "slower";
}

function worseRow({ cell, row, rule }: JudgedRow): Regression[] {
	const { metric, ratio, interval, difference } = row;
	const limit = rule.slower;
	const worseBy = difference ? difference.value / difference.whole : ratio === null ? null : ratio - 1;
	if (worseBy === null || worseBy < limit) return [];
	const { scenario, pair } = cell;
	// The stage is that of the time of a message.
	const stage = metric === cell.deciding_metric ? cell.stage : null;
	return [{ ...NOTHING, scenario, pair, metric, kind: "worse", limit, ratio, interval, difference, stage }];
}

function lostAcross({ pair, row }: ChangeFile["across"][number], rules: readonly GateRule[]): Regression[] {
	const rule = row.head === null ? ruleAcross(rules, row.metric) : null;
	const { metric } = row;
	return rule ? [{ ...NOTHING, scenario: ALL, pair, metric, kind: "lost-figure", limit: rule.slower }] : [];
}

function lostFigures(cell: CellChange, rules: readonly GateRule[]): Regression[] {
	const { scenario, pair } = cell;
	return cell.rows.flatMap(({ metric, base, head }): Regression[] => {
		const rule = base !== null && head === null ? ruleFor(rules, cell, metric) : null;
		return rule ? [{ ...NOTHING, scenario, pair, metric, kind: "lost-figure", limit: rule.slower }] : [];
	});
}

/** Work that the base did not do either is not lost. */
function lostCell(
	{ scenario, pair, deciding_metric, reasons }: CellChange,
	rules: readonly GateRule[],
): Regression[] {
	const statuses = reasons.filter((reason) => reason.kind === "status");
	const [lost] = statuses;
	if (!isAsked(rules, scenario) || statuses.length !== 1 || lost?.side !== "head") return [];
	const { status, reason } = lost;
	const metric = deciding_metric ?? "status";
	return [{ ...NOTHING, scenario, pair, metric, kind: "lost-cell", status, reason }];
}

function lostScenarios({ missing, pairs }: ChangeFile, rules: readonly GateRule[]): Regression[] {
	return missing
		.filter(({ scenario, side }) => side === "base" && isAsked(rules, scenario))
		.map(({ scenario, target }) => {
			const pair = Math.max(
				0,
				pairs.findIndex(({ base }) => base.id === target),
			);
			return { ...NOTHING, scenario, pair, metric: "status", kind: "lost-scenario" as const };
		});
}

function lostTargets({ lost_targets }: ChangeFile, rules: readonly GateRule[]): Regression[] {
	if (rules.length === 0) return [];
	return lost_targets.map(({ label }) => ({
		...NOTHING,
		scenario: "*",
		target: label,
		pair: 0,
		metric: "status",
		kind: "lost-target" as const,
	}));
}

const NOTHING = {
	limit: 0,
	ratio: null,
	interval: null,
	difference: null,
	stage: null,
	status: null,
	reason: null,
	target: null,
};

function isAsked(rules: readonly GateRule[], scenario: string): boolean {
	return rules.some((rule) => rule.scenario === "*" || rule.scenario === scenario);
}

/** Returns the last rule that fits. So exceptions stand behind what they are exceptions from. */
function ruleFor(rules: readonly GateRule[], cell: CellChange, metric: string): GateRule | null {
	const fits = rules.filter(
		(rule) =>
			(rule.scenario === "*" || rule.scenario === cell.scenario) &&
			(rule.metric === metric || (rule.metric === "*" && metric === cell.deciding_metric)),
	);
	return fits.at(-1) ?? null;
}

/** Figures over all scenarios have rules of their own: `*` stands for each scenario. */
function ruleAcross(rules: readonly GateRule[], metric: string): GateRule | null {
	return rules.filter((rule) => rule.scenario === ALL && rule.metric === metric).at(-1) ?? null;
}

/** A single regression has to clear the strictest of Holm's steps, Bonferroni's. */
function detectableOf(
	rows: readonly MetricChange[],
	falseAlarmRate: number,
): Pick<NonNullable<ChangeFile["gate"]>, "detectable" | "detectable_growth_kb"> {
	const tests = rows.flatMap(({ test, floor, difference }) => (test ? [{ ...test, floor, difference }] : []));
	const level = 1 - falseAlarmRate / tests.length;
	const shifts = tests.map(({ standard_error, degrees_of_freedom, floor, difference }) => ({
		floor,
		difference,
		shift:
			detectableShift(degrees_of_freedom, level, POWER) * typicalError(standard_error, degrees_of_freedom),
	}));
	const ratios = shifts.flatMap(({ floor, difference, shift }) =>
		difference ? [] : [Math.expm1(Math.log1p(floor) + shift)],
	);
	const growths = shifts.flatMap(({ floor, difference, shift }) =>
		difference ? [difference.whole * (floor + shift)] : [],
	);
	return {
		detectable: ratios.length === 0 ? null : { median: median(ratios), largest: Math.max(...ratios) },
		detectable_growth_kb: growths.length === 0 ? null : median(growths),
	};
}

/**
 * A standard error from few blocks is more often too small than too large. This one is as often either: the
 * median of chi-squared by Wilson and Hilferty (Proceedings of the National Academy of Sciences 17, 1931).
 */
function typicalError(standardError: number, df: number): number {
	return standardError / Math.sqrt((1 - 2 / (9 * df)) ** 3);
}
