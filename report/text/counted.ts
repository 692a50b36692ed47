/** These words are for what is counted and not measured. */
import type { Asked } from "../../analysis/compare/counted.ts";
import { toleranceOf } from "../../analysis/metrics.ts";

/** Each is asked something of its own. The title stands above its counts, and why they matter below it. */
export const COUNTED: readonly { asked: Asked; title: string; why: string }[] = [
	{
		asked: "model",
		title: "Asked of the model, per message",
		why: "A real model takes its time for every call and every character.",
	},
	{
		asked: "database",
		title: "Asked of the database, per message",
		why: "A server on another machine takes a round trip for every statement.",
	},
];

/** Says why a row has no verdict. */
export function withoutVerdictText(metric: string): string {
	return toleranceOf(metric) === null ? "no verdict: fewer than two comparable" : "counted, not measured";
}
