/**
 * What is read first: who leads in what, how every scenario stands, where the time goes, and what does not
 * count.
 */
import { stripVTControlCharacters } from "node:util";
import Table from "cli-table3";
import { plainText } from "../../shared/text.ts";
import type { ComparisonFile, ComparisonRow, ScenarioComparison, StageName } from "../../shared/types.ts";
import { compact } from "../text/units.ts";
import { colours as pc } from "./colours.ts";
import { valueText } from "./scenario.ts";
import { COMPACT, columnWidths, heading, inTables, type Layout, NARROW, right } from "./table.ts";
import { standingText } from "./verdicts.ts";

const COVERAGE_WIDTH = 11;

/**
 * One line a category: the winner with its lead over the next, or who cannot be told apart; over how many of
 * its scenarios.
 */
export function renderCategories(
	{ categories, targets }: Pick<ComparisonFile, "categories" | "targets">,
	{ width }: Layout = NARROW,
): string {
	if (categories.length === 0) return "";
	const table = new Table({
		...COMPACT,
		colWidths: [12, width - 16 - COVERAGE_WIDTH, COVERAGE_WIDTH],
		wordWrap: true,
	});
	table.push([pc.bold("Summary"), pc.bold("Geometric mean, 95 % interval"), pc.bold("Scenarios")]);
	for (const { category, cells, left_out, standing } of categories) {
		const scenarios = new Set(cells.map(({ scenario }) => scenario)).size;
		const text = standingText(standing, targets);
		table.push([
			category,
			standing.winner === null ? text : pc.green(text),
			right(`${scenarios} of ${scenarios + left_out.length}`),
		]);
	}
	return table.toString();
}

/** Room for the longest built-in id; and at the least for `99.9ms 99.9x=`. */
const RELATIVE_LABEL = 30;
const RELATIVE_COLUMN = 15;

/**
 * The deciding metric of every scenario, target by target, as a value and a ratio to the best comparable one.
 */
export function renderRelative(
	{ scenarios, targets }: Pick<ComparisonFile, "scenarios" | "targets">,
	layout: Layout = NARROW,
): string {
	const rows = scenarios.flatMap((scenario) => {
		const row = scenario.rows.find(({ metric }) => metric === scenario.headline);
		return row ? [{ scenario, row }] : [];
	});
	const labels = [...new Set(rows.map(({ row }) => row.label))];
	return inTables(rows.length === 0 ? [] : targets, layout)
		.map((columns) => {
			const inside = layout.width - 2 - columns.length;
			const texts = rows.flatMap(({ scenario, row }) =>
				columns.map(({ id }) => relativeText(scenario, row, id)),
			);
			const longest = Math.max(...texts.map((text) => stripVTControlCharacters(text).length));
			const columnWidth = Math.max(
				longest + 2,
				RELATIVE_COLUMN,
				Math.floor((inside - RELATIVE_LABEL) / columns.length),
			);
			const labelWidth = inside - columns.length * columnWidth;
			const table = new Table({ ...COMPACT, colWidths: [labelWidth, ...columns.map(() => columnWidth)] });
			table.push([
				pc.bold("Deciding metric"),
				...columns.map(({ label }) => heading(label, columnWidth - 2)),
			]);
			for (const label of labels) {
				table.push([{ content: pc.bold(label), colSpan: columns.length + 1 }]);
				for (const { scenario, row } of rows.filter((one) => one.row.label === label))
					table.push([
						`  ${plainText(scenario.id, labelWidth - 4)}`,
						...columns.map(({ id }) => right(relativeText(scenario, row, id))),
					]);
			}
			return table.toString();
		})
		.join("\n");
}

function relativeText({ cells }: ScenarioComparison, row: ComparisonRow, id: string): string {
	const status = cells[id]?.status;
	if (status === undefined) return "-";
	if (status === "unsupported" || status === "failed") return pc.red(status);
	const leaders = row.standing?.leaders ?? [];
	return `${valueText(row, id, status, compact)}${leaders.length > 1 && leaders.includes(id) ? "=" : ""}`;
}

/** In the order of a message's way through the framework. */
const STAGES: readonly StageName[] = [
	...([
		"memory_create",
		"memory_get",
		"should_respond",
		"compose_state",
		"provider_execution",
		"provider",
		"prompt",
		"model_call",
	] as const),
	...([
		"action_dispatch",
		"action",
		"evaluator",
		"state_serialization",
		"event_emit",
		"callback",
		"message",
	] as const),
];
const SHADES = [" ", "░", "▒", "▓", "█"];

/** Shares of a message's time by stage, as a heatmap: in shades, and in colour where there is colour. */
export function renderHeatmap(
	{ pipelines, targets }: Pick<ComparisonFile, "pipelines" | "targets">,
	layout: Layout = NARROW,
): string {
	const shown = targets.filter(({ id }) => pipelines.some(({ target }) => target === id));
	const of = (id: string) => pipelines.find(({ target }) => target === id);
	return inTables(shown, layout)
		.map((columns) => {
			const { labelWidth, columnWidth } = columnWidths(columns.length, layout);
			const table = new Table({ ...COMPACT, colWidths: [labelWidth, ...columns.map(() => columnWidth)] });
			table.push([
				pc.bold("Where the time goes"),
				...columns.map(({ label }) => heading(label, columnWidth - 2)),
			]);
			for (const stage of STAGES) {
				const shares = columns.map(({ id }) => of(id)?.shares[stage] ?? null);
				if (shares.every((share) => share === null || share < 0.0005)) continue;
				const name = stage === "message" ? "(in no stage)" : stage;
				table.push([
					name,
					...shares.map((share) => right(share === null ? "-" : heat(share, columnWidth - 9))),
				]);
			}
			table.push([
				"mean over scenarios",
				...columns.map(({ id }) => right(String(of(id)?.scenarios ?? "-"))),
			]);
			return table.toString();
		})
		.join("\n");
}

/** A share as a bar of shades and a number; the colour says the same again. */
function heat(share: number, length: number): string {
	const full = Math.min(1, share) * length;
	const whole = Math.floor(full);
	const bar = "█".repeat(whole) + (SHADES[Math.round((full - whole) * (SHADES.length - 1))] ?? "");
	const text = `${bar.padEnd(length)}${`${(100 * share).toFixed(1)}%`.padStart(7)}`;
	return share >= 0.3 ? pc.red(text) : share >= 0.1 ? pc.yellow(text) : text;
}

/** Every cell and target that takes no part, and why; the same reason of one target is told once. */
export function renderExceptions(
	{ scenarios, targets, left_out }: Pick<ComparisonFile, "scenarios" | "targets" | "left_out">,
	{ width }: Layout = NARROW,
): string {
	const groups = new Map<string, string[]>();
	for (const { id: scenario, cells } of scenarios) {
		for (const { id, label } of targets) {
			const cell = cells[id];
			if (!cell || cell.status === "comparable") continue;
			const key = `${plainText(label, 40)} ${cell.status}: ${plainText(cell.reasons[0] ?? "no reason given")}`;
			groups.set(key, [...(groups.get(key) ?? []), plainText(scenario, 60)]);
		}
	}
	for (const { label, reason } of left_out)
		groups.set(`${plainText(label, 40)} could not be set up: ${plainText(reason)}`, ["(every scenario)"]);
	if (groups.size === 0) return "";
	const table = new Table({
		...COMPACT,
		colWidths: [Math.floor(width * 0.3), width - 3 - Math.floor(width * 0.3)],
		wordWrap: true,
	});
	table.push([pc.bold("Takes no part"), pc.bold("Why")]);
	for (const [reason, ids] of groups) table.push([ids.join("\n"), reason]);
	return table.toString();
}
