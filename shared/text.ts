/** This file makes foreign text safe, and joins lists in English. */
import { stripVTControlCharacters } from "node:util";

/**
 * Puts foreign text on one line, without control characters, bidirectional overrides and halves of
 * characters.
 * @param limit the most characters of the result
 */
export function plainText(text: string, limit = 300): string {
	const clean = stripVTControlCharacters(text)
		.replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
		.replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/gu, "")
		.replace(/\p{Cs}/gu, "\ufffd")
		.trim();
	return clean.length > limit ? `${clean.slice(0, limit - 1).replace(/\p{Cs}$/u, "")}…` : clean;
}

const AND = new Intl.ListFormat("en", { type: "conjunction" });
const OR = new Intl.ListFormat("en", { type: "disjunction" });

/** Returns `a, b, and c`. */
export function joinList(items: Iterable<string>): string {
	return AND.format(items);
}

/** Returns `a, b, or c`. */
export function joinAlternatives(items: Iterable<string>): string {
	return OR.format(items);
}
