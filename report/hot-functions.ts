/** The hottest functions of one CPU profile. */
import { basename } from "node:path";
import Table from "cli-table3";
import pc from "picocolors";
import type { HotFunction } from "../analysis/hot-functions.ts";
import { COMPACT } from "./box.ts";
import { plainText } from "./format.ts";

export function renderHotFunctions(title: string, functions: HotFunction[], file: string): string {
	const table = new Table({ ...COMPACT, colWidths: [9, 46, 21], wordWrap: true, wrapOnWordBoundary: false });
	table.push([{ content: pc.bold(plainText(title)), colSpan: 3 }]);
	for (const { name, file: source, selfShare } of functions) {
		table.push([{ content: `${(100 * selfShare).toFixed(1)}%`, hAlign: "right" }, plainText(name), plainText(basename(source) || "-")]);
	}
	return `${table.toString()}\nOpen in speedscope: ${file}\n`;
}
