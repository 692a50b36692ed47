/** What has to be said beside the table of a load run. Every sentence is true of what it is computed from. */
import type { Level } from "../../analysis/load/level.ts";
import type { LoadReport, TargetLoad } from "../../analysis/load/report.ts";
import { LEAST_GROWTH } from "../../analysis/load/stored-cost.ts";
import type { LoadSettings } from "../../shared/types.ts";
import { historyText, rateText } from "./load.ts";
import { rigText } from "./load-rig.ts";
import { countedText, countText, durationText, percentText, ratioText } from "./units.ts";

/** A median this much above that of the whole phase is one that rises. */
const RISING = 1.2;

/** Returns paragraphs. */
export function loadSentences({ targets, cut, leftOut, settings }: LoadReport): string[] {
	return [
		...(cut ? ["The run was stopped before its end. What had been measured until then is here."] : []),
		...leftOut.map(({ label, reason }) => `${label} could not be set up: ${reason}`),
		...(cut ? [] : targets.flatMap((target) => fewerText(target, settings) ?? [])),
		...targets.flatMap((target) => targetSentences(target, settings)),
	];
}

function targetSentences(target: TargetLoad, settings: LoadSettings): string[] {
	const { label, failure, problems, storedCost, beyond, half, closed, pipe, rig } = target;
	return [
		failure && `${label} is unsupported: ${failure.type}: ${failure.message}`,
		...problems.map((problem) => `A process of ${label} was lost: it ${problem}`),
		storedCost && storedCostText(label, storedCost),
		storedCost?.grows === true && target.until.length > 0 && foreverText(label, settings),
		...[half, closed].flatMap((level) => (level === null ? [] : faultTexts(label, level))),
		beyond && beyondText(label, beyond),
		pipe && pipeText(label, pipe),
		rig.phases > 0 &&
			`The rig was not well in ${rig.phases} of ${countedText(rig.of, "phase")} of ${label}: ${rigText(rig.reasons)}.`,
	].filter((text) => typeof text === "string");
}

/** Of a target that was lost the reason stands already. */
function fewerText(
	{ label, failure, problems, processes }: TargetLoad,
	{ processes: asked, budgetSeconds }: LoadSettings,
): string | null {
	if (failure !== null || problems.length > 0 || processes >= asked || budgetSeconds === null) return null;
	return `The time (--budget) was over after ${processes} of ${countedText(asked, "process", "processes")} of ${label}.`;
}

function storedCostText(label: string, cost: NonNullable<TargetLoad["storedCost"]>): string {
	const { grows, messages, firstNs, lastNs, factor } = cost;
	const interval = `${ratioText(factor.value)}, ${ratioText(factor.low)} to ${ratioText(factor.high)}`;
	const over = countedText(Math.round(messages), "message");
	const times = `${durationText(firstNs)} at first, ${durationText(lastNs)} after ${over} in a row (${interval})`;
	if (grows) return `${label}: a message costs more, the more is stored: ${times}.`;
	if (factor.low <= 1)
		return `${label}: that a message costs more, the more is stored, was not found: ${times}.`;
	return (
		`${label}: a message costs a little more, the more is stored: ${times}. ` +
		`The first process did not show ${percentText(LEAST_GROWTH)} for a thousand messages, so a rate is given: ` +
		"it belongs to the messages of a phase."
	);
}

function foreverText(label: string, { history, conversations }: LoadSettings): string {
	const [one, some] =
		conversations === null
			? ["a rate", "each rate was"]
			: ["a number of conversations", "messages some numbers of them were"];
	return (
		`So ${one} of ${label} means nothing without a number of messages: the table says for how many ${some} ` +
		`held, on an agent of which ${historyText(history)} stored at the beginning.`
	);
}

function faultTexts(label: string, { load, outcomes, sent, misplacedUsers }: Level): string[] {
	const faults = [
		[outcomes.lost, "got no reply, without an error"],
		[outcomes.wrong, "got another reply than the model's"],
		[outcomes.raised, "raised an error"],
		[outcomes.late, "had not returned within the time-out"],
	] as const;
	const at = `${label} at a load of ${countText(Math.round(load))}`;
	return [
		...faults
			.filter(([count]) => count > 0)
			.map(([count, words]) => `${at}: ${countText(count)} of ${countedText(sent, "message")} ${words}.`),
		...(misplacedUsers !== null && misplacedUsers > 0
			? [`${at}: of ${countedText(misplacedUsers, "user")} other messages were stored than were sent.`]
			: []),
	];
}

function beyondText(label: string, beyond: Level): string {
	const { load, deliveredPerSecond, lastQuarterNs, medianNs } = beyond;
	const rises = lastQuarterNs !== null && medianNs !== null && lastQuarterNs > RISING * medianNs.value;
	const parts = [
		...(deliveredPerSecond === null ? [] : [`${rateText(deliveredPerSecond.value)} were delivered`]),
		...(rises ? ["messages waited longer and longer"] : []),
	];
	const told = parts.length === 0 ? "what came of it is in the table" : parts.join(", and ");
	return [
		`${label} at 1.5 times what it holds, ${rateText(load)}: ${told}.`,
		...faultTexts(label, beyond),
	].join(" ");
}

function pipeText(label: string, { load, cpuPerMessageNs, tailNs, generatorCpuNs }: Level): string {
	const parts = [
		...(cpuPerMessageNs === null ? [] : [`${durationText(cpuPerMessageNs.value)} of CPU a message`]),
		...(tailNs === null ? [] : [`${durationText(tailNs.value)} at p99`]),
	];
	const generator = `The generator took ${durationText(generatorCpuNs)} of CPU a message, in a process of its own.`;
	if (parts.length === 0) return `What pipe and harness cost ${label} could not be measured. ${generator}`;
	return `Pipe and harness of ${label} without a framework, at ${rateText(load)}: ${parts.join(", ")}. ${generator}`;
}
