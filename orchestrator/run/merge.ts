/**
 * Makes one run folder from the shards of a run. Its figures are computed from the shards' measurement files,
 * by the same functions as those of any run. One cell is in memory at a time.
 */
import { constants, copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { type CellOnMachine, joinCells } from "../../analysis/cell/machines.ts";
import { type CellEvidence, scenarioResult } from "../../analysis/cell/result.ts";
import { benchmarkResult } from "../../analysis/cell/result-file.ts";
import { runId } from "../../analysis/change/collection.ts";
import { compare } from "../../analysis/compare/comparison.ts";
import { sum } from "../../analysis/stats/statistics.ts";
import { toSnakeCase } from "../../shared/snake-case.ts";
import {
	type BenchmarkResult,
	type CharacterFile,
	type ComparisonFile,
	logRatio,
	type Merged,
	machine,
	type ProcessRecord,
	type RunFile,
	SCHEMA_VERSION,
	type Scenario,
	type Shard,
} from "../../shared/types.ts";
import { UserError } from "../errors.ts";
import { readJson } from "../files.ts";
import { readMeasurement } from "./evidence.ts";
import { requireFile, type ShardFolder, type ShardSet } from "./shards.ts";
import { RunStore } from "./store.ts";
import { conclude, type Verification } from "./verify.ts";

type Fixtures = CharacterFile["fixtures"];
type RunTarget = RunFile["targets"][number];

/**
 * Merges shards into the store's folder.
 * @throws {UserError} with status 2 for a measurement that is missing, truncated or of another cell
 */
export function mergeShards(set: ShardSet, store: RunStore, fixtures: Fixtures): ComparisonFile {
	const record = mergedRecord(set);
	const earlier = new EarlierNoise(set);
	const cells = new Map<string, BenchmarkResult["scenarios"]>(record.targets.map(({ id }) => [id, {}]));
	for (const scenario of record.scenarios) {
		const parts = record.targets.map((target) =>
			partsOf(set, record, scenario, { target, earlier, fixtures }),
		);
		const measured = parts.flat().filter(({ cell }) => cell.processes > 0);
		const isAlone = new Set(measured.map(({ machine }) => machine)).size < 2;
		for (const [index, { id }] of record.targets.entries()) {
			const [own, found] = [cells.get(id), parts[index] ?? []];
			if (own && found.length > 0) own[scenario.id] = joinCells(found, isAlone);
		}
	}
	copyFiles(set, store);
	store.save("scenarios.json", { schemaVersion: SCHEMA_VERSION, scenarios: record.scenarios });
	const results = record.targets.map((target) => benchmarkResult(record, target, cells.get(target.id) ?? {}));
	for (const result of results) store.save(`${result.target.id}.json`, result);
	const comparison = compare(results);
	store.save("comparison.json", comparison);
	// The run file is last: a folder without it is no run.
	store.saveRun(record);
	return comparison;
}

/** Computes a cell on each machine that has it. */
function partsOf(
	{ shards, machines }: ShardSet,
	{ settings }: RunFile,
	scenario: Scenario,
	{ target, earlier, fixtures }: { target: RunTarget; earlier: EarlierNoise; fixtures: Fixtures },
): CellOnMachine[] {
	return machines.flatMap((_, machine) => {
		const own = shards.filter((one) => one.machine === machine && hasCell(one, scenario, target));
		const evidence = evidenceOf(own, scenario, target, fixtures);
		const terms = { settings, earlierAa: earlier.of(own, scenario, target) };
		return evidence ? [{ machine, cell: scenarioResult(evidence, fixtures, terms) }] : [];
	});
}

function hasCell({ record }: ShardFolder, scenario: Scenario, target: RunTarget): boolean {
	return record.processes.some((row) => row.scenario === scenario.id && row.target === target.id);
}

/** Returns what the shards of one machine know of a cell; null where none of them has verified it. */
function evidenceOf(
	shards: readonly ShardFolder[],
	scenario: Scenario,
	target: RunTarget,
	fixtures: Fixtures,
): CellEvidence | null {
	const isOwn = (row: ProcessRecord) => row.scenario === scenario.id && row.target === target.id;
	const verified = shards.flatMap((one): Verification[] => {
		const records = one.record.processes.filter((row) => isOwn(row) && row.role === "verify");
		const last = records.at(-1);
		return last ? [conclude(scenario, target, records, measurementOf(one, last), fixtures)] : [];
	});
	const decisive = worstOf(verified);
	if (!decisive) return null;
	const processes = shards.flatMap((one) =>
		one.record.processes
			.filter((row) => isOwn(row) && row.role !== "verify")
			.map((row) => ({ record: renumbered(row, one.record.shard), measurement: measurementOf(one, row) })),
	);
	processes.sort((a, b) => a.record.block - b.record.block);
	return { scenario, ledger: decisive.ledger, judgement: decisive.judgement, processes };
}

const FROM_BEST: readonly string[] = ["failed", "comparable", "divergent", "unsupported"];

/** Where shards disagree on what a cell does, the worst holds. A process that was lost says nothing of it. */
function worstOf(verified: readonly Verification[]): Verification | undefined {
	const rank = ({ judgement }: Verification) => FROM_BEST.indexOf(judgement.status);
	return verified.toSorted((a, b) => rank(b) - rank(a))[0];
}

function measurementOf(shard: ShardFolder, row: ProcessRecord) {
	if (row.file !== null) requireFile(join(shard.folder, row.file));
	const found = readMeasurement(shard, row);
	const measured = found?.cells[0]?.scenario;
	if (measured !== undefined && measured !== row.scenario)
		throw new UserError(
			`the measurement file ${join(shard.folder, row.file ?? "")} has a wrong field cells.0.scenario: it is not ${row.scenario}`,
		);
	return found;
}

/** Blocks of groups of versions have the same numbers, and verifications too. Here each has its own. */
function renumbered(row: ProcessRecord, { by, index, of }: Shard): ProcessRecord {
	if (row.role === "verify") return by === "scenarios" ? row : { ...row, block: index - 1 };
	return by === "versions" ? { ...row, block: row.block * of + index - 1 } : row;
}

/** What a shard's machine knew of its own noise before the run. */
const earlierNoise = z.looseObject({
	scenarios: z.record(
		z.string(),
		z.looseObject({ earlier_aa: z.record(z.string(), z.array(logRatio)).optional() }),
	),
});

/**
 * Reads the noise that machines remembered when the run began. The first shard of a machine knows it: what
 * later ones remember may hold blocks of the run itself.
 */
class EarlierNoise {
	readonly #first: ReadonlyMap<ShardFolder, string>;
	readonly #known = new Map<string, Record<string, Record<string, number[]>>>();

	constructor({ shards }: ShardSet) {
		this.#first = new Map(shards.map((one) => [one, one.record.startedAt]));
	}

	of(shards: readonly ShardFolder[], scenario: Scenario, target: RunTarget): Record<string, number[]> {
		const start = (one: ShardFolder) => Date.parse(this.#first.get(one) ?? "");
		const first = shards.toSorted((a, b) => start(a) - start(b))[0];
		return first ? (this.#read(first, target.id)[scenario.id] ?? {}) : {};
	}

	#read({ folder }: ShardFolder, target: string): Record<string, Record<string, number[]>> {
		const path = join(folder, `${target}.json`);
		const known = this.#known.get(path);
		if (known) return known;
		// A shard that was stopped early may have none.
		if (!existsSync(path)) return {};
		requireFile(path);
		const { scenarios } = readJson(path, earlierNoise, "result file");
		const found = Object.fromEntries(
			Object.entries(scenarios).map(([id, { earlier_aa }]) => [id, earlier_aa ?? {}]),
		);
		this.#known.set(path, found);
		return found;
	}
}

function mergedRecord({ shards, machines, missing }: ShardSet): RunFile {
	const records = shards.map(({ record }) => record);
	const [first] = records as [RunFile & { shard: Shard }, ...(RunFile & { shard: Shard })[]];
	const { shard, ...base } = first;
	const { blockNumbers: _, ...settings } = first.settings;
	const budgets = records.map((one) => one.settings.budgetSeconds);
	const ends = records.flatMap(({ finishedAt }) => finishedAt ?? []).toSorted();
	const complete = missing.length === 0 && records.every(({ status }) => status === "complete");
	const targets = inOrder(
		shard.targets,
		records.map((one) => one.targets),
	);
	const leftOut = records
		.flatMap((one) => one.leftOut ?? [])
		.filter(({ id }, place, all) => all.findIndex((one) => one.id === id) === place)
		.filter(({ id }) => !targets.some((target) => target.id === id));
	const merged: Merged = {
		of: shard.of,
		by: shard.by,
		shards: shards.map(({ record, machine: place }) => ({
			index: record.shard.index,
			id: idOf(record),
			machine: place,
			startedAt: record.startedAt,
			elapsedSeconds: record.elapsedSeconds,
		})),
		missing,
	};
	const { leftOut: _left, ...whole } = base;
	return {
		...whole,
		startedAt: records.map(({ startedAt }) => startedAt).toSorted()[0] ?? base.startedAt,
		finishedAt: ends.at(-1) ?? null,
		status: complete ? "complete" : "interrupted",
		seed: shard.seed,
		settings: {
			...settings,
			budgetSeconds: budgets.every((one) => one !== null) ? sum(budgets as number[]) : null,
		},
		machine: machines[0] ?? base.machine,
		...(machines.length > 1 ? { machines } : {}),
		merged,
		fingerprint: Object.assign({}, ...records.map(({ fingerprint }) => fingerprint)),
		resumed: records.flatMap(({ resumed }) => resumed),
		elapsedSeconds: sum(records.map(({ elapsedSeconds }) => elapsedSeconds)),
		finishedScenarios: complete ? shard.scenarios : [],
		...(leftOut.length > 0 ? { leftOut } : {}),
		targets: targets.map((target) => ({ ...target, versions: versionsIn(records, target.id) })),
		scenarios: inOrder(
			shard.scenarios,
			records.map((one) => one.scenarios),
		),
		observe: Object.assign({}, ...records.map(({ observe }) => observe)),
		processes: shards.flatMap(({ record, machine }) =>
			record.processes.map((row) =>
				namedAnew({ ...renumbered(row, record.shard), ...(machine > 0 ? { machine } : {}) }),
			),
		),
		turns: records.flatMap(({ turns, shard: own }) =>
			turns.map((one) =>
				own.by === "versions" ? { ...one, block: one.block * own.of + own.index - 1 } : one,
			),
		),
	};
}

/** The id of a shard's own run, as its results have it. */
function idOf({ startedAt, seed, profile, modelDelayMs, settings, machine: own }: RunFile): string {
	return runId({
		timestamp: startedAt,
		seed,
		profile,
		model_delay_ms: modelDelayMs,
		alternate: settings.alternate,
		machine: toSnakeCase(machine, own),
	});
}

function versionsIn(records: readonly RunFile[], id: string): RunTarget["versions"] {
	const found = records.flatMap(({ targets }) => targets.filter((target) => target.id === id));
	return found.find(({ versions }) => versions !== null)?.versions ?? null;
}

/** Returns the items of all lists that these ids name, each once. */
function inOrder<Item extends { id: string }>(
	ids: readonly string[],
	lists: readonly (readonly Item[])[],
): Item[] {
	const known = new Map<string, Item>();
	for (const item of lists.flat()) if (!known.has(item.id)) known.set(item.id, item);
	return ids.flatMap((id) => known.get(id) ?? []);
}

/** Names the files of a process by its number in the merged run. */
function namedAnew(row: ProcessRecord): ProcessRecord {
	const { file, log } = RunStore.namesOf(row);
	return { ...row, file: row.file === null ? null : file, log };
}

/** Copies measurements and logs, without sharing them with the shards' folders. */
function copyFiles({ shards }: ShardSet, store: RunStore): void {
	const made = new Set<string>();
	for (const { folder, record } of shards)
		for (const row of record.processes) {
			const to = namedAnew(renumbered(row, record.shard));
			for (const [from, into] of [
				[row.file, to.file],
				[row.log, to.log],
			] as const) {
				if (from === null || into === null || !existsSync(join(folder, from))) continue;
				const path = join(store.folder, into);
				store.guard(() => {
					if (!made.has(dirname(path))) mkdirSync(dirname(path), { recursive: true });
					made.add(dirname(path));
					copyFileSync(join(folder, from), path, constants.COPYFILE_FICLONE);
				});
			}
		}
}
