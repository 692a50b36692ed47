/** These functions say why a cell has its status, and what disturbed a process. */
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
import { countedText, countText } from "./units.ts";

const LONGEST = 1000;

/** Returns one line without a full stop. The words of a framework or a user become plain text. */
export function reasonText(reason: Reason): string {
	return plainText(sentenceOf(reason), LONGEST);
}

/** Returns the first reason, which stands for all of them. */
export function firstReasonText([first]: readonly Reason[]): string {
	return first ? reasonText(first) : "no reason given";
}

function sentenceOf(reason: Reason): string {
	switch (reason.kind) {
		case "process":
		case "framework-error":
		case "no-measurement":
		case "iteration":
			return faultText(reason);
		case "process-lost":
			return lostProcessText(reason);
		case "processes-lost":
			return `${reason.lost} of ${reason.processes} processes did not count: ${lostProcessText(reason.first)}`;
		case "nothing-measured":
			return "nothing was measured";
		case "words":
			return reason.words;
		default:
			return differenceText(reason);
	}
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

function differenceText(found: Difference): string {
	switch (found.kind) {
		case "input":
			return "was sent other messages than the scenario's";
		case "replies":
			return repliesText(found);
		case "unaccounted":
			return `${countText(found.answered)} of ${countedText(found.messages, "message")} accounted for`;
		case "model-calls":
			return perMessageText(`${found.template} calls`, "", found);
		case "repeated-calls":
			return repeatedText(found);
		case "memories":
			return perMessageText(`memories of the ${found.author}`, " stored", found);
		case "action-runs":
			return perMessageText("runs of the benchmark action", "", found);
		case "foreign-memories":
			return `${countText(found.records)} memories of neither the user nor the agent stored`;
		case "room-memories":
			return roomText(found);
		case "providers":
			return `ran the providers ${found.ran.join(", ") || "(none)"} instead of ${found.wanted.join(", ")}`;
		case "dummy-providers":
			return `${found.ran} of ${found.wanted} dummy providers ran for every message`;
		case "dummy-actions":
			return `providers told of ${found.offered} of ${found.wanted} dummy actions for every message`;
		case "room-members":
			return `providers told of ${seenOf(found.told, found.wanted)} members of the room for every message`;
		case "character-text":
			return `no provider told the character's added text of ${countText(found.wanted)} characters for every message`;
		case "history-seeded":
			return `${seenOf(found.seeded, found.wanted)} history messages were in the database`;
		case "history-returned":
			return `its own reads returned ${found.returned} history messages, at least ${found.wanted} expected`;
		case "reads-beyond-limit":
			return beyondText(found);
		case "no-control":
			return "no control of the decision to answer was run";
		case "chunks":
			return chunksText(found);
		case "torn-stream":
			return `the chunks of ${seenOf(found.torn, found.messages)} messages are not the text of their reply`;
		case "claimed-response":
			return `says of ${seenOf(found.claimed, found.messages)} messages that it responded, and had no answer`;
		case "no-decision":
			return decisionText(found.asked);
		case "operation-missing":
			return `${found.operation} was not done`;
		case "operation-wrong":
			return wrongOperationText(found);
		case "operation-not-newest":
			return `${found.operation} returned ${found.limit ?? ""} memories of the room, but not the last ones`;
		case "operation-result":
			return `${found.operation} gave another result than the contract's`;
		case "errors-logged":
			return `logged ${countedText(found.count, "error")}: ${found.first}`;
	}
}

type Found<Kind extends Difference["kind"]> = Extract<Difference, { kind: Kind }>;

/** Returns one line, however many different wrong answers there were. The first stands for them. */
function repliesText({ wrong, messages, first, other_answers, wanted }: Found<"replies">): string {
	const others = other_answers > 0 ? ` (and ${countedText(other_answers, "other wrong answer")})` : "";
	const count = `${countText(wrong)} of ${countedText(messages, "message")}`;
	return `${count} answered with ${quoteTexts(first)}${others} instead of ${quoteTexts(wanted)}`;
}

function repeatedText({ question, calls, allowed, repeating, messages }: Found<"repeated-calls">): string {
	const asked = `asked ${question} ${countText(calls)} times`;
	if (repeating === null)
		return `${asked} in ${countedText(messages, "message")} that overlap, at most ${countText(allowed)} expected`;
	const where = `${countText(repeating)} of ${countedText(messages, "message")}`;
	return `${asked} in one message, at most ${countText(allowed)} expected, in ${where}`;
}

function wrongOperationText({ operation, wrong, done, limit }: Found<"operation-wrong">): string {
	const which = `${seenOf(wrong, done)} ${operation} operations`;
	if (limit === undefined) return `${which} gave a wrong result`;
	return `${which} returned more or fewer than the ${limit} memories asked for, or some of another room`;
}

/** Names the read with the most beyond what it asked for. */
function beyondText({ beyond, reads, asked, returned }: Found<"reads-beyond-limit">): string {
	const which = `${countText(beyond)} of ${countText(reads)} reads of memories`;
	return `${which} returned more than was asked for: ${countText(returned)} instead of ${countText(asked)}`;
}

function roomText({ room, messages, user, agent }: Found<"room-memories">): string {
	const sent = countedText(messages, "message");
	const held = `${countText(user)} of the user and ${countText(agent)} of the agent`;
	return `room ${room} was sent ${sent} and holds ${held}`;
}

function chunksText({ asked, ...found }: Found<"chunks">): string {
	const received = perMessageText("chunks", " received", found);
	return asked > 0 ? received : `${received}: it never asked its model for a stream`;
}

function decisionText(asked: boolean): string {
	const how = asked ? "although the model said IGNORE" : "without asking the model";
	return `takes no decision to answer: it answered a message that does not name the agent ${how}`;
}

/** Returns a count beside the wanted one: `2 shouldRespond calls per message instead of 1`. */
function perMessageText(
	what: string,
	done: string,
	{ seen, wanted }: { seen: number; wanted: ExactOrRange },
): string {
	const found = Number.isInteger(seen) ? String(seen) : seen.toFixed(2);
	const asked = typeof wanted === "number" ? String(wanted) : `${wanted.min} to ${wanted.max}`;
	return `${found} ${what}${done} per message instead of ${asked}`;
}

function seenOf(seen: number, wanted: number): string {
	return `${countText(seen)} of ${countText(wanted)}`;
}

function iterationText({ phase, number, what }: IterationDifference): string {
	const where = `${phase} iteration ${number}`;
	switch (what.kind) {
		case "replies":
			return `${where} gave other replies than the verification`;
		case "model-calls": {
			const calls = countedText(what.seen, `${what.template} call`);
			return `${where} made ${calls}, the verification ${what.verified}`;
		}
		case "call-sequence": {
			const [seen, verified] = [what.seen, what.verified].map((calls) => calls.join(", ") || "nothing");
			return `${where} asked ${seen} in message ${what.message}, the verification ${verified}`;
		}
		case "chunks":
			return `${where} received ${countedText(what.seen, "chunk")}, the verification ${what.verified}`;
		case "action-runs":
			return `${where} ran the benchmark action ${what.seen} times, the verification ${what.verified}`;
	}
}

function lostProcessText({ process, aa, fault }: LostProcess): string {
	return `process ${process}${aa ? " (A/A)" : ""}: ${faultText(fault)}`;
}

function quoteTexts(texts: readonly string[]): string {
	if (texts.length === 0) return "nothing";
	const block = texts.slice(0, periodOf(texts));
	const rounds = texts.length / block.length;
	const said = block.map((text) => `"${text}"`).join(", ");
	return rounds === 1 ? said : `${said} ${rounds} times over`;
}

/** Returns the length of the shortest beginning that the whole list repeats. */
function periodOf(texts: readonly string[]): number {
	const repeats = (length: number) =>
		texts.length % length === 0 && texts.every((text, index) => text === texts[index % length]);
	return texts.findIndex((_, index) => repeats(index + 1)) + 1;
}

/** Describes one disturbance of a process as a clause. */
export function disturbanceText(found: Disturbance): string {
	switch (found.kind) {
		case "waiting":
			return `others held the processors it waited for, for up to ${ofTime(found.share)}`;
		case "pressure":
			return `others and it waited for processors, for up to ${ofTime(found.share)}`;
		case "foreign-cpu":
			return `others used ${found.used.toFixed(1)} of ${found.processors} processors`;
		case "steal":
			return `the host took the processors away for ${ofTime(found.share)}`;
		case "quota":
			return `the CPU quota of its cgroup held it back for ${ofTime(found.share)}`;
		case "memory":
			return `the machine was short of memory for ${ofTime(found.share)}`;
		case "major-faults":
			return `it read ${found.pages} pages back from the disk`;
		case "words":
			return plainText(found.words);
	}
}

function ofTime(share: number): string {
	return `${Math.round(share * 100)} % of the time`;
}
