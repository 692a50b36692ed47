/** These words are for what is counted and not measured. */
import { toleranceOf } from "../../analysis/metrics.ts";

export const COUNTED_TITLE = "Asked of the model, per message";

/** Says why a row has no verdict. */
export function withoutVerdictText(metric: string): string {
	return toleranceOf(metric) === null ? "no verdict: fewer than two comparable" : "counted, not measured";
}
