/** What would be left of the differences with a model that takes its time. */
import { countText, smallShareText } from "../../text/units.ts";
import { shareChart } from "../charts/curves.ts";
import { html, type Markup } from "../markup.ts";
import { DASH, legend, scrolling, section, targetHead } from "../parts.ts";
import type { View } from "../view.ts";
import { turnScenario } from "./head.ts";

const SHOWN_MS = 1000;

/** Every share is worked out beforehand: the slider looks up which one to show. */
export function turn(view: View): Markup | null {
	const { scenarios } = view.comparison;
	const rows = scenarios.filter(({ cells }) =>
		Object.values(cells).some(({ detail }) => detail.turn_shares.length > 0),
	);
	const latencies = [
		...new Set(
			rows.flatMap(({ cells }) =>
				Object.values(cells).flatMap(({ detail }) => detail.turn_shares.map((one) => one.model_latency_ms)),
			),
		),
	].toSorted((a, b) => a - b);
	if (latencies.length === 0) return null;
	const shown = Math.max(0, latencies.indexOf(SHOWN_MS));
	const texts = latencies.map((latency) => `${countText(latency)} ms`);
	return section(
		"turn",
		"Share of a real turn",
		html`<p><strong class="mark">Derived, not measured.</strong> With the model's calls taken to follow one another, this is the framework's part of a whole turn, worked out from the median latency. Divergent cells are left out.</p>`,
		html`<div class="slider"><label for="latency">The model takes <output id="latency-text">${texts[shown]}</output> per call</label>
<input class="scripted" id="latency" type="range" min="0" max="${latencies.length - 1}" step="1" value="${shown}" data-texts="${texts.join("|")}" aria-valuetext="${texts[shown]}"></div>`,
		html`<div class="columns"><div>${scrolling(
			"Share of a real turn",
			html`<table class="figures" id="turns"><thead><tr><th scope="col">Scenario</th>${view.targets.map(targetHead)}</tr></thead>
<tbody>${rows.map(
				({ id, cells }) =>
					html`<tr><th scope="row"><a href="#${view.anchor(id)}">${id}</a></th>${view.targets.map(
						({ id: target }) => {
							const known = new Map(
								cells[target]?.detail.turn_shares.map(({ model_latency_ms, share }) => [
									model_latency_ms,
									smallShareText(share),
								]),
							);
							const shares = latencies.map((latency) => known.get(latency) ?? DASH);
							return known.size === 0
								? html`<td>${DASH}</td>`
								: html`<td data-v="${shares.join(" ")}">${shares[shown]}</td>`;
						},
					)}</tr>\n`,
			)}</tbody></table>`,
		)}</div>${curve(view)}</div>`,
	);
}

function curve(view: View): Markup | null {
	const scenario = turnScenario(view.comparison.scenarios);
	const shown = view.targets.flatMap((target) => {
		const shares = scenario?.cells[target.id]?.detail.turn_shares ?? [];
		return shares.length === 0 ? [] : [{ target, shares }];
	});
	const chart = scenario && shareChart(scenario.id, shown);
	return chart
		? html`<figure class="share">${legend(shown.map(({ target }) => target))}${chart}<figcaption>${scenario.id}: the framework's share of a turn over the model's latency. Derived, not measured.</figcaption></figure>`
		: null;
}
