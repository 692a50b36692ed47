/** These functions say what differs between base and head beside the version of the framework. */
import { joinList, plainText } from "../../shared/text.ts";
import type { ChangeFile, SideDifference } from "../../shared/types.ts";

/** The title above the list. */
export const DIFFERENCES_TITLE =
	"Beside the framework's version these differ, which may explain a change too:";

const NAMES: Record<SideDifference["kind"], string> = {
	engine: "engine",
	language: "language",
	build: "build",
	database: "database",
	"database-server": "database server",
	"lock-file": "lock file",
	harness: "harness",
	kernel: "kernel",
	agent: "agent",
};

/** Digests are long, and these many characters tell two apart. */
const DIGITS = 12;
const LONGEST = 60;
/** The last setting of a server, or plugin of an agent, may be the one that differs. */
const LONGEST_SETTINGS = 120;
const DIGESTS: readonly SideDifference["kind"][] = ["lock-file", "harness"];

/** Returns a line for each: `engine: CPython 3.11.7 to CPython 3.13.0 (Python)`. */
export function differenceTexts({ differences, pairs }: Pick<ChangeFile, "differences" | "pairs">): string[] {
	return differences.map(({ kind, base, head, pairs: of }) => {
		const longest = kind === "database-server" || kind === "agent" ? LONGEST_SETTINGS : LONGEST;
		const show = (text: string) =>
			DIGESTS.includes(kind) ? text.slice(0, DIGITS) : plainText(text, longest);
		const labels = joinList(of.map((pair) => plainText(pairs[pair]?.head.label ?? "", 40)));
		// The machine's parts are not those of a target.
		const whose = pairs.length > 1 && kind !== "kernel" ? ` (${labels})` : "";
		return `${NAMES[kind]}: ${show(base)} to ${show(head)}${whose}`;
	});
}
