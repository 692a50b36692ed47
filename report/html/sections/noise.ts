/**
 * How far the figures can be trusted: floors, detectable effects, disturbed processes, steadiness, outliers,
 * seeds.
 */
import type { CellNoise, ComparisonFile, ScenarioComparison } from "../../../shared/types.ts";
import { decidingRow } from "../../text/metrics.ts";
import { intervalText } from "../../text/ratio.ts";
import { countText, percentText, ratioText } from "../../text/units.ts";
import { type Content, html, type Markup } from "../markup.ts";
import { DASH, details, scrolling, section } from "../parts.ts";
import type { ShownTarget, View } from "../view.ts";

interface Entry {
	scenario: ScenarioComparison;
	target: ShownTarget;
	cell: ScenarioComparison["cells"][string];
	noise: CellNoise | undefined;
}

export function noise(view: View): Markup {
	const entries = view.comparison.scenarios.flatMap((scenario): Entry[] =>
		view.targets.flatMap((target) => {
			const cell = scenario.cells[target.id];
			return cell && cell.processes > 0 ? [{ scenario, target, cell, noise: scenario.noise[target.id] }] : [];
		}),
	);
	return section(
		"noise",
		"Noise and confidence",
		html`<ul>${facts(view.comparison, entries).map((fact) => html`<li>${fact}</li>`)}</ul>`,
		entries.length > 0 &&
			details(
				`Cell by cell (${entries.length})`,
				html`<p>Floor: how far a target may differ from itself, * assumed. Detectable: the smallest difference to another target that would have been found 9 times in 10. Outliers: beyond 3 standard deviations, and by the median absolute deviation; counted, never dropped.</p>`,
				cells(entries, view),
			),
	);
}

function facts(
	{ seed, profile, false_alarms, scenarios }: ComparisonFile,
	entries: readonly Entry[],
): string[] {
	const sum = (value: (entry: Entry) => number) => entries.reduce((total, entry) => total + value(entry), 0);
	const judged = sum(({ cell }) => Object.values(cell.steadiness).reduce((total, times) => total + times, 0));
	const floors = entries.flatMap(({ noise: found }) => found ?? []);
	const assumed = floors.filter(({ floor_source }) => floor_source === "assumed").length;
	const measured = floors.filter(({ floor_source }) => floor_source !== "assumed").map(({ floor }) => floor);
	const effects = scenarios.flatMap((scenario) => detectable(scenario) ?? []);
	const times = (n: number, word: string) => `${countText(n)} ${n === 1 ? word : `${word}s`}`;
	return [
		...(measured.length > 0
			? [`Noise floors measured in ${times(measured.length, "cell")}: ${range(measured)}.`]
			: []),
		...(assumed > 0
			? [`Noise floors assumed in ${times(assumed, "cell")} (1 %): a run with --aa measures them.`]
			: []),
		...(effects.length > 0
			? [`Smallest detectable difference of a scenario's deciding metric: ${range(effects)}.`]
			: []),
		false_alarms
			? `False alarms: of ${times(false_alarms.comparisons, "cell")} held against themselves ${false_alarms.outside_interval} lie outside their 95 % interval, and ${false_alarms.verdicts} ${false_alarms.verdicts === 1 ? "is" : "are"} called different.`
			: "False alarms were not counted in this run: --aa holds every target against itself.",
		`Disturbed by others: ${times(
			sum(({ cell }) => cell.repeated),
			"process",
		).replace(
			"processs",
			"processes",
		)} repeated, ${countText(sum(({ cell }) => cell.disturbed))} counted all the same.`,
		...(judged > 0
			? [
					`Steady state: ${countText(sum(({ cell }) => cell.steadiness.flat ?? 0))} of ${times(judged, "process").replace("processs", "processes")} long enough to judge are flat.`,
				]
			: []),
		`Order of turns: seed ${seed}, profile ${profile}. The same seed gives the same order.`,
	];
}

function range(values: readonly number[]): string {
	return intervalText({ low: Math.min(...values), high: Math.max(...values) }, percentText);
}

/**
 * The smallest effect that any of the scenario's pairs would have found; of one target's pairs, if it is
 * named.
 */
function detectable({ rows, deciding_metric }: ScenarioComparison, target?: string): number | null {
	const pairs = decidingRow({ rows, deciding_metric })?.standing?.pairs ?? [];
	const effects = pairs
		.filter(({ a, b }) => target === undefined || a === target || b === target)
		.flatMap(({ minimum_detectable_effect }) => minimum_detectable_effect ?? []);
	return effects.length === 0 ? null : Math.min(...effects);
}

interface Column {
	head: string;
	words?: true;
	cell: (entry: Entry) => Content;
}

const COLUMNS: readonly Column[] = [
	{
		head: "Floor",
		cell: ({ noise: found }) =>
			found ? `${percentText(found.floor)}${found.floor_source === "assumed" ? "*" : ""}` : DASH,
	},
	{ head: "From", words: true, cell: ({ noise: found }) => (found ? source(found) : DASH) },
	{
		head: "Detectable",
		cell: ({ scenario, target }) => {
			const effect = detectable(scenario, target.id);
			return effect === null ? DASH : percentText(effect);
		},
	},
	{ head: "Processes", cell: ({ cell }) => cell.processes },
	{ head: "Repeated", cell: ({ cell }) => cell.repeated },
	{ head: "Disturbed", cell: ({ cell }) => cell.disturbed },
	{ head: "Steadiness", words: true, cell: ({ cell }) => steadiness(cell) },
	{ head: "Outliers (3 sd)", cell: ({ cell }) => cell.outliers },
	{ head: "by MAD", cell: ({ cell }) => cell.mad_outliers },
];

const AGAINST_ITSELF: Column = {
	head: "Against itself",
	cell: ({ noise: found }) =>
		found?.aa
			? html`<b>${ratioText(found.aa.ratio)}</b><small>${found.aa.interval ? intervalText(found.aa.interval, ratioText) : "no interval"}</small>`
			: DASH,
};

function cells(entries: readonly Entry[], { anchor }: View): Markup {
	const columns = entries.some(({ noise: found }) => found?.aa)
		? COLUMNS.toSpliced(3, 0, AGAINST_ITSELF)
		: COLUMNS;
	const heads = columns.map(
		({ head, words }) => html`<th scope="col"${!words && html` class="num"`}>${head}</th>`,
	);
	const body = entries.map((entry) => {
		const { scenario, target } = entry;
		return html`<tr><th scope="row"><a href="#${anchor(scenario.id)}">${scenario.id}</a></th><th scope="row">${target.swatch}${target.label}</th>${columns.map(
			({ cell, words }) => html`<td${words && html` class="words"`}>${cell(entry)}</td>`,
		)}</tr>\n`;
	});
	return scrolling(
		"Noise, cell by cell",
		html`<table class="figures"><thead><tr><th scope="col">Scenario</th><th scope="col">Target</th>${heads}</tr></thead><tbody>${body}</tbody></table>`,
	);
}

function source({ floor_source, floor_blocks }: CellNoise): string {
	return floor_source === "assumed"
		? "assumed"
		: `${floor_source}, ${floor_blocks} ${floor_blocks === 1 ? "block" : "blocks"}`;
}

function steadiness({ steadiness: words }: Entry["cell"]): string {
	const found = Object.entries(words).map(([word, times]) => `${times} ${word}`);
	return found.length === 0 ? DASH : found.join(", ");
}
