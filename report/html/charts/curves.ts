/** Lines on two logarithmic axes: growth with size, and the share of a turn. */
import * as Plot from "@observablehq/plot";
import type { GrowthFit } from "../../../shared/types.ts";
import type { Markup } from "../markup.ts";
import { chart } from "../svg.ts";
import type { ShownTarget, View } from "../view.ts";
import { bottomAxis, horizontalGrid, leftAxis, verticalGrid } from "./axes.ts";
import { WIDTH } from "./bands.ts";
import { logScale, logTicks, type Scale, tickText } from "./scales.ts";

const HEIGHT = 260;
const MARGINS = { marginLeft: 48, marginRight: 16, marginTop: 26, marginBottom: 40 };

interface Axes {
	x: Scale & { label: string };
	y: Scale & { label: string };
	show?: (value: number) => string;
}

/**
 * Of one series. Points as measured, joined where one power does not describe them; the fitted line dashed.
 * Null for a target without points.
 */
export function scalingChart(size: string, fits: readonly GrowthFit[], { targets }: View): Markup | null {
	const shown = targets.flatMap((target) => {
		const fit = fits.find((one) => one.target === target.id);
		return fit ? [{ target, fit }] : [];
	});
	if (shown.length === 0) return null;
	const points = shown.flatMap(({ fit }) => fit.points);
	const sizes = [...new Set(points.map(({ size }) => size))].toSorted((a, b) => a - b);
	const x = { ...logScale(sizes), ticks: sizes, label: `${size} (logarithmic)` };
	const heights = shown.flatMap(({ fit }) => [
		...fit.points.map(({ value_ms }) => value_ms),
		...lineOf(fit).map(([, y]) => y),
	]);
	return curves(
		{
			title: `Median latency over ${size}`,
			description: shown
				.map(
					({ target, fit }) =>
						`${target.label}: ${fit.points.map((one) => `${tickText(one.value_ms)} ms at ${one.size}`).join(", ")}`,
				)
				.join("; "),
		},
		{ x, y: { ...logScale(heights), label: "ms (logarithmic)" } },
		shown.flatMap(({ target: { colour, symbol }, fit }) => [
			...(fit.local.length > 0
				? [Plot.line(fit.points, { x: "size", y: "value_ms", stroke: colour, strokeWidth: 1.5 })]
				: []),
			Plot.line(lineOf(fit), { stroke: colour, strokeWidth: 1.5, strokeDasharray: "5 4" }),
			Plot.dot(fit.points, { x: "size", y: "value_ms", r: 4.5, symbol, fill: colour }),
		]),
	);
}

/** Least squares goes through the mean of the logarithms; the exponent says the rest. */
function lineOf({ points, exponent }: GrowthFit): [number, number][] {
	if (exponent === null || points.length < 2) return [];
	const middle = (values: readonly number[]) =>
		values.reduce((sum, value) => sum + Math.log(value), 0) / values.length;
	const [x, y] = [middle(points.map(({ size }) => size)), middle(points.map(({ value_ms }) => value_ms))];
	const sizes = points.map(({ size }) => size);
	return [Math.min(...sizes), Math.max(...sizes)].map((size) => [
		size,
		Math.exp(y + exponent.value * (Math.log(size) - x)),
	]);
}

export interface ShareCurve {
	target: ShownTarget;
	shares: readonly { model_latency_ms: number; share: number }[];
}

/** The framework's share of a turn over the model's latency. */
export function shareChart(scenario: string, shown: readonly ShareCurve[]): Markup | null {
	const all = shown.flatMap(({ shares }) => shares).filter(({ share }) => share > 0);
	if (all.length === 0) return null;
	const percent = (value: number) => `${tickText(100 * value)}%`;
	const x = logScale(all.map(({ model_latency_ms }) => model_latency_ms));
	const y = logScale(all.map(({ share }) => share));
	return curves(
		{
			title: `The framework's share of a turn of ${scenario}, over the model's latency`,
			description: shown
				.map(
					({ target, shares }) =>
						`${target.label}: ${percent(shares[0]?.share ?? 0)} falling to ${percent(shares.at(-1)?.share ?? 0)}`,
				)
				.join("; "),
		},
		{
			x: {
				...x,
				ticks: [200, 500, 1000, 2000, 5000].filter((tick) => tick >= x.domain[0] && tick <= x.domain[1]),
				label: "model latency in ms (logarithmic)",
			},
			y: { ...y, ticks: logTicks(y.domain), label: "share of the turn (logarithmic)" },
			show: percent,
		},
		shown.flatMap(({ target: { colour, dash, symbol }, shares }) => [
			Plot.line(shares, {
				x: "model_latency_ms",
				y: "share",
				stroke: colour,
				strokeWidth: 1.5,
				strokeDasharray: dash,
			}),
			Plot.dot(
				shares.filter((_, index) => index % 4 === 0),
				{ x: "model_latency_ms", y: "share", r: 3.5, symbol, fill: colour },
			),
		]),
	);
}

function curves(
	about: { title: string; description: string },
	{ x, y, show = tickText }: Axes,
	marks: Plot.Markish[],
): Markup {
	return chart({
		...about,
		width: WIDTH,
		height: HEIGHT,
		...MARGINS,
		x: { type: x.type, domain: x.domain, axis: null },
		y: { type: y.type, domain: y.domain, axis: null },
		marks: [
			horizontalGrid(y.ticks),
			verticalGrid(x.ticks),
			...leftAxis(y.ticks, y.label, MARGINS.marginLeft, show),
			bottomAxis(x.ticks, x.label),
			...marks,
		],
	});
}
