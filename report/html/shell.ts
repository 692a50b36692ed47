/** Commands as a person can paste them into a shell. */
import { type Markup, trustMarkup } from "./markup.ts";

const PLAIN = /^[\w@%+=:,./-]+$/;
/** Characters that a terminal or a reader would take for something else. */
const INVISIBLE = /[\p{C}\u2028\u2029]/u;
const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** A command as markup; its arguments are escaped. */
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

/** Quoted for a POSIX shell; invisible characters in bash's `$'…'` form, which shows them. */
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
