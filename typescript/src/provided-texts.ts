/**
 * What a scenario adds to the texts of providers: dummy actions, a text in the character's biography, and
 * members of the room.
 */
import type { CharacterFile, Scenario, WorkLedger } from "../../shared/types.ts";
import { insertNumber } from "./messages.ts";

type Fixtures = CharacterFile["fixtures"];

export function makeDummyActionName({ dummyAction }: Fixtures, number: number): string {
	return `${dummyAction.namePrefix}${String(number).padStart(4, "0")}`;
}

/** @param index counts from 0 */
export function makeMemberName({ memberName }: Fixtures, index: number): string {
	return insertNumber(memberName, index + 1);
}

/** Makes the character's added text: the sentence again and again, cut to this length, with a full stop. */
export function makeCharacterText({ characterText }: Fixtures, characters: number): string {
	if (characters === 0) return "";
	const text = characterText.repeat(Math.ceil(characters / characterText.length));
	return `${text.slice(0, characters - 1)}.`;
}

/** Looks for these additions in what the providers of a verification iteration say. */
export class ProvidedTexts {
	readonly #names: string[];
	readonly #members: string[];
	readonly #text: string;
	/** The texts of providers that had an addition. */
	readonly #found = new Map<string, number>();

	constructor(
		fixtures: Fixtures,
		{ config: { dummyActions = 0, characterChars = 0, members = 0 } }: Pick<Scenario, "config">,
	) {
		this.#names = Array.from({ length: dummyActions }, (_, index) =>
			makeDummyActionName(fixtures, index + 1),
		);
		this.#members = Array.from({ length: members }, (_, index) => makeMemberName(fixtures, index));
		this.#text = makeCharacterText(fixtures, characterChars);
	}

	note(text: string): void {
		for (const addition of [...this.#names, ...this.#members, this.#text])
			if (addition !== "" && text.includes(addition))
				this.#found.set(addition, (this.#found.get(addition) ?? 0) + 1);
	}

	/** @returns nothing where the scenario adds nothing */
	result(messages: number): Pick<WorkLedger, "provided"> {
		if (this.#names.length + this.#members.length === 0 && this.#text === "") return {};
		const isAlwaysThere = (addition: string) => (this.#found.get(addition) ?? 0) >= messages;
		return {
			provided: {
				dummyActions: this.#names.filter(isAlwaysThere).length,
				characterChars: this.#text !== "" && isAlwaysThere(this.#text) ? this.#text.length : 0,
				...(this.#members.length > 0 ? { members: this.#members.filter(isAlwaysThere).length } : {}),
			},
		};
	}
}
