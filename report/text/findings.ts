/** These functions say how the architectures differ, as measured. */
import type { Finding, FindingReading } from "../../shared/types.ts";
import { valueText } from "./units.ts";

/** Each finding has a name, and a sentence that says what its figure is. */
export const FINDINGS: Record<Finding["finding"], { label: string; meaning: string }> = {
	provider_overlap: {
		label: "provider overlap",
		meaning: "Sum of the providers' times over the time in which any of them ran: 1 means in sequence.",
	},
	state_reuse: {
		label: "state reuse",
		meaning: "Provider runs per provider and state composition: below 1, some texts come from a cache.",
	},
	copies_on_read: {
		label: "copies on read",
		meaning: "Whether two reads of one stored message return two copies.",
	},
	prompt_characters: { label: "prompt size", meaning: "Characters of all prompts, per message." },
	model_calls: {
		label: "model calls",
		meaning: "Text model calls per message, when the agent is not named and has to decide whether to answer.",
	},
	concurrency_gain: {
		label: "concurrency gain",
		meaning: "Messages per second of 50 (or 10) concurrent senders over those of a single sender.",
	},
	collections: { label: "collections", meaning: "Runs of the garbage collector per 1,000 messages." },
	memory_growth: {
		label: "memory growth",
		meaning: "Growth of the resident set per message sent.",
	},
};

const READINGS: Record<FindingReading, string> = {
	"providers-in-parallel": "in parallel",
	"providers-in-sequence": "in sequence",
	"state-reused": "state reused",
	"state-not-cached": "not cached",
	"read-copies": "copy per read",
	"read-shares": "same object",
	"concurrency-gains": "gains",
	"concurrency-loses": "loses",
	"concurrency-neutral": "no gain",
};

export function findingText({ values, unit }: Finding, target: string): string {
	const value = values[target] ?? null;
	if (value === null || unit !== "yes_or_no") return valueText(value, unit === "yes_or_no" ? "count" : unit);
	return value === 1 ? "yes" : "no";
}

/** Returns the reading of a target's figure. Null where it says no more than its size. */
export function readingText({ readings }: Finding, target: string): string | null {
	const reading = readings[target];
	return reading === undefined ? null : READINGS[reading];
}
