/**
 * The main job: scenario by scenario, verify every cell, measure the ones that can be, store and show what
 * came of it.
 */
import { join } from "node:path";
import { scenarioResult } from "../../analysis/cell/result.ts";
import { benchmarkResult } from "../../analysis/cell/result-file.ts";
import { compare, compareHead, compareScenario } from "../../analysis/compare/comparison.ts";
import type {
	BenchmarkResult,
	ComparisonFile,
	LeftOutTarget,
	ProcessRecord,
	RunFile,
	RunSettings,
	Scenario,
	ScenarioComparison,
	Target,
	TargetSize,
} from "../../shared/types.ts";
import { SCHEMA_VERSION } from "../../shared/types.ts";
import type { Contract } from "../contract.ts";
import { describeMachine } from "../machine/describe.ts";
import type { Launch } from "../process/launch.ts";
import { Watchdog } from "../process/watchdog.ts";
import type { RunContext } from "./cell.ts";
import { expectedSeconds } from "./estimate.ts";
import { storedEvidence, storedVerifications } from "./evidence.ts";
import type { NoiseNotes } from "./noise-history.ts";
import { type Evidence, measureScenario } from "./scenario.ts";
import type { RunStore } from "./store.ts";
import { type Verification, verifyScenario } from "./verify.ts";

export interface RunOptions {
	contract: Contract;
	/** As tuned: their iterations, warm-up and boxes are what is run. */
	scenarios: Scenario[];
	targets: Target[];
	/** Those that were asked for and could not be set up. */
	leftOut?: readonly LeftOutTarget[];
	profile: string;
	/** See RunFile. */
	command: string[];
	settings: RunSettings;
	/** Observed iterations of a cell, spread over its blocks. */
	observe: (scenario: Scenario) => number;
	sizeOf: (target: Target) => TargetSize | null;
	seed: number;
	modelDelayMs: number;
	store: RunStore;
	startedAt: Date;
	fingerprint: RunFile["fingerprint"];
	launch: (target: Target, role: ProcessRecord["role"]) => Launch;
	stop: { requested: boolean };
	/** What earlier runs on this machine told of its noise and costs. */
	notes: NoiseNotes;
	/** The record of an interrupted run that is gone on with, its partial blocks taken out. */
	resume?: RunFile;
}

/** What a run tells while it goes on. */
export interface RunListener {
	begun(folder: string, expectedSeconds: number): void;
	scenario(scenario: Scenario, number: number, of: number): void;
	progress(doneSeconds: number, detail: string): void;
	planned(scenario: Scenario, text: string): void;
	verified(scenario: Scenario, verifications: Verification[]): void;
	head(comparison: ReturnType<typeof compareHead>): void;
	measured(scenario: ScenarioComparison, targets: ComparisonFile["targets"]): void;
}

export interface RunOutcome {
	folder: string;
	comparison: ComparisonFile | null;
	verifications: Map<string, Verification[]>;
	interrupted: boolean;
	/** Cells without a result through a fault of a process. */
	failed: number;
}

export async function run(options: RunOptions, listener: RunListener): Promise<RunOutcome> {
	const { store, settings, stop } = options;
	const { fixtures } = options.contract.character;
	const scenarioPath = join(store.folder, "scenarios.json");
	store.save("scenarios.json", { schemaVersion: SCHEMA_VERSION, scenarios: options.scenarios });
	const watchdog = new Watchdog();
	const context: RunContext = {
		...options,
		timeoutMs: settings.timeoutMs,
		watchdog,
		shared: options.contract.shared,
		scenarioPath,
	};
	const record = options.resume ?? newRecord(options);
	const results = new Map<string, BenchmarkResult["scenarios"]>(options.targets.map(({ id }) => [id, {}]));
	const verifications = new Map<string, Verification[]>();
	const clock = new RunClock(record);
	const expected = options.scenarios.map((scenario) => expectedSeconds(scenario, options));
	const resultFiles = () =>
		record.targets.map((target) => benchmarkResult(record, target, results.get(target.id) ?? {}));
	const end = (status: RunFile["status"]) => {
		record.status = status;
		record.finishedAt = new Date().toISOString();
		clock.save(store);
		if (!settings.verifyOnly) saveResults(store, resultFiles());
	};
	let done = 0;
	try {
		store.saveRun(record);
		listener.begun(
			store.folder,
			expected.reduce((sum, seconds) => sum + seconds, 0),
		);
		for (const [index, scenario] of options.scenarios.entries()) {
			if (stop.requested) break;
			listener.scenario(scenario, index + 1, options.scenarios.length);
			let verified = storedVerifications(store, record, scenario, options.targets, fixtures);
			if (verified === null) {
				verified = await verifyScenario(context, scenario, options.targets, fixtures);
				if (stop.requested) break;
				record.processes.push(...verified.flatMap(({ records }) => records));
				clock.save(store);
			}
			verifications.set(scenario.id, verified);
			listener.verified(scenario, verified);
			const share = expected[index] ?? 0;
			if (!settings.verifyOnly) {
				const evidence = storedEvidence(store, record, scenario, verified);
				if (!record.finishedScenarios.includes(scenario.id)) {
					const deadline = clock.shareOf(options.scenarios.length - index);
					await measureScenario(context, scenario, verified, evidence, record, deadline, {
						progress: (part, detail) => listener.progress(done + Math.min(part, 1) * share, detail),
						planned: (text) => listener.planned(scenario, text),
						blockDone: () => clock.save(store),
					});
				}
				keepResults(evidence, scenario, options, record, results);
				if (!stop.requested && !record.finishedScenarios.includes(scenario.id))
					record.finishedScenarios.push(scenario.id);
				const files = resultFiles();
				if (files.some(({ scenarios }) => scenarios[scenario.id])) {
					if (index === 0) listener.head(compareHead(files));
					listener.measured(compareScenario(scenario.id, files), compareHead(files).targets);
				}
				clock.save(store);
				saveResults(store, files);
			}
			done += share;
			listener.progress(done, "done");
		}
	} catch (error) {
		await watchdog.close();
		try {
			end("interrupted");
		} catch {
			// A full disk, say: what was saved before stays, and the first error is the one to tell.
		}
		throw error;
	}
	await watchdog.close();
	end(stop.requested ? "interrupted" : "complete");
	const comparison = settings.verifyOnly ? null : compare(resultFiles());
	if (comparison?.complete) options.notes.add(record, resultFiles());
	const statuses = [
		...[...verifications.values()].flat().map(({ judgement }) => judgement.status),
		...(comparison?.scenarios.flatMap(({ cells }) => Object.values(cells).map(({ status }) => status)) ?? []),
	];
	const failed = statuses.filter((status) => status === "failed").length;
	return { folder: store.folder, comparison, verifications, interrupted: stop.requested, failed };
}

/** The figures of every cell of a scenario, into the results of its target. */
function keepResults(
	evidence: Evidence,
	scenario: Scenario,
	{ contract, stop, notes }: RunOptions,
	record: RunFile,
	results: Map<string, BenchmarkResult["scenarios"]>,
): void {
	for (const [target, cell] of evidence) {
		const row = record.targets.find(({ id }) => id === target);
		for (const { measurement } of cell.processes)
			if (row && measurement && row.versions === null) row.versions = measurement.versions;
		// A cell that the stop left without a single measurement is not there, rather than failed.
		const measured = cell.processes.some(({ measurement }) =>
			measurement?.cells[0]?.iterations.some(({ phase }) => phase === "plain"),
		);
		const cells = results.get(target);
		if (!cells || (stop.requested && !measured)) continue;
		cells[scenario.id] = scenarioResult(cell, contract.character.fixtures, {
			settings: record.settings,
			earlierAa: row ? notes.earlierAa(row, scenario, record.settings) : {},
		});
	}
}

function newRecord(options: RunOptions): RunFile {
	return {
		schemaVersion: SCHEMA_VERSION,
		kind: "run",
		startedAt: options.startedAt.toISOString(),
		finishedAt: null,
		status: "running",
		profile: options.profile,
		command: options.command,
		seed: options.seed,
		modelDelayMs: options.modelDelayMs,
		machine: describeMachine(),
		settings: options.settings,
		fingerprint: options.fingerprint,
		resumed: [],
		elapsedSeconds: 0,
		finishedScenarios: [],
		...(options.leftOut?.length ? { leftOut: [...options.leftOut] } : {}),
		targets: options.targets.map((target) => ({ ...target, versions: null, size: options.sizeOf(target) })),
		scenarios: options.scenarios,
		processes: [],
		turns: [],
		observe: Object.fromEntries(
			options.scenarios.map((scenario) => [scenario.id, options.observe(scenario)]),
		),
	};
}

/** The time spent, over all parts of a resumed run, and what is left of the budget. */
class RunClock {
	readonly #record: RunFile;
	readonly #before: number;
	readonly #started = performance.now();

	constructor(record: RunFile) {
		this.#record = record;
		this.#before = record.elapsedSeconds;
	}

	get seconds(): number {
		return this.#before + (performance.now() - this.#started) / 1000;
	}

	save(store: RunStore): void {
		this.#record.elapsedSeconds = this.seconds;
		store.saveRun(this.#record);
	}

	/**
	 * An even share of what is left for each scenario that is still to come; what one does not use falls to
	 * the others.
	 */
	shareOf(scenarios: number): () => number | null {
		const { budgetSeconds } = this.#record.settings;
		if (budgetSeconds === null) return () => null;
		const until = this.seconds + Math.max(0, budgetSeconds - this.seconds) / scenarios;
		return () => until - this.seconds;
	}
}

function saveResults(store: RunStore, results: BenchmarkResult[]): void {
	for (const result of results) store.save(`${result.target.id}.json`, result);
	if (results.length > 0) store.save("comparison.json", compare(results));
}
