/** All charts share these scales and ticks. */

/** Values further apart than this can be told apart only on a logarithmic scale. */
const WIDE = 8;
const MOST_TICKS = 7;

export interface Scale {
	type: "log" | "linear";
	domain: [number, number];
	ticks: number[];
}

/** A logarithmic scale that has a place for 0: around the constant it turns from linear to logarithmic. */
export interface SizeScale extends Omit<Scale, "type"> {
	type: "log" | "symlog";
	constant?: number;
}

/**
 * Makes a scale for positions, which need no zero. It is logarithmic where the values are far apart, and then
 * leaves zeros out.
 */
export function spreadScale(values: readonly number[]): Scale {
	const positive = values.filter((value) => value > 0);
	const [low, high] = ends(positive);
	return high / low > WIDE ? logScale(positive) : linearScale(values, low / 1.05);
}

/** Makes a logarithmic scale that goes a little beyond the values on both sides. */
export function logScale(values: readonly number[]): Scale {
	const [low, high] = ends(values);
	const domain: [number, number] = [low / 1.08, high * 1.08];
	return { type: "log", domain, ticks: logTicks(domain) };
}

/** Two ticks are at least this share of the axis apart. */
const LEAST_GAP = 0.07;

/**
 * Makes a logarithmic scale with a tick at each of the sizes that has room for one. A size of 0 has no
 * logarithm, so below the smallest other size the scale is linear.
 * @param sizes in ascending order
 */
export function sizeScale(sizes: readonly number[]): SizeScale {
	const constant = sizes.find((size) => size > 0) ?? 1;
	const hasZero = (sizes[0] ?? 0) === 0;
	const place = (size: number) => (hasZero ? Math.log1p(size / constant) : Math.log(size));
	const [from, to] = [place(sizes[0] ?? 0), place(sizes.at(-1) ?? 1)];
	const ticks: number[] = [];
	let last = Infinity;
	for (const size of sizes.toReversed()) {
		if (last - place(size) < LEAST_GAP * (to - from)) continue;
		ticks.unshift(size);
		last = place(size);
	}
	const scale = logScale(sizes);
	return hasZero
		? { type: "symlog", constant, domain: [0, Math.max(scale.domain[1], constant)], ticks }
		: { ...scale, type: "log", ticks };
}

/** Makes a linear scale from `start`, which is zero by default. */
export function linearScale(values: readonly number[], start = 0): Scale {
	const high = values.reduce((most, value) => Math.max(most, value), 0) || 1;
	return { type: "linear", domain: [start, high * 1.04], ticks: linearTicks(start, high) };
}

const DIGITS = [[1, 1.5, 2, 3, 4, 5, 6, 8], [1, 2, 5], [1, 3], [1]];

/**
 * Returns ones, twos and fives of every power of ten: more of them over a short span, fewer over a long one,
 * at least two, at most seven.
 */
export function logTicks([low, high]: readonly [number, number]): number[] {
	const powers = Array.from({ length: 40 }, (_, index) => index - 20);
	const inside = (tick: number) => tick >= low && tick <= high;
	const candidates = DIGITS.map((digits) =>
		powers.flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`))).filter(inside),
	);
	const fitting = candidates.find(({ length }) => length >= 3 && length <= MOST_TICKS);
	if (fitting) return fitting;
	const ones = candidates.at(-1) ?? [];
	const every = Math.ceil(ones.length / MOST_TICKS);
	return every > 1 ? ones.filter((_, index) => index % every === 0) : linearTicks(low, high).filter(inside);
}

function linearTicks(start: number, high: number): number[] {
	const step = niceStep((high - start) / 4);
	const first = Math.ceil(start / step);
	return Array.from({ length: 8 }, (_, index) => Number(((first + index) * step).toPrecision(10))).filter(
		(tick) => tick <= high,
	);
}

export function tickText(value: number): string {
	return Math.abs(value) >= 1000 ? value.toLocaleString("en-US") : String(Number(value.toPrecision(3)));
}

function niceStep(raw: number): number {
	const power = 10 ** Math.floor(Math.log10(raw > 0 ? raw : 1));
	return power * ([1, 2, 2.5, 5, 10].find((digit) => digit * power >= raw) ?? 10);
}

function ends(values: readonly number[]): [number, number] {
	const [low, high] = values.reduce(
		([least, most], value) => [Math.min(least, value), Math.max(most, value)],
		[Infinity, 0],
	);
	return values.length === 0 ? [1, 2] : [low, high];
}
