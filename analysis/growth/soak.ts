/** Says what each further message leaves behind, and whether messages become slower. */
import type {
	SoakDifference,
	SoakFigures,
	SoakGrowth,
	SoakLatency,
	SoakPoint,
	SoakProcess,
} from "../../shared/types.ts";
import { BYTES_PER_GB, NS_PER_S } from "../../shared/units.ts";
import type { ValueInterval } from "../stats/intervals.ts";
import { median, sum } from "../stats/statistics.ts";
import { differenceOf, LEAST_READINGS, type Reading, type Trend, trendOf } from "../stats/trend.ts";
import { neighboursOf } from "./neighbours.ts";
import { quiescenceOf } from "./quiescence.ts";
import { addReplies } from "./replies.ts";

/** Caches fill and code is compiled before the third reading. */
const FIRST_FITTED = 2;
/** What fewer messages leave is less than what an engine frees or takes for itself meanwhile. */
const LEAST_PLACED = 200;
/** The risk of calling a growth, or a difference, that is none. */
const CERTAIN = 0.99;
/** Less than this a message fills a GB after ten million messages, and counts as bounded. */
export const BOUNDED_BYTES = 100;
/** Latency that differs by less between the first and the last quarter is flat. */
const FLAT_CHANGE = 0.1;

/** Of the processes of one role, that with the most messages counts. */
export function soakFigures(processes: readonly SoakProcess[]): SoakFigures {
	const longest = (role: SoakProcess["role"]) =>
		processes
			.filter((process) => process.role === role)
			.toSorted((a, b) => messagesOf(b) - messagesOf(a))
			.at(0);
	const [main, second, traced] = [longest("main"), longest("second"), longest("sites")];
	const points = main?.points ?? [];
	const neighbours = neighboursOf([main?.monitor ?? null]);
	return {
		messages: main === undefined ? 0 : messagesOf(main),
		seconds: (points.at(-1)?.atNs ?? 0) / NS_PER_S,
		growth: growthOf(points, second?.points ?? []),
		latency: latencyOf(points, neighbours !== null),
		replies: addReplies(processes.map(({ replies }) => replies)),
		places: second === undefined ? null : placesOf(second),
		sites: traced?.sites ?? null,
		quiescence: (main?.quiescence ?? []).map(quiescenceOf),
		neighbours,
		// An interrupted process was begun anew. The one that counts says how it ended.
		ends: [main, second, traced].flatMap((process) =>
			process === undefined || process.end.kind === "done"
				? []
				: [{ role: process.role, messages: messagesOf(process), end: process.end }],
		),
	};
}

function messagesOf({ points, sites }: SoakProcess): number {
	return sites?.messages ?? points.at(-1)?.messages ?? 0;
}

/** The heap after a collection is what is kept. What a process occupies rises in steps and hardly falls. */
export function memoryOf(points: readonly SoakPoint[]): SoakGrowth["of"] {
	return points.length > 0 && points.every(({ memory }) => memory.heapBytes !== null) ? "heap" : "rss";
}

export function readingsOf(points: readonly SoakPoint[], of: SoakGrowth["of"]): Reading[] {
	return points.slice(FIRST_FITTED).flatMap(({ messages, memory }) => {
		const y = of === "heap" ? memory.heapBytes : memory.rssBytes;
		return y === null ? [] : [{ x: messages, y }];
	});
}

function growthOf(points: readonly SoakPoint[], second: readonly SoakPoint[]): SoakGrowth {
	const of = memoryOf(points);
	const readings = readingsOf(points, of);
	const trend = trendOf(readings);
	const halves = halvesOf(readings);
	const shape = halves === null ? "unknown" : shapeOf(halves.certain);
	const judged = shape === "slows" || shape === "quickens" ? (halves?.second ?? trend) : trend;
	const certain =
		shape === "slows" || shape === "quickens" ? halves?.certain.second : trendOf(readings, CERTAIN);
	const verdict = judged === null || certain == null ? "undecided" : verdictOf(judged.slope, certain.slope);
	return {
		of,
		points: readings.length,
		perMessageBytes: trend?.slope ?? null,
		halves: halves && { first: halves.first.slope, second: halves.second.slope },
		shape,
		verdict,
		messagesPerGb: verdict === "grows" && judged !== null ? messagesPerGb(judged.slope) : null,
		secondPerMessageBytes: trendOf(readingsOf(second, of))?.slope ?? null,
	};
}

interface Halves {
	first: Trend;
	second: Trend;
	/** The same with intervals that miss the truth once in a hundred. */
	certain: { first: Trend; second: Trend };
}

/** Fits a line to each half of the messages; null where one of them has too few readings. */
function halvesOf(readings: readonly Reading[]): Halves | null {
	const [from, to] = [readings[0], readings.at(-1)];
	if (from === undefined || to === undefined) return null;
	const middle = (from.x + to.x) / 2;
	const parts = [readings.filter(({ x }) => x <= middle), readings.filter(({ x }) => x >= middle)] as const;
	if (parts.some(({ length }) => length < LEAST_READINGS)) return null;
	const [first, second] = parts.map((part) => trendOf(part) as Trend) as [Trend, Trend];
	const [sure, surer] = parts.map((part) => trendOf(part, CERTAIN) as Trend) as [Trend, Trend];
	return { first, second, certain: { first: sure, second: surer } };
}

/** Halves differ where neither interval reaches the other, and by more than matters. */
function shapeOf({ first, second }: Halves["certain"]): SoakGrowth["shape"] {
	const change = Math.abs(second.slope.value - first.slope.value);
	if (change < BOUNDED_BYTES) return "steady";
	if (second.slope.high < first.slope.low) return "slows";
	return second.slope.low > first.slope.high ? "quickens" : "steady";
}

/** @param certain the same growth with the wider interval that an accusation needs */
function verdictOf(growth: ValueInterval, certain: ValueInterval): SoakGrowth["verdict"] {
	if (growth.high < BOUNDED_BYTES) return "bounded";
	return certain.low > 0 ? "grows" : "undecided";
}

/** The interval of the inverse ends at the inverse ends. Only of a growth whose interval is above 0. */
function messagesPerGb({ value, low, high }: ValueInterval): ValueInterval | null {
	if (low <= 0) return null;
	return { value: BYTES_PER_GB / value, low: BYTES_PER_GB / high, high: BYTES_PER_GB / low };
}

interface Segment {
	/** The message in its middle. */
	x: number;
	y: number;
	messages: number;
}

/** @param disturbed others worked beside it: then a drift may be theirs */
function latencyOf(points: readonly SoakPoint[], disturbed: boolean): SoakLatency | null {
	const segments = points
		.slice(FIRST_FITTED)
		.flatMap(({ messages, latency }): Segment[] =>
			latency === null
				? []
				: [{ x: messages - latency.messages / 2, y: latency.p50Ns, messages: latency.messages }],
		);
	const [first, last] = [segments[0], segments.at(-1)];
	if (first === undefined || last === undefined) return null;
	const quarter = (last.x - first.x) / 4;
	const middle = (part: readonly Segment[]) => Math.round(median(part.map(({ y }) => y)));
	const firstNs = middle(segments.filter(({ x }) => x <= first.x + quarter));
	const lastNs = middle(segments.filter(({ x }) => x >= last.x - quarter));
	return {
		firstNs,
		lastNs,
		perMessageNs: trendOf(segments)?.slope ?? null,
		verdict: disturbed ? "undecided" : driftOf(firstNs, lastNs, trendOf(segments, CERTAIN)?.slope ?? null),
	};
}

function driftOf(firstNs: number, lastNs: number, slope: ValueInterval | null): SoakLatency["verdict"] {
	if (slope === null) return "undecided";
	const change = (lastNs - firstNs) / firstNs;
	if (slope.low > 0 && change > FLAT_CHANGE) return "rises";
	if (slope.high < 0 && change < -FLAT_CHANGE) return "falls";
	return Math.abs(change) <= FLAT_CHANGE ? "flat" : "undecided";
}

/** Says where the memory of a second process was; null where it was never emptied. */
function placesOf({ points, emptied }: SoakProcess): SoakFigures["places"] {
	const [first, last] = [points[0], points.at(-1)];
	if (first === undefined || last === undefined || emptied.length === 0) return null;
	if (last.messages - first.messages < LEAST_PLACED) return null;
	const of = memoryOf(points);
	const bytes = ({ memory }: Pick<SoakPoint, "memory">) =>
		of === "heap" ? memory.heapBytes : memory.rssBytes;
	const [start, end] = [bytes(first), bytes(last)];
	const levels = [end, ...emptied.map(bytes)];
	if (start === null || levels.some((level) => level === null)) return null;
	const known = levels as number[];
	// What the first messages brought once is no growth.
	const base = trendOf(readingsOf(points, of))?.base ?? start;
	const stores = emptied.map(({ name, records }, index) => ({
		name,
		records,
		freedBytes: (known[index] as number) - (known[index + 1] as number),
	}));
	const grownBytes = (known[0] as number) - base;
	return {
		messages: last.messages - first.messages,
		grownBytes,
		stores,
		restBytes: grownBytes - sum(stores.map(({ freedBytes }) => freedBytes)),
	};
}

/** Compares the growth of two targets. Null where either is not known, or they count other memory. */
export function soakDifference(
	base: { id: string; processes: readonly SoakProcess[]; figures: SoakFigures },
	head: { id: string; processes: readonly SoakProcess[]; figures: SoakFigures },
): SoakDifference | null {
	if (base.figures.growth.of !== head.figures.growth.of) return null;
	const [from, to] = [base, head].map(({ figures }) => figures.growth.perMessageBytes);
	if (from == null || to == null) return null;
	const perMessageBytes = differenceOf(from, to);
	const { value, low, high } = perMessageBytes;
	const floor = Math.max(BOUNDED_BYTES, ...[base, head].map(({ figures }) => scatterOf(figures.growth)));
	const verdict = low > 0 && value > floor ? "more" : high < 0 && -value > floor ? "less" : "same";
	return { base: base.id, head: head.id, perMessageBytes, verdict };
}

/** How far a second process of the same target grew otherwise: a difference has to be larger. */
function scatterOf({ perMessageBytes, secondPerMessageBytes }: SoakGrowth): number {
	if (perMessageBytes === null || secondPerMessageBytes === null) return 0;
	return Math.abs(perMessageBytes.value - secondPerMessageBytes.value);
}
