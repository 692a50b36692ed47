/**
 * HTML in which foreign words cannot be markup: what a template is given is escaped unless it is markup
 * already.
 */
import { plainText } from "../../shared/text.ts";

/** Text that is known to be HTML. */
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

/** Longer texts are cut: a table has no room for them. */
const LONGEST = 1000;

const ENTITIES: Record<string, string> = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	'"': "&quot;",
	"'": "&#39;",
};

/**
 * Foreign words for an element or a quoted attribute: no control characters, no bidirectional overrides, no
 * markup.
 */
export function escapeText(text: string): string {
	return plainText(text, LONGEST).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}

/**
 * A template tag. Strings are escaped, lists are joined, `null`, `undefined` and `false` are nothing;
 * attributes must be in double quotes. Templates are indented for readers of the code; the page is not.
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

/** Several contents with something between them: a string at the end of a template would lose its space. */
export function joinContents(contents: readonly Content[], between: Markup = html`, `): Markup {
	return html`${contents.map((content, index) => (index === 0 ? content : html`${between}${content}`))}`;
}

/** Only for what this program wrote itself. */
export function trustMarkup(source: string): Markup {
	return new Markup(source);
}
