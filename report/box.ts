/** The look that all console tables share. */

import type { CellStatus } from "../shared/types.ts";
import { colours as pc } from "./colours.ts";

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

/** Fits a label and `targets` columns into the width, unless there are too many of them. */
export function columnWidths(targets: number): { labelWidth: number; columnWidth: number } {
	const [leastLabel, leastColumn] = [22, 14];
	const inside = WIDTH - (targets + 2);
	const columnWidth = Math.max(leastColumn, Math.floor((inside - leastLabel) / Math.max(targets, 1)));
	return { labelWidth: Math.max(leastLabel, inside - targets * columnWidth), columnWidth };
}

export function statusText(of: CellStatus | undefined): string {
	if (of === "comparable") return pc.green(of);
	return of === "divergent" ? pc.yellow(of) : pc.red(of ?? "not run");
}
