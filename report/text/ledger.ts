/** The work ledger in words. */
import type { WorkItem } from "../../analysis/cell/ledger-summary.ts";
import { countText } from "./units.ts";

/** A ledger without the item did none of it. */
export function workText(item: WorkItem | undefined): string {
	if (!item) return "0";
	const value = countText(item.value);
	if (item.note === null) return value;
	return item.note.startsWith("of") ? `${value} ${item.note}` : `${value} (${item.note})`;
}
