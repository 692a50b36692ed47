/** The look that all console tables share. */
import pc from "picocolors";
import type { CellStatus } from "../shared/types.ts";

export const WIDTH = 80;

/** The double lines of the plan's example. */
export const BOX = {
	...{
		top: "═",
		"top-mid": "╦",
		"top-left": "╔",
		"top-right": "╗",
		bottom: "═",
		"bottom-mid": "╩",
		"bottom-left": "╚",
		"bottom-right": "╝",
	},
	...{ left: "║", "left-mid": "╠", mid: "═", "mid-mid": "╬", right: "║", "right-mid": "╣", middle: "║" },
};

export const COMPACT = { style: { head: [], border: [], compact: true }, chars: BOX };

export function statusText(of: CellStatus | undefined): string {
	if (of === "comparable") return pc.green(of);
	return of === "divergent" ? pc.yellow(of) : pc.red(of ?? "not run");
}
