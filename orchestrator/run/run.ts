/**
 * Runs the benchmark. The first round verifies every cell and measures a block of each scenario. More
 * blocks follow where they are worth most, until the ratios are known or the time is over. Results are
 * stored all the while.
 */
import { join } from "node:path";
import { conclude, foresee, type RunDecision } from "../../analysis/compare/run-decision.ts";
import { type ComparisonFile, type RunFile, SCHEMA_VERSION, type Scenario } from "../../shared/types.ts";
import type { Contract } from "../contract.ts";
import type { Databases } from "../database/databases.ts";
import { Watchdog } from "../process/watchdog.ts";
import { estimateScenarios, type ScenariosEstimate } from "./estimate.ts";
import { isVerified, loadEvidence, loadVerifications } from "./evidence.ts";
import type { NoiseHistory } from "./noise-history.ts";
import { RunClock } from "./record.ts";
import { ResultFiles } from "./result-files.ts";
import { ScenarioRun, SPARE_FACTOR } from "./scenario.ts";
import { leastBlocks, type Schedule, schedule } from "./schedule.ts";
import type { RunStore } from "./store.ts";
import { Verifier } from "./verifier.ts";
import { type Verification, verifyCell } from "./verify.ts";
import type { LaunchTarget, RunContext } from "./worker-options.ts";

/** A run works with these means. Its record says what it measures, and how. */
export interface RunMeans {
	contract: Contract;
	store: RunStore;
	/** The noise that earlier runs on this machine have shown, and what their blocks cost. */
	history: NoiseHistory;
	launch: LaunchTarget;
	/** The databases of the targets on a server. Absent or null: there is no such target. */
	databases?: Databases | null;
	/** Set once the user has asked to stop. */
	stop: { requested: boolean };
}

/** A run reports this while it is under way. */
export interface RunListener {
	begin(folder: string, estimatedSeconds: number): void;
	/** Called in the first round, in which every scenario is verified and has a block. */
	beginScenario(scenario: Scenario, number: number, of: number): void;
	/**
	 * @param done seconds that the run has taken
	 * @param total seconds that it takes altogether, as far as can be foreseen now
	 */
	advance(done: number, total: number, detail: string): void;
	announce(decision: RunDecision): void;
	showVerification(scenario: Scenario, verifications: Verification[]): void;
	/** Shows the picture after the first round. No ratio has an interval yet. */
	showProvisional(comparison: ComparisonFile): void;
	/** Shows the scenarios' tables at the end. */
	showScenarios(comparison: ComparisonFile): void;
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
			await current.beginScenario(scenario);
		}
		current.showProvisional();
		await current.measureRest();
	} catch (error) {
		await watchdog.close();
		current.keepWhatThereIs();
		throw error;
	}
	await watchdog.close();
	return current.end();
}

/** Results are written again after so many seconds, so that a run that is killed loses no more than these. */
const SECONDS_BETWEEN_SAVES = 20;

class CurrentRun {
	readonly #record: RunFile;
	readonly #means: RunMeans;
	readonly #listener: RunListener;
	readonly #context: RunContext;
	readonly #clock: RunClock;
	readonly #results: ResultFiles;
	readonly #verifier: Verifier;
	readonly #verifications = new Map<string, Verification[]>();
	/** The scenarios that have been verified, with their blocks. */
	readonly #begun: ScenarioRun[] = [];
	/** The second after which result files are due again. The first block is written at once. */
	#publishAfter = 0;

	constructor(record: RunFile, means: RunMeans, listener: RunListener, watchdog: Watchdog) {
		const { contract, store, history, launch, databases = null, stop } = means;
		this.#record = record;
		this.#means = means;
		this.#listener = listener;
		this.#context = {
			store,
			watchdog,
			launch,
			databases,
			stop,
			shared: contract.shared,
			scenarioPath: join(store.folder, "scenarios.json"),
			seed: record.seed,
			modelDelayMs: record.modelDelayMs,
			timeoutMs: record.settings.timeoutMs,
		};
		this.#verifier = new Verifier({
			scenarios: record.scenarios.filter((scenario) => !isVerified(record, scenario)),
			targets: record.targets,
			verifyCell: (scenario, target) =>
				verifyCell(this.#context, scenario, target, contract.character.fixtures),
			stop,
		});
		if (databases !== null) record.databaseServer = databases.info;
		this.#clock = new RunClock(record);
		this.#results = new ResultFiles(record, contract.character.fixtures, history);
	}

	begin(): void {
		const { scenarios } = this.#record;
		const { store } = this.#means;
		store.save("scenarios.json", { schemaVersion: SCHEMA_VERSION, scenarios });
		store.saveRun(this.#record);
		this.#listener.begin(store.folder, this.#clock.seconds + this.#secondsToCome());
	}

	/** Verifies a scenario and measures its first block. What an interrupted run has done of it is kept. */
	async beginScenario(scenario: Scenario): Promise<void> {
		const { scenarios, settings } = this.#record;
		const { seconds } = this.#clock;
		this.#listener.advance(seconds, seconds + this.#secondsToCome(), `${scenario.id}, verification`);
		this.#listener.beginScenario(scenario, scenarios.indexOf(scenario) + 1, scenarios.length);
		const verified = await this.#loadOrVerify(scenario);
		if (verified === null) return;
		this.#verifications.set(scenario.id, verified);
		this.#listener.showVerification(scenario, verified);
		if (settings.verifyOnly) return;
		const { store } = this.#means;
		const evidence = loadEvidence(store, this.#record, scenario, verified);
		const begun = new ScenarioRun(this.#context, this.#record, { scenario, verified, evidence });
		this.#begun.push(begun);
		if (begun.measurable && begun.prospect.done === 0) await this.#measureBlock(begun, this.#secondsToCome());
	}

	/** Shows and keeps the picture after the first round, if more blocks follow. */
	showProvisional(): void {
		const { settings } = this.#record;
		if (settings.verifyOnly || this.#means.stop.requested || this.#schedule().next === null) return;
		const comparison = this.#publish();
		if (this.#begun.every(({ prospect }) => prospect.done <= 1)) this.#listener.showProvisional(comparison);
	}

	/** Measures blocks until there are enough of them, or the time is over. */
	async measureRest(): Promise<void> {
		const { settings } = this.#record;
		if (settings.verifyOnly) return;
		await this.#repeatFirstBlocks();
		let announced = settings.precision === null;
		while (!this.#means.stop.requested) {
			const { next, planned, secondsToCome } = this.#schedule();
			if (!announced && this.#roundsAreOver) {
				announced = true;
				this.#announce(foresee(this.#measurable, planned, settings.precision ?? 0));
			}
			const chosen = this.#begun.find(({ scenario }) => scenario === next?.scenario);
			if (!chosen) break;
			await this.#measureBlock(chosen, secondsToCome);
		}
		if (!this.#means.stop.requested && settings.precision !== null)
			this.#announce(conclude(this.#measurable, settings.precision, this.#leastBlocks));
	}

	get #measurable(): ScenarioRun[] {
		return this.#begun.filter(({ measurable }) => measurable);
	}

	get #leastBlocks(): number[] {
		return this.#measurable.map(({ scenario }) => leastBlocks(scenario, this.#record.settings));
	}

	get #roundsAreOver(): boolean {
		const least = this.#leastBlocks;
		return this.#measurable.every(({ prospect }, index) => prospect.done >= (least[index] as number));
	}

	#announce(decision: RunDecision | null): void {
		if (decision !== null) this.#listener.announce(decision);
	}

	#schedule(): Schedule {
		return schedule(this.#measurable, this.#record.settings, this.#clock.secondsLeft);
	}

	/** Returns the seconds that the rest of the run takes, as far as can be foreseen. */
	#secondsToCome(): number {
		const { first, rest, scenarios } = this.#notBegun();
		const left = this.#clock.secondsLeft;
		// Before the scenarios are known no precision can be foreseen: the budget is used.
		if (left !== null && scenarios > 0) return Math.max(first, left);
		return first + rest + this.#schedule().secondsToCome;
	}

	/**
	 * Measures first blocks again that were disturbed, those that take least first, as far as the first round
	 * has left time for it: how long that takes is not known before its end.
	 */
	async #repeatFirstBlocks(): Promise<void> {
		const disturbed = this.#measurable.filter((begun) => begun.hasOnlyDisturbedBlock);
		for (const begun of disturbed.toSorted((a, b) => a.prospect.blockSeconds - b.prospect.blockSeconds)) {
			const left = this.#clock.secondsLeft ?? Number.POSITIVE_INFINITY;
			const { blockSeconds } = begun.prospect;
			if (this.#means.stop.requested || left < SPARE_FACTOR * blockSeconds) return;
			await this.#measureBlock(begun, blockSeconds + this.#schedule().secondsToCome, true);
		}
	}

	#notBegun(): ScenariosEstimate {
		const begun = new Set(this.#begun.map(({ scenario }) => scenario.id));
		const scenarios = this.#record.scenarios.filter(({ id }) => !begun.has(id));
		return estimateScenarios(scenarios, this.#record, this.#means.history);
	}

	/**
	 * @param secondsToCome that the rest of the run takes, this block included
	 * @param isRepeat whether it takes the place of the only one
	 */
	async #measureBlock(scenarioRun: ScenarioRun, secondsToCome: number, isRepeat = false): Promise<void> {
		const { scenario, prospect } = scenarioRun;
		const detail = `${scenario.id}, block ${prospect.done + (isRepeat ? 0 : 1)}`;
		const from = this.#clock.seconds;
		const report = (done: number, of: number) =>
			this.#listener.advance(from + (prospect.blockSeconds * done) / of, from + secondsToCome, detail);
		// The only block of a scenario counts in any case, until there is another one.
		if (isRepeat) await scenarioRun.repeatBlock(report);
		else await scenarioRun.measureBlock(prospect.done === 0 ? 0 : this.#clock.secondsLeft, report);
		this.#clock.save(this.#means.store);
		if (this.#clock.seconds > this.#publishAfter) this.#publish();
	}

	/** @returns null when the user has stopped the run meanwhile */
	async #loadOrVerify(scenario: Scenario): Promise<Verification[] | null> {
		const { contract, store, stop } = this.#means;
		const { fixtures } = contract.character;
		const { processes } = this.#record;
		const stored = loadVerifications(store, this.#record, scenario, fixtures);
		if (stored !== null) return stored;
		const verified = await this.#verifier.verify(scenario);
		// What was verified ahead is loaded when its scenario begins.
		processes.push(...[...verified.values()].flat().flatMap(({ records }) => records));
		this.#clock.save(store);
		return stop.requested ? null : (verified.get(scenario) ?? null);
	}

	/** Brings the result files up to date. */
	#publish(): ComparisonFile {
		const { store, stop } = this.#means;
		for (const begun of this.#begun) {
			if (begun.isNews) this.#results.add(begun.scenario, begun.evidence, stop.requested);
			begun.isNews = false;
		}
		// The cells have told which versions ran.
		this.#clock.save(store);
		const comparison = this.#results.save(store);
		this.#publishAfter = this.#clock.seconds + SECONDS_BETWEEN_SAVES;
		return comparison;
	}

	end(): RunOutcome {
		const { history, store, stop } = this.#means;
		if (!stop.requested) this.#record.finishedScenarios = this.#record.scenarios.map(({ id }) => id);
		const comparison = this.#save(stop.requested ? "interrupted" : "complete");
		if (comparison?.complete) history.add(this.#record, this.#results.all, this.#results.costs);
		if (comparison) this.#listener.showScenarios(comparison);
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
		return this.#record.settings.verifyOnly ? null : this.#publish();
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
