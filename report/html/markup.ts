/**
 * These functions make HTML in which foreign words cannot be markup. A template escapes its values unless
 * they are markup already.
 */
import { plainText } from "../../shared/text.ts";

/** A markup holds text that is known to be HTML. */
export class Markup {
	readonly source: string;
	constructor(source: string) {
		this.source = source;
	}
	toString(): string {
		return this.source;
	}
}

export type Content = Markup | string | number | null | undefined | false | readonly Content[];

/** Longer texts are cut, because a table has no room for them. */
const LONGEST = 1000;

const ENTITIES: Record<string, string> = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	'"': "&quot;",
	"'": "&#39;",
};

/**
 * Makes foreign words safe for an element or a quoted attribute: no control characters, no bidirectional
 * overrides, no markup.
 */
export function escapeText(text: string): string {
	return plainText(text, LONGEST).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}

/**
 * This template tag escapes strings and joins lists. `null`, `undefined` and `false` become nothing.
 * Attributes must be in double quotes. Templates are indented for readers of the code, the page is not.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
	return new Markup(
		outdent(parts)
			.map((part, index) => `${part}${index < values.length ? sourceOf(values[index]) : ""}`)
			.join(""),
	);
}

const outdented = new WeakMap<TemplateStringsArray, readonly string[]>();

function outdent(parts: TemplateStringsArray): readonly string[] {
	const known = outdented.get(parts) ?? parts.map((part) => part.replace(/\n[\t ]+/g, "\n"));
	outdented.set(parts, known);
	return known;
}

function sourceOf(value: Content): string {
	if (value instanceof Markup) return value.source;
	if (typeof value === "string") return escapeText(value);
	if (typeof value === "number") return String(value);
	if (!value) return "";
	return value.map(sourceOf).join("");
}

/**
 * Joins several contents with a separator, because a string at the end of a template would lose its space.
 */
export function joinContents(contents: readonly Content[], between: Markup = html`, `): Markup {
	return html`${contents.map((content, index) => (index === 0 ? content : html`${between}${content}`))}`;
}

/** Marks a text as HTML. It is only for what this program wrote itself. */
export function trustMarkup(source: string): Markup {
	return new Markup(source);
}
