/**
 * Runs the benchmark: scenario by scenario it verifies every cell, measures those that can be measured, and
 * stores and shows the results.
 */
import { join } from "node:path";
import { comparisonHeader } from "../../analysis/compare/comparison.ts";
import type { BlockDecision } from "../../analysis/compare/next-block.ts";
import { sum } from "../../analysis/stats/statistics.ts";
import {
	type ComparisonFile,
	type RunFile,
	SCHEMA_VERSION,
	type Scenario,
	type ScenarioComparison,
} from "../../shared/types.ts";
import type { Contract } from "../contract.ts";
import { Watchdog } from "../process/watchdog.ts";
import type { LaunchTarget, RunContext } from "./cell.ts";
import { estimateSeconds } from "./estimate.ts";
import { loadEvidence, loadVerifications } from "./evidence.ts";
import type { NoiseHistory } from "./noise-history.ts";
import { RunClock } from "./record.ts";
import { ResultFiles } from "./result-files.ts";
import { type Evidence, measureScenario } from "./scenario.ts";
import type { RunStore } from "./store.ts";
import { type Verification, verifyScenario } from "./verify.ts";

/** A run works with these means. Its record says what it measures, and how. */
export interface RunMeans {
	contract: Contract;
	store: RunStore;
	/** The noise that earlier runs on this machine have shown, and what their blocks cost. */
	history: NoiseHistory;
	launch: LaunchTarget;
	/** Set once the user has asked to stop. */
	stop: { requested: boolean };
}

/** A run reports this while it is under way. */
export interface RunListener {
	begin(folder: string, estimatedSeconds: number): void;
	beginScenario(scenario: Scenario, number: number, of: number): void;
	/** @param seconds of the estimate that are done */
	advance(seconds: number, detail: string): void;
	announce(scenario: Scenario, decision: BlockDecision): void;
	showVerification(scenario: Scenario, verifications: Verification[]): void;
	showHead(comparison: ReturnType<typeof comparisonHeader>): void;
	showScenario(scenario: ScenarioComparison, targets: ComparisonFile["targets"]): void;
}

export interface RunOutcome {
	folder: string;
	comparison: ComparisonFile | null;
	verifications: Map<string, Verification[]>;
	interrupted: boolean;
	/** Cells without a result through a fault of a process. */
	failed: number;
}

/** @param record of a new run, or of an interrupted one with its partial blocks taken out */
export async function run(record: RunFile, means: RunMeans, listener: RunListener): Promise<RunOutcome> {
	const watchdog = new Watchdog();
	const current = new CurrentRun(record, means, listener, watchdog);
	try {
		current.begin();
		for (const scenario of record.scenarios) {
			if (means.stop.requested) break;
			await current.runScenario(scenario);
		}
	} catch (error) {
		await watchdog.close();
		current.keepWhatThereIs();
		throw error;
	}
	await watchdog.close();
	return current.end();
}

class CurrentRun {
	readonly #record: RunFile;
	readonly #means: RunMeans;
	readonly #listener: RunListener;
	readonly #context: RunContext;
	readonly #clock: RunClock;
	readonly #results: ResultFiles;
	readonly #verifications = new Map<string, Verification[]>();
	/** Seconds of the scenarios that are done, as they were estimated. */
	#done = 0;
	#headShown = false;

	constructor(record: RunFile, means: RunMeans, listener: RunListener, watchdog: Watchdog) {
		const { contract, store, history, launch, stop } = means;
		this.#record = record;
		this.#means = means;
		this.#listener = listener;
		this.#context = {
			store,
			watchdog,
			launch,
			stop,
			shared: contract.shared,
			scenarioPath: join(store.folder, "scenarios.json"),
			seed: record.seed,
			modelDelayMs: record.modelDelayMs,
			timeoutMs: record.settings.timeoutMs,
		};
		this.#clock = new RunClock(record);
		this.#results = new ResultFiles(record, contract.character.fixtures, history);
	}

	begin(): void {
		const { scenarios } = this.#record;
		const { store } = this.#means;
		store.save("scenarios.json", { schemaVersion: SCHEMA_VERSION, scenarios });
		store.saveRun(this.#record);
		this.#listener.begin(store.folder, sum(scenarios.map((scenario) => this.#estimate(scenario))));
	}

	/** Verifies, measures and publishes one scenario. What an interrupted run has done of it is kept. */
	async runScenario(scenario: Scenario): Promise<void> {
		const { scenarios, settings } = this.#record;
		this.#listener.beginScenario(scenario, scenarios.indexOf(scenario) + 1, scenarios.length);
		const verified = await this.#loadOrVerify(scenario);
		if (verified === null) return;
		this.#verifications.set(scenario.id, verified);
		this.#listener.showVerification(scenario, verified);
		if (!settings.verifyOnly) this.#publish(scenario, await this.#measure(scenario, verified));
		this.#done += this.#estimate(scenario);
		this.#listener.advance(this.#done, "done");
	}

	/** @returns null when the user has stopped the run meanwhile */
	async #loadOrVerify(scenario: Scenario): Promise<Verification[] | null> {
		const { contract, store, stop } = this.#means;
		const { fixtures } = contract.character;
		const { targets, processes } = this.#record;
		const stored = loadVerifications(store, this.#record, scenario, fixtures);
		if (stored !== null) return stored;
		const verified = await verifyScenario(this.#context, scenario, targets, fixtures);
		if (stop.requested) return null;
		processes.push(...verified.flatMap(({ records }) => records));
		this.#clock.save(store);
		return verified;
	}

	async #measure(scenario: Scenario, verified: readonly Verification[]): Promise<Evidence> {
		const { store, stop } = this.#means;
		const { scenarios, finishedScenarios } = this.#record;
		const evidence = loadEvidence(store, this.#record, scenario, verified);
		if (finishedScenarios.includes(scenario.id)) return evidence;
		const secondsLeft = this.#clock.shareOf(scenarios.length - scenarios.indexOf(scenario));
		const estimate = this.#estimate(scenario);
		const measurement = { scenario, verified, evidence, record: this.#record, secondsLeft };
		await measureScenario(this.#context, measurement, {
			advance: (part, detail) => this.#listener.advance(this.#done + Math.min(part, 1) * estimate, detail),
			announce: (decision) => this.#listener.announce(scenario, decision),
			blockDone: () => this.#clock.save(store),
		});
		if (!stop.requested) finishedScenarios.push(scenario.id);
		return evidence;
	}

	#publish(scenario: Scenario, evidence: Evidence): void {
		const { store, stop } = this.#means;
		this.#results.add(scenario, evidence, stop.requested);
		const comparison = this.#results.compareScenario(scenario.id);
		if (comparison) {
			const head = comparisonHeader(this.#results.all);
			if (!this.#headShown) this.#listener.showHead(head);
			this.#headShown = true;
			this.#listener.showScenario(comparison, head.targets);
		}
		this.#clock.save(store);
		this.#results.save(store);
	}

	end(): RunOutcome {
		const { history, store, stop } = this.#means;
		const comparison = this.#save(stop.requested ? "interrupted" : "complete");
		if (comparison?.complete) history.add(this.#record, this.#results.all, this.#results.costs);
		return {
			folder: store.folder,
			comparison,
			verifications: this.#verifications,
			interrupted: stop.requested,
			failed: countFailures(this.#verifications, comparison),
		};
	}

	/** Called after an error. What is measured is kept as far as it can be. */
	keepWhatThereIs(): void {
		try {
			this.#save("interrupted");
		} catch {
			// The disk may be full. What was saved before stays, and the first error is the one to report.
		}
	}

	#save(status: RunFile["status"]): ComparisonFile | null {
		const { store } = this.#means;
		this.#record.status = status;
		this.#record.finishedAt = new Date().toISOString();
		this.#clock.save(store);
		return this.#record.settings.verifyOnly ? null : this.#results.save(store);
	}

	#estimate(scenario: Scenario): number {
		return estimateSeconds(scenario, this.#record, this.#means.history);
	}
}

function countFailures(
	verifications: ReadonlyMap<string, readonly Verification[]>,
	comparison: ComparisonFile | null,
): number {
	const verified = [...verifications.values()].flat().map(({ judgement }) => judgement.status);
	const measured = comparison?.scenarios.flatMap(({ cells }) => Object.values(cells)) ?? [];
	return [...verified, ...measured.map(({ status }) => status)].filter((status) => status === "failed")
		.length;
}
