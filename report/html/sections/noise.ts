/**
 * This section says how far the figures can be trusted: floors, detectable differences, disturbances,
 * steadiness, outliers.
 */
import type { CellNoise, ComparisonFile, ScenarioComparison } from "../../../shared/types.ts";
import {
	detectableDifference,
	falseAlarmText,
	floorText,
	floorTexts,
	processTexts,
	sharpnessText,
} from "../../text/noise.ts";
import { intervalText } from "../../text/ratio.ts";
import { countedText, percentText, ratioText } from "../../text/units.ts";
import { type Content, html, type Markup } from "../markup.ts";
import { columnHead, DASH, details, numberHead, row, section, table } from "../parts.ts";
import type { ShownTarget, View } from "../view.ts";

const NO_FALSE_ALARMS = "False alarms were not counted in this run: --aa compares every target with itself.";

interface Entry {
	scenario: ScenarioComparison;
	target: ShownTarget;
	cell: ScenarioComparison["cells"][string];
	noise: CellNoise | undefined;
}

export function renderNoise(view: View): Markup {
	const entries = view.comparison.scenarios.flatMap((scenario): Entry[] =>
		view.targets.flatMap((target) => {
			const cell = scenario.cells[target.id];
			return cell && cell.processes > 0 ? [{ scenario, target, cell, noise: scenario.noise[target.id] }] : [];
		}),
	);
	const facts = [
		...floorFacts(entries, view.comparison),
		falseAlarmText(view.comparison) ?? NO_FALSE_ALARMS,
		...processTexts(view.comparison),
		orderFact(view.comparison),
	];
	return section(
		"noise",
		"Noise and confidence",
		html`<ul>${facts.map((fact) => html`<li>${fact}</li>`)}</ul>`,
		entries.length > 0 && details(`Cell by cell (${entries.length})`, legend(), noiseTable(entries, view)),
	);
}

function legend(): Markup {
	return html`<p>
		Floor: the noise floor, how far a target differs from itself beyond the noise; - not measured.
		Detectable difference: the smallest one that would have been found 9 times in 10, to another target (to itself without one).
		Outliers: beyond 3 standard deviations, and by the median absolute deviation (MAD). They are counted,
		never dropped.
	</p>`;
}

function floorFacts(entries: readonly Entry[], comparison: ComparisonFile): string[] {
	const facts = floorTexts(entries.flatMap(({ noise }) => noise ?? []));
	const sharp = sharpnessText(comparison);
	return sharp === null ? facts : [...facts, sharp];
}

function orderFact({ seed, profile }: ComparisonFile): string {
	return `Order of the targets: seed ${seed}, profile ${profile}. The same seed gives the same order.`;
}

interface Column {
	head: string;
	/** True if the cells are words, not numbers. */
	words?: true;
	cell: (entry: Entry) => Content;
}

const COLUMNS: readonly Column[] = [
	{ head: "Floor", cell: ({ noise }) => (noise ? floorText(noise) : DASH) },
	{ head: "From", words: true, cell: ({ noise }) => (noise ? sourceText(noise) : DASH) },
	{
		head: "Detectable difference",
		cell: ({ scenario, target }) => {
			const found = detectableDifference(scenario, target.id);
			return found === null ? DASH : percentText(found);
		},
	},
	{ head: "Processes", cell: ({ cell }) => cell.processes },
	{ head: "Repeated", cell: ({ cell }) => cell.repeated },
	{ head: "Disturbed", cell: ({ cell }) => cell.disturbed },
	{ head: "Steadiness", words: true, cell: ({ cell }) => steadinessText(cell) },
	{ head: "Outliers (3 sd)", cell: ({ cell }) => cell.outliers },
	{ head: "by MAD", cell: ({ cell }) => cell.mad_outliers },
];

const A_A: Column = {
	head: "Itself (A/A)",
	cell: ({ noise }) => {
		if (!noise?.aa) return DASH;
		const { ratio, interval } = noise.aa;
		const range = interval ? intervalText(interval, ratioText) : "no interval";
		return html`<b>${ratioText(ratio)}</b><small>${range}</small>`;
	},
};

function noiseTable(entries: readonly Entry[], view: View): Markup {
	const isOwn = entries.some(({ noise }) => noise?.aa);
	const columns = isOwn ? COLUMNS.toSpliced(3, 0, A_A) : COLUMNS;
	return table({
		label: "Noise, cell by cell",
		kind: "figures",
		head: [
			columnHead("Scenario"),
			columnHead("Target"),
			columns.map(({ head, words }) => (words ? columnHead(head) : numberHead(head))),
		],
		body: entries.map((entry) => entryRow(entry, columns, view)),
	});
}

function entryRow(entry: Entry, columns: readonly Column[], { anchor }: View): Markup {
	const { scenario, target } = entry;
	return row(
		html`<a href="#${anchor(scenario.id)}">${scenario.id}</a>`,
		html`<th scope="row">${target.swatch}${target.label}</th>`,
		columns.map(({ cell, words }) => html`<td${words && html` class="words"`}>${cell(entry)}</td>`),
	);
}

function sourceText({ floor_source, floor_blocks }: CellNoise): string {
	return floor_source === "not measured"
		? floor_source
		: `${floor_source}, ${countedText(floor_blocks, "block")}`;
}

function steadinessText({ steadiness }: Entry["cell"]): string {
	const found = Object.entries(steadiness).map(([word, times]) => `${times} ${word}`);
	return found.length === 0 ? DASH : found.join(", ");
}
