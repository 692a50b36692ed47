/** Keeps the noise that runs on this machine have shown, and what their blocks cost, for later runs. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { processCosts } from "../../analysis/cell/costs.ts";
import type { CellEvidence } from "../../analysis/cell/result.ts";
import { machineDifferences } from "../../analysis/change/machine-differences.ts";
import { aaLogRatios } from "../../analysis/compare/pairs.ts";
import { COMPETING_METRICS } from "../../analysis/metrics.ts";
import { median } from "../../analysis/stats/statistics.ts";
import { toSnakeCase } from "../../shared/snake-case.ts";
import {
	type BenchmarkResult,
	type Machine,
	machine as machineSchema,
	type RunFile,
	type Scenario,
	type Target,
} from "../../shared/types.ts";
import { UserError } from "../errors.ts";
import { ROOT, readJsonIfValid, writeJson } from "../files.ts";
import { costKey, type MeasuredVersions, noiseKey, type RunConditions } from "./noise-key.ts";

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
	/** The machine as it was when the file was begun. */
	machine: machineSchema,
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
/** Cells that were not measured for the longest time make room too: every version and harness has its own. */
const KEPT_CELLS = 1000;

export class NoiseHistory {
	readonly #path: string | null;
	readonly #file: Pick<HistoryFile, "aa" | "costs"> & { machine: Machine | null };

	private constructor(path: string | null, file: Pick<HistoryFile, "aa" | "costs">, machine: Machine | null) {
		this.#path = path;
		this.#file = { ...file, machine };
	}

	/**
	 * Reads the history of a machine: the file in the folder that was begun on it. It is found by comparison,
	 * because a machine's description changes a little from boot to boot.
	 */
	static of(machine: Machine, folder = join(ROOT, ".cache/noise")): NoiseHistory {
		const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
		for (const name of names.toSorted()) {
			const path = join(folder, name);
			const file = readHistory(path);
			if (file && isSame(file.machine, machine)) return new NoiseHistory(path, file, file.machine);
		}
		return new NoiseHistory(join(folder, `${digest(machine)}.json`), { aa: {}, costs: {} }, machine);
	}

	/** Reads the history in a file. One that cannot be read gives an empty history, which is not kept. */
	static at(path: string): NoiseHistory {
		const file = readHistory(path);
		return file ? new NoiseHistory(path, file, file.machine) : NoiseHistory.none();
	}

	/** An empty history that is not kept, for runs that measure nothing. */
	static none(): NoiseHistory {
		return new NoiseHistory(null, { aa: {}, costs: {} }, null);
	}

	/**
	 * @param target with the versions that its processes have named; null: none has
	 * @returns log-ratios of the target against itself by metric, one a block
	 */
	earlierAa(
		target: Target & { versions: MeasuredVersions | null },
		scenario: Scenario,
		conditions: RunConditions,
	): Record<string, number[]> {
		const { versions } = target;
		if (versions === null) return {};
		return this.#file.aa[noiseKey(target, versions, scenario, conditions)] ?? {};
	}

	costs(target: Target, scenario: Scenario, conditions: RunConditions): CellCosts | null {
		return this.#file.costs[costKey(target, scenario, conditions)] ?? null;
	}

	/** Adds what a complete run has shown. */
	add(record: RunFile, results: readonly BenchmarkResult[], costs: CostsByCell): void {
		if (this.#path === null) return;
		for (const { target, versions, scenarios } of results) {
			for (const scenario of record.scenarios) {
				const cell = scenarios[scenario.id];
				if (!cell) continue;
				const cost = costs[scenario.id]?.[target.id];
				if (cost) putLast(this.#file.costs, costKey(target, scenario, record), cost);
				if (versions === null) continue;
				const key = noiseKey(target, versions, scenario, record);
				const earlier = { ...this.#file.aa[key] };
				for (const { id: metric } of COMPETING_METRICS) {
					const found = aaLogRatios(cell.samples, metric);
					if (found.length > 0) earlier[metric] = [...(earlier[metric] ?? []), ...found].slice(-KEPT_BLOCKS);
				}
				if (Object.keys(earlier).length > 0) putLast(this.#file.aa, key, earlier);
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

/** @returns null for a file that is not there, has an older format or was cut off */
function readHistory(path: string): HistoryFile | null {
	return readJsonIfValid(path, historyFile, "noise history");
}

function isSame(one: Machine, other: Machine): boolean {
	return machineDifferences(toSnakeCase(machineSchema, one), toSnakeCase(machineSchema, other)).length === 0;
}

/** Puts a row behind all others, and drops the first ones where there are too many. */
function putLast<Row>(rows: Record<string, Row>, key: string, row: Row): void {
	delete rows[key];
	rows[key] = row;
	const keys = Object.keys(rows);
	for (const old of keys.slice(0, Math.max(0, keys.length - KEPT_CELLS))) delete rows[old];
}

function digest(value: unknown): string {
	return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}
