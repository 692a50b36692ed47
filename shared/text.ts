/** Text that several rooms make: foreign words made safe, and lists. */
import { stripVTControlCharacters } from "node:util";

/**
 * Foreign words on one line: no control characters, no bidirectional overrides, no halves of characters, at
 * most `limit` characters.
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

/** `a, b, and c` */
export function joinList(items: Iterable<string>): string {
	return AND.format(items);
}

/** `a, b, or c` */
export function joinAlternatives(items: Iterable<string>): string {
	return OR.format(items);
}
