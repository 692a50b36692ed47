/** These functions write commands that a person can paste into a shell. */
import { type Markup, trustMarkup } from "./markup.ts";

const PLAIN = /^[\w@%+=:,./-]+$/;
/** A terminal or a reader would take these characters for something else. */
const INVISIBLE = /[\p{C}\u2028\u2029]/u;
const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Writes a command as markup, with its arguments escaped. */
export function renderCommand(command: readonly string[]): Markup {
	const escaped = command.map((argument) =>
		quoteArgument(argument).replace(/[&<>]/g, (sign) => ENTITIES[sign] ?? sign),
	);
	// Lines may break between arguments only: one that is broken at its hyphens reads like two.
	return trustMarkup(escaped.map((argument) => `<span>${argument}</span>`).join(" "));
}

export function commandText(command: readonly string[]): string {
	return command.map(quoteArgument).join(" ");
}

/**
 * Quotes an argument for a POSIX shell. Invisible characters are written in bash's `$'…'` form, which shows
 * them.
 */
function quoteArgument(argument: string): string {
	if (PLAIN.test(argument)) return argument;
	if (!INVISIBLE.test(argument)) return `'${argument.replaceAll("'", `'\\''`)}'`;
	return `$'${[...argument].map(quoteSign).join("")}'`;
}

function quoteSign(sign: string): string {
	if (sign === "'" || sign === "\\") return `\\${sign}`;
	if (!INVISIBLE.test(sign)) return sign;
	const point = sign.codePointAt(0) ?? 0;
	return point < 0x80
		? `\\x${point.toString(16).padStart(2, "0")}`
		: `\\U${point.toString(16).padStart(8, "0")}`;
}
