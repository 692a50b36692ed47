/** What agents take that are alive in one process, in words. Every report shows these rows. */
import type { DensityFigures, DensityFile } from "../../shared/types.ts";
import { bytesText } from "./memory.ts";
import { intervalText } from "./ratio.ts";
import { endText, neighboursText, repliesText } from "./replies.ts";
import { countedText, countText, durationText, smallShareText } from "./units.ts";

export const DENSITY_TITLE = "Agents held alive in one process";

/** A row of a table: what it says, and its text for each target, in the order of the file. */
export interface TextRow {
	label: string;
	cells: string[];
}

const NONE = "-";

type Interval = DensityFigures["perAgentBytes"];

/** Writes a value with its interval below it. */
export function withInterval(interval: Interval, write: (value: number) => string): string {
	return interval === null ? NONE : `${write(interval.value)}\n${intervalText(interval, write)}`;
}

export function densityRows({ targets, settings }: DensityFile): TextRow[] {
	const row = (label: string, cell: (figures: DensityFigures) => string): TextRow => ({
		label,
		cells: targets.map(({ figures }) => cell(figures)),
	});
	const whole = (value: number) => countText(Math.round(value));
	const rows = [
		row("One more agent: memory", ({ perAgentBytes }) => withInterval(perAgentBytes, bytesText)),
		row("One more agent: heap", ({ perAgentHeapBytes }) => withInterval(perAgentHeapBytes, bytesText)),
		row("Agents in 1 GB", ({ agentsPerGb }) => withInterval(agentsPerGb, whole)),
		...settings.sizes.map((size) =>
			row(`Memory with ${countedText(size, "agent")}`, ({ levels }) => {
				const level = levels.find(({ agents }) => agents === size);
				return level === undefined ? NONE : bytesText(level.rssBytes);
			}),
		),
		row("Create the first", ({ createFirstNs }) => timeText(createFirstNs)),
		row("Create a later one", ({ createLaterNs }) => timeText(createLaterNs)),
		...settings.sizes.map((size) =>
			row(`Idle processor time with ${countText(size)}`, ({ idle }) => {
				const found = idle.find(({ agents }) => agents === size);
				return found === undefined ? NONE : smallShareText(found.share);
			}),
		),
		row("Fresh processes", ({ processes }) => countText(processes)),
		row("First replies", ({ replies }) => repliesText(replies)),
		row("A message to all at once", ({ allAtOnce }) =>
			allAtOnce === null ? NONE : `${repliesText(allAtOnce.replies)}\nin ${durationText(allAtOnce.wallNs)}`,
		),
		row("Stays of an agent that was dropped", ({ staysPerAgentBytes }) =>
			staysPerAgentBytes === null ? NONE : bytesText(staysPerAgentBytes),
		),
	];
	return rows.filter(({ cells }) => cells.some((cell) => cell !== NONE));
}

function timeText(ns: number | null): string {
	return ns === null ? NONE : durationText(ns);
}

/** Neighbouring steps that differ by more than this are told apart. */
const UNEVEN = 1.25;

/** Sentences on what the rows do not show. */
export function densityRemarks({ targets }: DensityFile): string[] {
	return targets.flatMap(({ label, figures }) => {
		const { ends, neighbours, storedOtherwise, processes, most } = figures;
		return [
			...ends.map((end) => `${label}: a process that held up to ${countText(most)} agents ${endText(end)}.`),
			...storedOtherwise.slice(0, 3).map((text) => `${label}: ${text}.`),
			...unevenSteps(label, figures),
			...(neighbours === null ? [] : [neighboursText(label, neighbours)]),
			...(processes < 2 ? [`${label}: no interval, because it takes two processes with three sizes.`] : []),
		];
	});
}

/** The first step brings what all share. After it a line should hold. */
function unevenSteps(label: string, { steps }: DensityFigures): string[] {
	const later = steps.slice(1);
	const costs = later.map(({ perAgentBytes }) => perAgentBytes);
	if (later.length < 2 || Math.max(...costs) <= UNEVEN * Math.min(...costs)) return [];
	const told = later.map(
		({ from, to, perAgentBytes }) =>
			`${bytesText(perAgentBytes)} from ${countText(from)} to ${countText(to)}`,
	);
	return [`${label}: not every agent takes the same: ${told.join(", ")}.`];
}

/** How the figures are to be read, for every target. */
export function densityReading({ settings }: DensityFile): string {
	const { processes, sizes, idleSeconds } = settings;
	const from = countText(sizes[1] ?? 0);
	return (
		`Every agent has its own database in memory (those on PGlite share that of their process) and has ` +
		`answered a message. Memory is what the process ` +
		`occupies after a forced collection. One more agent: the slope from ${from} agents on, ` +
		`with its 95 % interval over up to ${countedText(processes, "fresh process", "fresh processes")}. ` +
		`Idle: processor time, read from outside over ${idleSeconds} s, as a share of one processor.`
	);
}
