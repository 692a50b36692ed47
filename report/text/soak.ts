/** What an agent keeps that answers for a long time, in words. Every report shows these rows. */
import { joinList, plainText } from "../../shared/text.ts";
import type { Quiescence, SoakFigures, SoakFile } from "../../shared/types.ts";
import { NS_PER_S } from "../../shared/units.ts";
import { type TextRow, withInterval } from "./density.ts";
import { bytesText } from "./memory.ts";
import { intervalText } from "./ratio.ts";
import { endText, neighboursText, repliesText } from "./replies.ts";
import { countedText, countText, durationText, smallShareText } from "./units.ts";

export const SOAK_TITLE = "What stays of a message";

const NONE = "-";

export function soakRows({ targets }: SoakFile): TextRow[] {
	const row = (label: string, cell: (figures: SoakFigures) => string): TextRow => ({
		label,
		cells: targets.map(({ figures }) => cell(figures)),
	});
	const rows = [
		row("Messages", ({ messages, seconds }) =>
			messages === 0 ? NONE : `${countText(messages)}\nin ${durationText(seconds * NS_PER_S)}`,
		),
		row("A message leaves", ({ growth }) =>
			growth.perMessageBytes === null
				? NONE
				: `${withInterval(growth.perMessageBytes, bytesText)}\n${growth.of === "heap" ? "of heap" : "of memory"}`,
		),
		row("In a second process", ({ growth }) => withInterval(growth.secondPerMessageBytes, bytesText)),
		row("Verdict", growthText),
		row("Latency, first quarter", ({ latency }) => timeText(latency?.firstNs)),
		row("Latency, last quarter", ({ latency }) => timeText(latency?.lastNs)),
		row("Drift", driftText),
		row("At rest after a burst, young", ({ quiescence }) => restText(quiescence[0])),
		row("At rest after a burst, old", ({ quiescence }) => restText(quiescence[1])),
		row("Replies", ({ replies }) => repliesText(replies)),
	];
	return rows.filter(({ cells }) => cells.some((cell) => cell !== NONE));
}

function timeText(ns: number | undefined): string {
	return ns === undefined ? NONE : durationText(ns);
}

/** Says whether memory grows with the messages, and how soon by 1 GB. */
export function growthText({ growth }: SoakFigures): string {
	const { verdict, messagesPerGb } = growth;
	if (growth.perMessageBytes === null) return "undecided: too few readings";
	if (verdict === "bounded") return "bounded";
	if (verdict === "undecided" || messagesPerGb === null) return verdict;
	const whole = (messages: number) => countText(Number(messages.toPrecision(3)));
	return `grows\nby 1 GB in ${whole(messagesPerGb.value)} messages\n${intervalText(messagesPerGb, whole)}`;
}

/** The slope is told for a thousand messages: that of one is too small to read. */
function driftText({ latency }: SoakFigures): string {
	if (latency === null) return NONE;
	const { verdict, perMessageNs } = latency;
	if (perMessageNs === null || verdict === "undecided") return "undecided";
	if (verdict === "flat") return "flat";
	const sign = perMessageNs.value < 0 ? "-" : "+";
	return `${verdict}\n${sign}${durationText(Math.abs(1000 * perMessageNs.value))} a thousand`;
}

/** Says when nothing of the messages was worked on any more. */
export function restText(found: Quiescence | undefined): string {
	if (found === undefined) return NONE;
	const { messages, settledNs, watchedNs, cpuNs, embeddingsAsked, embeddingsDone } = found;
	const when =
		settledNs === null
			? `still at work after ${durationText(watchedNs)}`
			: settledNs === 0
				? "at once"
				: `after ${durationText(settledNs)}`;
	const cpu = settledNs === 0 ? "" : `\n${durationText(cpuNs)} of a processor`;
	const embeddings =
		embeddingsAsked === 0 && embeddingsDone === 0
			? ""
			: `\n${countText(embeddingsDone)} of ${countText(embeddingsAsked)} embeddings`;
	return `${when}\nof ${countedText(messages, "message")}${cpu}${embeddings}`;
}

/** Sentences on what the rows do not show. */
export function soakRemarks({ targets, differences }: SoakFile): string[] {
	const labelOf = (id: string) => targets.find((target) => target.id === id)?.label ?? id;
	return [
		...targets.flatMap(({ label, figures }) => [
			...shapeTexts(label, figures),
			...placeTexts(label, figures),
			...siteTexts(label, figures),
			...(figures.neighbours === null ? [] : [neighboursText(label, figures.neighbours)]),
			...figures.ends.flatMap(({ role, messages, end }) =>
				// A second process is meant to have fewer messages.
				role !== "main" && end.kind === "time"
					? []
					: [`${label}: ${PROCESSES[role]} ${endText(end)}, ` + `after ${countedText(messages, "message")}.`],
			),
		]),
		...differences.map(({ base, head, perMessageBytes, verdict }) => {
			const by = `${bytesText(Math.abs(perMessageBytes.value))} (${intervalText(perMessageBytes, bytesText)})`;
			const than = `than with ${labelOf(base)}`;
			return verdict === "same"
				? `${labelOf(head)}: a message leaves no other amount ${than} (${intervalText(perMessageBytes, bytesText)}).`
				: `${labelOf(head)}: a message leaves ${by} ${verdict} ${than}.`;
		}),
	];
}

function shapeTexts(label: string, { growth: { shape, halves } }: SoakFigures): string[] {
	if (halves === null || (shape !== "slows" && shape !== "quickens")) return [];
	const [first, second] = [halves.first, halves.second].map(({ value }) => bytesText(value));
	return [
		`${label}: the growth ${shape}, from ${first} a message in the first half to ${second} in the second.`,
	];
}

const LONGEST_SITE = 200;
/** Less than this share of a growth is not worth a name. */
const LEAST_SHARE = 0.01;

function placeTexts(label: string, { places }: SoakFigures): string[] {
	if (places === null || places.messages === 0 || places.grownBytes <= 0) return [];
	const { messages, grownBytes, stores, restBytes } = places;
	const named = stores
		.filter(({ freedBytes }) => freedBytes >= LEAST_SHARE * grownBytes)
		.map(
			({ name, freedBytes, records }) =>
				`${bytesText(freedBytes / messages)} by emptying ${name}` +
				`${records === null ? "" : ` (${countedText(records, "record")})`}`,
		);
	const rest = `${smallShareText(Math.max(0, restBytes) / grownBytes)} was in none of the stores`;
	const all = `${label}: of ${bytesText(grownBytes / messages)} a message in a second process`;
	return [`${all}, ${joinList(named.length === 0 ? ["no store gave any back"] : named)} came back; ${rest}.`];
}

const PROCESSES: Record<SoakFigures["ends"][number]["role"], string> = {
	main: "the process",
	second: "the second process",
	sites: "the process whose allocations were followed",
};

const HOW: Record<NonNullable<NonNullable<SoakFigures["sites"]>["how"]>, string> = {
	"allocated-at": "by the line of the framework that allocated it",
	"sampled-at": "by the function that allocated it, as a sample estimates",
	"held-by": "by what it is and what holds it",
};
/** So many places have a name in a sentence. The file has more. */
const NAMED_SITES = 5;

/** Names where what a message leaves was allocated. It is measured otherwise than the places above. */
function siteTexts(label: string, { sites }: SoakFigures): string[] {
	if (sites === null || sites.messages === 0) return [];
	const { how, messages, keptBytes } = sites;
	if (how === null) return [`${label}: where memory is allocated cannot be seen in this program.`];
	const all = `${label}: in a process of its own, whose allocations were followed, ${countedText(messages, "message")}`;
	if (keptBytes === 0) return [`${all} left nothing.`];
	const named = sites.sites
		.filter(({ bytes }) => bytes >= LEAST_SHARE * keptBytes)
		.slice(0, NAMED_SITES)
		.map(({ name, bytes }) => `${bytesText(bytes / messages)} ${plainText(name, LONGEST_SITE)}`);
	return [`${all} left ${bytesText(keptBytes / messages)} each, ${HOW[how]}: ${named.join("; ")}.`];
}

/** How the figures are to be read, for every target. */
export function soakReading({ settings }: SoakFile): string {
	const { users } = settings;
	const rooms = users === 1 ? "one user in one room" : `${countText(users)} users in turn, each in a room`;
	return (
		`One agent, its database in memory, messages one after another, of ${rooms}. ` +
		"A message leaves: the slope of what is kept after a forced collection, from the third reading on, " +
		"with a 95 % interval that allows for readings that depend on each other. Bounded: less than 100 bytes a " +
		"message, so that 1 GB takes ten million. At rest after a burst (messages in a row, before and after the " +
		"long run): from the last reply until the process takes no more processor time than before, seen from " +
		"outside in steps of 0.1 s."
	);
}
