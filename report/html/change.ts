/** This page shows a change from base to head: the verdict first, then every cell. */
import { plainText } from "../../shared/text.ts";
import type { CellChange, ChangeFile, MetricChange } from "../../shared/types.ts";
import {
	acrossText,
	changeHeading,
	changeReasonText,
	changeText,
	confidenceText,
	gatePowerText,
	isMoved,
	regressionText,
	sidesText,
	versionsText,
} from "../text/change.ts";
import { DIFFERENCES_TITLE, differenceTexts } from "../text/differences.ts";
import { decidingRow, metricLabel } from "../text/metrics.ts";
import { stageLabel } from "../text/stages.ts";
import { countedText, minuteText, percentText, valueText } from "../text/units.ts";
import { unlikenessText } from "../text/unlikeness.ts";
import { forestChart } from "./charts/forest.ts";
import { renderDocument } from "./document.ts";
import { html, type Markup } from "./markup.ts";
import { chartFigure, columnHead, details, row, section, table } from "./parts.ts";
import { renderStyleDefinitions, styleOf } from "./target-styles.ts";

export function renderChangePage(change: ChangeFile): string {
	const { pairs, cells } = change;
	const measured = cells.filter(({ rows }) => rows.length > 0);
	return renderDocument({
		title: "Eliza framework benchmark, what changed",
		body: html`${renderStyleDefinitions(pairs.length)}
			<div class="page">
			${renderHead(change)}
			<main>
			${renderRegressions(change)}
			${section(
				"cells",
				"Every scenario",
				renderForest(change),
				pairs.map((_, pair) => pairTable(change, pair)),
				change.across.length > 0 &&
					html`<ul>${change.across.map((one) => html`<li>${acrossText(one, pairs)}</li>`)}</ul>`,
			)}
			${section(
				"metrics",
				"Every metric",
				measured.map((cell) => renderMetrics(cell, change)),
			)}
			${section("reading", "How to read this", renderReading(change))}
			</main>
			</div>`,
	});
}

function renderHead(change: ChangeFile): Markup {
	const { base, head, pairs, unlike, differences } = change;
	return html`<header>
		<h1>What changed</h1>
		<p class="lead">
			${gateSentence(change)} Base: ${sideOf(base)}. Head: ${sideOf(head)}. They are ${sidesText(change)}.
		</p>
		${unlike.length > 0 && renderUnlike(change)}
		${differences.length > 0 && renderDifferences(change)}
		<ul class="facts">${pairs.map(renderPair)}</ul>
	</header>`;
}

function gateSentence({ gate }: ChangeFile): string {
	if (gate === null) return "";
	const failed = gate.regressions.length;
	const found = failed === 0 ? "No significant regression" : countedText(failed, "regression");
	return `${found}. ${gatePowerText(gate)}`;
}

function sideOf({ name, timestamp, profile, complete }: ChangeFile["base"]): Markup {
	const about = `${minuteText(timestamp)}, profile ${profile}${complete ? "" : ", not complete"}`;
	return html`<b>${name}</b> (${about})`;
}

function renderUnlike({ unlike }: ChangeFile): Markup {
	return html`<div class="warning">
		<b>Measured under different conditions, which may explain the differences:</b>
		<ul>${unlike.map((one) => html`<li>${unlikenessText(one)}</li>`)}</ul>
	</div>`;
}

function renderDifferences(change: ChangeFile): Markup {
	return html`<div class="warning">
		<b>${DIFFERENCES_TITLE}</b>
		<ul>${differenceTexts(change).map((text) => html`<li>${text}</li>`)}</ul>
	</div>`;
}

function renderPair(pair: ChangeFile["pairs"][number]): Markup {
	return html`<li>${pair.head.label}: ${versionsText(pair)}</li>`;
}

function renderRegressions({ gate, pairs }: ChangeFile): Markup | null {
	if (!gate || gate.regressions.length === 0) return null;
	const items = gate.regressions.map((one) => html`<li>${regressionText(one, pairs)}</li>`);
	return section("regressions", "Regressions", html`<ul>${items}</ul>`);
}

/** Draws every ratio on one axis, with a group for each pair. */
function renderForest(change: ChangeFile): Markup | null {
	const { cells, pairs } = change;
	const groups = pairs.map(({ head: { label } }, pair) => ({
		title: label,
		rows: cells.flatMap((cell) => {
			const deciding = cell.pair === pair ? decidingRow(cell) : undefined;
			if (!deciding || deciding.ratio === null) return [];
			return { id: `${pair}/${cell.scenario}`, ratio: deciding.ratio, interval: deciding.interval };
		}),
	}));
	const shown = groups.filter(({ rows }) => rows.length > 0);
	if (shown.length === 0) return null;
	// A row of the plot is a scenario here, drawn in the style of its pair.
	const targets = shown.flatMap(({ rows }) =>
		rows.map(({ id }) => ({ id, ...styleOf(Number(id.split("/")[0])) })),
	);
	const about = {
		title: "Head over base",
		description: `How many times worse the head is in each scenario, with ${confidenceText(change)} intervals`,
	};
	const chart = forestChart(about, shown, { targets, label: (id) => id.replace(/^\d+\//, "") });
	return chartFigure(chart, "How many times worse the head is. Left of the line at 1 it is better.");
}

function pairTable(change: ChangeFile, pair: number): Markup {
	const { cells, pairs } = change;
	const { label = "" } = pairs[pair]?.head ?? {};
	const caption = `${plainText(label)}, by the deciding metric`;
	return table({
		label: caption,
		caption,
		kind: "figures",
		head: ["Scenario", "Metric", "Base", "Head", changeHeading(change), "Stage"].map(columnHead),
		body: cells.filter((cell) => cell.pair === pair).map(cellRow),
	});
}

function cellRow(cell: CellChange): Markup {
	const deciding = decidingRow(cell);
	if (!deciding) {
		const why = `not comparable: ${cell.reasons.map(changeReasonText).join("; ")}`;
		return row(cell.scenario, html`<td class="words" colspan="4">${why}</td><td></td>`);
	}
	return row(
		cell.scenario,
		html`<td class="words">${metricLabel(deciding)}</td>`,
		html`<td>${valueText(deciding.base, deciding.unit)}</td>`,
		html`<td>${valueText(deciding.head, deciding.unit)}</td>`,
		html`<td>${markChange(deciding)}</td>`,
		html`<td class="words">${cell.stage ? stageLabel(cell.stage) : ""}</td>`,
	);
}

function renderMetrics(cell: CellChange, change: ChangeFile): Markup {
	const { pairs } = change;
	const target = pairs.length > 1 ? `, ${pairs[cell.pair]?.head.label ?? ""}` : "";
	const name = plainText(`${cell.scenario}${target}`);
	return details(
		`${name}: ${cell.change}`,
		metricTable(cell, `${name}, every metric`, changeHeading(change)),
		cell.stages.length > 0 && stageTable(cell, `${name}, self time per message by stage`),
	);
}

function metricTable({ rows }: CellChange, caption: string, heading: string): Markup {
	return table({
		label: caption,
		caption,
		kind: "figures",
		head: ["Metric", "Base", "Head", heading, "Floor"].map(columnHead),
		body: rows.map((one) =>
			row(
				metricLabel(one),
				html`<td>${valueText(one.base, one.unit)}</td>`,
				html`<td>${valueText(one.head, one.unit)}</td>`,
				html`<td>${markChange(one)}</td>`,
				html`<td>${percentText(one.floor)}</td>`,
			),
		),
	});
}

function stageTable({ stages }: CellChange, caption: string): Markup {
	const ms = (value: number) => valueText(value, "ms");
	return table({
		label: caption,
		caption,
		kind: "figures",
		head: ["Stage", "Base", "Head", "Difference (99 %)"].map(columnHead),
		body: stages.map(({ stage, base_self_ms, head_self_ms, difference_ms, interval }) => {
			const range = interval && html`<small>${ms(interval.low)} to ${ms(interval.high)}</small>`;
			return row(
				stageLabel(stage),
				html`<td>${ms(base_self_ms)}</td>`,
				html`<td>${ms(head_self_ms)}</td>`,
				html`<td>${ms(difference_ms)}${range}</td>`,
			);
		}),
	});
}

function markChange(metric: MetricChange): Markup {
	const text = changeText(metric);
	return isMoved(metric) ? html`<b>${text}</b>` : html`${text}`;
}

function renderReading({ paired, cells, confidence }: ChangeFile): Markup {
	const drift = cells.flatMap(({ rows }) => rows).find((one) => one.drift)?.drift;
	const driftParagraph =
		!paired &&
		drift &&
		html`<p>
			From run to run, figures on this machine drift by ${percentText(drift.value)} (${drift.source}); the
			intervals include that. Two targets of one run are compared more precisely, because their processes take
			turns.
		</p>`;
	return html`<p>
			<b>faster, slower</b>: the ${confidenceText({ confidence })} interval of the ratio clears 1 and the noise floor. <b>no
			difference above X</b>: the interval holds 1 and rules out more than X. <b>undecided, within X</b>: more
			than X is ruled out, and no less. <b>not comparable</b>: a side did
			other work, or none. The stage is the one that changed most, significantly.
		</p>
		${driftParagraph}`;
}
