/** Somebody else's words inside Markdown: they are shown, and never become markup, a link, a mention or an emoji. */
import { plainText } from "../format.ts";

/** Shown as nothing; keeps GitHub from reading a name, a number of an issue, an address or an emoji out of what stands around it. */
const NOTHING = "&#8203;";

/** For running text and table cells. GitHub looks for mentions and links after entities are resolved, so these are broken up as well. */
export function markdownText(text: string, limit?: number): string {
	return plainText(text, limit)
		.replace(/[&<>|\\`*[\]~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, (sign) => `&#${sign.charCodeAt(0)};`)
		.replace(/@/g, `@${NOTHING}`)
		.replace(/#(?=\d)(?<!&#)/g, `#${NOTHING}`)
		.replace(/\bGH-(?=\d)/gi, (found) => `${found}${NOTHING}`)
		.replace(/:(?=\/\/|[\w+-]+:)/g, `:${NOTHING}`)
		.replace(/\b(www|mailto|xmpp)(?=[.:])/gi, `$1${NOTHING}`);
}

/** A table; cells are Markdown already. `right` columns hold figures. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[], right: (column: number) => boolean): string {
	const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
	return [line(head), line(head.map((_, column) => (right(column) ? "---:" : "---"))), ...rows.map(line)].join("\n");
}

/** What is too long for most readers. The summary is Markdown, the body too. */
export function folded(summary: string, body: string): string {
	return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/** GitHub refuses longer comments. */
const LONGEST = 65_000;

/** Whole parts as long as they fit, and a line that says what was left out. */
export function joinedParts(parts: readonly string[]): string {
	const kept: string[] = [];
	let length = 0;
	for (const part of parts.filter((one) => one !== "")) {
		length += Buffer.byteLength(part) + 2;
		if (length > LONGEST)
			return `${kept.join("\n\n")}\n\n_The rest is too long for a comment: it is in the page and in the JSON of this run._\n`;
		kept.push(part);
	}
	return `${kept.join("\n\n")}\n`;
}
