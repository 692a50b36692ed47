/** This table shows the micro-benchmarks of all targets. */
import { plainText } from "../../shared/text.ts";
import type { MicroFile } from "../../shared/types.ts";
import { durationText } from "../text/units.ts";
import { colours as pc } from "./colours.ts";
import { across, centreText, columnWidths, right, tableText } from "./table.ts";

const TITLE = "Micro-benchmarks";
const MEANING = "Median time of one operation, and the 5th to 95th percentile";

export function renderMicro({ targets }: MicroFile): string {
	const { labelWidth, columnWidth } = columnWidths(targets.length);
	const names = new Set(targets.flatMap(({ benchmarks }) => benchmarks.map(({ name }) => name)));
	return tableText(
		[labelWidth, ...targets.map(() => columnWidth)],
		[
			[across(`${pc.bold(TITLE)}\n${MEANING}`, targets.length)],
			[
				pc.bold("Operation"),
				...targets.map(({ label, library }) => centreText(`${pc.bold(label)}\n${library}`)),
			],
			...[...names].map((name) => [
				plainText(name.replace("/", " ")),
				...targets.map((target) => right(timesText(target, name))),
			]),
		],
	);
}

function timesText({ benchmarks }: MicroFile["targets"][number], wanted: string): string {
	const found = benchmarks.find(({ name }) => name === wanted);
	if (!found) return "-";
	const { medianNs, p5Ns, p95Ns } = found;
	return `${durationText(medianNs)}\n${durationText(p5Ns)} - ${durationText(p95Ns)}`;
}
