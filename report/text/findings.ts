/** Findings in words: how the architectures differ, as measured. */
import type { Finding } from "../../shared/types.ts";
import { valueText } from "./units.ts";

export function findingText({ values, unit }: Finding, target: string): string {
	const value = values[target] ?? null;
	if (value === null || unit !== "yes or no") return valueText(value, unit === "yes or no" ? "count" : unit);
	return value === 1 ? "yes" : "no";
}
