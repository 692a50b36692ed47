/**
 * This file judges and counts the model calls of a cell. The calls that a scenario needs must be there. More
 * are the framework's own way to the answer, and are counted. But a question that is asked again in the same
 * message can bring nothing new, because the mock gives the same answer every time: the framework has refused
 * the answer, or goes round in a loop.
 */
import type {
	CallSequence,
	Difference,
	ExactOrRange,
	IterationDifference,
	IterationRecord,
	Scenario,
	TemplateName,
	WorkLedger,
} from "../../shared/types.ts";
import { sum } from "../stats/statistics.ts";

/** A prompt that no row of mock-responses.json matches has this name. The mock answers it with an error. */
const UNMATCHED = "unmatched";

const EMBEDDING = "TEXT_EMBEDDING";

/**
 * These prompts are asked for embeddings, on a timer of the framework's own. Their number differs from one
 * iteration to the next.
 */
const BACKGROUND: ReadonlySet<string> = new Set<TemplateName>(["embeddingIntent"]);

/**
 * A call that a user waits for is one of a text model. Embeddings, and prompts asked for them, are background
 * work: it is recorded and no part of the contract.
 */
export function isAwaited(modelType: string, template: string): boolean {
	return modelType !== EMBEDDING && !BACKGROUND.has(template);
}

/** Compares the model calls of a verification iteration with what its scenario needs. */
export function modelDifferences(
	{ expect, config }: Pick<Scenario, "expect" | "config">,
	ledger: WorkLedger,
): Difference[] {
	const calls = awaitedCalls(ledger);
	const { messages } = ledger;
	const overlap = config.delivery === "concurrent";
	const callSequence = tellsAll(ledger, messages, overlap) ? ledger.callSequence : undefined;
	const counted = [...new Set([...Object.keys(expect.modelCalls), ...Object.keys(calls)])].flatMap(
		(template) => {
			const wanted = expect.modelCalls[template as TemplateName] ?? 0;
			const seen = (calls[template] ?? 0) / messages;
			const { min, max } = rangeOf(wanted);
			// Without the sequence nobody can tell a repetition from a call of its own.
			const isForbidden = seen > max && (template === UNMATCHED || callSequence === undefined);
			return seen < min || isForbidden ? [{ kind: "model-calls" as const, template, seen, wanted }] : [];
		},
	);
	if (callSequence === undefined) return counted;
	return [...counted, ...repeatedCalls(expect.modelCalls, callSequence, messages, overlap)];
}

interface Asked {
	modelCalls: readonly { modelType: string; template: string; calls: number }[];
	callSequence?: CallSequence | undefined;
}

/**
 * Says whether a sequence has all messages and awaited calls. One that leaves something out tells nothing:
 * what it leaves out may be a repetition.
 */
export function tellsAll(asked: Asked, messages: number, overlap: boolean): boolean {
	const { callSequence } = asked;
	if (!callSequence) return false;
	const told: Record<string, number> = {};
	for (const row of callSequence)
		for (const question of row.calls) {
			const template = templateOf(question);
			told[template] = (told[template] ?? 0) + (overlap ? 1 : row.messages);
		}
	const calls = Object.entries(awaitedCalls(asked));
	return (
		sum(callSequence.map((row) => row.messages)) === messages &&
		calls.every(([template, count]) => (told[template] ?? 0) === count)
	);
}

/**
 * Finds the questions that a message asked again. Where messages overlap no call can be told to be one's or
 * another's: then more calls than all messages together may ask are a repetition.
 */
function repeatedCalls(
	expected: Scenario["expect"]["modelCalls"],
	sequence: CallSequence,
	messages: number,
	overlap: boolean,
): Difference[] {
	const questions = new Set(sequence.flatMap((row) => row.calls));
	return [...questions].flatMap((question): Difference[] => {
		const template = templateOf(question);
		if (BACKGROUND.has(template) || template === UNMATCHED) return [];
		const each = Math.max(1, rangeOf(expected[template as TemplateName] ?? 1).max);
		const rows = sequence.map((row) => ({
			messages: row.messages,
			calls: row.calls.filter((call) => call === question).length,
			allowed: overlap ? each * row.messages : each,
		}));
		const repeating = rows.filter(({ calls, allowed }) => calls > allowed);
		const worst = repeating.toSorted((a, b) => b.calls - a.calls)[0];
		if (!worst) return [];
		const { calls, allowed } = worst;
		const count = sum(repeating.map((row) => row.messages));
		return [
			{ kind: "repeated-calls", question, calls, allowed, repeating: overlap ? null : count, messages },
		];
	});
}

/**
 * Compares the calls of a timed iteration with the verified ones: the number of each template, and which
 * message asked what.
 * @returns the first difference, or null
 */
export function timedCallDifference(
	iteration: Pick<IterationRecord, "modelCalls" | "callSequence">,
	ledger: WorkLedger,
): IterationDifference["what"] | null {
	const verifiedCalls = awaitedCalls(ledger);
	const templates = new Set([...Object.keys(verifiedCalls), ...Object.keys(iteration.modelCalls)]);
	for (const template of templates) {
		if (BACKGROUND.has(template)) continue;
		const [seen, verified] = [iteration.modelCalls[template] ?? 0, verifiedCalls[template] ?? 0];
		if (seen !== verified) return { kind: "model-calls", template, seen, verified };
	}
	const [timed, verified] = [iteration.callSequence, ledger.callSequence];
	return timed && verified ? sequenceDifference(awaitedRows(timed), awaitedRows(verified)) : null;
}

/** Walks through two sequences. Their rows need not end at the same messages. */
function sequenceDifference(seen: CallSequence, verified: CallSequence): IterationDifference["what"] | null {
	const [one, other] = [walk(seen), walk(verified)];
	for (let message = 1; ; ) {
		const [a, b] = [one.row(), other.row()];
		if (!a && !b) return null;
		if (a?.calls.join() !== b?.calls.join() || !a || !b)
			return { kind: "call-sequence", message, seen: a?.calls ?? [], verified: b?.calls ?? [] };
		const together = Math.min(one.left(), other.left());
		one.take(together);
		other.take(together);
		message += together;
	}
}

function walk(sequence: CallSequence) {
	const rows = sequence.filter(({ messages }) => messages > 0);
	let index = 0;
	let taken = 0;
	const left = () => (rows[index]?.messages ?? 0) - taken;
	return {
		row: () => rows[index],
		left,
		take(messages: number) {
			taken += messages;
			if (left() > 0) return;
			index++;
			taken = 0;
		},
	};
}

/** Leaves out the background's calls. */
function awaitedRows(sequence: CallSequence): CallSequence {
	return sequence.map(({ messages, calls }) => ({
		messages,
		calls: calls.filter((question) => !BACKGROUND.has(templateOf(question))),
	}));
}

/** Counts the awaited calls by template. */
function awaitedCalls({ modelCalls }: Asked): Record<string, number> {
	const found: Record<string, number> = {};
	for (const { modelType, template, calls } of modelCalls)
		if (isAwaited(modelType, template)) found[template] = (found[template] ?? 0) + calls;
	return found;
}

/** `providerSelection/2` is a question of the template providerSelection. */
function templateOf(question: string): string {
	return question.split("/")[0] ?? question;
}

function rangeOf(wanted: ExactOrRange): { min: number; max: number } {
	return typeof wanted === "number" ? { min: wanted, max: wanted } : wanted;
}
