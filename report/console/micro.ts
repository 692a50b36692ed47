/** Micro-benchmarks of all targets in one table. */
import Table from "cli-table3";
import { plainText } from "../../shared/text.ts";
import type { MicroFile } from "../../shared/types.ts";
import { number } from "../text/units.ts";
import { colours as pc } from "./colours.ts";
import { COMPACT, columnWidths } from "./table.ts";

const UNITS = [
	[1e9, "s"],
	[1e6, "ms"],
	[1e3, "us"],
] as const;

export function renderMicro({ targets }: MicroFile): string {
	const { labelWidth, columnWidth } = columnWidths(targets.length);
	const table = new Table({
		...COMPACT,
		colWidths: [labelWidth, ...targets.map(() => columnWidth)],
		wordWrap: true,
	});
	table.push([
		{
			content: `${pc.bold("Micro-benchmarks")}\nMedian time of one operation, and the 5th to 95th percentile`,
			colSpan: targets.length + 1,
		},
	]);
	table.push([
		pc.bold("Operation"),
		...targets.map(({ label, library }) => ({
			content: `${pc.bold(label)}\n${library}`,
			hAlign: "center" as const,
		})),
	]);
	for (const name of new Set(targets.flatMap(({ benchmarks }) => benchmarks.map((row) => row.name)))) {
		table.push([
			plainText(name.replace("/", " ")),
			...targets.map(({ benchmarks }) => {
				const row = benchmarks.find((one) => one.name === name);
				return {
					content: row ? `${duration(row.medianNs)}\n${duration(row.p5Ns)} - ${duration(row.p95Ns)}` : "-",
					hAlign: "right" as const,
				};
			}),
		]);
	}
	return table.toString();
}

export function duration(nanoseconds: number): string {
	const [size, unit] = UNITS.find(([least]) => nanoseconds >= least) ?? [1, "ns"];
	return `${number(nanoseconds / size)}${unit}`;
}
