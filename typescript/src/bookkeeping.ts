/** Tells the notes that the framework makes on actions from messages. */
import type { Memory } from "@elizaos/core";

/** The framework marks its notes with this type, and leaves them out where it reads dialogue. */
const NOTE_TYPE = "action_result";

/**
 * Counts the notes among memories of one author in one room. A note with the text of a reply is the memory of
 * that reply where there is no other: then it is no bookkeeping.
 */
export function countBookkeeping(memories: readonly Memory[], replies: ReadonlySet<string>): number {
	const textOf = ({ content }: Memory) => content.text ?? "";
	const remembered = new Map<string, number>();
	for (const memory of memories)
		if (!isNote(memory)) remembered.set(textOf(memory), (remembered.get(textOf(memory)) ?? 0) + 1);
	return memories.filter(isNote).filter((note) => {
		const left = remembered.get(textOf(note)) ?? 0;
		remembered.set(textOf(note), left - 1);
		return left > 0 || !replies.has(textOf(note));
	}).length;
}

function isNote({ content }: Memory): boolean {
	return content.type === NOTE_TYPE;
}
