/** Commands as a person can paste them. */
import { type Markup, trusted } from "./markup.ts";

const PLAIN = /^[\w@%+=:,./-]+$/;
/** What a terminal or a reader would take for something else. */
const INVISIBLE = /[\p{C}\u2028\u2029]/u;

/**
 * Quoted for a POSIX shell; arguments with invisible characters in bash's `$'…'` form, which shows them.
 * Already escaped for HTML.
 */
export function shellQuoted(command: readonly string[]): Markup {
	const escaped = command.map((argument) =>
		quoted(argument).replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;" })[sign] ?? "&gt;"),
	);
	// Lines may break between arguments only: one that is broken at its hyphens reads like two.
	return trusted(escaped.map((argument) => `<span>${argument}</span>`).join(" "));
}

export function shellText(command: readonly string[]): string {
	return command.map(quoted).join(" ");
}

function quoted(argument: string): string {
	if (PLAIN.test(argument)) return argument;
	if (!INVISIBLE.test(argument)) return `'${argument.replaceAll("'", `'\\''`)}'`;
	const escaped = [...argument].map((sign) => {
		if (sign === "'" || sign === "\\") return `\\${sign}`;
		if (!INVISIBLE.test(sign)) return sign;
		const point = sign.codePointAt(0) ?? 0;
		return point < 0x80
			? `\\x${point.toString(16).padStart(2, "0")}`
			: `\\U${point.toString(16).padStart(8, "0")}`;
	});
	return `$'${escaped.join("")}'`;
}
