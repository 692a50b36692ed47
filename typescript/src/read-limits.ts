/** Finds the framework's reads of memories that were given more than they asked for. */
import type { WorkLedger } from "../../shared/types.ts";

/** The adapter's methods that give a number of memories. */
const READS_MEMORIES = /^(get|search)Memories/;

export function readsMemories(method: string): boolean {
	return READS_MEMORIES.test(method);
}

export class ReadLimits {
	readonly #found: NonNullable<WorkLedger["readsBeyondLimit"]> = { reads: 0, beyond: 0, worst: null };

	/** Notes one read: its arguments, and what was returned. A read without a limit asks for everything. */
	note(args: readonly unknown[], returned: unknown): void {
		const asked = limitOf(args[0]);
		if (asked === null || !Array.isArray(returned)) return;
		const found = this.#found;
		found.reads++;
		if (returned.length <= asked) return;
		found.beyond++;
		const { worst } = found;
		if (!worst || returned.length - asked > worst.returned - worst.asked)
			found.worst = { asked, returned: returned.length };
	}

	result(): NonNullable<WorkLedger["readsBeyondLimit"]> {
		return this.#found;
	}
}

/** Methods and versions name it differently. */
function limitOf(query: unknown): number | null {
	const { limit, count } = (query ?? {}) as { limit?: unknown; count?: unknown };
	const asked = limit ?? count;
	return typeof asked === "number" && Number.isSafeInteger(asked) && asked >= 0 ? asked : null;
}
