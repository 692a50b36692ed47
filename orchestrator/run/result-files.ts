/** Keeps the result files of a run that is under way, one for each target, and their comparison. */
import { type CellEvidence, scenarioResult } from "../../analysis/cell/result.ts";
import { benchmarkResult } from "../../analysis/cell/result-file.ts";
import { RunningComparison } from "../../analysis/compare/comparison.ts";
import type {
	BenchmarkResult,
	CharacterFile,
	ComparisonFile,
	RunFile,
	Scenario,
} from "../../shared/types.ts";
import { type CellCosts, costsOf, type NoiseHistory } from "./noise-history.ts";
import type { Evidence } from "./scenario.ts";
import type { RunStore } from "./store.ts";

export class ResultFiles {
	readonly #record: RunFile;
	readonly #fixtures: CharacterFile["fixtures"];
	readonly #history: NoiseHistory;
	readonly #cells: ReadonlyMap<string, BenchmarkResult["scenarios"]>;
	/** The costs of each cell, by scenario and target. */
	readonly costs: Record<string, Record<string, CellCosts>> = {};
	readonly #comparison = new RunningComparison();

	constructor(record: RunFile, fixtures: CharacterFile["fixtures"], history: NoiseHistory) {
		this.#record = record;
		this.#fixtures = fixtures;
		this.#history = history;
		this.#cells = new Map(record.targets.map(({ id }) => [id, {}]));
	}

	/** Makes all result files, as the record is now. */
	get all(): BenchmarkResult[] {
		return this.#record.targets.map((target) =>
			benchmarkResult(this.#record, target, this.#cells.get(target.id) ?? {}),
		);
	}

	/**
	 * Adds the cells of a scenario.
	 * @param stopped whether the user stopped the run. A cell without any measurement is left out then,
	 *   because it has not failed.
	 */
	add(scenario: Scenario, evidence: Evidence, stopped: boolean): void {
		for (const [target, cell] of evidence) {
			this.#noteVersions(target, cell);
			const costs = costsOf(cell);
			if (costs) this.costs[scenario.id] = { ...this.costs[scenario.id], [target]: costs };
			const cells = this.#cells.get(target);
			if (cells && !(stopped && !hasPlainIteration(cell)))
				cells[scenario.id] = scenarioResult(cell, this.#fixtures, {
					settings: this.#record.settings,
					earlierAa: this.#earlierAa(target, scenario),
				});
		}
	}

	save(store: RunStore): ComparisonFile {
		const results = this.all;
		for (const result of results) store.save(`${result.target.id}.json`, result);
		const comparison = this.#comparison.update(results);
		store.save("comparison.json", comparison);
		return comparison;
	}

	#noteVersions(target: string, { processes }: CellEvidence): void {
		const row = this.#record.targets.find(({ id }) => id === target);
		for (const { measurement } of processes)
			if (row && measurement && row.versions === null) row.versions = measurement.versions;
	}

	#earlierAa(target: string, scenario: Scenario): Record<string, number[]> {
		const row = this.#record.targets.find(({ id }) => id === target);
		return row ? this.#history.earlierAa(row, scenario, this.#record) : {};
	}
}

function hasPlainIteration({ processes }: CellEvidence): boolean {
	return processes.some(({ measurement }) =>
		measurement?.cells[0]?.iterations.some(({ phase }) => phase === "plain"),
	);
}
