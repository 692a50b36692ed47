/** Keeps the noise that runs on this machine have shown, and what their blocks cost, for later runs. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { processCosts } from "../../analysis/cell/costs.ts";
import type { CellEvidence } from "../../analysis/cell/result.ts";
import { aaLogRatios } from "../../analysis/compare/pairs.ts";
import { COMPETING_METRICS } from "../../analysis/metrics.ts";
import { median } from "../../analysis/stats/statistics.ts";
import type { BenchmarkResult, Machine, RunFile, RunSettings, Scenario, Target } from "../../shared/types.ts";
import { UserError } from "../errors.ts";
import { ROOT, readJson, writeJson } from "../files.ts";

/**
 * No process differs from another of the same target by more, or takes longer. A file that says so was not
 * written by a run.
 */
const MOST_LOG_RATIO = 60;
const seconds = z.number().nonnegative().max(1e6);

const cellCosts = z.strictObject({ setupSeconds: seconds, iterationSeconds: seconds });
export type CellCosts = z.infer<typeof cellCosts>;
/** Cells are found by scenario and target. */
export type CostsByCell = Readonly<Record<string, Readonly<Record<string, CellCosts>>>>;

const historyFile = z.strictObject({
	/**
	 * By cell and metric: the log-ratio of every block in which a target was measured against itself. The
	 * newest is last.
	 */
	aa: z.record(
		z.string(),
		z.record(z.string(), z.array(z.number().min(-MOST_LOG_RATIO).max(MOST_LOG_RATIO))),
	),
	/** The costs of each cell. */
	costs: z.record(z.string(), cellCosts),
});
type HistoryFile = z.infer<typeof historyFile>;

/** Older blocks make room for new ones, because a machine changes. */
const KEPT_BLOCKS = 60;

export class NoiseHistory {
	readonly #path: string | null;
	readonly #file: HistoryFile;

	private constructor(path: string | null, file: HistoryFile) {
		this.#path = path;
		this.#file = file;
	}

	/** Reads the history of this machine. */
	static of(machine: Machine, folder = join(ROOT, ".cache/noise")): NoiseHistory {
		return NoiseHistory.at(join(folder, `${digest(machine)}.json`));
	}

	/** Reads the history in a file. One that cannot be read gives an empty history. */
	static at(path: string): NoiseHistory {
		try {
			if (existsSync(path)) return new NoiseHistory(path, readJson(path, historyFile, "noise history"));
		} catch {
			// The file has an older format or was cut off. This run writes it anew.
		}
		return new NoiseHistory(path, { aa: {}, costs: {} });
	}

	/** An empty history that is not kept, for runs that measure nothing. */
	static none(): NoiseHistory {
		return new NoiseHistory(null, { aa: {}, costs: {} });
	}

	earlierAa(target: Target, scenario: Scenario, settings: RunSettings): Record<string, number[]> {
		return this.#file.aa[keyOf(target, scenario, settings)] ?? {};
	}

	costs(target: Target, scenario: Scenario, settings: RunSettings): CellCosts | null {
		return this.#file.costs[keyOf(target, scenario, settings)] ?? null;
	}

	/** Adds what a complete run has shown. */
	add(record: RunFile, results: readonly BenchmarkResult[], costs: CostsByCell): void {
		if (this.#path === null) return;
		for (const { target, scenarios } of results) {
			for (const scenario of record.scenarios) {
				const cell = scenarios[scenario.id];
				if (!cell) continue;
				const key = keyOf(target, scenario, record.settings);
				const earlier = this.#file.aa[key] ?? {};
				for (const { id: metric } of COMPETING_METRICS) {
					const found = aaLogRatios(cell.samples, metric);
					if (found.length > 0) earlier[metric] = [...(earlier[metric] ?? []), ...found].slice(-KEPT_BLOCKS);
				}
				if (Object.keys(earlier).length > 0) this.#file.aa[key] = earlier;
				const cost = costs[scenario.id]?.[target.id];
				if (cost) this.#file.costs[key] = cost;
			}
		}
		try {
			writeJson(this.#path, this.#file);
		} catch (error) {
			// The run is measured and stored. The next one only knows less about this machine.
			if (!(error instanceof UserError)) throw error;
		}
	}
}

/**
 * Returns the median costs of the processes of a cell. Those of a startup scenario do no plain iterations,
 * which cost nothing then.
 * @returns null where nothing was timed
 */
export function costsOf({ scenario, processes }: CellEvidence): CellCosts | null {
	const { setups, iterations } = processCosts(processes);
	if (setups.length === 0) return null;
	const setupSeconds = median(setups);
	if (scenario.kind === "startup") return { setupSeconds, iterationSeconds: 0 };
	return iterations.length === 0 ? null : { setupSeconds, iterationSeconds: median(iterations) };
}

/** Noise belongs to a version, to a scenario as it was run, and to a way of taking turns. */
export function keyOf(
	{ id, framework, engine, source, variants = [] }: Target,
	scenario: Scenario,
	{ alternate }: RunSettings,
): string {
	// A local copy keeps its version while its content changes.
	const version =
		source?.kind === "path" ? `${framework.version}+${source.digest.slice(0, 16)}` : framework.version;
	const manner = digest({ scenario, alternate }).slice(0, 12);
	return [id, version, [engine, ...variants].join("+"), scenario.id, manner].join(" ");
}

function digest(value: unknown): string {
	return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}
