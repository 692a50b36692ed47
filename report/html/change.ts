/** What changed between base and head, as a page: the verdict first, then every cell. */
import { plainText } from "../../shared/text.ts";
import type { CellChange, ChangeFile, MetricChange } from "../../shared/types.ts";
import { changeReasonText, changeText, isMoved, regressionText } from "../text/change.ts";
import { decidingRow, metricLabel } from "../text/metrics.ts";
import { minuteText, percentText, valueText } from "../text/units.ts";
import { unlikenessText } from "../text/unlikeness.ts";
import { forestChart } from "./charts/forest.ts";
import { htmlDocument } from "./document.ts";
import { html, type Markup } from "./markup.ts";
import { details, figureOf, scrolling, section } from "./parts.ts";
import { lookDefinitions, lookOf } from "./target-styles.ts";
import type { View } from "./view.ts";

export function renderChangePage(change: ChangeFile): string {
	return htmlDocument({
		title: "Eliza framework benchmark, what changed",
		body: html`${lookDefinitions(change.pairs.length)}
<div class="page">
${head(change)}
<main>
${regressions(change)}
${section(
	"cells",
	"Every scenario",
	forest(change),
	change.pairs.map((_, pair) => cells(change, pair)),
)}
${section(
	"metrics",
	"Every metric",
	change.cells.filter(({ rows }) => rows.length > 0).map((cell) => metrics(cell, change)),
)}
${section("reading", "How to read this", reading(change))}
</main>
</div>`,
	});
}

function head({ base, head: after, pairs, paired, unlike, gate }: ChangeFile): Markup {
	const side = ({ name, timestamp, profile, complete }: ChangeFile["base"]) =>
		html`<b>${name}</b> (${minuteText(timestamp)}, profile ${profile}${complete ? "" : ", not complete"})`;
	const failed = gate?.regressions.length ?? 0;
	const verdict =
		gate === null
			? ""
			: failed === 0
				? `No regression in ${gate.judged} judged figures.`
				: `${failed} ${failed === 1 ? "regression" : "regressions"} in ${gate.judged} judged figures.`;
	return html`<header><h1>What changed</h1>
<p class="lead">${verdict} ${side(base)} against ${side(after)}: ${paired ? "two targets of one run, whose processes took turns" : "two runs, one after the other"}.</p>
${unlike.length === 0 ? null : html`<div class="warning"><b>Not measured alike; what follows may be the machine's doing:</b><ul>${unlike.map((one) => html`<li>${unlikenessText(one)}</li>`)}</ul></div>`}
<ul class="facts">${pairs.map(({ base: one, head: other, unchanged }) => html`<li>${other.label}: ${one.versions?.framework ?? "unknown"} to ${other.versions?.framework ?? "unknown"}${unchanged ? ", the same program" : ""}</li>`)}</ul>
</header>`;
}

function regressions({ gate, pairs }: ChangeFile): Markup | null {
	if (!gate || gate.regressions.length === 0) return null;
	return section(
		"regressions",
		"Regressions",
		html`<ul>${gate.regressions.map((one) => html`<li>${regressionText(one, pairs)}</li>`)}</ul>`,
	);
}

/** Every ratio on one axis, a group a pair. */
function forest({ cells: all, pairs }: ChangeFile): Markup | null {
	const groups = pairs.map(({ head: { label } }, pair) => ({
		title: label,
		rows: all.flatMap((cell) => {
			const row = cell.pair === pair ? decidingRow(cell) : undefined;
			return row?.ratio
				? [
						{
							id: `${pair}/${cell.scenario}`,
							ratio: row.ratio,
							interval: row.interval,
							verdict: "tie" as const,
						},
					]
				: [];
		}),
	}));
	const shown = groups.filter(({ rows }) => rows.length > 0);
	if (shown.length === 0) return null;
	// A row of the plot is a scenario here, drawn in the look of its pair.
	const targets = shown.flatMap(({ rows }) =>
		rows.map(({ id }) => ({ id, label: id.replace(/^\d+\//, ""), ...lookOf(Number(id.split("/")[0])) })),
	);
	const view = { targets, label: (id: string) => id.replace(/^\d+\//, "") } as unknown as View;
	const picture = forestChart(
		{
			title: "Head over base",
			description: "How many times worse the head is in each scenario, with 95 % intervals",
		},
		shown,
		view,
	);
	return figureOf(picture, "How many times worse the head is; left of the line it is better.");
}

function cells({ cells: all, pairs }: ChangeFile, pair: number): Markup {
	const { label = "" } = pairs[pair]?.head ?? {};
	const rows = all
		.filter((cell) => cell.pair === pair)
		.map((cell) => {
			const row = decidingRow(cell);
			if (!row)
				return html`<tr><th scope="row">${cell.scenario}</th><td class="words" colspan="4">not comparable: ${cell.reasons.map(changeReasonText).join("; ")}</td><td></td></tr>\n`;
			return html`<tr><th scope="row">${cell.scenario}</th><td class="words">${metricLabel(row)}</td><td>${valueText(row.base, row.unit)}</td><td>${valueText(row.head, row.unit)}</td><td>${changed(row)}</td><td class="words">${cell.stage ?? ""}</td></tr>\n`;
		});
	const heads = ["Scenario", "Metric", "Base", "Head", "Change (95 %)", "Stage"].map(
		(text) => html`<th scope="col">${text}</th>`,
	);
	const caption = `${plainText(label)}, by the deciding metric`;
	return scrolling(
		caption,
		html`<table class="figures"><caption>${caption}</caption><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`,
	);
}

function metrics(cell: CellChange, { pairs }: ChangeFile): Markup {
	const rows = cell.rows.map(
		(row) =>
			html`<tr><th scope="row">${metricLabel(row)}</th><td>${valueText(row.base, row.unit)}</td><td>${valueText(row.head, row.unit)}</td><td>${changed(row)}</td><td>${percentText(row.floor)}</td></tr>\n`,
	);
	const stages = cell.stages.map(
		({ stage, base_self_ms, head_self_ms, difference_ms, interval }) =>
			html`<tr><th scope="row">${stage === "message" ? "in no stage" : stage}</th><td>${valueText(base_self_ms, "ms")}</td><td>${valueText(head_self_ms, "ms")}</td><td>${valueText(difference_ms, "ms")}${interval ? html`<small>${valueText(interval.low, "ms")} to ${valueText(interval.high, "ms")}</small>` : null}</td></tr>\n`,
	);
	const table = (caption: string, heads: readonly string[], body: readonly Markup[]) =>
		scrolling(
			caption,
			html`<table class="figures"><caption>${caption}</caption><thead><tr>${heads.map((text) => html`<th scope="col">${text}</th>`)}</tr></thead><tbody>${body}</tbody></table>`,
		);
	const name = `${cell.scenario}${pairs.length > 1 ? `, ${pairs[cell.pair]?.head.label ?? ""}` : ""}`;
	return details(
		`${plainText(name)}: ${cell.change}`,
		table(`${plainText(name)}, every metric`, ["Metric", "Base", "Head", "Change (95 %)", "Floor"], rows),
		stages.length === 0
			? null
			: table(
					`${plainText(name)}, self time per message by stage`,
					["Stage", "Base", "Head", "Difference (99 %)"],
					stages,
				),
	);
}

function changed(row: MetricChange): Markup {
	const text = changeText(row);
	return isMoved(row) ? html`<b>${text}</b>` : html`${text}`;
}

function reading({ paired, cells: all }: ChangeFile): Markup {
	const drift = all.flatMap(({ rows }) => rows).find((row) => row.drift)?.drift;
	return html`<p><b>faster, slower</b>: the 95 % interval of the ratio clears 1 and the noise floor. <b>no change</b>: it lies within 5 % of 1. <b>noise</b>: too uncertain to tell. <b>not comparable</b>: a side did other work, or none. The stage is the one that surely moved furthest.</p>
${paired || !drift ? null : html`<p>From run to run this machine moves a figure by ${percentText(drift.value)} (${drift.source}); that is in the intervals. Two targets of one run tell more, because their processes take turns.</p>`}`;
}
