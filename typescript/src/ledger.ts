/** Makes the ledger of a verification iteration: what the recorder has seen, what is in the database. */
import type { Scenario, WorkLedger } from "../../shared/types.ts";
import type { Contract } from "./contract.ts";
import { areReadsCopied, countSeededHistory, countStoredMessages } from "./database-setup.ts";
import type { Iteration } from "./iteration.ts";
import { digestInput, digestReplies, makeId } from "./messages.ts";
import type { Recorder } from "./recorder.ts";
import type { StreamWatch } from "./streaming.ts";

/** The ledger keeps this many texts of the framework's error log. */
const KEPT_ERRORS = 10;

type ReadBack = Pick<WorkLedger, "readsCopied" | "history" | "stored" | "operations">;

/** Ends the recording. */
export function summarizeWork(
	recorder: Recorder,
	{ plan, replies, responded, callSequence, streams, streamsAsked }: Iteration,
): Omit<WorkLedger, keyof ReadBack> {
	recorder.stop();
	const callbacks = replies.flat();
	const { errors } = recorder;
	return {
		messages: replies.length,
		inputDigest: digestInput(plan),
		replyDigest: digestReplies(replies),
		replies: groupReplies(replies),
		callbacks: { total: callbacks.length, empty: callbacks.filter((text) => text === "").length },
		didRespond: {
			yes: responded.filter((flag) => flag === true).length,
			no: responded.filter((flag) => flag === false).length,
			unknown: responded.filter((flag) => flag === undefined).length,
		},
		modelCalls: [...recorder.modelCalls.values()],
		messagesInPrompt: recorder.prompted.found,
		callSequence,
		...(streams ? { streamed: countChunks(streams, streamsAsked, replies) } : {}),
		providers: recorder.components.provider,
		actions: recorder.components.action,
		evaluators: recorder.components.evaluator,
		adapterCalls: recorder.adapterCalls,
		memoriesRead: recorder.memoriesRead,
		readsBeyondLimit: recorder.limits.result(),
		...recorder.provided.result(replies.length),
		errorsLogged: { total: errors.length, first: errors.slice(0, KEPT_ERRORS) },
		control: null,
		allocations: null,
	};
}

/** Looks into the database, once nothing works on it any more. */
export async function readBack(
	{ historyReturned }: Recorder,
	{ agent: { adapter }, plan, replies, database, kernel }: Iteration,
	{ config }: Scenario,
	contract: Contract,
): Promise<ReadBack> {
	const { historyIdPrefix } = contract.fixtures;
	await database?.findWritten();
	return {
		readsCopied: await areReadsCopied(adapter, plan),
		history: {
			seeded: await countSeededHistory(adapter, contract, plan),
			returned: historyReturned.size,
			newest:
				config.history > 0 && historyReturned.size > 0
					? historyReturned.has(makeId(historyIdPrefix, config.history - 1))
					: null,
		},
		stored: database ? [] : await countStoredMessages(adapter, contract, plan, new Set(replies.flat())),
		operations: (database ?? kernel)?.checks ?? [],
	};
}

function countChunks(
	streams: readonly StreamWatch[],
	asked: number,
	replies: readonly string[][],
): NonNullable<WorkLedger["streamed"]> {
	const count = (of: (watch: StreamWatch) => number) => streams.reduce((sum, one) => sum + of(one), 0);
	return {
		asked,
		chunks: count(({ texts }) => texts.length),
		repeated: count(({ repeated }) => repeated),
		whole: streams.filter(
			({ texts }, index) => texts.length > 0 && texts.join("") === replies[index]?.join(""),
		).length,
	};
}

function groupReplies(replies: readonly string[][]): WorkLedger["replies"] {
	const sequences = new Map<string, WorkLedger["replies"][number]>();
	for (const all of replies) {
		const texts = all.filter((text) => text !== "");
		const key = JSON.stringify(texts);
		const row = sequences.get(key) ?? { texts, messages: 0 };
		row.messages++;
		sequences.set(key, row);
	}
	return [...sequences.values()];
}
