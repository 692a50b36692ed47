/** These tables show what a real database costs: each target on one, beside the same framework on another. */
import { plainText } from "../../shared/text.ts";
import type { ComparisonFile, DatabasePair, DatabaseScenario } from "../../shared/types.ts";
import {
	crossoversOf,
	DATABASES_LEGEND,
	DATABASES_TITLE,
	databaseText,
	databaseTexts,
	type Names,
	placeHeads,
} from "../text/databases.ts";
import { crossoverText } from "../text/growth.ts";
import { colours as pc } from "./colours.ts";
import { across, type Layout, NARROW, type Row, right, tableText, wrapText } from "./table.ts";

/** Of the figures, the ratio, what is counted, and CPU. The scenario has what remains. */
const WIDTHS = [15, 16, 12, 10];
const BORDERS = WIDTHS.length + 2;

export function renderDatabases(
	{ databases = [], crossovers, targets }: Pick<ComparisonFile, "databases" | "crossovers" | "targets">,
	layout: Layout = NARROW,
): string {
	if (databases.length === 0) return "";
	const names: Names = {
		label: (id) => plainText(targets.find((target) => target.id === id)?.label ?? id, 40),
		scenario: (id) => plainText(id, 80),
	};
	const parts = databases.map((pair) =>
		[
			pairTable(pair, names, layout),
			...crossoversOf(pair, crossovers).map((one) => wrapText(`${crossoverText(one, names.label)}.`, layout)),
		].join("\n"),
	);
	return [...parts, wrapText(DATABASES_LEGEND, layout)].join("\n");
}

function pairTable(pair: DatabasePair, names: Names, { width }: Layout): string {
	const rest = width - BORDERS - WIDTHS.reduce((sum, one) => sum + one, 0);
	const [here, there] = placeHeads(pair);
	const heads = [
		"Scenario\n  difference in",
		`${here}\n${there}`,
		"Times worse",
		"Statements\nrows",
		"Own CPU\nserver's",
	];
	return tableText(
		[rest, ...WIDTHS],
		[
			[across(`${pc.bold(DATABASES_TITLE)}\n${databaseText(pair, names)}`, WIDTHS.length)],
			heads.map((text) => pc.bold(text)),
			...pair.scenarios.map((one) => scenarioCells(one, names, rest - 2)),
		],
	);
}

/** Returns a row of two lines: the target above its twin, a ratio above its interval. */
function scenarioCells(one: DatabaseScenario, { scenario }: Names, width: number): Row {
	const { metric, here, there, ratio, range, stage, statements, rows, cpu, serverCpu } = databaseTexts(one);
	const below = metric ?? (one.stage ? stage : null);
	const name = nameLines(scenario(one.scenario), width);
	if (below !== null) name.push(`  ${plainText(below, width - 2)}`);
	return [
		name.join("\n"),
		right(`${here}\n${there}`),
		right(range === null ? ratio : `${ratio}\n${range}`),
		right(`${statements}\n${rows}`),
		right(`${cpu}\n${serverCpu}`),
	];
}

/** Ids have no blanks. They are broken behind a hyphen, so that the size at the end of one is not lost. */
function nameLines(id: string, width: number): string[] {
	const lines: string[] = [];
	for (const part of id.split(/(?<=-)/)) {
		const last = lines.at(-1);
		if (last !== undefined && last.length + part.length <= width) lines[lines.length - 1] = last + part;
		else lines.push(part);
	}
	return lines.map((line) => plainText(line, width));
}
