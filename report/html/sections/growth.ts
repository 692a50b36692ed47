/**
 * This section shows how the latency of each target grows with size, and where one target overtakes another.
 */
import type { Crossover, GrowthFit } from "../../../shared/types.ts";
import { crossoverText, DIMENSIONS, factorText, fitText, piecesText } from "../../text/growth.ts";
import { intervalText } from "../../text/ratio.ts";
import { valueText } from "../../text/units.ts";
import { growthChart } from "../charts/growth.ts";
import { html, type Markup } from "../markup.ts";
import { columnHead, DASH, legend, numberHead, row, section, table } from "../parts.ts";
import type { ShownTarget, View } from "../view.ts";

export function renderGrowth(view: View): Markup | null {
	const { growth, crossovers } = view.comparison;
	const dimensions = [...new Set(growth.map(({ dimension }) => dimension))];
	if (dimensions.length === 0) return null;
	return section(
		"growth",
		"Growth with size",
		html`<p>
			Median latency over size, on two logarithmic axes. The dashed line is the base and the cost per unit, where
			a line describes the points; a line looks bent on these axes. A shape is claimed from five sizes on.
		</p>`,
		html`<div class="charts">${dimensions.map((dimension) => renderChart(dimension, view))}</div>`,
		renderCrossovers(crossovers, view),
		growthTable(growth, view),
	);
}

function renderChart(dimension: GrowthFit["dimension"], view: View): Markup | null {
	const fits = view.comparison.growth.filter((fit) => fit.dimension === dimension);
	const chart = growthChart(DIMENSIONS[dimension].sizes, fits, view);
	const targets = view.targets.filter(({ id }) => fits.some(({ target }) => target === id));
	const sentences = fits.map((fit) => html`<span>${fitSentence(fit, view)}</span> `);
	return (
		chart &&
		html`<figure class="growth">
			<h3>${DIMENSIONS[dimension].sizes}</h3>
			${legend(targets)}
			${chart}
			<figcaption>${sentences}</figcaption>
		</figure>`
	);
}

function fitSentence(fit: GrowthFit, { label }: View): string {
	return `${label(fit.target)}: ${fitText(fit)}.`;
}

function renderCrossovers(crossovers: readonly Crossover[], { label }: View): Markup {
	if (crossovers.length === 0)
		return html`<p>
			No target overtakes another: at no two measured sizes do two targets differ significantly in opposite
			directions.
		</p>`;
	return html`<h3>Where one target overtakes another</h3>
		<ul>${crossovers.map((one) => html`<li>${crossoverText(one, label)}.</li>`)}</ul>`;
}

function growthTable(growth: readonly GrowthFit[], { targets }: View): Markup {
	const rows = growth.flatMap((fit) => {
		const target = targets.find(({ id }) => id === fit.target);
		return target ? [growthRow(fit, target)] : [];
	});
	return table({
		label: "Growth with size",
		kind: "figures",
		head: [
			columnHead("Growth with"),
			columnHead("Target"),
			numberHead("At size 0"),
			columnHead("Cost per unit"),
			columnHead("Shape"),
			columnHead("From the smallest to the largest size"),
		],
		body: rows,
	});
}

const SHAPES: Record<GrowthFit["shape"], string> = {
	constant: "no growth found",
	linear: "linear",
	bend: "linear with a bend",
	superlinear: "more than linear",
	undecided: "not decided",
};

function growthRow(fit: GrowthFit, { swatch, label }: ShownTarget): Markup {
	const { dimension, shape, base_ms, costs } = fit;
	return row(
		DIMENSIONS[dimension].sizes,
		html`<th scope="row">${swatch}${label}</th>`,
		html`<td>${estimateCell(base_ms)}</td>`,
		html`<td class="words">${costs.length === 0 ? DASH : piecesText(costs, dimension)}</td>`,
		html`<td class="words">${SHAPES[shape]}</td>`,
		html`<td class="words">${factorText(fit)}</td>`,
	);
}

function estimateCell(estimate: GrowthFit["base_ms"]): Markup | string {
	const show = (value: number) => valueText(value, "ms");
	return estimate ? html`<b>${show(estimate.value)}</b><small>${intervalText(estimate, show)}</small>` : DASH;
}
