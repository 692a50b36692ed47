/**
 * These functions show foreign words inside Markdown. The words never become markup, a link, a mention or an
 * emoji.
 */
import { plainText } from "../../shared/text.ts";
import { minuteText } from "../text/units.ts";

/**
 * This space is invisible. It keeps GitHub from reading a name, an issue number, an address or an emoji into
 * the text around it.
 */
const NOTHING = "&#8203;";

const entity = (sign: string): string => `&#${sign.charCodeAt(0)};`;

/**
 * At the start of a line, these signs begin a heading, a list, a rule or an underline. As entities they begin
 * nothing (CommonMark 2.5).
 */
const BLOCK_START = /^(?:[-+=]|#(?!\d)|\d{1,9}[.)](?=\s|$))/;

/**
 * A colon of ours may follow the end of a text. The minutes of a time are no emoji. An underscore is already
 * an entity.
 */
const EMOJI_OR_ADDRESS = /:(?=\/\/|(?:[\w+-]|&#95;)+:|(?!\d\d$)(?:[\w+-]|&#95;)+$)/g;

/**
 * Escapes a text for a paragraph or a table cell. GitHub looks for mentions and links after it resolves
 * entities, so these are broken up as well.
 */
export function markdownText(text: string, limit?: number): string {
	return plainText(text, limit)
		.replace(/[&<>|\\`*[\]~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, entity)
		.replace(BLOCK_START, (start) => `${start.slice(0, -1)}${entity(start.slice(-1))}`)
		.replace(/@/g, `@${NOTHING}`)
		.replace(/#(?=\d)(?<!&#)/g, `#${NOTHING}`)
		.replace(/\bGH-(?=\d)/gi, (found) => `${found}${NOTHING}`)
		.replace(EMOJI_OR_ADDRESS, `:${NOTHING}`)
		.replace(/\b(www|mailto|xmpp)(?=[.:])/gi, `$1${NOTHING}`);
}

/** Returns a time to the minute, in UTC: `2026-11-23 13:33`. A result file may hold any text in its place. */
export function timeText(timestamp: string): string {
	return markdownText(minuteText(timestamp));
}

/** Makes a table. Its cells are Markdown already. `right` says which columns hold figures. */
export function markdownTable(
	head: readonly string[],
	rows: readonly (readonly string[])[],
	right: (column: number) => boolean,
): string {
	const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
	return [
		line(head),
		line(head.map((_, column) => (right(column) ? "---:" : "---"))),
		...rows.map(line),
	].join("\n");
}

/** Folds a part that is too long for most readers. Summary and body are Markdown. */
export function foldDetails(summary: string, body: string): string {
	return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/**
 * GitHub refuses comments of more than 65,536 characters. This limit counts bytes, and leaves room for the
 * lines that say what was left out.
 */
const LONGEST = 64_000;

const LEFT_OUT =
	"_Too long for a comment, and left out here: it is in the page and in the JSON of this run._";

/** Joins whole parts in order. A part that does not fit any more is replaced by a line that says so. */
export function joinParts(parts: readonly string[]): string {
	let length = 0;
	const kept = parts
		.filter((part) => part !== "")
		.map((part) => {
			const size = Buffer.byteLength(part) + 2;
			const shown = length + size > LONGEST ? LEFT_OUT : part;
			length += Buffer.byteLength(shown) + 2;
			return shown;
		});
	return `${kept.join("\n\n")}\n`;
}
