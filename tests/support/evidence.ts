/** Makes results from message times that a test names, by the same functions as real ones. */
import type { CellEvidence } from "../../analysis/cell/result.ts";
import { DEFAULT_CELL_SETTINGS, scenarioResult } from "../../analysis/cell/result.ts";
import { benchmarkResult } from "../../analysis/cell/result-file.ts";
import { loadContract, loadTargets } from "../../orchestrator/contract.ts";
import { toSnakeCase } from "../../shared/snake-case.ts";
import {
	type BenchmarkResult,
	measurementFile,
	type ProcessRecord,
	type RunFile,
	SCHEMA_VERSION,
	type Scenario,
	type Target,
} from "../../shared/types.ts";
import { faithfulCell, faithfulIteration, faithfulLedger } from "./ledger.ts";

export const VERSIONS = {
	framework: "1",
	database: "1",
	language: "L",
	engine: "E",
	build: "B",
	lockDigest: "0",
};

/** As a result file has them. */
export const RESULT_VERSIONS = toSnakeCase(measurementFile.shape.versions, VERSIONS);

const { scenarios, character } = loadContract({});
export const targets = loadTargets();
export const { fixtures } = character;

export function scenarioOf(id: string): Scenario {
	const found = scenarios.find((scenario) => scenario.id === id);
	if (!found) throw new Error(`no scenario ${id}`);
	return found;
}

export const RUN: RunFile = {
	schemaVersion: SCHEMA_VERSION,
	kind: "run",
	startedAt: "2026-02-06T10:00:00.000Z",
	finishedAt: null,
	status: "complete",
	profile: "quick",
	command: ["./run.sh", "--profile", "quick"],
	seed: 1,
	modelDelayMs: 0,
	fingerprint: {},
	resumed: [],
	elapsedSeconds: 1,
	finishedScenarios: [],
	settings: {
		blocks: 1,
		precision: null,
		budgetSeconds: null,
		aa: false,
		alternate: "iterations",
		timeoutMs: 1000,
		verifyOnly: false,
	},
	targets: targets.map((target) => ({ ...target, versions: VERSIONS, size: null })),
	scenarios: [],
	processes: [],
	turns: [],
	observe: {},
	machine: { os: "Linux", kernel: "6", arch: "x64", cpuModel: "cpu", cpus: 2, memoryBytes: 2 ** 34 },
};

export function recordOf(
	target: Target,
	scenario: Scenario,
	change: Partial<ProcessRecord> = {},
): ProcessRecord {
	return {
		scenario: scenario.id,
		target: target.id,
		role: "measure",
		block: 0,
		attempt: 1,
		spawnToReadyNs: 5e6,
		setupNs: 6e6,
		turnsNs: 7e6,
		file: "f",
		log: "l",
		exitCode: 0,
		signal: null,
		failure: null,
		problem: null,
		monitor: null,
		superseded: false,
		cut: false,
		...change,
	};
}

/** @param iterationNs one message time per iteration */
export function processOf(
	target: Target,
	scenario: Scenario,
	iterationNs: readonly number[],
	change: Partial<ProcessRecord> & { replyDigest?: string } = {},
): CellEvidence["processes"][number] {
	const { replyDigest, ...record } = change;
	const ledger = faithfulLedger(scenario, fixtures);
	const iterations = iterationNs.map((messageNs, index) =>
		faithfulIteration(ledger, {
			index,
			messageNs: Array(ledger.messages).fill(messageNs),
			wallNs: ledger.messages * messageNs,
			cpuNs: ledger.messages * messageNs,
			replyDigest: replyDigest ?? ledger.replyDigest,
		}),
	);
	return {
		record: recordOf(target, scenario, record),
		measurement: {
			schemaVersion: SCHEMA_VERSION,
			kind: "measurement",
			runtime: target.runtime,
			versions: VERSIONS,
			modelDelayMs: 0,
			seed: 1,
			importNs: 3e6,
			cells: [faithfulCell(scenario, ledger, iterations)],
		},
	};
}

export function evidenceOf(
	scenario: Scenario,
	processes: CellEvidence["processes"],
	status: "comparable" | "divergent" | "unsupported" = "comparable",
): CellEvidence {
	const judgement =
		status === "unsupported"
			? { status, reasons: [{ kind: "framework-error" as const, type: "Error", message: "because" }] }
			: { status, reasons: status === "comparable" ? [] : [{ kind: "no-control" as const }] };
	return { scenario, ledger: faithfulLedger(scenario, fixtures), judgement, processes };
}

/** One result per target of the cells given, by scenario. */
export function resultOf(
	target: Target,
	cells: readonly CellEvidence[],
	earlierAa: Record<string, number[]> = {},
): BenchmarkResult {
	return benchmarkResult(
		RUN,
		{ ...target, versions: VERSIONS, size: null },
		Object.fromEntries(
			cells.map((cell) => [
				cell.scenario.id,
				scenarioResult(cell, fixtures, { ...DEFAULT_CELL_SETTINGS, earlierAa }),
			]),
		),
	);
}
