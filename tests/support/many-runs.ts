/** Many runs in a folder, as a site is made from: days, machines, versions, and files that cannot be read. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BenchmarkResult } from "../../shared/types.ts";
import { recordedResults } from "./recorded.ts";

/** One of every status, so that pages stay small. */
const SCENARIOS = ["single-message", "with-should-respond-no-name", "db-read-throughput", "multi-step"];

/** The recorded run with few scenarios. */
export function shortResults(): BenchmarkResult[] {
	return recordedResults().map((result) => ({
		...result,
		scenarios: Object.fromEntries(
			Object.entries(result.scenarios).filter(([id]) => SCENARIOS.includes(id)),
		) as BenchmarkResult["scenarios"],
	}));
}

/** The recorded run on another day; from the sixth on everything takes a fifth longer. */
export function later(result: BenchmarkResult, day: number): BenchmarkResult {
	const factor = (day < 6 ? 1 : 1.2) * (1 + 0.02 * Math.sin(7 * day));
	const slower = <T extends object>(of: T): T => {
		const scaled = Object.entries(of).map(([name, value]) => [
			name,
			typeof value === "number" && !Number.isInteger(value) ? value * factor : value,
		]);
		return Object.fromEntries(scaled) as T;
	};
	const copy = structuredClone(result);
	for (const cell of Object.values(copy.scenarios)) {
		cell.latency &&= slower(cell.latency);
		cell.cold &&= slower(cell.cold);
		for (const [metric, estimate] of Object.entries(cell.estimates))
			if (estimate) cell.estimates[metric] = slower(estimate);
	}
	return { ...copy, timestamp: `2026-10-${String(day + 1).padStart(2, "0")}T06:00:00.000Z` };
}

/** The three recorded targets as if they were versions of one framework. */
export function asVersions(results: readonly BenchmarkResult[]): BenchmarkResult[] {
	return results.map((result, index) => {
		const version = `2.0.0-alpha.${[10, 3, 1][index]}`;
		const id = `typescript-${version.replaceAll(".", "-")}`;
		const framework = { package: "@elizaos/core", version };
		return {
			...result,
			runtime: "typescript",
			target: {
				...result.target,
				id,
				runtime: "typescript",
				label: `TypeScript ${version}`,
				framework,
				engine: "bun",
				source: { kind: "version", version },
			},
			versions: result.versions && { ...result.versions, framework: version },
		};
	});
}

function writeRun(folder: string, results: readonly BenchmarkResult[]): void {
	mkdirSync(folder, { recursive: true });
	for (const result of results)
		writeFileSync(join(folder, `${result.target.id}.json`), JSON.stringify(result));
}

/** What a folder of {@link writeManyRuns} holds. */
export const MANY_RUNS = { whole: 14, interrupted: 1, machines: 2, leftOut: 2 };

/** Writes the runs of twelve days, one of another machine, one of versions, an interrupted one, and two bad files. */
export function writeManyRuns(folder: string): void {
	const recorded = shortResults();
	for (let day = 0; day < 12; day++)
		writeRun(
			join(folder, `day-${day}`),
			recorded.map((result) => later(result, day)),
		);
	const [first] = recorded;
	if (!first) throw new Error("nothing was recorded");
	const machine = {
		...first.machine,
		cpu_model: "Ampere(R) Altra(R) Max Neoverse-N1 Processor",
		arch: "arm64",
		cpus: 4,
	};
	writeRun(
		join(folder, "other-machine"),
		recorded.map((result) => ({ ...later(result, 8), machine, timestamp: "2026-10-20T06:00:00.000Z" })),
	);
	writeRun(
		join(folder, "versions"),
		asVersions(recorded).map((result) => ({ ...result, timestamp: "2026-10-21T06:00:00.000Z" })),
	);
	writeRun(
		join(folder, "interrupted"),
		recorded.map((result) => ({ ...result, complete: false, timestamp: "2026-10-22T06:00:00.000Z" })),
	);
	mkdirSync(join(folder, "bad"), { recursive: true });
	writeFileSync(join(folder, "bad/truncated.json"), JSON.stringify(first).slice(0, 5000));
	writeFileSync(join(folder, "bad/copy.json"), JSON.stringify(later(first, 0), null, 1));
}
