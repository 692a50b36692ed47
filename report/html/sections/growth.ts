/**
 * This section shows how the latency of each target grows with size, and where one target overtakes another.
 */
import type { Crossover, GrowthFit } from "../../../shared/types.ts";
import {
	crossoverText,
	DIMENSIONS,
	factorText,
	fitText,
	growthRemarks,
	piecesText,
	shapeText,
	sizeRows,
} from "../../text/growth.ts";
import { intervalText } from "../../text/ratio.ts";
import { countText, valueText } from "../../text/units.ts";
import { growthChart } from "../charts/growth.ts";
import { html, type Markup } from "../markup.ts";
import { columnHead, DASH, details, legend, numberHead, row, section, table, targetTable } from "../parts.ts";
import type { ShownTarget, View } from "../view.ts";

export function renderGrowth(view: View): Markup | null {
	const { growth, crossovers } = view.comparison;
	const dimensions = [...new Set(growth.map(({ dimension }) => dimension))];
	if (dimensions.length === 0) return null;
	return section(
		"growth",
		"Growth with size",
		html`<p>
			Median latency over size, on two logarithmic axes (between 0 and the next size, linear). The dashed line
			is the base, at size 0, and the cost per unit, where a line describes the points; a line looks bent on
			these axes. Without growth the base is the level of all sizes. A shape is claimed from five sizes on.
		</p>`,
		html`<div class="charts">${dimensions.map((dimension) => renderChart(dimension, view))}</div>`,
		remarksList(growth),
		renderCrossovers(crossovers, view),
		growthTable(growth, view),
		details("The median latency at every size", sizesTable(growth, view)),
	);
}

function remarksList(growth: readonly GrowthFit[]): Markup | null {
	const remarks = growthRemarks(growth);
	return remarks.length === 0 ? null : html`<ul>${remarks.map((remark) => html`<li>${remark}</li>`)}</ul>`;
}

function sizesTable(growth: readonly GrowthFit[], view: View): Markup {
	const rows = sizeRows(growth).flatMap(({ dimension, fits, sizes }) =>
		sizes.map((size) => ({
			label: `${countText(size)} ${DIMENSIONS[dimension].sizes}`,
			cells: view.targets.map(({ id }) => {
				const fit = fits.find(({ target }) => target === id);
				const point = fit?.points.find((one) => one.size === size);
				return point ? estimateCell({ value: point.value_ms, ...point.interval }) : DASH;
			}),
		})),
	);
	return targetTable(view, "Median latency at every size", "Size", rows);
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
			numberHead("Base"),
			columnHead("Cost per unit"),
			columnHead("Shape"),
			columnHead("From the smallest to the largest size"),
		],
		body: rows,
	});
}

function growthRow(fit: GrowthFit, { swatch, label }: ShownTarget): Markup {
	const { dimension, base_ms, costs } = fit;
	return row(
		DIMENSIONS[dimension].sizes,
		html`<th scope="row">${swatch}${label}</th>`,
		html`<td>${estimateCell(base_ms)}</td>`,
		html`<td class="words">${costs.length === 0 ? DASH : piecesText(costs, dimension)}</td>`,
		html`<td class="words">${shapeText(fit)}</td>`,
		html`<td class="words">${factorText(fit)}</td>`,
	);
}

function estimateCell(estimate: { value: number; low?: number; high?: number } | null): Markup | string {
	if (!estimate) return DASH;
	const show = (value: number) => valueText(value, "ms");
	const { value, low, high } = estimate;
	const isKnown = low !== undefined && high !== undefined;
	return html`<b>${show(value)}</b>${isKnown && html`<small>${intervalText({ low, high }, show)}</small>`}`;
}
