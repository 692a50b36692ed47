/** Who leads, by how much, and how sure that is: the sentences and tables of verdicts, noise and growth. */
import Table from "cli-table3";
import { joinList, plainText } from "../../shared/text.ts";
import type { ComparisonFile, RatioPair, ScenarioComparison, Standing } from "../../shared/types.ts";
import { figure, percent, ratio } from "../text/units.ts";
import { colours as pc } from "./colours.ts";
import { COMPACT, columnWidths, heading, inTables, type Layout, NARROW, right } from "./table.ts";

type Targets = ComparisonFile["targets"];

/** One sentence: the winner with its lead over the next, or who cannot be told apart. */
export function standingText({ winner, leaders, pairs, ranks }: Standing, targets: Targets): string {
	const label = labels(targets);
	if (winner !== null) {
		const others = Object.keys(ranks).filter((id) => id !== winner);
		const ahead = others
			.map((id) => ({ id, ...lead(pairs, winner, id) }))
			.toSorted((a, b) => a.ratio - b.ratio);
		const [next] = ahead;
		return next ? `${label(winner)} wins: ${leadText(next)} ahead of ${label(next.id)}` : label(winner);
	}
	if (pairs.some(({ verdict }) => verdict === "undecided")) return "undecided: fewer than two blocks";
	return `tie of ${joinList(leaders.map(label))}`;
}

function leadText({ ratio: factor, interval }: { ratio: number; interval: RatioPair["interval"] }): string {
	return interval ? `${ratio(factor)} (${bounds(interval, ratio)})` : ratio(factor);
}

/** How many times worse `id` is than the winner. */
function lead(
	pairs: readonly RatioPair[],
	winner: string,
	id: string,
): { ratio: number; interval: RatioPair["interval"] } {
	const direct = pairs.find(({ a, b }) => a === id && b === winner);
	if (direct) return direct;
	const turned = pairs.find(({ a, b }) => a === winner && b === id);
	if (!turned) return { ratio: Number.NaN, interval: null };
	return {
		ratio: 1 / turned.ratio,
		interval: turned.interval && { low: 1 / turned.interval.high, high: 1 / turned.interval.low },
	};
}

/** Two ends of an interval, as short as they can be told apart. */
export function bounds(
	{ low, high }: { low: number; high: number },
	show: (value: number) => string,
): string {
	const [from, to] = [show(low), show(high)];
	return from === to ? from : `${from} to ${to}`;
}

/**
 * Per scenario the floor that a win has to clear and the effect that would be found; the smallest of the
 * scenario's pairs.
 */
export function renderNoise(
	{ scenarios, targets, false_alarms }: Pick<ComparisonFile, "scenarios" | "targets" | "false_alarms">,
	layout: Layout = NARROW,
): string {
	const measured = scenarios.filter(({ headline }) => headline !== null);
	const tables = inTables(targets, layout).map((columns) => {
		const { labelWidth, columnWidth } = columnWidths(columns.length, layout);
		const table = new Table({
			...COMPACT,
			colWidths: [labelWidth, ...columns.map(() => columnWidth)],
			wordWrap: true,
		});
		table.push([
			pc.bold("Floor, detectable"),
			...columns.map(({ label }) => heading(label, columnWidth - 2)),
		]);
		for (const scenario of measured)
			table.push([
				plainText(scenario.id, labelWidth - 2),
				...columns.map(({ id }) => right(noiseText(scenario, id))),
			]);
		return table.toString();
	});
	const legend = [
		"floor: how far a target may differ from itself; * assumed (--aa measures it).",
		"detectable: the difference to another target found 9 times in 10.",
	];
	if (false_alarms) {
		const { comparisons, outside_interval, verdicts } = false_alarms;
		legend.push(
			`False alarms: of ${comparisons} cells against themselves ${outside_interval} are outside their 95 %`,
			`interval, and ${verdicts} are called different.`,
		);
	}
	return [...tables, ...legend].join("\n");
}

function noiseText({ noise, headline, rows }: ScenarioComparison, id: string): string {
	const cell = noise[id];
	if (!cell) return "-";
	const pairs = rows.find(({ metric }) => metric === headline)?.standing?.pairs ?? [];
	const others = pairs.filter(({ a, b }) => a === id || b === id);
	const own = others.length > 0 || !cell.aa ? others : [cell.aa];
	const effects = own.flatMap(({ minimum_detectable_effect: effect }) => effect ?? []);
	const detectable = effects.length === 0 ? "-" : percent(Math.min(...effects));
	return `${percent(cell.floor)}${cell.floor_source === "assumed" ? "*" : ""}, ${detectable}`;
}

/** How each target grows, and where one overtakes another. */
export function renderScaling(
	{ scaling, crossovers, targets }: Pick<ComparisonFile, "scaling" | "crossovers" | "targets">,
	{ width }: Layout = NARROW,
): string {
	if (scaling.length === 0) return "";
	const label = labels(targets);
	const widths = [15, 14, 13];
	const table = new Table({ ...COMPACT, colWidths: [...widths, width - 5 - 15 - 14 - 13], wordWrap: true });
	table.push([
		pc.bold("Growth with"),
		pc.bold("Target"),
		pc.bold("Size doubles"),
		pc.bold("Median latency, exponent with 95 % interval"),
	]);
	for (const { series, target, exponent, growth, per_doubling, local } of scaling) {
		const fit = exponent
			? `${growth}: ${power(exponent.value)} (${bounds(exponent, power)})`
			: "too few processes for a fit";
		const bends = local
			.map(({ from, to, exponent: { value } }) => `${power(value)} from ${from} to ${to}`)
			.join(", ");
		table.push([
			series,
			label(target),
			right(per_doubling ? ratio(per_doubling.value) : "-"),
			bends === "" ? fit : `${fit}; no one power: ${bends}`,
		]);
	}
	const overtakes = crossovers.map(
		({ series, below, above, size, within }) =>
			`${series}: ${label(above)} overtakes ${label(below)} above about ${figure(size, "count")}${within ? "" : " (beyond what was measured)"}`,
	);
	return [table.toString(), ...overtakes].join("\n");
}

/** An exponent: 0 is constant, 1 linear; the third decimal is never known. */
function power(value: number): string {
	return value.toFixed(2).replace("-0.00", "0.00");
}

function labels(targets: Targets): (id: string) => string {
	return (id) => plainText(targets.find((target) => target.id === id)?.label ?? id, 20);
}
