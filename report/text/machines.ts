/**
 * What unlike machines say of the same ratio, in words. Every sentence is true of the figures it stands on.
 */
import { adjustByHolm } from "../../analysis/stats/multiple-tests.ts";
import { joinList, plainText } from "../../shared/text.ts";
import type { ComparisonFile, ComparisonRow, RatioOverMachines, RatioPair } from "../../shared/types.ts";
import { BYTES_PER_GB } from "../../shared/units.ts";
import { decidingRow, metricLabel } from "./metrics.ts";
import { intervalText } from "./ratio.ts";
import { MACHINES_TITLE } from "./run.ts";
import { countedText, numberText, percentText, ratioText, valueText } from "./units.ts";

export { MACHINES_TITLE };

/** Says what the figures are, and which are left out. */
export const MACHINES_LEGEND = [
	"A ratio comes from blocks in which both targets took turns on one machine.",
	"Over all machines it is the mean of the machines' ratios, and its interval tells how far it would lie from that",
	"of other machines like these: with two machines little is known of that, and the interval is wide.",
	"A target wins where that interval clears 1, or where it wins on every machine by itself.",
	"Times of unlike machines have no mean, so each machine has a column.",
	"Growth with size, stages and findings that need one are left out where several machines measured a scenario.",
].join(" ");

/** Machines are called different at this level, over all ratios that are asked. */
const LEVEL = 0.05;
const MOST_SENTENCES = 8;
const MOST_NAMED = 12;

type Machines = NonNullable<ComparisonFile["machines"]>;
type Compared = Pick<ComparisonFile, "machines" | "scenarios">;

/** Returns how a machine is called in tables, by its place: `Machine 1`. */
export function machineName(index: number): string {
	return `Machine ${index + 1}`;
}

/** Describes a machine: `Machine 1: Xeon, 2 cores, 24 GB, Linux x64; shards 1 and 3, 12 blocks`. */
export function machineText({ machine, shards, blocks, scenarios }: Machines[number], index: number): string {
	const what = [
		plainText(machine.cpu_model, 60),
		countedText(machine.usable_cpus ?? machine.cpus, "core"),
		`${Math.round(machine.memory_bytes / BYTES_PER_GB)} GB`,
		plainText(`${machine.os} ${machine.arch}`, 40),
	];
	const alone = scenarios.filter(({ rows }) => rows.length === 0).map(({ id }) => plainText(id, 80));
	const own = alone.length === 0 ? "" : `; it alone measured ${namesText(alone)}`;
	const numbers =
		shards.length === 0
			? ""
			: `${shards.length === 1 ? "shard" : "shards"} ${namesText(shards.map(String))}, `;
	return `${machineName(index)}: ${what.join(", ")}; ${numbers}${countedText(blocks, "block")}${own}`;
}

function namesText(names: readonly string[]): string {
	const rest = names.length - MOST_NAMED;
	return joinList(rest > 0 ? [...names.slice(0, MOST_NAMED), `${rest} more`] : names);
}

/** One scenario that several machines measured: its deciding metric on each, and the ratios. */
export interface MachineScenario {
	id: string;
	metric: string;
	unit: ComparisonRow["unit"];
	/**
	 * The rows of each machine, in the order of the machines; undefined where it did not measure the
	 * scenario.
	 */
	rows: (ComparisonRow | undefined)[];
	pairs: MachinePair[];
}

/** A pair with the worse target first. */
export interface MachinePair {
	worse: string;
	better: string;
	ratio: number;
	interval: RatioPair["interval"];
	/** In the order of the machines. */
	machines: (RatioOverMachines["machines"][number] | undefined)[];
	between: number | null;
	p: number | null;
}

export function machineScenarios({ machines = [], scenarios }: Compared): MachineScenario[] {
	return scenarios.flatMap((scenario) => {
		const row = decidingRow(scenario);
		const rows = machines.map((one) =>
			one.scenarios.find(({ id }) => id === scenario.id)?.rows.find(({ metric }) => metric === row?.metric),
		);
		if (!row || rows.filter((one) => one !== undefined).length < 2) return [];
		const pairs = (row.standing?.pairs ?? []).flatMap((pair) => machinePair(pair, machines.length) ?? []);
		return [{ id: scenario.id, metric: metricLabel(row), unit: row.unit, rows, pairs }];
	});
}

function machinePair(pair: RatioPair, count: number): MachinePair | null {
	const { a, b, ratio, interval, over_machines: over } = pair;
	if (!over) return null;
	const turned = ratio < 1;
	const turn = <One extends Pick<RatioPair, "ratio" | "interval">>(one: One): One =>
		turned
			? {
					...one,
					ratio: 1 / one.ratio,
					interval: one.interval && { low: 1 / one.interval.high, high: 1 / one.interval.low },
				}
			: one;
	const parts = over.machines.map(turn);
	return {
		worse: turned ? b : a,
		better: turned ? a : b,
		...turn({ ratio, interval }),
		machines: Array.from({ length: count }, (_, index) => parts.find(({ machine }) => machine === index)),
		between: over.between,
		p: over.heterogeneity?.p ?? null,
	};
}

/** Writes a figure of one machine: the value, and its interval where there is one. */
export function machineValueTexts(row: ComparisonRow | undefined, target: string): string[] {
	const value = row?.values[target] ?? null;
	const interval = row?.intervals[target];
	if (!row || value === null) return ["-"];
	return [valueText(value, row.unit), ...(interval ? [intervalText(interval, numberText)] : [])];
}

/** Writes a ratio, its interval where there is one, and the floor of its machine where it has one. */
export function machineRatioTexts(
	one: (Pick<RatioPair, "ratio" | "interval"> & Partial<Pick<RatioPair, "floor">>) | undefined,
): string[] {
	if (one === undefined) return ["-"];
	const { ratio, interval, floor = 0 } = one;
	return [
		turnedText(ratio),
		...(interval ? [intervalText(interval, turnedText)] : []),
		...(floor > 0 ? [`floor ${percentText(floor)}`] : []),
	];
}

/** A ratio of a machine may be below 1 where another machine has the opposite order. */
function turnedText(value: number): string {
	return value < 1 ? `${numberText(value)}x` : ratioText(value);
}

/**
 * Says in how many ratios machines differ beyond their noise, and how in each of these. All ratios are judged
 * together.
 */
export function machineSentences(comparison: Compared, label: (target: string) => string): string[] {
	const all = machineScenarios(comparison).flatMap(({ id, pairs }) => pairs.map((pair) => ({ id, pair })));
	const asked = all.flatMap((one) => (one.pair.p === null ? [] : [{ ...one, p: one.pair.p }]));
	if (asked.length === 0)
		return all.length === 0 ? [] : ["Too few blocks on each machine to tell whether machines differ."];
	const adjusted = adjustByHolm(asked.map(({ p }) => p));
	const found = asked.filter((_, index) => (adjusted[index] ?? 1) < LEVEL);
	const of = countedText(asked.length, "ratio");
	const first =
		found.length === 0
			? `In none of ${of} do machines differ beyond their noise.`
			: `In ${found.length} of ${of} machines differ beyond their noise.`;
	const shown = found
		.toSorted((a, b) => (b.pair.between ?? 0) - (a.pair.between ?? 0))
		.slice(0, MOST_SENTENCES)
		.map(({ id, pair }) => pairSentence(id, pair, label));
	return [`${first} (Welch's test, at 5 % over all of them.)`, ...shown];
}

function pairSentence(id: string, pair: MachinePair, label: (target: string) => string): string {
	const parts = pair.machines.flatMap((one, index) => (one ? [{ ...one, index }] : []));
	const sorted = parts.toSorted((a, b) => a.ratio - b.ratio);
	const [low, high] = [sorted[0], sorted.at(-1)];
	if (!low || !high) return "";
	const spread = pair.between === null ? "" : `; between machines it varies by ${percentText(pair.between)}`;
	const name = (index: number) => machineName(index).toLowerCase();
	const scenario = plainText(id, 80);
	const [worse, better] = [label(pair.worse), label(pair.better)];
	const figures = `${turnedText(low.ratio)} against ${turnedText(high.ratio)} on ${name(high.index)}`;
	return low.ratio < 1
		? `${scenario}: on ${name(low.index)} ${worse} is ahead of ${better}, elsewhere it is behind (times worse: ${figures})${spread}.`
		: `${scenario}: on ${name(low.index)} ${worse} is nearest to ${better} (times worse: ${figures})${spread}.`;
}
