/** What became of messages, in words. */
import { joinList } from "../../shared/text.ts";
import type { GrowthEnd, Neighbours, ReplyCounts } from "../../shared/types.ts";
import { countText } from "./units.ts";

/** Writes `all 1,000 right`, or `990 of 1,000 right (10 without a reply)`. */
export function repliesText(counts: ReplyCounts): string {
	const { right, wrong, missing, raised, unanswered } = counts;
	const all = right + wrong + missing + raised + unanswered;
	if (all === 0) return "-";
	if (right === all) return `all ${countText(all)} right`;
	const others = [
		[wrong, "wrong"],
		[missing, "without a reply"],
		[raised, "raised"],
		[unanswered, "unanswered"],
	] as const;
	const told = others.flatMap(([count, word]) => (count === 0 ? [] : [`${countText(count)} ${word}`]));
	return `${countText(right)} of ${countText(all)} right (${joinList(told)})`;
}

/** Says that others worked beside a process, and what that means. */
export function neighboursText(label: string, { used, of }: Neighbours): string {
	return (
		`${label}: others used ${used.toFixed(1)} of ${of} processors meanwhile. What it keeps is its own, ` +
		"its times are not."
	);
}

const ENDS: Record<GrowthEnd["kind"], string> = {
	done: "was done",
	time: "ended when its time was over",
	memory: "was ended at a limit of memory",
	raised: "ended because the framework raised",
	lost: "was lost",
	interrupted: "was interrupted",
};

/** Writes `was lost: exited with status 1`. */
export function endText({ kind, words }: GrowthEnd): string {
	if (words === null) return ENDS[kind];
	return kind === "memory" ? `${ENDS[kind]}: it ${words}` : `${ENDS[kind]}: ${words}`;
}
