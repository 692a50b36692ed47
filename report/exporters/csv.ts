/** This exporter writes every figure of every cell, one per line, in full precision (RFC 4180). */
import { ALL } from "../../analysis/change/gate.ts";
import { plainText } from "../../shared/text.ts";
import type { CellDetail, ChangeFile, ComparisonFile } from "../../shared/types.ts";
import { changeReasonText } from "../text/change.ts";
import { differenceTexts } from "../text/differences.ts";
import { reasonText } from "../text/reasons.ts";

type Field = string | number | null;

const LONGEST = 1000;

export function comparisonCsv({ scenarios, targets }: ComparisonFile): string {
	const head = [
		"scenario",
		"target",
		"runtime",
		"framework_version",
		"status",
		"reason",
		"processes",
		"iterations",
		"messages",
		"metric",
		"unit",
		"better",
		"value",
		"low",
		"high",
		"ratio_to_best",
		"rank_best",
		"rank_worst",
		"floor",
	];
	const rows = scenarios.flatMap((scenario) =>
		targets.flatMap((target): Field[][] => {
			const cell = scenario.cells[target.id];
			if (!cell) return [];
			const about = [
				scenario.id,
				target.id,
				target.runtime,
				target.versions?.framework ?? null,
				cell.status,
				cell.reasons[0] ? reasonText(cell.reasons[0]) : null,
				cell.processes,
				scenario.iterations,
				messagesOf(cell.detail),
			];
			// A cell without figures has a line too: leaving it out would hide it.
			if (cell.status === "unsupported" || cell.status === "failed")
				return [[...about, ...head.slice(about.length).map(() => null)]];
			return scenario.rows.map((row) => {
				const [interval, rank] = [row.intervals[target.id], row.standing?.ranks[target.id]];
				return [
					...about,
					row.metric,
					row.unit,
					row.better,
					row.values[target.id] ?? null,
					interval?.low ?? null,
					interval?.high ?? null,
					row.ratios[target.id] ?? null,
					rank?.best ?? null,
					rank?.worst ?? null,
					row.metric === scenario.deciding_metric ? (scenario.noise[target.id]?.floor ?? null) : null,
				];
			});
		}),
	);
	return csv([head, ...rows]);
}

export function changeCsv({ cells, pairs, differences, across }: ChangeFile): string {
	const head = [
		"scenario",
		"base",
		"head",
		"change_of_cell",
		"stage",
		"reason",
		"metric",
		"unit",
		"better",
		"base_value",
		"head_value",
		"ratio",
		"low",
		"high",
		"difference",
		"difference_low",
		"difference_high",
		"floor",
		"drift",
		"change",
		"also_different",
	];
	const everywhere = across.map(({ pair, row }) => ({
		scenario: ALL,
		pair,
		change: row.change,
		stage: null,
		reasons: [],
		rows: [row],
	}));
	const rows = [...cells, ...everywhere].flatMap((cell): Field[][] => {
		const pair = pairs[cell.pair];
		const about = [
			cell.scenario,
			pair?.base.id ?? null,
			pair?.head.id ?? null,
			cell.change,
			cell.stage,
			cell.reasons[0] ? changeReasonText(cell.reasons[0]) : null,
		];
		const own = differences.filter((one) => one.pairs.includes(cell.pair));
		// Named in every row: a reader of one row should not miss it.
		const beside = differenceTexts({ differences: own, pairs: [] }).join("; ") || null;
		if (cell.rows.length === 0) return [[...about, ...head.slice(about.length + 1).map(() => null), beside]];
		return cell.rows.map((row) => [
			...about,
			row.metric,
			row.unit,
			row.better,
			row.base,
			row.head,
			row.ratio,
			row.interval?.low ?? null,
			row.interval?.high ?? null,
			row.difference?.value ?? null,
			row.difference?.interval.low ?? null,
			row.difference?.interval.high ?? null,
			row.floor,
			row.drift?.value ?? null,
			row.change,
			beside,
		]);
	});
	return csv([head, ...rows]);
}

/** Counts the plain messages of the processes that count. Null where none are sent. */
function messagesOf({ distributions }: CellDetail): number | null {
	return distributions.length === 0 ? null : distributions.reduce((sum, { messages }) => sum + messages, 0);
}

function csv(rows: readonly (readonly Field[])[]): string {
	return rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

/**
 * Puts an apostrophe before a text that a spreadsheet would compute (OWASP, "CSV Injection"; some take
 * full-width signs too). Numbers are our own and need none.
 */
function field(value: Field): string {
	if (value === null) return "";
	if (typeof value === "number") return String(value);
	const text = plainText(value, LONGEST);
	const harmless = /^[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text;
	return /[",\r\n']|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
