/** This chart shows growth with size on two logarithmic axes. */
import * as Plot from "@observablehq/plot";
import type { GrowthFit } from "../../../shared/types.ts";
import type { Markup } from "../markup.ts";
import type { View } from "../view.ts";
import { curveChart } from "./curves.ts";
import { logScale, sizeScale, tickText } from "./scales.ts";

/**
 * Draws the points as measured and the fitted line dashed. Points that no line describes are joined. Null
 * without points.
 */
export function growthChart(size: string, fits: readonly GrowthFit[], { targets }: View): Markup | null {
	const shown = targets.flatMap((target) => {
		const fit = fits.find((one) => one.target === target.id);
		return fit ? [{ target, fit }] : [];
	});
	if (shown.length === 0) return null;
	const points = shown.flatMap(({ fit }) => fit.points);
	const sizes = [...new Set(points.map(({ size }) => size))].toSorted((a, b) => a - b);
	const x = { ...sizeScale(sizes), label: `${size} (logarithmic)` };
	const heights = shown.flatMap(({ fit }) => [
		...fit.points.map(({ value_ms }) => value_ms),
		...lineOf(fit).map(([, y]) => y),
	]);
	return curveChart(
		{
			title: `Median latency over ${size}`,
			description: shown
				.map(({ target, fit }) => `${target.label}: ${fit.points.map(pointText).join(", ")}`)
				.join("; "),
		},
		{ x, y: { ...logScale(heights), label: "ms (logarithmic)" } },
		shown.flatMap(({ target: { colour, symbol }, fit }) => [
			...(fit.base_ms === null
				? [Plot.line(fit.points, { x: "size", y: "value_ms", stroke: colour, strokeWidth: 1.5 })]
				: []),
			Plot.line(lineOf(fit), { stroke: colour, strokeWidth: 1.5, strokeDasharray: "5 4" }),
			Plot.dot(fit.points, { x: "size", y: "value_ms", r: 4.5, symbol, fill: colour }),
		]),
	);
}

function pointText({ value_ms, size }: GrowthFit["points"][number]): string {
	return `${tickText(value_ms)} ms at ${size}`;
}

const LINE_POINTS = 40;

/** Computes the line of a base and a cost per unit, in equal steps of the logarithmic axis. */
function lineOf({ points, shape, base_ms, costs }: GrowthFit): [number, number][] {
	const [cost] = costs;
	const sizes = points.map(({ size }) => size);
	const positive = sizes.filter((size) => size > 0);
	if (base_ms === null || !cost || positive.length === 0) return [];
	const slope = shape === "constant" ? 0 : cost.per_unit_ms.value;
	const [from, to] = [Math.min(...positive), Math.max(...positive)];
	const steps = Array.from(
		{ length: LINE_POINTS + 1 },
		(_, step) => from * (to / from) ** (step / LINE_POINTS),
	);
	return [...(sizes.includes(0) ? linearSteps(from) : []), ...steps]
		.map((size): [number, number] => [size, base_ms.value + slope * size])
		.filter(([, value]) => value > 0);
}

/** The steps from 0 to the smallest other size, where the axis is linear. */
function linearSteps(to: number): number[] {
	return Array.from({ length: LINE_POINTS / 4 }, (_, step) => (to * step) / (LINE_POINTS / 4));
}
