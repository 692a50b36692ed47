/** The main job: scenario by scenario, verify every cell, measure the ones that can be, store and show what came of it. */
import { join } from "node:path";
import { compare, compareScenario } from "../analysis/comparison.ts";
import { benchmarkResult, type CellEvidence, scenarioResult } from "../analysis/result.ts";
import type {
	BenchmarkResult,
	ComparisonFile,
	MeasurementFile,
	ProcessRecord,
	RunFile,
	Scenario,
	ScenarioComparison,
	Target,
	TargetSize,
} from "../shared/types.ts";
import { SCHEMA_VERSION } from "../shared/types.ts";
import { blocksOf, measureBlock } from "./block.ts";
import type { RunContext } from "./cell.ts";
import type { Contract } from "./contract.ts";
import type { Launch } from "./launch.ts";
import { describeMachine } from "./machine.ts";
import { messagesPerIteration } from "./profiles.ts";
import { Random } from "./random.ts";
import type { RunStore } from "./store.ts";
import { type Verification, verifyScenario } from "./verify.ts";
import { Watchdog } from "./watchdog.ts";

export interface RunOptions {
	contract: Contract;
	/** As tuned: their iterations, warm-up and boxes are what is run. */
	scenarios: Scenario[];
	targets: Target[];
	profile: string;
	blocks: number;
	/** Observed iterations per process. */
	observe: (scenario: Scenario) => number;
	sizeOf: (target: Target) => TargetSize | null;
	seed: number;
	modelDelayMs: number;
	timeoutMs: number;
	store: RunStore;
	startedAt: Date;
	verifyOnly: boolean;
	launch: (target: Target, role: ProcessRecord["role"]) => Launch;
	stop: { requested: boolean };
}

/** What a run tells while it goes on. */
export interface RunListener {
	begun(folder: string, expectedSeconds: number): void;
	scenario(scenario: Scenario, number: number, of: number): void;
	progress(doneSeconds: number, detail: string): void;
	verified(scenario: Scenario, verifications: Verification[]): void;
	head(comparison: ComparisonFile): void;
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
	const { store, startedAt } = options;
	const watchdog = new Watchdog();
	const scenarioPath = join(store.folder, "scenarios.json");
	store.save("scenarios.json", { schemaVersion: SCHEMA_VERSION, scenarios: options.scenarios });
	const context: RunContext = { ...options, watchdog, shared: options.contract.shared, scenarioPath };
	const record: RunFile = {
		...{ schemaVersion: SCHEMA_VERSION, kind: "run", startedAt: startedAt.toISOString(), finishedAt: null, status: "running" },
		...{ profile: options.profile, seed: options.seed, modelDelayMs: options.modelDelayMs, machine: describeMachine() },
		targets: options.targets.map((target) => ({ ...target, versions: null, size: options.sizeOf(target) })),
		...{ scenarios: options.scenarios, processes: [], turns: [] },
		observe: Object.fromEntries(options.scenarios.map((scenario) => [scenario.id, options.observe(scenario)])),
	};
	const random = new Random(options.seed);
	const results = new Map<string, Record<string, BenchmarkResult["scenarios"][string]>>(options.targets.map(({ id }) => [id, {}]));
	const verifications = new Map<string, Verification[]>();
	const expected = options.scenarios.map((scenario) => expectedSeconds(scenario, options));
	const resultFiles = () => record.targets.map((target) => benchmarkResult(record, target, results.get(target.id) ?? {}));
	let done = 0;
	listener.begun(
		store.folder,
		expected.reduce((sum, seconds) => sum + seconds, 0),
	);
	try {
		for (const [index, scenario] of options.scenarios.entries()) {
			if (options.stop.requested) break;
			listener.scenario(scenario, index + 1, options.scenarios.length);
			const verified = await verifyScenario(context, scenario, options.targets, options.contract.character.fixtures);
			record.processes.push(...verified.flatMap(({ records }) => records));
			if (options.stop.requested) break;
			verifications.set(scenario.id, verified);
			listener.verified(scenario, verified);
			const share = expected[index] ?? 0;
			if (!options.verifyOnly) {
				const evidence = await measureScenario(context, scenario, verified, options.blocks, random, record, (part, detail) =>
					listener.progress(done + part * share, detail),
				);
				for (const [target, cell] of evidence) {
					for (const { measurement } of cell.processes) noteVersions(record, target, measurement);
					const cells = results.get(target);
					// A cell that the stop left without a single measurement is not there, rather than failed.
					const cut =
						options.stop.requested &&
						cell.processes.every(({ measurement }) => !measurement?.cells[0]?.iterations.some(({ phase }) => phase === "plain"));
					if (cells && !cut) cells[scenario.id] = scenarioResult(cell, options.contract.character.fixtures);
				}
				const files = resultFiles();
				if (files.some(({ scenarios }) => scenarios[scenario.id])) {
					if (index === 0) listener.head(compare(files));
					listener.measured(compareScenario(scenario.id, files), compare(files).targets);
				}
				save(store, record, files);
			}
			done += share;
			listener.progress(done, "done");
		}
	} finally {
		await watchdog.close();
		record.status = options.stop.requested ? "interrupted" : "complete";
		record.finishedAt = new Date().toISOString();
		save(store, record, options.verifyOnly ? [] : resultFiles());
	}
	const comparison = options.verifyOnly ? null : compare(resultFiles());
	const statuses = [
		...[...verifications.values()].flat().map(({ judgement }) => judgement.status),
		...(comparison?.scenarios.flatMap(({ cells }) => Object.values(cells).map(({ status }) => status)) ?? []),
	];
	return {
		folder: store.folder,
		comparison,
		verifications,
		interrupted: options.stop.requested,
		failed: statuses.filter((status) => status === "failed").length,
	};
}

/** All blocks of one scenario, with one retry for every process that was lost. */
async function measureScenario(
	context: RunContext,
	scenario: Scenario,
	verified: Verification[],
	blocks: number,
	random: Random,
	record: RunFile,
	onProgress: (part: number, detail: string) => void,
): Promise<Map<string, CellEvidence>> {
	const evidence = new Map<string, CellEvidence>(
		verified.map(({ target, ledger, judgement }) => [target.id, { scenario, ledger, judgement, processes: [] }]),
	);
	const targets = verified
		.filter(({ judgement }) => judgement.status === "comparable" || judgement.status === "divergent")
		.map(({ target }) => target);
	const total = blocksOf(scenario, blocks);
	for (let block = 0; block < total && targets.length > 0 && !context.stop.requested; block++) {
		let lost = targets;
		for (let attempt = 1; attempt <= 2 && lost.length > 0 && !context.stop.requested; attempt++) {
			const { processes, turns } = await measureBlock(
				context,
				scenario,
				lost,
				{ block, attempt, observe: record.observe[scenario.id] ?? 0 },
				random,
				(step, of) => onProgress((block + step / of) / total, `block ${block + 1}/${total}`),
			);
			record.turns.push(...turns.map((order) => ({ scenario: scenario.id, block, order })));
			record.processes.push(...processes.map((process) => process.record));
			for (const process of processes) evidence.get(process.record.target)?.processes.push(process);
			lost = targets.filter(({ id }) => processes.some((process) => process.record.target === id && process.record.problem !== null));
		}
	}
	return evidence;
}

function noteVersions(record: RunFile, target: string, measurement: MeasurementFile | null): void {
	const row = record.targets.find(({ id }) => id === target);
	if (row && measurement && row.versions === null) row.versions = measurement.versions;
}

function save(store: RunStore, record: RunFile, results: BenchmarkResult[]): void {
	store.saveRun(record);
	for (const result of results) store.save(`${result.target.id}.json`, result);
	if (results.length > 0) store.save("comparison.json", compare(results));
}

/** A rough guess, for the progress bar's proportions only. */
function expectedSeconds(scenario: Scenario, { targets, blocks, verifyOnly, observe }: RunOptions): number {
	const [startSeconds, messageSeconds, recordSeconds] = [0.6, 0.005, 1e-5];
	const iteration =
		0.02 +
		messagesPerIteration(scenario) * messageSeconds +
		(scenario.config.history + (scenario.database?.records ?? 0)) * recordSeconds +
		((scenario.database?.boxMs ?? 0) / 1000) * 2;
	const iterations = scenario.kind === "startup" ? 0 : scenario.iterations + scenario.warmup + 2 * observe(scenario);
	const measuring = verifyOnly ? 0 : blocksOf(scenario, blocks) * targets.length * (startSeconds + iterations * iteration);
	return measuring + (targets.length / 2) * (startSeconds + iteration);
}
