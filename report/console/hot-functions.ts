/** The hottest functions of one CPU profile. */
import { basename } from "node:path";
import Table from "cli-table3";
import type { HotFunction } from "../../analysis/tools/hot-functions.ts";
import { plainText } from "../../shared/text.ts";
import { colours as pc } from "./colours.ts";
import { COMPACT } from "./table.ts";

export function renderHotFunctions(
	title: string,
	{ functions, outside }: { functions: HotFunction[]; outside: HotFunction[] },
	file: string,
): string {
	const table = new Table({ ...COMPACT, colWidths: [9, 46, 21], wordWrap: true, wrapOnWordBoundary: false });
	table.push([{ content: pc.bold(plainText(title)), colSpan: 3 }]);
	for (const [heading, rows] of [
		["The framework's own", functions],
		["What it calls, and the rest of the process", outside],
	] as const) {
		table.push([{ content: heading, colSpan: 3 }]);
		for (const { name, file: source, selfShare } of rows) {
			table.push([
				{ content: `${(100 * selfShare).toFixed(1)}%`, hAlign: "right" },
				plainText(name),
				plainText(basename(source) || "-"),
			]);
		}
	}
	return `${table.toString()}\nOpen in speedscope: ${file}\n`;
}
