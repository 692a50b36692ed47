/** This table shows one scenario: every metric of every target, with ratios to the best comparable one. */
import { OBSERVER_METRIC } from "../../analysis/metrics.ts";
import { plainText } from "../../shared/text.ts";
import type { CellStatus, ComparisonFile, ComparisonRow, ScenarioComparison } from "../../shared/types.ts";
import { decidingRow } from "../text/metrics.ts";
import { intervalText } from "../text/ratio.ts";
import { reasonText } from "../text/reasons.ts";
import { warmupText } from "../text/run.ts";
import { numberText, ratioText, valueText } from "../text/units.ts";
import { standingText } from "../text/verdict.ts";
import { colours as pc } from "./colours.ts";
import {
	across,
	centreText,
	columnTables,
	headingRow,
	indentLabel,
	type Layout,
	NARROW,
	type Row,
	right,
	statusText,
} from "./table.ts";

type Targets = readonly ComparisonFile["targets"][number][];

export function renderScenario(
	scenario: ScenarioComparison,
	targets: Targets,
	layout: Layout = NARROW,
): string {
	const { id, iterations, warmup, question, cells } = scenario;
	const title = `Scenario: ${id} (${iterations} iterations, ${warmupText(warmup)})`;
	const present = targets.filter((target) => cells[target.id]);
	return columnTables(present, layout, (columns, { columnWidth, last }) => [
		[across(`${pc.bold(plainText(title))}\n${plainText(question)}`, columns.length)],
		headingRow("Metric", columns, columnWidth),
		["Status", ...columns.map((target) => centreText(statusText(cells[target.id]?.status)))],
		...metricRows(scenario, columns),
		...(last ? verdictRows(scenario, targets, columns) : []),
		...reasonRows(scenario, columns),
	]);
}

function metricRows({ rows, cells, deciding_metric }: ScenarioComparison, columns: Targets): Row[] {
	const rowsOf = (row: ComparisonRow): Row[] => {
		const values = columns.map(({ id }) => right(cellText(row, id, cells[id]?.status)));
		const decides =
			[deciding_metric, OBSERVER_METRIC].includes(row.metric) && columns.some(({ id }) => row.intervals[id]);
		const intervals = columns.map(({ id }) => right(cellInterval(row, id)));
		const below = row.parent !== null || row.section === "pipeline";
		return [
			[below ? indentLabel(row.label) : row.label, ...values],
			...(decides ? [[indentLabel("95 % interval"), ...intervals]] : []),
		];
	};
	return (["main", "memory", "pipeline"] as const).flatMap((section) => {
		const own = rows.filter((row) => row.section === section);
		const title = section === "pipeline" && own.length > 0;
		return [
			...(title ? [[pc.bold("Pipeline per message"), ...columns.map(() => "")]] : []),
			...own.flatMap(rowsOf),
		];
	});
}

function verdictRows(
	{ rows, deciding_metric }: ScenarioComparison,
	targets: Targets,
	columns: Targets,
): Row[] {
	const deciding = decidingRow({ rows, deciding_metric });
	if (!deciding?.standing) return [];
	return [[across(`${deciding.label}: ${standingText(deciding.standing, targets)}`, columns.length)]];
}

function reasonRows({ cells }: ScenarioComparison, columns: Targets): Row[] {
	const lines = columns.flatMap(({ id, label }) =>
		(cells[id]?.reasons ?? []).map(
			(reason) => `${plainText(label, 40)} ${cells[id]?.status}: ${plainText(reasonText(reason))}`,
		),
	);
	return lines.length === 0 ? [] : [[across(lines.join("\n"), columns.length)]];
}

function cellInterval({ intervals, unit }: ComparisonRow, target: string): string {
	const interval = intervals[target];
	const show = (value: number) => (unit === "share" ? valueText(value, unit) : numberText(value));
	return interval ? intervalText(interval, show) : "-";
}

/**
 * Writes a value with its ratio to the best one. `~` stands behind the value of a target that did other work.
 */
export function cellText(
	row: ComparisonRow,
	target: string,
	status: CellStatus | undefined,
	show = valueText,
): string {
	const value = row.values[target] ?? null;
	const shown = row.absent[target] ?? show(value, row.unit);
	const ratio = row.ratios[target] ?? null;
	if (ratio !== null) return `${shown} ${ratio === 1 ? pc.green(ratioText(ratio)) : ratioText(ratio)}`;
	return status === "divergent" && value !== null && row.better !== "none" ? `${shown} ~` : shown;
}
