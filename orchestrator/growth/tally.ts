/** Counts what becomes of messages. */
import type { ReplyCounts } from "../../shared/types.ts";
import type { MessageAnswer } from "../live/live-worker.ts";

export class Tally {
	readonly #expected: string;
	#sent = 0;
	#counts = { right: 0, wrong: 0, missing: 0, raised: 0 };

	/** @param expected the replies to one message, as the scenario expects them */
	constructor(expected: readonly string[]) {
		this.#expected = JSON.stringify(expected);
	}

	/** Called for every message, before it is sent. */
	noteSent(): void {
		this.#sent++;
	}

	note(answer: MessageAnswer): void {
		if (answer.event === "raised") this.#counts.raised++;
		else if (answer.replies.length === 0) this.#counts.missing++;
		else if (JSON.stringify(answer.replies) === this.#expected) this.#counts.right++;
		else this.#counts.wrong++;
	}

	get counts(): ReplyCounts {
		const { right, wrong, missing, raised } = this.#counts;
		return { ...this.#counts, unanswered: this.#sent - right - wrong - missing - raised };
	}
}
