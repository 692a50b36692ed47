/**
 * This file turns the work ledger into figures per message. The answer to why one runtime is faster starts
 * here.
 */
import type { ResultLedger, WorkItem } from "../../shared/types.ts";
import { NS_PER_MS } from "../../shared/units.ts";
import { sum } from "../stats/statistics.ts";
import { isAwaited } from "./model-calls.ts";

const EMBEDDING = "TEXT_EMBEDDING";

/** Lists all items, those that are zero in this ledger too. The report leaves out what no target does. */
export function summarizeLedger(ledger: ResultLedger): WorkItem[] {
	const each = (total: number) => (ledger.messages > 0 ? total / ledger.messages : total);
	const item = (name: WorkItem["item"], value: number, rest: Partial<WorkItem> = {}): WorkItem => ({
		item: name,
		of: null,
		value,
		done: null,
		newest: null,
		...rest,
	});
	const calls = new Map<string, number>();
	for (const row of ledger.model_calls) {
		const name = row.model_type === EMBEDDING ? "embedding" : row.template;
		calls.set(name, (calls.get(name) ?? 0) + row.calls);
	}
	const { seeded, returned, newest } = ledger.history;
	return [
		...[...calls].map(([name, total]) => item("model_calls", each(total), { of: name })),
		item("prompt_characters", promptCharacters(ledger)),
		...(ledger.messages_in_prompt === undefined
			? []
			: [item("messages_in_prompt", each(ledger.messages_in_prompt))]),
		item("provider_runs", each(total(ledger.providers))),
		item("providers_that_ran", Object.values(ledger.providers).filter((runs) => runs > 0).length),
		item("action_runs", each(total(ledger.actions))),
		item("evaluator_runs", each(total(ledger.evaluators))),
		item("memories_read", each(ledger.memories_read)),
		item("memories_written", each(sum(ledger.stored.map(({ records }) => records)))),
		item("bookkeeping_memories", each(sum(ledger.stored.map(({ bookkeeping = 0 }) => bookkeeping)))),
		item("database_calls", each(total(ledger.adapter_calls))),
		...trafficItems(ledger, each).map(([name, value, of]) => item(name, value, { of })),
		item("callbacks", each(ledger.callbacks.total)),
		item("chunks", each(ledger.streamed?.chunks ?? 0)),
		item("repeated_chunks", each(ledger.streamed?.repeated ?? 0)),
		...afterwardsItems(ledger, each).map(([name, value]) => item(name, value)),
		...(seeded > 0 ? [item("history_returned", returned, { newest })] : []),
		...ledger.operations.map(({ operation, done, correct, result_digest }) =>
			// By a digest a ledger alone tells that results are the same, not that they are right.
			item(result_digest === undefined ? "operations_right" : "operations_alike", correct, {
				of: operation,
				done,
			}),
		),
	];
}

/** What followed the last message is a total, however many messages there were. */
function afterwardsItems(
	{ afterwards }: ResultLedger,
	each: (total: number) => number,
): [item: WorkItem["item"], value: number][] {
	if (!afterwards) return [];
	return [
		["embeddings", each(afterwards.embeddings)],
		["work_after_last_message_ms", afterwards.last_call_ns / NS_PER_MS],
		["cpu_after_last_message_ms", afterwards.cpu_ns / NS_PER_MS],
		["still_at_work", afterwards.at_rest ? 0 : 1],
	];
}

type Traffic = NonNullable<NonNullable<ResultLedger["database_traffic"]>["messages"]>;

/** These only begin or end a transaction, or a part of one. */
const TRANSACTION: ReadonlySet<string> = new Set([
	"BEGIN",
	"START",
	"COMMIT",
	"END",
	"ROLLBACK",
	"ABORT",
	"SAVEPOINT",
	"RELEASE",
]);
const NAMED = ["SELECT", "INSERT", "UPDATE", "DELETE"];
const BORDERS = "BEGIN/COMMIT";
const REST = "other";

/** Every target has the same few kinds, so that a kind which one of them lacks is a zero there. */
function kindsOf({ by_kind }: Traffic): [kind: string, statements: number][] {
	const kinds = new Map([...NAMED, BORDERS, REST].map((kind) => [kind, 0]));
	for (const [name, statements] of Object.entries(by_kind)) {
		const word = name.toUpperCase();
		const kind = NAMED.includes(word) ? word : TRANSACTION.has(word) ? BORDERS : REST;
		kinds.set(kind, (kinds.get(kind) ?? 0) + statements);
	}
	return [...kinds];
}

type TrafficItem = [item: WorkItem["item"], value: number, of: string | null];

/** Returns nothing without a server. @param each divides a total among the messages */
function trafficItems(
	{ database_traffic: traffic }: ResultLedger,
	each: (total: number) => number,
): TrafficItem[] {
	// Null: the harness did not mark where its messages begin and end.
	if (!traffic?.messages) return [];
	const { messages, afterwards } = traffic;
	const kinds = kindsOf(messages).map(
		([kind, statements]): TrafficItem => ["statements_of_kind", each(statements), kind],
	);
	const after: TrafficItem[] =
		afterwards === null ? [] : [["statements_after_last_message", afterwards.statements, null]];
	return [
		["statements", each(messages.statements), null],
		...kinds,
		["rows_read", each(messages.rows), null],
		...after,
	];
}

/**
 * Returns the statements that a server got, or the rows that it sent, per message: until the last one
 * returned. Null without a server.
 */
export function trafficPerMessage(
	{ database_traffic, messages }: ResultLedger,
	what: "statements" | "rows",
): number | null {
	const traffic = database_traffic?.messages ?? null;
	return traffic === null ? null : traffic[what] / Math.max(1, messages);
}

/** Returns the characters of the prompts that a user waits for, per message. */
export function promptCharacters({ model_calls, messages }: ResultLedger): number {
	return awaited(model_calls, ({ prompt_chars }) => prompt_chars) / Math.max(1, messages);
}

/** Returns the model calls that a user waits for, per message. */
export function textModelCalls({ model_calls, messages }: ResultLedger): number {
	return messages > 0 ? awaited(model_calls, ({ calls }) => calls) / messages : 0;
}

type CallRow = ResultLedger["model_calls"][number];

function awaited(rows: readonly CallRow[], amount: (row: CallRow) => number): number {
	return sum(rows.filter((row) => isAwaited(row.model_type, row.template)).map(amount));
}

function total(counts: Record<string, number>): number {
	return sum(Object.values(counts));
}
