/** These functions write numbers with their units. Every report uses them. */

import { plainText } from "../../shared/text.ts";
import type { ComparisonRow } from "../../shared/types.ts";
import { NS_PER_MS } from "../../shared/units.ts";

export type Unit = ComparisonRow["unit"];

const NOT_MEASURED = "-";

/** Writes three significant digits below a hundred. More would claim a precision that no run has. */
export function numberText(value: number): string {
	const size = Math.abs(value);
	if (size === 0) return "0";
	if (size >= 1000) return Math.round(value).toLocaleString("en-US");
	if (size >= 100) return value.toFixed(0);
	return value.toPrecision(3);
}

/** Writes a whole count without decimals, because it was counted and not measured. */
export function countText(value: number): string {
	return Number.isInteger(value) ? value.toLocaleString("en-US") : numberText(value);
}

export function valueText(value: number | null | undefined, unit: Unit): string {
	if (value === null || value === undefined) return NOT_MEASURED;
	if (unit === "ms") return `${numberText(value)}ms`;
	if (unit === "share") return `${(100 * value).toFixed(1)}%`;
	if (unit === "count") return countText(value);
	if (unit === "factor") return ratioText(value);
	return numberText(value);
}

/** Writes at most six characters, for narrow columns: 1,679,143 is 1.68M. */
export function compactText(value: number | null | undefined, unit: Unit): string {
	if (unit !== "per_second" || value == null || value < 100_000) return valueText(value, unit);
	return value < 1e6 ? `${(value / 1e3).toFixed(0)}k` : `${(value / 1e6).toPrecision(3)}M`;
}

export function ratioText(value: number): string {
	return `${value < 10 ? value.toFixed(2) : numberText(value)}x`;
}

/** Writes a share as a percentage: 0.0213 is 2.1%. Over 100 % the size does not matter any more. */
export function percentText(share: number): string {
	return share > 1 ? ">100%" : `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}%`;
}

/** Writes a share that may be tiny, with two significant digits below one percent: 0.00048 is 0.048%. */
export function smallShareText(share: number): string {
	if (share === 0) return "0%";
	if (share < 1e-7) return "<0.00001%";
	return `${share < 0.01 ? (100 * share).toPrecision(2) : (100 * share).toFixed(1)}%`;
}

const DURATIONS = [
	[1e9, "s"],
	[1e6, "ms"],
	[1e3, "us"],
] as const;

export function durationText(nanoseconds: number): string {
	const [size, unit] = DURATIONS.find(([least]) => nanoseconds >= least) ?? [1, "ns"];
	return `${numberText(nanoseconds / size)}${unit}`;
}

/** Writes a whole turn with the framework's share of it: `0.60% of 1.01s`. */
export function turnText({ share, turn_ms }: { share: number; turn_ms: number }): string {
	return `${smallShareText(share)} of ${durationText(turn_ms * NS_PER_MS)}`;
}

/** Returns a day such as `2026-11-23`. A result file may hold any text in its place. */
export function dayText(timestamp: string): string {
	return plainText(timestamp.slice(0, 10));
}

/** Returns a time in UTC such as `2026-11-23 13:33`. */
export function minuteText(timestamp: string): string {
	return plainText(timestamp.slice(0, 16).replace("T", " "));
}

/** Returns a count with its noun: `1 cell`, `3 cells`. */
export function countedText(count: number, one: string, many = `${one}s`): string {
	return `${countText(count)} ${count === 1 ? one : many}`;
}

/** Writes the least and the greatest of some values: `1.20x to 3.40x`, or once where they look alike. */
export function rangeText(values: readonly number[], show: (value: number) => string): string {
	const [least, most] = [Math.min(...values), Math.max(...values)].map(show);
	return least === most ? `${least}` : `${least} to ${most}`;
}
