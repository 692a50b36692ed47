/** A small run of the three real frameworks, recorded once, with which reports are tested. */
import { readFileSync } from "node:fs";
import { type ChangeOptions, compareChange } from "../../analysis/change/change.ts";
import { gate } from "../../analysis/change/gate.ts";
import { compare } from "../../analysis/compare/comparison.ts";
import {
	type BenchmarkResult,
	benchmarkResult,
	type ChangeFile,
	type ComparisonFile,
} from "../../shared/types.ts";

const TARGETS = ["typescript", "python", "rust"];

export function recordedResults(): BenchmarkResult[] {
	return TARGETS.map((target) =>
		benchmarkResult.parse(
			JSON.parse(readFileSync(new URL(`../fixtures/recorded-run/${target}.json`, import.meta.url), "utf8")),
		),
	);
}

export function recordedComparison(): ComparisonFile {
	return compare(recordedResults());
}

/**
 * The recorded Python against the recorded TypeScript, as if one had become the other: faster, slower and
 * incomparable cells, and regressions.
 */
export function recordedChange(options: Partial<ChangeOptions> = {}): ChangeFile {
	// Stages are compared within one runtime only.
	const results = recordedResults().map((result): BenchmarkResult => ({ ...result, runtime: "typescript" }));
	const side = { name: "recorded", results };
	const change = compareChange(side, side, { pairs: [["python", "typescript"]], paired: true, ...options });
	return gate(change, [{ scenario: "*", metric: "*", slower: 0.05 }]);
}
