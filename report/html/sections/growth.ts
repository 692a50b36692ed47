/** How the latency of each target grows with size, and where one target overtakes another. */
import type { Crossover, GrowthFit } from "../../../shared/types.ts";
import { localText } from "../../text/growth.ts";
import { intervalText } from "../../text/ratio.ts";
import { countText, exponentText, numberText, ratioText } from "../../text/units.ts";
import { growthChart } from "../charts/growth.ts";
import { html, type Markup } from "../markup.ts";
import { columnHead, DASH, legend, numberHead, row, section, table } from "../parts.ts";
import type { ShownTarget, View } from "../view.ts";

const DIMENSIONS: Record<GrowthFit["dimension"], string> = {
	providers: "dummy providers",
	history: "messages in the history",
	concurrency: "concurrent senders",
	conversation: "messages in the conversation",
};

export function renderGrowth(view: View): Markup | null {
	const { growth, crossovers } = view.comparison;
	const dimensions = [...new Set(growth.map(({ dimension }) => dimension))];
	if (dimensions.length === 0) return null;
	return section(
		"growth",
		"Growth with size",
		html`<p>
			Median latency over size, on two logarithmic axes, where a power law is a straight line. The dashed line
			is the fit over all sizes: an exponent of 0 is constant, 1 is linear. Where the growth between
			neighbouring sizes differs by more than the noise, no single power law describes it, and the points are
			joined.
		</p>`,
		html`<div class="charts">${dimensions.map((dimension) => renderChart(dimension, view))}</div>`,
		renderCrossovers(crossovers, view),
		growthTable(growth, view),
	);
}

function renderChart(dimension: GrowthFit["dimension"], view: View): Markup | null {
	const fits = view.comparison.growth.filter((fit) => fit.dimension === dimension);
	const chart = growthChart(DIMENSIONS[dimension], fits, view);
	const targets = view.targets.filter(({ id }) => fits.some(({ target }) => target === id));
	const sentences = fits.map((fit) => html`<span>${fitSentence(fit, view)}</span> `);
	return (
		chart &&
		html`<figure class="growth">
			<h3>${DIMENSIONS[dimension]}</h3>
			${legend(targets)}
			${chart}
			<figcaption>${sentences}</figcaption>
		</figure>`
	);
}

function fitSentence({ target, shape, exponent, per_doubling, local }: GrowthFit, { label }: View): string {
	if (!exponent || !per_doubling) return `${label(target)}: too few processes for a fit.`;
	const exception = local.length > 0 ? ", but not by a single power law" : "";
	const interval = intervalText(per_doubling, ratioText);
	const doubled = `twice the size takes ${ratioText(per_doubling.value)} the time (${interval})`;
	return `${label(target)}: ${shape}${exception}; ${doubled}.`;
}

function renderCrossovers(crossovers: readonly Crossover[], view: View): Markup {
	if (crossovers.length === 0)
		return html`<p>
			No point is computed where one target overtakes another. That takes two targets that each follow a power
			law, with significantly different exponents. Where measured points change their order, the charts show
			between which sizes.
		</p>`;
	return html`<h3>Where one target overtakes another</h3>
		<ul>${crossovers.map((one) => html`<li>${crossoverSentence(one, view)}</li>`)}</ul>`;
}

function crossoverSentence(
	{ dimension, below, above, size, low, high, within }: Crossover,
	{ label }: View,
): string {
	const where = `${countText(Math.round(size))} (${intervalText({ low, high }, numberText)})`;
	const beyond = within ? "" : ", beyond what was measured";
	return `${label(above)} overtakes ${label(below)} above about ${where} ${DIMENSIONS[dimension]}${beyond}.`;
}

function growthTable(growth: readonly GrowthFit[], { targets }: View): Markup {
	const rows = growth.flatMap((fit) => {
		const target = targets.find(({ id }) => id === fit.target);
		return target ? [growthRow(fit, target)] : [];
	});
	return table({
		label: "Exponents of growth",
		kind: "figures",
		head: [
			columnHead("Growth with"),
			columnHead("Target"),
			numberHead("Exponent"),
			numberHead("Per doubling"),
			columnHead("Shape"),
			columnHead("Between sizes"),
		],
		body: rows,
	});
}

function growthRow(
	{ dimension, exponent, shape, per_doubling, local }: GrowthFit,
	{ swatch, label }: ShownTarget,
): Markup {
	return row(
		DIMENSIONS[dimension],
		html`<th scope="row">${swatch}${label}</th>`,
		html`<td>${estimateCell(exponent, exponentText)}</td>`,
		html`<td>${estimateCell(per_doubling, ratioText)}</td>`,
		html`<td class="words">${shape}</td>`,
		html`<td class="words">${local.length === 0 ? DASH : localText(local, countText)}</td>`,
	);
}

function estimateCell(estimate: GrowthFit["exponent"], show: (value: number) => string): Markup | string {
	return estimate ? html`<b>${show(estimate.value)}</b><small>${intervalText(estimate, show)}</small>` : DASH;
}
