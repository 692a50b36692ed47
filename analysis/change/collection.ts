/** A collection holds many runs. It tells which results are of one run, and which verdict is the newest. */
import { createHash } from "node:crypto";
import { joinList } from "../../shared/text.ts";
import {
	type BenchmarkResult,
	type CellStatus,
	type ComparisonFile,
	type HistoryFile,
	runtimeName,
	type ScenarioComparison,
	type Standing,
} from "../../shared/types.ts";
import { resultsByMachine } from "../cell/machines.ts";
import { findMetric } from "../metrics.ts";
import { machineKey } from "./history.ts";
import { versionHistory } from "./versions.ts";

/** One run of a collection, without its samples. */
export interface CollectedRun {
	/** Depends on the run alone, so that its page keeps its address when others come or go. */
	id: string;
	timestamp: string;
	/** As in the series of a history, whose runs can be joined; of a run on unlike machines, all of them. */
	machine: string;
	/** The same of each machine. */
	machines: readonly string[];
	kernels: readonly string[];
	memory_bytes: readonly number[];
	profile: string;
	model_delay_ms: number;
	alternate: BenchmarkResult["alternate"];
	complete: boolean;
	resumed: number;
	targets: ComparisonFile["targets"];
	categories: ComparisonFile["categories"];
	scenarios: readonly CollectedScenario[];
	versions: readonly VersionLine[];
}

/** What a run says of one scenario. */
export interface CollectedScenario {
	id: string;
	/** The label of the deciding metric; null if nothing was measured. */
	metric: string | null;
	/** Null where targets do not compete, or nothing was measured. */
	standing: Standing | null;
	statuses: readonly CellStatus[];
}

/** Versions of one framework, on one engine and database, that one run measured in the same blocks. */
export interface VersionLine {
	/** Unique within the run. */
	id: string;
	label: string;
	from: string;
	to: string;
	history: HistoryFile;
}

/** All runs of one machine, the newest first. */
export interface MachineRuns {
	machine: string;
	runs: readonly CollectedRun[];
	/** The run that says who leads: see {@link leadingRun}. */
	leading: CollectedRun | null;
	/** The verdict on each scenario, from the newest of the runs that compare most runtimes in it. */
	scenarios: readonly { scenario: CollectedScenario; run: CollectedRun }[];
}

/** What tells one run from another. */
export type RunIdentity = Pick<
	BenchmarkResult,
	"timestamp" | "seed" | "profile" | "model_delay_ms" | "alternate" | "machine"
>;

/** Returns what all results of one run have in common, and other runs do not. */
export function runKey(result: RunIdentity): string {
	const { timestamp, seed, profile, model_delay_ms, alternate, machine } = result;
	return JSON.stringify([timestamp, seed, profile, model_delay_ms, alternate, machine]);
}

const DIGITS = 8;

/**
 * Returns a name for the run and its page: when it began, and a digest that tells it from others of then.
 * @throws {RangeError} for a timestamp that is no time
 */
export function runId(result: RunIdentity): string {
	const [day, time] = new Date(result.timestamp).toISOString().slice(0, 19).replaceAll(":", "").split("T");
	const digest = createHash("sha256").update(runKey(result)).digest("hex").slice(0, DIGITS);
	return `${day}-${time}-${digest}`;
}

/** A shard that a merged run of the same collection holds, and one result of that run. */
export interface HeldShard<Found> {
	index: number;
	holder: Found;
}

/**
 * Finds the shards that a complete merged run among these holds: their measurements would count twice. A
 * merged run that lacks something counts for nothing itself, so that its shards stay.
 * @returns what tells of a result whether it is such a shard's; null: it is none
 */
export function heldShards<Found extends { result: BenchmarkResult }>(
	found: readonly Found[],
): (one: Found) => HeldShard<Found> | null {
	const held = new Map<string, HeldShard<Found>>();
	for (const holder of found)
		if (holder.result.complete)
			for (const { id, index } of holder.result.merged?.shards ?? [])
				if (id !== undefined && !held.has(id)) held.set(id, { index, holder });
	return ({ result }) =>
		result.merged || Number.isNaN(Date.parse(result.timestamp)) ? null : (held.get(runId(result)) ?? null);
}

/**
 * Makes the entry of a run.
 * @param results those of one run
 * @param comparison made from them
 */
export function collectRun(
	results: readonly [BenchmarkResult, ...BenchmarkResult[]],
	comparison: ComparisonFile,
): CollectedRun {
	const [first] = results;
	const { profile, model_delay_ms, alternate, complete, resumed, targets, categories } = comparison;
	const machines = resultsByMachine(first);
	return {
		id: runId(first),
		timestamp: first.timestamp,
		machine: joinList(new Set(machines.map(machineKey))),
		machines: machines.map(machineKey),
		kernels: machines.map(({ machine }) => machine.kernel),
		memory_bytes: machines.map(({ machine }) => machine.memory_bytes),
		profile,
		model_delay_ms,
		alternate,
		complete,
		resumed,
		targets,
		categories,
		scenarios: comparison.scenarios.map(collectScenario),
		versions: complete ? versionLines(results) : [],
	};
}

function collectScenario({ id, deciding_metric, rows, cells }: ScenarioComparison): CollectedScenario {
	return {
		id,
		metric: deciding_metric === null ? null : (findMetric(deciding_metric)?.label ?? deciding_metric),
		standing: rows.find(({ metric }) => metric === deciding_metric)?.standing ?? null,
		statuses: Object.values(cells).map(({ status }) => status),
	};
}

/** Puts the results of a run into an order that does not depend on where they were found. */
export function inOrder(results: readonly BenchmarkResult[]): BenchmarkResult[] {
	const place = ({ runtime }: BenchmarkResult) => runtimeName.options.indexOf(runtime);
	return results.toSorted(
		(one, other) => place(one) - place(other) || COLLATOR.compare(one.target.id, other.target.id),
	);
}

/**
 * Drops what a history does not read, so that hundreds of runs fit into memory. One sample of each machine is
 * left, because it says that the machine measured the cell.
 */
export function withoutSamples(result: BenchmarkResult): BenchmarkResult {
	const scenarios = Object.entries(result.scenarios).map(([id, cell]) => {
		const one = new Map(cell.samples.map((sample) => [sample.machine, sample]));
		return [id, { ...cell, samples: [...one.values()], ledger: null, earlier_aa: {}, reasons: [] }];
	});
	return { ...result, scenarios: Object.fromEntries(scenarios) as BenchmarkResult["scenarios"] };
}

/** Finds the frameworks of which a run measured published versions, on the same engine and database. */
export function versionLines(results: readonly BenchmarkResult[]): VersionLine[] {
	const lines = new Map<string, BenchmarkResult[]>();
	for (const result of results) {
		const { runtime, variants = [], engine, source, agent } = result.target;
		// A local copy may say any version of itself, and a user's agent is more than its framework.
		if (source?.kind === "path" || agent !== undefined) continue;
		const id = [runtime, engine, ...variants].join("-");
		const line = lines.get(id) ?? [];
		lines.set(id, line);
		if (!line.some((one) => versionOf(one) === versionOf(result))) line.push(result);
	}
	return [...lines].flatMap(([id, line]) => {
		const sorted = line.toSorted((a, b) => compareVersions(versionOf(a), versionOf(b)));
		const [first, last] = [sorted[0], sorted.at(-1)];
		if (!first || !last || first === last) return [];
		const history = versionHistory(sorted);
		const label = history.series[0]?.label;
		return label === undefined ? [] : [{ id, label, from: versionOf(first), to: versionOf(last), history }];
	});
}

function versionOf({ versions, target }: BenchmarkResult): string {
	return versions?.framework ?? target.framework.version;
}

const COLLATOR = new Intl.Collator("en", { numeric: true });

/** Orders versions by their numbers; 2.0.0-alpha.3, 2.0.0a4 and the like come before 2.0.0. */
export function compareVersions(one: string, other: string): number {
	const split = (version: string) => /^([0-9]+(?:\.[0-9]+)*)?(.*)$/s.exec(version)?.slice(1) ?? [];
	const [[release = "", suffix = ""], [otherRelease = "", otherSuffix = ""]] = [split(one), split(other)];
	return (
		COLLATOR.compare(release, otherRelease) ||
		Number(suffix === "") - Number(otherSuffix === "") ||
		COLLATOR.compare(suffix, otherSuffix)
	);
}

/** A run with fewer than this share of the scenarios of the widest one does not say who leads. */
const WIDE_SHARE = 0.5;

/** Groups runs by machine. The machine that measured last comes first. */
export function machinesOf(runs: readonly CollectedRun[]): MachineRuns[] {
	const machines = new Map<string, CollectedRun[]>();
	for (const run of runs.toSorted(newestFirst))
		machines.set(run.machine, [...(machines.get(run.machine) ?? []), run]);
	return [...machines].map(([machine, own]) => {
		const rivals = own.filter(comparesRuntimes).toSorted((a, b) => runtimesOf(b) - runtimesOf(a));
		return { machine, runs: own, leading: leadingRun(rivals), scenarios: newestVerdicts(rivals) };
	});
}

export function newestFirst(one: CollectedRun, other: CollectedRun): number {
	return Date.parse(other.timestamp) - Date.parse(one.timestamp) || (one.id < other.id ? -1 : 1);
}

/** Says whether a run is whole, and compares runtimes whose model takes no time. */
function comparesRuntimes({
	complete,
	model_delay_ms,
	alternate,
	targets,
	categories,
}: CollectedRun): boolean {
	return (
		complete &&
		model_delay_ms === 0 &&
		alternate === "iterations" &&
		runtimesOf({ targets }) > 1 &&
		categories.length > 0
	);
}

function runtimesOf({ targets }: Pick<CollectedRun, "targets">): number {
	return new Set(targets.map(({ runtime }) => runtime)).size;
}

/**
 * Returns the newest run that compares most runtimes and has at least half as many scenarios as the widest of
 * these. Who leads among two is not who leads among three.
 * @param rivals those with most runtimes first, the newest first among equals
 */
function leadingRun(rivals: readonly CollectedRun[]): CollectedRun | null {
	const [first] = rivals;
	const full = rivals.filter((run) => first && runtimesOf(run) === runtimesOf(first));
	const most = Math.max(0, ...full.map(({ scenarios }) => scenarios.length));
	return full.find(({ scenarios }) => scenarios.length >= WIDE_SHARE * most) ?? null;
}

function newestVerdicts(rivals: readonly CollectedRun[]): MachineRuns["scenarios"] {
	const newest = new Map<string, MachineRuns["scenarios"][number]>();
	for (const run of rivals)
		for (const scenario of run.scenarios)
			if (scenario.standing && !newest.has(scenario.id)) newest.set(scenario.id, { scenario, run });
	return [...newest.values()].toSorted((a, b) => COLLATOR.compare(a.scenario.id, b.scenario.id));
}
