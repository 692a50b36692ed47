/** This table shows the hottest functions of one CPU profile. */
import { basename } from "node:path";
import type { HotFunction } from "../../analysis/tools/hot-functions.ts";
import { plainText } from "../../shared/text.ts";
import { colours as pc } from "./colours.ts";
import { across, type Row, right, tableText } from "./table.ts";

const WIDTHS = [9, 46, 21];

export function renderHotFunctions(
	title: string,
	{ functions, outside }: { functions: HotFunction[]; outside: HotFunction[] },
	file: string,
): string {
	const table = tableText(
		WIDTHS,
		[
			[across(pc.bold(plainText(title)), WIDTHS.length - 1)],
			...groupRows("Functions of the framework", functions),
			...groupRows("Everything else in the process", outside),
		],
		false,
	);
	return `${table}\nOpen in speedscope: ${file}\n`;
}

function groupRows(title: string, functions: readonly HotFunction[]): Row[] {
	return [
		[across(title, WIDTHS.length - 1)],
		...functions.map(({ name, file, selfShare }) => [
			right(`${(100 * selfShare).toFixed(1)}%`),
			plainText(name),
			plainText(basename(file) || "-"),
		]),
	];
}
