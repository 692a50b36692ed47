/** Looks for the messages' own texts in the prompts of a verification iteration. */
import type { Scenario } from "../../shared/types.ts";
import { insertNumber } from "./messages.ts";

export class PromptedTexts {
	/** Texts that no prompt had so far, each with the messages that have it. */
	readonly #missing = new Map<string, number>();
	#found = 0;

	constructor({ messages, repeat = messages.length }: Pick<Scenario, "messages" | "repeat">) {
		for (let index = 0; index < repeat; index++) {
			const text = insertNumber(messages[index % messages.length]?.content ?? "", index + 1);
			this.#missing.set(text, (this.#missing.get(text) ?? 0) + 1);
		}
	}

	note(prompt: string): void {
		for (const [text, messages] of this.#missing)
			if (prompt.includes(text)) {
				this.#found += messages;
				this.#missing.delete(text);
			}
	}

	/** Counts the messages whose text was in a prompt. */
	get found(): number {
		return this.#found;
	}
}
