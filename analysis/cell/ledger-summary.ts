/** The work ledger in figures per message: why one runtime is faster starts here. */
import type { CellDetail, WorkLedger } from "../../shared/types.ts";

export type WorkItem = NonNullable<CellDetail["work"]>[number];

const EMBEDDING = "TEXT_EMBEDDING";

/**
 * Items that are nought in this ledger are in it all the same; what no target does is for the report to leave
 * out.
 */
export function workOf(ledger: WorkLedger): WorkItem[] {
	const each = (total: number) => (ledger.messages > 0 ? total / ledger.messages : total);
	const item = (name: string, value: number, note: string | null = null): WorkItem => ({
		item: name,
		value,
		note,
	});
	const calls = new Map<string, number>();
	for (const row of ledger.modelCalls) {
		const name = row.modelType === EMBEDDING ? "embedding" : row.template;
		calls.set(name, (calls.get(name) ?? 0) + row.calls);
	}
	const { seeded, returned, newest } = ledger.history;
	return [
		...[...calls].map(([name, total]) => item(`Model: ${name}`, each(total))),
		item("Prompt characters", each(sum(ledger.modelCalls.map(({ promptChars }) => promptChars)))),
		item("Provider runs", each(total(ledger.providers))),
		item("Providers that ran", Object.values(ledger.providers).filter((runs) => runs > 0).length),
		item("Action runs", each(total(ledger.actions))),
		item("Evaluator runs", each(total(ledger.evaluators))),
		item("Memories read", each(ledger.memoriesRead)),
		item("Memories written", each(sum(ledger.stored.map(({ records }) => records)))),
		item("Database calls", each(total(ledger.adapterCalls))),
		item("Callbacks", each(ledger.callbacks.total)),
		...(seeded > 0
			? [item("History returned", returned, newest === null ? null : newest ? "newest" : "oldest")]
			: []),
		...ledger.operations.map(({ operation, done, correct }) =>
			item(`${operation} right`, correct, `of ${done}`),
		),
	];
}

/** Calls per message that a user would wait for: of text models, not of embeddings. */
export function textModelCalls({ modelCalls, messages }: WorkLedger): number {
	const calls = sum(modelCalls.filter(({ modelType }) => modelType !== EMBEDDING).map((row) => row.calls));
	return messages > 0 ? calls / messages : 0;
}

function total(counts: Record<string, number>): number {
	return sum(Object.values(counts));
}

function sum(values: readonly number[]): number {
	return values.reduce((all, value) => all + value, 0);
}
