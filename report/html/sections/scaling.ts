/** How each target grows with size, and where one overtakes another. */
import type { Crossover, GrowthFit } from "../../../shared/types.ts";
import { intervalText } from "../../text/ratio.ts";
import { countText, exponentText, numberText, ratioText } from "../../text/units.ts";
import { scalingChart } from "../charts/curves.ts";
import { html, type Markup } from "../markup.ts";
import { DASH, legend, scrolling, section } from "../parts.ts";
import type { View } from "../view.ts";

const SERIES: Record<GrowthFit["dimension"], string> = {
	providers: "dummy providers",
	history: "messages in the history",
	concurrency: "senders at once",
	conversation: "messages in the conversation",
};

export function scaling(view: View): Markup | null {
	const { growth: fits, crossovers } = view.comparison;
	const series = [...new Set(fits.map((fit) => fit.dimension))];
	if (series.length === 0) return null;
	return section(
		"scaling",
		"Growth with size",
		html`<p>Median latency against size, both axes logarithmic: on such axes a power law is a straight line. The dashed line is the fit over all sizes; an exponent of 0 is constant, 1 is linear. Where the growth between neighbouring sizes differs beyond its noise, one power does not describe it, and the points are joined.</p>`,
		html`<div class="charts">${series.map((name) => chartOf(name, view))}</div>`,
		crossovers.length === 0
			? html`<p>No point where one overtakes another is computed: that takes two targets that follow one power each, whose exponents surely differ. Where measured points change their order, the charts show between which sizes.</p>`
			: html`<h3>Where one overtakes another</h3><ul>${crossovers.map((one) => html`<li>${crossoverText(one, view)}</li>`)}</ul>`,
		table(fits, view),
	);
}

function chartOf(name: GrowthFit["dimension"], view: View): Markup | null {
	const fits = view.comparison.growth.filter(({ dimension }) => dimension === name);
	const chart = scalingChart(SERIES[name], fits, view);
	const targets = view.targets.filter(({ id }) => fits.some(({ target }) => target === id));
	return (
		chart &&
		html`<figure class="scaling"><h3>${SERIES[name]}</h3>${legend(targets)}${chart}<figcaption>${fits.map((fit) => html`<span>${sentence(fit, view)}</span> `)}</figcaption></figure>`
	);
}

function sentence({ target, shape, exponent, per_doubling, local }: GrowthFit, { label }: View): string {
	if (!exponent || !per_doubling) return `${label(target)}: too few processes for a fit.`;
	const bends = local.length > 0 ? ", but no one power describes it" : "";
	return `${label(target)}: ${shape}${bends}; twice the size takes ${ratioText(per_doubling.value)} the time (${intervalText(per_doubling, ratioText)}).`;
}

function crossoverText(
	{ dimension, below, above, size, low, high, within }: Crossover,
	{ label }: View,
): string {
	const where = `${countText(Math.round(size))} (${intervalText({ low, high }, numberText)})`;
	return `${label(above)} overtakes ${label(below)} above about ${where} ${SERIES[dimension]}${within ? "" : ", beyond what was measured"}.`;
}

function table(fits: readonly GrowthFit[], { targets }: View): Markup {
	const rows = fits.flatMap((fit) => {
		const target = targets.find(({ id }) => id === fit.target);
		return target ? [{ fit, target }] : [];
	});
	return scrolling(
		"Exponents of growth",
		html`<table class="figures"><thead><tr><th scope="col">Growth with</th><th scope="col">Target</th><th scope="col" class="num">Exponent</th><th scope="col" class="num">Size doubles</th><th scope="col">Growth</th><th scope="col">Between sizes</th></tr></thead>
<tbody>${rows.map(
			({ fit: { dimension, exponent, shape, per_doubling, local }, target: { swatch, label } }) =>
				html`<tr><th scope="row">${SERIES[dimension]}</th><th scope="row">${swatch}${label}</th><td>${estimateText(exponent, exponentText)}</td><td>${estimateText(per_doubling, ratioText)}</td><td class="words">${shape}</td><td class="words">${
					local.length === 0
						? DASH
						: local
								.map(
									({ from, to, exponent: { value } }) =>
										`${exponentText(value)} from ${countText(from)} to ${countText(to)}`,
								)
								.join(", ")
				}</td></tr>\n`,
		)}</tbody></table>`,
	);
}

function estimateText(estimate: GrowthFit["exponent"], show: (value: number) => string): Markup | string {
	return estimate ? html`<b>${show(estimate.value)}</b><small>${intervalText(estimate, show)}</small>` : DASH;
}
