/**
 * Some versions swallow what goes wrong in a message: nothing is raised and nothing reaches the framework's
 * own error log. The event at the end of a message tells of it, and the console.
 */
import type { AgentRuntime } from "@elizaos/core";

const END_EVENT = "RUN_ENDED";

interface EndOfRun {
	status?: string;
	error?: unknown;
}

type Register = (event: string, handler: (payload: EndOfRun) => Promise<void>) => void;

/** @param note gets a sentence for every message that ended with an error */
export function hearFailedRuns(runtime: AgentRuntime, note: (text: string) => void): void {
	const { registerEvent } = runtime as unknown as { registerEvent?: Register };
	// A version may say that a run is completed and name an error all the same.
	registerEvent?.call(runtime, END_EVENT, async ({ status, error }) => {
		if (error === undefined && status !== "error") return;
		const words = error instanceof Error ? error.message : String(error ?? "no reason given");
		note(`a message ended with an error: ${words}`);
	});
}
