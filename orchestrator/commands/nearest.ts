/** Names that a user may have meant. */
import { distance } from "fastest-levenshtein";

const MOST = 3;

/** The names nearest to a misspelt one, nearest first. */
export function nearestNames(name: string, known: readonly string[]): string[] {
	return known.toSorted((a, b) => distance(name, a) - distance(name, b)).slice(0, MOST);
}
