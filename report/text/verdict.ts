/** These functions say verdicts in words: who leads, and how a pair compares. */
import { joinList, plainText } from "../../shared/text.ts";
import type { CategoryStanding, ComparisonFile, RatioPair, Standing } from "../../shared/types.ts";
import { largestText } from "./growth.ts";
import { othersOf, ratioWithInterval } from "./ratio.ts";
import { rangeText, ratioText } from "./units.ts";

type Targets = readonly ComparisonFile["targets"][number][];

/** Returns one sentence: the winner with its lead over the next, or the targets that cannot be told apart. */
export function standingText(standing: Standing, targets: Targets): string {
	const label = targetLabels(targets);
	const { winner, leaders, pairs } = standing;
	if (winner !== null) {
		const [next] = othersOf(standing);
		return next
			? `${label(winner)} wins: ${ratioWithInterval(next)} ahead of ${label(next.id)}${everywhereText(next)}`
			: label(winner);
	}
	if (pairs.some(({ verdict }) => verdict === "undecided")) return "undecided: fewer than two blocks";
	return `tie between ${joinList(leaders.map(label))}`;
}

/** Where the interval over machines holds 1, the verdict is that of every machine by itself. */
function everywhereText({ interval }: Pick<RatioPair, "interval">): string {
	return interval !== null && interval.low <= 1 && interval.high >= 1 ? ", on every machine" : "";
}

/**
 * Returns the sentence of a category. For *scale* it says who grows least, and who is the fastest at the
 * largest sizes.
 */
export function categoryText({ standing, measure, at_largest }: CategoryStanding, targets: Targets): string {
	if (measure === "level") return standingText(standing, targets);
	const label = targetLabels(targets);
	const [next] = othersOf(standing);
	const least =
		standing.winner !== null && next
			? `${label(standing.winner)} grows least: ${ratioWithInterval(next)} less than ${label(next.id)}`
			: standingText(standing, targets);
	const fastest = at_largest.map((one) => largestText(one, label)).join("; ");
	return fastest === "" ? least : `${least}. Fastest at the largest size: ${fastest}`;
}

/** Says which targets lead in which categories, and by how much over the next. */
export function leadersText(
	categories: readonly CategoryStanding[],
	label: (target: string) => string,
): string {
	if (categories.length === 0) return "Nothing could be compared: no category has two comparable targets.";
	const winners = [...new Set(categories.flatMap(({ standing }) => standing.winner ?? []))];
	const parts = winners.map((winner) => {
		const won = categories.filter(({ standing }) => standing.winner === winner);
		const leads = won.flatMap(({ standing }) => othersOf(standing)[0]?.ratio ?? []);
		const by = leads.length === 0 ? "" : ` by ${rangeText(leads, ratioText)} over the next`;
		return `${label(winner)} leads in ${joinList(won.map(({ category }) => category))}${by}`;
	});
	const tied = categories.filter(({ standing }) => standing.winner === null);
	if (tied.length > 0) parts.push(`no target leads in ${joinList(tied.map(({ category }) => category))}`);
	const text = parts.join("; ");
	return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Returns the verdict on the first target of a pair. */
export function pairVerdictText({ verdict }: RatioPair): string {
	return verdict === "better" || verdict === "worse" ? `first is ${verdict}` : verdict;
}

/** Returns a target's label by its id, short enough for a sentence. */
export function targetLabels(targets: Targets): (id: string) => string {
	return (id) => plainText(targets.find((target) => target.id === id)?.label ?? id, 24);
}
