/** Adds up what became of messages. */
import type { ReplyCounts } from "../../shared/types.ts";

const NONE: ReplyCounts = { right: 0, wrong: 0, missing: 0, raised: 0, unanswered: 0 };

export function addReplies(all: readonly ReplyCounts[]): ReplyCounts {
	return all.reduce(
		(total, { right, wrong, missing, raised, unanswered }) => ({
			right: total.right + right,
			wrong: total.wrong + wrong,
			missing: total.missing + missing,
			raised: total.raised + raised,
			unanswered: total.unanswered + unanswered,
		}),
		NONE,
	);
}

/** @returns the number of messages that the counts are of */
export function countReplies({ right, wrong, missing, raised, unanswered }: ReplyCounts): number {
	return right + wrong + missing + raised + unanswered;
}
