/** The table of a load run: what every target holds. `load-sentences.ts` says what stands beside it. */
import type { Capacity } from "../../analysis/load/capacity.ts";
import type { Figure, Level } from "../../analysis/load/level.ts";
import type { LoadReport, TargetLoad, UntilFigure } from "../../analysis/load/report.ts";
import { untilLoads } from "../../analysis/load/until.ts";
import type { LoadSettings } from "../../shared/types.ts";
import { countedText, countText, durationText, numberText, ratioText } from "./units.ts";

const NOTHING = "-";
/** A row that belongs to the one above it. These spaces are kept everywhere. */
const BELOW = "\u00a0\u00a0";

/** Says whether a row belongs to the one above it. A page has no use for spaces. */
export function isBelow(label: string): boolean {
	return label.startsWith(BELOW);
}

const RIG = "the rig ran out";
/** An interval over two or three processes may reach over any number of orders of magnitude. */
const WIDEST = 100;
const TOO_WIDE = "the few processes differ too much for an interval";

export interface LoadRow {
	label: string;
	/** One of each target, in order. */
	cells: string[];
}

type Row = [label: string, cell: (target: TargetLoad) => string];

/** Says under which load the figures were measured: without this no figure means anything. */
export function loadHead({ settings }: LoadReport): string {
	const { conversations, users, history, thinkMs, modelDelayMs, limitNs, arrivals } = settings;
	const delay =
		modelDelayMs === 0 ? "the model answers at once" : `the model takes ${countText(modelDelayMs)} ms`;
	const how =
		conversations === null
			? `Open loop: messages of ${countedText(users, "user")} in turn, each in a room of their own, come by ` +
				(arrivals === "poisson" ? "a Poisson process" : "equal gaps")
			: `Closed loop: every user waits for the reply, thinks ${countText(thinkMs)} ms (exponential) ` +
				"and sends the next message";
	return (
		`${how}; ${delay}; ${historyText(history)} stored before. A load is held if 99 % of the messages ` +
		`return within ${durationText(limitNs)} beside the model's time, and none is lost, wrong, raised or late.`
	);
}

export function historyText(history: number): string {
	return history === 0 ? "nothing is" : `${countedText(history, "older memory is", "older memories are")}`;
}

/** The rows of the table, without those that no target has. */
export function loadRows({ targets, settings }: LoadReport): LoadRow[] {
	const unit = settings.conversations === null ? "per-second" : "conversations";
	const rows: Row[] = [
		[unit === "per-second" ? "Held" : "Conversations held", heldText],
		...untilRows(settings),
		["Last in a row to first", ({ storedCost }) => costText(storedCost)],
		["At half of that", ({ half }) => levelText(half, unit)],
		...levelRows(({ half }) => half),
		["At what was asked for", ({ closed }) => levelText(closed, unit)],
		...levelRows(({ closed }) => closed),
		["Pipe and harness: CPU", ({ pipe }) => figureText(pipe?.cpuPerMessageNs, durationText)],
		["At 1.5 times that", ({ beyond }) => levelText(beyond, unit)],
		[`${BELOW}delivered`, ({ beyond }) => figureText(beyond?.deliveredPerSecond, rateText)],
		[`${BELOW}median at the end`, ({ beyond }) => durationOf(beyond?.lastQuarterNs)],
		[`${BELOW}not answered right`, ({ beyond }) => faultsText(beyond)],
		[`${BELOW}at rest after`, ({ beyond }) => recoveryText(beyond)],
	];
	return rows
		.map(([label, of]) => ({ label, cells: targets.map(of) }))
		.filter(({ cells }) => cells.some((cell) => cell !== NOTHING));
}

/** The rows of for how many messages loads are held. Every report has them. */
export function untilRows(settings: LoadSettings): Row[] {
	return untilLoads(settings).map((load): Row => {
		const label =
			settings.conversations === null
				? `${rateText(load)} is held for`
				: `${countedText(load, "conversation is", "conversations are")} held for`;
		return [label, ({ until }) => untilText(until.find((figure) => figure.load === load))];
	});
}

function levelRows(of: (target: TargetLoad) => Level | null): Row[] {
	return [
		[`${BELOW}median`, (target) => timeText(of(target), "medianNs")],
		[`${BELOW}p99`, (target) => timeText(of(target), "tailNs")],
		[`${BELOW}CPU a message`, (target) => figureText(of(target)?.cpuPerMessageNs, durationText)],
	];
}

/** What a target holds, or why there is no such number. */
export function heldText({ capacity, storedCost, failure }: TargetLoad): string {
	if (failure !== null) return "unsupported";
	if (storedCost?.grows) return "for a time: see below";
	return capacity === null ? NOTHING : capacityText(capacity);
}

export function capacityText({ value, interval, atLeast, unit }: Capacity): string {
	const write = unit === "per-second" ? rateText : wholeText;
	if (value === null) {
		if (atLeast === "rig") return RIG;
		return atLeast === "cut" ? "the search was cut" : "not even the least load";
	}
	if (atLeast === "rig") return `${RIG}: at least ${write(value)}`;
	return atLeast === "cut" ? `at least ${write(value)}` : figureText({ value, interval }, write);
}

export function untilText(until: UntilFigure | undefined): string {
	if (until === undefined) return NOTHING;
	const { messages, atLeast, rig } = until;
	const least = atLeast === null ? NOTHING : `at least ${countedText(atLeast, "message")}`;
	// That it was held for no message is the rig's doing, and says nothing of the target.
	if (messages === null && rig.length > 0)
		return atLeast === null || atLeast === 0 ? RIG : `${RIG}: ${least}`;
	if (messages === null) return least;
	const some = atLeast === null ? "" : `; elsewhere ${least}`;
	return isTooWide(messages)
		? `${wholeText(messages.value)} messages (${TOO_WIDE})${some}`
		: `${figureText(messages, wholeText)} messages${some}`;
}

function costText(cost: TargetLoad["storedCost"]): string {
	if (cost === null) return NOTHING;
	return `${ratioText(cost.factor.value)} over ${countedText(Math.round(cost.messages), "message")}`;
}

function levelText(level: Level | null, unit: "per-second" | "conversations"): string {
	if (level === null) return NOTHING;
	if (unit === "per-second") return rateText(level.load);
	return `${wholeText(level.load)}: ${figureText(level.deliveredPerSecond, rateText)}`;
}

function timeText(level: Level | null, name: "medianNs" | "tailNs"): string {
	if (level === null) return NOTHING;
	const most = name === "medianNs" ? level.mostMedianNs : level.mostTailNs;
	if (level.clean === 0) return most === null ? RIG : `${RIG}: at most ${durationText(most.value)}`;
	const figure = level[name];
	return figure === null ? "some never returned" : figureText(figure, durationText);
}

/** Writes a figure with its interval. */
export function figureText(figure: Figure | null | undefined, write: (value: number) => string): string {
	if (figure == null) return NOTHING;
	const { value, interval } = figure;
	if (interval === null) return write(value);
	if (isTooWide(figure)) return `${write(value)} (${TOO_WIDE})`;
	return `${write(value)} (${write(interval.low)} to ${write(interval.high)})`;
}

function isTooWide({ interval }: Figure): boolean {
	return interval !== null && interval.high > WIDEST * interval.low;
}

export function rateText(perSecond: number): string {
	return `${numberText(perSecond)}/s`;
}

function wholeText(value: number): string {
	return countText(Math.round(value));
}

function durationOf(nanoseconds: number | null | undefined): string {
	return nanoseconds == null ? NOTHING : durationText(nanoseconds);
}

export function faultsText(level: Level | null): string {
	if (level === null) return NOTHING;
	const found = (["lost", "wrong", "raised", "late"] as const)
		.filter((name) => level.outcomes[name] > 0)
		.map((name) => `${countText(level.outcomes[name])} ${name}`);
	return `${found.length === 0 ? "none" : found.join(", ")} of ${countText(level.sent)}`;
}

function recoveryText(level: Level | null): string {
	if (level === null) return NOTHING;
	return level.recoveryNs === null ? "not within the time-out" : durationText(level.recoveryNs);
}
