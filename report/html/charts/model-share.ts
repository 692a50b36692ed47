/** The framework's share of the time, over the latency of a real model. */
import * as Plot from "@observablehq/plot";
import type { Markup } from "../markup.ts";
import type { ShownTarget } from "../view.ts";
import { curveChart } from "./curves.ts";
import { logScale, logTicks, tickText } from "./scales.ts";

export interface ShareCurve {
	target: ShownTarget;
	shares: readonly { model_latency_ms: number; share: number }[];
}

/** Null where there is nothing to draw. */
export function shareChart(scenario: string, shown: readonly ShareCurve[]): Markup | null {
	const all = shown.flatMap(({ shares }) => shares).filter(({ share }) => share > 0);
	if (all.length === 0) return null;
	const percent = (value: number) => `${tickText(100 * value)}%`;
	const x = logScale(all.map(({ model_latency_ms }) => model_latency_ms));
	const y = logScale(all.map(({ share }) => share));
	return curveChart(
		{
			title: `The framework's share of the time of ${scenario}, over the model's latency`,
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
			y: { ...y, ticks: logTicks(y.domain), label: "share of the time (logarithmic)" },
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
