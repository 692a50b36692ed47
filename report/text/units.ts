/** Numbers and texts as a report shows them. */
import { plainText } from "../../shared/text.ts";
import type { ComparisonRow } from "../../shared/types.ts";

const NOT_MEASURED = "-";

/** Three significant digits below a hundred: more would claim a precision that no run has. */
export function number(value: number): string {
	const size = Math.abs(value);
	if (size === 0) return "0";
	if (size >= 1000) return Math.round(value).toLocaleString("en-US");
	if (size >= 100) return value.toFixed(0);
	return value.toPrecision(3);
}

/** A whole count has no decimals: it was counted, not measured. */
export function count(value: number): string {
	return Number.isInteger(value) ? value.toLocaleString("en-US") : number(value);
}

/** At most six characters, for narrow columns: 1,679,143 is 1.68M. */
export function compact(value: number | null | undefined, unit: ComparisonRow["unit"]): string {
	if (unit !== "per_second" || value == null || value < 100_000) return figure(value, unit);
	return value < 1e6 ? `${(value / 1e3).toFixed(0)}k` : `${(value / 1e6).toPrecision(3)}M`;
}

export function figure(value: number | null | undefined, unit: ComparisonRow["unit"]): string {
	if (value === null || value === undefined) return NOT_MEASURED;
	if (unit === "ms") return `${number(value)}ms`;
	if (unit === "share") return `${(100 * value).toFixed(1)}%`;
	if (unit === "count") return count(value);
	if (unit === "factor") return ratio(value);
	return number(value);
}

export function ratio(value: number): string {
	return `${value < 10 ? value.toFixed(2) : number(value)}x`;
}

/** Of a share: 0.0213 is 2.1%; over 100 % there is nothing to tell apart. */
export function percent(share: number): string {
	return share >= 1 ? ">100%" : `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}%`;
}

/** Of a share that may be tiny: two significant digits below one percent, 0.00048 is 0.048%. */
export function smallShare(share: number): string {
	if (share === 0) return "0%";
	return `${share < 1e-7 ? "<0.00001" : share < 0.01 ? (100 * share).toPrecision(2) : (100 * share).toFixed(1)}%`;
}

/** An exponent: 0 is constant, 1 linear; the third decimal is never known. */
export function exponent(value: number): string {
	return value.toFixed(2).replace("-0.00", "0.00");
}

/** `2026-11-23`. A result file may hold any text in its place. */
export function dayText(timestamp: string): string {
	return plainText(timestamp.slice(0, 10));
}

/** `2026-11-23 13:33`, in UTC. */
export function minuteText(timestamp: string): string {
	return plainText(timestamp.slice(0, 16).replace("T", " "));
}
