/** This chart shows the framework's share of the time over the latency of a real model. */
import * as Plot from "@observablehq/plot";
import type { Markup } from "../markup.ts";
import type { ShownTarget } from "../view.ts";
import { curveChart } from "./curves.ts";
import { logScale, logTicks, tickText } from "./scales.ts";

const TICKS_MS = [200, 500, 1000, 2000, 5000];

export interface ShareCurve {
	target: ShownTarget;
	shares: readonly { model_latency_ms: number; share: number }[];
}

/** Draws the shares. Null where there is nothing to draw. */
export function shareChart(scenario: string, shown: readonly ShareCurve[]): Markup | null {
	const all = shown.flatMap(({ shares }) => shares).filter(({ share }) => share > 0);
	if (all.length === 0) return null;
	const x = logScale(all.map(({ model_latency_ms }) => model_latency_ms));
	const y = logScale(all.map(({ share }) => share));
	return curveChart(
		{
			title: `The framework's share of the time of ${scenario}, over the model's latency`,
			description: shown.map(curveText).join("; "),
		},
		{
			x: {
				...x,
				ticks: TICKS_MS.filter((tick) => tick >= x.domain[0] && tick <= x.domain[1]),
				label: "model latency in ms (logarithmic)",
			},
			y: { ...y, ticks: logTicks(y.domain), label: "share of the time (logarithmic)" },
			show: percentTick,
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

function curveText({ target, shares }: ShareCurve): string {
	const [first, last] = [shares[0], shares.at(-1)].map((point) => percentTick(point?.share ?? 0));
	return `${target.label}: ${first} falling to ${last}`;
}

function percentTick(share: number): string {
	return `${tickText(100 * share)}%`;
}
