/** Looks for the messages' own texts in the prompts of a verification iteration. */
import type { Scenario } from "../../shared/types.ts";
import { insertNumber, NUMBER_PLACE } from "./messages.ts";

const DIGIT = /^\d$/;

export class PromptedTexts {
	/** The texts without their numbers. A thousand numbered texts are looked for at once. */
	readonly #templates: ReadonlySet<string>;
	/** Texts that no prompt had so far, each with the messages that have it. */
	readonly #missing = new Map<string, number>();
	readonly #mostDigits: number;
	#found = 0;

	constructor({ messages, repeat = messages.length }: Pick<Scenario, "messages" | "repeat">) {
		this.#templates = new Set(messages.map(({ content }) => content));
		this.#mostDigits = String(repeat).length;
		for (let index = 0; index < repeat; index++) {
			const text = insertNumber(messages[index % messages.length]?.content ?? "", index + 1);
			this.#missing.set(text, (this.#missing.get(text) ?? 0) + 1);
		}
	}

	note(prompt: string): void {
		for (const template of this.#templates)
			if (!template.includes(NUMBER_PLACE)) {
				if (this.#missing.has(template) && prompt.includes(template)) this.#find(template);
			} else for (const text of this.#numberedTexts(template, prompt)) this.#find(text);
	}

	#find(text: string): void {
		this.#found += this.#missing.get(text) ?? 0;
		this.#missing.delete(text);
	}

	/** Yields what the prompt has of a template with any number. */
	*#numberedTexts(template: string, prompt: string): Iterable<string> {
		const start = template.slice(0, template.indexOf(NUMBER_PLACE));
		for (let at = prompt.indexOf(start); at >= 0 && at < prompt.length; at = prompt.indexOf(start, at + 1)) {
			const from = at + start.length;
			for (let to = from; to < from + this.#mostDigits && DIGIT.test(prompt[to] ?? ""); to++) {
				const text = template.replaceAll(NUMBER_PLACE, prompt.slice(from, to + 1));
				if (prompt.startsWith(text, at)) yield text;
			}
		}
	}

	/** Counts the messages whose text was in a prompt. */
	get found(): number {
		return this.#found;
	}
}
