/** Findings in words: how the architectures differ, as measured. */
import type { Finding, FindingReading } from "../../shared/types.ts";
import { valueText } from "./units.ts";

/** The name of each finding, and what its figure is. */
export const FINDINGS: Record<Finding["finding"], { label: string; meaning: string }> = {
	provider_overlap: {
		label: "provider overlap",
		meaning: "Sum of the providers' times over the time in which any of them ran: 1 is one after another.",
	},
	state_reuse: {
		label: "cached state",
		meaning:
			"Provider runs over state compositions times providers: below 1, a composition takes the others' texts from a cache.",
	},
	copies_on_read: {
		label: "copies on read",
		meaning: "Whether two reads of one stored message give two copies.",
	},
	prompt_characters: { label: "prompt size", meaning: "Characters of all prompts of a message." },
	model_calls: {
		label: "model calls",
		meaning:
			"Calls of a text model per message, when the agent is not named and has to decide whether to answer.",
	},
	concurrency_gain: {
		label: "gain from concurrency",
		meaning: "Messages per second of 50 (or 10) senders at once over those sent one after another.",
	},
	collections: { label: "collections", meaning: "Runs of the garbage collector per 1,000 messages." },
	memory_growth: {
		label: "growth of memory",
		meaning: "Slope of the resident set over the messages sent.",
	},
};

const READINGS: Record<FindingReading, string> = {
	"providers-in-parallel": "side by side",
	"providers-in-sequence": "one by one",
	"state-reused": "state reused",
	"state-not-cached": "not cached",
	"read-copies": "a copy a read",
	"read-shares": "one object",
	"concurrency-gains": "gains",
	"concurrency-loses": "loses",
	"concurrency-neutral": "no gain",
};

export function findingText({ values, unit }: Finding, target: string): string {
	const value = values[target] ?? null;
	if (value === null || unit !== "yes_or_no") return valueText(value, unit === "yes_or_no" ? "count" : unit);
	return value === 1 ? "yes" : "no";
}

/** What the figure says of a target; null where it says no more than its size. */
export function readingText({ readings }: Finding, target: string): string | null {
	const reading = readings[target];
	return reading === undefined ? null : READINGS[reading];
}
