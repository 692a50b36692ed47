/** Growth and crossovers in words. Every sentence is true of the points that it is computed from. */
import type { CategoryStanding, Crossover, GrowthFit } from "../../shared/types.ts";
import { NS_PER_MS } from "../../shared/units.ts";
import { intervalText } from "./ratio.ts";
import { countText, durationText, numberText, ratioText } from "./units.ts";

type Label = (target: string) => string;
type Dimension = GrowthFit["dimension"];
type Cost = GrowthFit["costs"][number];
type Point = GrowthFit["points"][number];

/** For each dimension: its name as `./run.sh sweep` takes it, what its sizes count, and one unit of it. */
export const DIMENSIONS: Record<Dimension, { name: string; sizes: string; unit: string }> = {
	providers: { name: "providers", sizes: "dummy providers", unit: "a provider" },
	history: { name: "history", sizes: "messages in the history", unit: "an earlier message" },
	concurrency: { name: "senders", sizes: "concurrent senders", unit: "a sender" },
	conversation: { name: "conversation", sizes: "messages in the conversation", unit: "a message" },
	rooms: { name: "rooms", sizes: "rooms", unit: "a room" },
	"message-length": { name: "message-length", sizes: "characters of a message", unit: "a character" },
	actions: { name: "actions", sizes: "dummy actions", unit: "an action" },
	"character-length": {
		name: "character-length",
		sizes: "more characters of the agent's biography",
		unit: "a character",
	},
	chunks: { name: "chunks", sizes: "chunks of a streamed answer", unit: "a chunk" },
};

/** Describes a fit: `linear: 2.20ms + 23.5us (23.1us to 24.0us) a provider`. */
export function fitText({ dimension, shape, base_ms, costs, factor }: GrowthFit): string {
	if (factor === null) return "too few processes for an interval";
	const [cost] = costs;
	if (shape === "constant" && base_ms && cost) {
		const ends = endsDiffer(factor) ? "; yet the largest size differs from the smallest" : "";
		return `${shapeText({ shape, factor })}${atMostText(cost, dimension)}${ends}`;
	}
	const how =
		base_ms && cost
			? `${timeText(base_ms.value)} ${cost.per_unit_ms.value < 0 ? "and" : "+"} ${costText(cost, dimension)}`
			: piecesText(costs, dimension);
	switch (shape) {
		case "linear":
			return `linear: ${how}`;
		case "bend":
			return `bends: ${how}`;
		case "superlinear":
			return `more than linear: ${how}`;
		default:
			return how;
	}
}

/** A line through all sizes may have no significant slope although its two ends differ. */
function endsDiffer({ low, high }: NonNullable<GrowthFit["factor"]>): boolean {
	return low > 1 || high < 1;
}

const SHAPES: Record<GrowthFit["shape"], string> = {
	constant: "no growth found",
	linear: "linear",
	bend: "linear with a bend",
	superlinear: "more than linear",
	undecided: "not decided",
};

/** Names the shape of a fit. */
export function shapeText({ shape, factor }: Pick<GrowthFit, "shape" | "factor">): string {
	return shape === "constant" && factor && endsDiffer(factor) ? "no steady growth found" : SHAPES[shape];
}

/** Returns a cost per unit: `23.5us (23.1us to 24.0us) a provider`. */
export function costText({ per_unit_ms }: Cost, dimension: Dimension): string {
	return `${timeText(per_unit_ms.value)} (${intervalText(per_unit_ms, timeText)}) ${DIMENSIONS[dimension].unit}`;
}

/** Describes a cost that does not differ significantly from 0. */
function atMostText({ per_unit_ms: { high } }: Cost, dimension: Dimension): string {
	return high > 0 ? `: at most ${timeText(high)} ${DIMENSIONS[dimension].unit}` : "";
}

/** Returns the cost of every piece: `23.5us (23.1us to 24.0us) a provider from 10 to 50, ...`. */
export function piecesText(costs: readonly Cost[], dimension: Dimension): string {
	return costs
		.map((cost) => `${costText(cost, dimension)} from ${countText(cost.from)} to ${countText(cost.to)}`)
		.join(", ");
}

/** Returns the growth over all sizes: `63.2x (60.1x to 66.4x) from 100 to 10,000`. */
export function factorText({ factor, points }: GrowthFit): string {
	if (factor === null) return "-";
	const [from, to] = [points[0]?.size ?? 0, points.at(-1)?.size ?? 0];
	return `${factorTexts(factor).join(" ")} from ${countText(from)} to ${countText(to)}`;
}

/** Returns a growth factor and its interval: `63.2x`, and `(60.1x to 66.4x)`. */
export function factorTexts(factor: NonNullable<GrowthFit["factor"]>): [string, string] {
	return [ratioText(factor.value), `(${intervalText(factor, ratioText)})`];
}

/** Returns the latency at one size, in milliseconds without the unit: `2.41`, and `2.38 to 2.44`. */
export function pointTexts(point: Point | undefined): string[] {
	if (!point) return ["-"];
	const { value_ms, interval } = point;
	return interval ? [numberText(value_ms), intervalText(interval, numberText)] : [numberText(value_ms)];
}

/** Returns the fits by dimension, each with all sizes that a target has there, the smallest first. */
export function sizeRows(growth: readonly GrowthFit[]): {
	dimension: Dimension;
	fits: GrowthFit[];
	sizes: number[];
}[] {
	return [...new Set(growth.map(({ dimension }) => dimension))].map((dimension) => {
		const fits = growth.filter((fit) => fit.dimension === dimension);
		const sizes = new Set(fits.flatMap(({ points }) => points.map(({ size }) => size)));
		return { dimension, fits, sizes: [...sizes].toSorted((a, b) => a - b) };
	});
}

/** A size with more warm-up than this many times that of another is no longer as warm. */
const EQUALLY_WARM = 2;
/** From so many sizes on a shape is claimed. */
const SIZES_OF_SHAPE = 5;

/**
 * Says what keeps a dimension's growth from telling more: too few sizes for a shape, or sizes that were not
 * equally warm.
 */
export function growthRemarks(growth: readonly GrowthFit[]): string[] {
	return sizeRows(growth).flatMap(({ dimension, fits }) => {
		const { name } = DIMENSIONS[dimension];
		const fewest = Math.min(...fits.map(({ points }) => points.length));
		const warmups = fits.flatMap(({ points }) =>
			points.flatMap(({ warmup_messages }) => warmup_messages ?? []),
		);
		const [least, largest] = [Math.min(...warmups), Math.max(...warmups)];
		return [
			...(fewest < SIZES_OF_SHAPE
				? [`${name}: no shape is claimed from ${fewest} sizes; ./run.sh sweep ${name} measures five.`]
				: []),
			...(warmups.length > 0 && largest > EQUALLY_WARM * least
				? [
						`${name}: the sizes are not equally warm (${countText(least)} to ${countText(largest)} ` +
							"messages before a process is timed), which the growth includes.",
					]
				: []),
		];
	});
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
