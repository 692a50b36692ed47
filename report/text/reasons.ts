/** Why a cell has its status, and what disturbed a process, in words. */
import { plainText } from "../../shared/text.ts";
import type {
	Difference,
	Disturbance,
	ExactOrRange,
	IterationDifference,
	LostProcess,
	ProcessFault,
	Reason,
} from "../../shared/types.ts";

/** One line; what a framework or a user wrote is made plain. */
export function reasonText(reason: Reason): string {
	return plainText(sentenceOf(reason), 1000);
}

function sentenceOf(reason: Reason): string {
	switch (reason.kind) {
		case "process":
		case "framework-error":
		case "no-measurement":
		case "iteration":
			return faultText(reason);
		case "process-lost":
			return lostText(reason);
		case "processes-lost":
			return `${reason.lost} of ${reason.processes} processes did not count: ${lostText(reason.first)}`;
		case "nothing-measured":
			return "nothing was measured";
		case "words":
			return reason.words;
		default:
			return differenceText(reason);
	}
}

function lostText({ process, aa, fault }: LostProcess): string {
	return `process ${process}${aa ? " (A/A)" : ""}: ${faultText(fault)}`;
}

function faultText(fault: ProcessFault): string {
	switch (fault.kind) {
		case "process":
			return fault.problem;
		case "framework-error":
			return `${fault.type}: ${fault.message}`;
		case "no-measurement":
			return "wrote no measurement";
		case "iteration":
			return iterationText(fault);
	}
}

function iterationText({ phase, number, what }: IterationDifference): string {
	const where = `${phase} iteration ${number}`;
	switch (what.kind) {
		case "replies":
			return `${where} gave other replies than the verification`;
		case "model-calls":
			return `${where} made ${countedText(what.seen, `${what.template} call`)}, the verification ${what.verified}`;
		case "action-runs":
			return `${where} ran the benchmark action ${what.seen} times, the verification ${what.verified}`;
	}
}

function differenceText(difference: Difference): string {
	switch (difference.kind) {
		case "input":
			return "was sent other messages than the scenario's";
		case "replies": {
			const { wrong, messages, first, other_answers, wanted } = difference;
			const others = other_answers > 0 ? ` (and ${countedText(other_answers, "other wrong answer")})` : "";
			return `${wrong} of ${countedText(messages, "message")} answered with ${quotedTexts(first)}${others} instead of ${quotedTexts(wanted)}`;
		}
		case "unaccounted":
			return `${difference.answered} of ${countedText(difference.messages, "message")} accounted for`;
		case "model-calls":
			return `${rateText(difference.seen)} ${difference.template} calls a message instead of ${wantedText(difference.wanted)}`;
		case "memories":
			return `${rateText(difference.seen)} memories of the ${difference.author} stored a message instead of ${wantedText(difference.wanted)}`;
		case "foreign-memories":
			return `${difference.records} memories of neither the user nor the agent stored`;
		case "room-memories": {
			const { room, messages, user, agent } = difference;
			return `room ${room} was sent ${countedText(messages, "message")} and holds ${user} of the user and ${agent} of the agent`;
		}
		case "action-runs":
			return `${rateText(difference.seen)} runs of the benchmark action a message instead of ${difference.wanted}`;
		case "providers":
			return `ran the providers ${difference.ran.join(", ") || "(none)"} instead of ${difference.wanted.join(", ")}`;
		case "dummy-providers":
			return `${difference.ran} of ${difference.wanted} dummy providers ran for every message`;
		case "history-seeded":
			return `${difference.seeded} of ${difference.wanted} history messages were in the database`;
		case "history-returned":
			return `its own reads returned ${difference.returned} history messages, at least ${difference.wanted} expected`;
		case "no-control":
			return "no control of the decision to answer was run";
		case "no-decision":
			return `takes no decision to answer: it answered a message that does not name the agent ${
				difference.asked ? "although the model said IGNORE" : "without asking the model"
			}`;
		case "operation-missing":
			return `${difference.operation} was not done`;
		case "operation-wrong":
			return `${difference.wrong} of ${difference.done} ${difference.operation} operations gave a wrong result`;
		case "operation-not-newest":
			return `${difference.operation} returned ${difference.limit ?? ""} memories of the room, but not the last ones`;
		case "errors-logged":
			return `logged ${countedText(difference.count, "error")}: ${difference.first}`;
	}
}

/** What disturbed the turns of a process: a sentence without its beginning. */
export function disturbanceText(disturbance: Disturbance): string {
	switch (disturbance.kind) {
		case "waiting":
			return `others held the processors it waited for, for up to ${timeShareText(disturbance.share)}`;
		case "pressure":
			return `others and it waited for processors, for up to ${timeShareText(disturbance.share)}`;
		case "foreign-cpu":
			return `others used ${disturbance.used.toFixed(1)} of ${disturbance.processors} processors`;
		case "steal":
			return `the host took the processors away for ${timeShareText(disturbance.share)}`;
		case "quota":
			return `the CPU quota of its cgroup held it back for ${timeShareText(disturbance.share)}`;
		case "memory":
			return `the machine was short of memory for ${timeShareText(disturbance.share)}`;
		case "major-faults":
			return `it read ${disturbance.pages} pages back from the disk`;
		case "words":
			return plainText(disturbance.words);
	}
}

function timeShareText(share: number): string {
	return `${Math.round(share * 100)} % of the time`;
}

function wantedText(wanted: ExactOrRange): string {
	return typeof wanted === "number" ? String(wanted) : `${wanted.min} to ${wanted.max}`;
}

function rateText(value: number): string {
	return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

/** `1 message`, `2 messages` */
function countedText(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function quotedTexts(texts: readonly string[]): string {
	if (texts.length === 0) return "nothing";
	const block = texts.slice(0, periodOf(texts));
	const rounds = texts.length / block.length;
	const said = block.map((text) => `"${text}"`).join(", ");
	return rounds === 1 ? said : `${said} ${rounds} times over`;
}

/** The length of the shortest beginning that the whole is a repetition of. */
function periodOf(texts: readonly string[]): number {
	const repeats = (length: number) =>
		texts.length % length === 0 && texts.every((text, index) => text === texts[index % length]);
	return texts.findIndex((_, index) => repeats(index + 1)) + 1;
}
