/** This section shows the framework's share of the time beside a real model. */
import type { ScenarioComparison } from "../../../shared/types.ts";
import { countText, turnText } from "../../text/units.ts";
import { shareChart } from "../charts/model-share.ts";
import { html, type Markup } from "../markup.ts";
import { chartFigure, columnHead, DASH, legend, row, section, table, targetHead } from "../parts.ts";
import type { View } from "../view.ts";
import { modelShareScenario } from "./head.ts";

const SHOWN_MS = 1000;

/** Every share is computed beforehand; the slider looks up which one to show. */
export function renderModelShare(view: View): Markup | null {
	const scenarios = view.comparison.scenarios.filter(({ cells }) =>
		Object.values(cells).some(({ detail }) => detail.model_shares.length > 0),
	);
	const latencies = latenciesOf(scenarios);
	if (latencies.length === 0) return null;
	const shown = Math.max(0, latencies.indexOf(SHOWN_MS));
	const shares = table({
		label: "Share beside a real model",
		kind: "figures",
		id: "model-shares",
		head: [columnHead("Scenario"), view.targets.map(targetHead)],
		body: scenarios.map((scenario) => shareRow(scenario, latencies, shown, view)),
	});
	return section(
		"model-share",
		"Share beside a real model",
		html`<p>
			<strong class="mark">Derived, not measured.</strong> The time of a message beside a real model, and the
			share of it that would be the framework's own, computed from the median latency and the model calls per
			message, which are assumed to follow one another: five calls of a second take five seconds. Divergent
			cells are left out.
		</p>`,
		slider(latencies, shown),
		html`<div class="columns"><div>${shares}</div>${curve(view)}</div>`,
	);
}

function latenciesOf(scenarios: readonly ScenarioComparison[]): number[] {
	const all = scenarios.flatMap(({ cells }) =>
		Object.values(cells).flatMap(({ detail }) => detail.model_shares.map((one) => one.model_latency_ms)),
	);
	return [...new Set(all)].toSorted((a, b) => a - b);
}

function slider(latencies: readonly number[], shown: number): Markup {
	const texts = latencies.map((latency) => `${countText(latency)} ms`);
	const text = texts[shown];
	return html`<div class="slider">
		<label for="latency">The model takes <output id="latency-text">${text}</output> per call</label>
		<input class="scripted" id="latency" type="range" min="0" max="${latencies.length - 1}" step="1"
			value="${shown}" data-texts="${texts.join("|")}" aria-valuetext="${text}">
	</div>`;
}

function shareRow(
	{ id, cells }: ScenarioComparison,
	latencies: readonly number[],
	shown: number,
	{ targets, anchor }: View,
): Markup {
	const shares = targets.map((target) => {
		const known = new Map(
			cells[target.id]?.detail.model_shares.map((one) => [one.model_latency_ms, turnText(one)]),
		);
		if (known.size === 0) return html`<td>${DASH}</td>`;
		const texts = latencies.map((latency) => known.get(latency) ?? DASH);
		return html`<td data-v="${texts.join("|")}">${texts[shown]}</td>`;
	});
	return row(html`<a href="#${anchor(id)}">${id}</a>`, shares);
}

function curve(view: View): Markup | null {
	const scenario = modelShareScenario(view.comparison.scenarios);
	const shown = view.targets.flatMap((target) => {
		const shares = scenario?.cells[target.id]?.detail.model_shares ?? [];
		return shares.length === 0 ? [] : [{ target, shares }];
	});
	const chart = scenario && shareChart(scenario.id, shown);
	if (!chart) return null;
	const caption = html`${scenario.id}: the framework's share of a message's time, over the latency of the model.
		Derived, not measured.`;
	return chartFigure(html`${legend(shown.map(({ target }) => target))}${chart}`, caption, "share");
}
