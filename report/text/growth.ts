/** Growth and crossovers in words. Every sentence is true of the points that it is computed from. */
import type { CategoryStanding, Crossover, GrowthFit } from "../../shared/types.ts";
import { NS_PER_MS } from "../../shared/units.ts";
import { intervalText } from "./ratio.ts";
import { countText, durationText, ratioText } from "./units.ts";

type Label = (target: string) => string;
type Dimension = GrowthFit["dimension"];
type Cost = GrowthFit["costs"][number];

/** For each dimension, this names what its sizes count, and one unit of it. */
export const DIMENSIONS: Record<Dimension, { sizes: string; unit: string }> = {
	providers: { sizes: "dummy providers", unit: "a provider" },
	history: { sizes: "messages in the history", unit: "an earlier message" },
	concurrency: { sizes: "concurrent senders", unit: "a sender" },
	conversation: { sizes: "messages in the conversation", unit: "a message" },
};

/** Describes a fit: `linear: 2.20ms + 23.5us (23.1us to 24.0us) a provider`. */
export function fitText({ dimension, shape, base_ms, costs, factor, points }: GrowthFit): string {
	if (factor === null) return "too few processes for an interval";
	const [cost] = costs;
	if (shape === "constant" && base_ms && cost) return `no growth found: ${atMostText(cost, dimension)}`;
	const how =
		base_ms && cost
			? `${timeText(base_ms.value)} + ${costText(cost, dimension)}`
			: piecesText(costs, dimension);
	switch (shape) {
		case "linear":
			return `linear: ${how}`;
		case "bend":
			return `bends: ${how}`;
		case "superlinear":
			return `more than linear: ${how}`;
		default:
			return `${how}; ${points.length} sizes do not tell the shape`;
	}
}

/** Returns a cost per unit: `23.5us (23.1us to 24.0us) a provider`. */
export function costText({ per_unit_ms }: Cost, dimension: Dimension): string {
	return `${timeText(per_unit_ms.value)} (${intervalText(per_unit_ms, timeText)}) ${DIMENSIONS[dimension].unit}`;
}

/** Describes a cost that does not differ significantly from 0. */
function atMostText({ per_unit_ms: { high } }: Cost, dimension: Dimension): string {
	return high > 0 ? `at most ${timeText(high)} ${DIMENSIONS[dimension].unit}` : "none";
}

/** Returns the cost of every piece: `23.5us (23.1us to 24.0us) a provider from 10 to 50, ...`. */
export function piecesText(costs: readonly Cost[], dimension: Dimension): string {
	return costs
		.map((cost) => `${costText(cost, dimension)} from ${countText(cost.from)} to ${countText(cost.to)}`)
		.join(", ");
}

/** Returns the growth over all sizes: `63.2x (60.1x to 66.4x) from 100 to 10,000`. */
export function factorText({ factor, points }: GrowthFit): string {
	const [from, to] = [points[0]?.size ?? 0, points.at(-1)?.size ?? 0];
	if (factor === null) return "-";
	const sizes = `from ${countText(from)} to ${countText(to)}`;
	return `${ratioText(factor.value)} (${intervalText(factor, ratioText)}) ${sizes}`;
}

/** Describes a crossover: `TypeScript overtakes Rust at 1,600 (1,300 to 2,000) messages in the history`. */
export function crossoverText({ dimension, below, above, size, low, high }: Crossover, label: Label): string {
	const shown = (value: number) => countText(Number(value.toPrecision(2)));
	const sizes = `${shown(size)} (${intervalText({ low, high }, shown)}) ${DIMENSIONS[dimension].sizes}`;
	return `${label(above)} overtakes ${label(below)} at ${sizes}`;
}

/** Names the fastest at the largest size: `100 dummy providers: Rust`. */
export function largestText(
	{ dimension, size, leaders }: CategoryStanding["at_largest"][number],
	label: Label,
): string {
	const sizes = `${countText(size)} ${DIMENSIONS[dimension].sizes}`;
	return `${sizes}: ${leaders.map(label).join(" = ")}`;
}

/** Writes a time per unit. It is negative where the latency shrinks with size. */
function timeText(milliseconds: number): string {
	const text = durationText(Math.abs(milliseconds) * NS_PER_MS);
	return milliseconds < 0 ? `-${text}` : text;
}
