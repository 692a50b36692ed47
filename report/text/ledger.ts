/** These functions say the work ledger in words. */
import type { WorkItem } from "../../shared/types.ts";
import { countText } from "./units.ts";

type Item = WorkItem["item"];

type OfSomething = "model_calls" | "operations_right" | "operations_alike" | "statements_of_kind";

const LABELS: Record<Exclude<Item, OfSomething>, string> = {
	prompt_characters: "Prompt characters",
	messages_in_prompt: "Its own text in a prompt",
	provider_runs: "Provider runs",
	providers_that_ran: "Providers that ran",
	action_runs: "Action runs",
	evaluator_runs: "Evaluator runs",
	memories_read: "Memories read",
	memories_written: "Memories written",
	bookkeeping_memories: "of them bookkeeping",
	database_calls: "Database calls",
	statements: "Statements",
	rows_read: "Rows read",
	statements_after_last_message: "Statements after the last",
	callbacks: "Callbacks",
	chunks: "Chunks received",
	repeated_chunks: "Chunks received again",
	embeddings: "Embeddings to the end",
	work_after_last_message_ms: "Work after the last (ms)",
	cpu_after_last_message_ms: "CPU of it (ms)",
	still_at_work: "Not at rest after 20 s",
	history_returned: "History returned",
};

/** A target without them has no server, or one where nobody counts, or a harness that does not look. */
const NOT_SEEN_EVERYWHERE: ReadonlySet<Item> = new Set<Item>([
	"messages_in_prompt",
	"embeddings",
	"work_after_last_message_ms",
	"cpu_after_last_message_ms",
	"still_at_work",
	"statements",
	"statements_of_kind",
	"rows_read",
	"statements_after_last_message",
]);

export function workLabel({ item, of }: Pick<WorkItem, "item" | "of">): string {
	if (item === "statements_of_kind") return `of them ${of ?? "other"}`;
	if (item === "model_calls") return `Model: ${of ?? "other"}`;
	if (item === "operations_alike") return `${of ?? "operations"} alike`;
	return item === "operations_right" ? `${of ?? "operations"} right` : LABELS[item];
}

/** Writes an item of a ledger. A target whose ledger lacks the item did none of that work. */
export function workText(item: WorkItem | undefined): string {
	if (!item) return "0";
	const value = countText(item.value);
	if (item.done !== null) return `${value} of ${countText(item.done)}`;
	return item.newest === null ? value : `${value} (${item.newest ? "newest" : "oldest"})`;
}

export interface WorkLine {
	label: string;
	/** There is one per target. Null means that the target has no ledger, or nothing that could do this. */
	cells: (string | null)[];
}

/** Returns a line for every item that a target did. Items that no target did are left out. */
export function workLines(works: readonly (readonly WorkItem[] | null)[]): WorkLine[] {
	const items = new Map(works.flatMap((work) => work?.map((item) => [workLabel(item), item] as const) ?? []));
	return [...items].flatMap(([label, { item: name, of }]) => {
		const found = works.map((work) => work?.find((one) => one.item === name && one.of === of));
		if (found.every((item) => !item || isNothing(item))) return [];
		const isShown = (index: number) => works[index] && (found[index] || !NOT_SEEN_EVERYWHERE.has(name));
		return [{ label, cells: found.map((item, index) => (isShown(index) ? workText(item) : null)) }];
	});
}

function isNothing({ value, done, newest }: WorkItem): boolean {
	return value === 0 && done === null && newest === null;
}
