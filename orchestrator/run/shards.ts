/**
 * Reads the shards of a run, and finds out whether they are shards of one run. A folder may come from
 * anywhere.
 */
import { existsSync, lstatSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { machineDifferences } from "../../analysis/change/machine-differences.ts";
import { commandText } from "../../report/html/shell.ts";
import { countedText } from "../../report/text/units.ts";
import { toSnakeCase } from "../../shared/snake-case.ts";
import { joinList, plainText } from "../../shared/text.ts";
import {
	type Machine,
	machine,
	type ProcessRecord,
	type RunFile,
	runFile,
	type Shard,
} from "../../shared/types.ts";
import { EXIT, UserError } from "../errors.ts";
import { readJson } from "../files.ts";
import { refuseLinks } from "./store.ts";

/** A shard as its folder has it. */
export interface ShardFolder {
	folder: string;
	record: RunFile & { shard: Shard };
	/** Its machine, as a place in the list of unlike machines. */
	machine: number;
}

/** All shards of one run, in the order of their numbers, and the machines that they were measured on. */
export interface ShardSet {
	shards: ShardFolder[];
	/** Unlike machines, in the order of the shards. */
	machines: Machine[];
	/** The numbers of shards that are not there, or not complete. */
	missing: number[];
}

/** So many missing shards are named, so that a line stays one. */
const MOST_NAMED = 12;

/**
 * Reads shards.
 * @param allowMissing goes on with the shards that there are
 * @throws {UserError} with status 2 for a folder that is no shard or is not whole, a shard that is there
 *   twice or is missing; with status 3 for shards that were not measured alike
 */
export function readShards(paths: readonly string[], allowMissing: boolean): ShardSet {
	const found = paths.map(readShard).toSorted((a, b) => a.record.shard.index - b.record.shard.index);
	const [first, ...others] = found;
	if (!first) throw new UserError("merge takes the folders of the shards: name them");
	for (const other of others) refuseUnlikeShards(first, other);
	for (const [place, other] of others.entries()) {
		const before = found[place];
		if (before && before.record.shard.index === other.record.shard.index)
			throw new UserError(
				before.folder === other.folder
					? `the folder ${other.folder} is named twice: name it once`
					: `shard ${nameOf(other)} is there twice: ${before.folder} and ${other.folder}, name one of them`,
			);
	}
	const { of } = first.record.shard;
	const here = new Set(found.map(({ record }) => record.shard.index));
	const missing = Array.from({ length: of }, (_, place) => place + 1).filter((index) => !here.has(index));
	const partial = found.filter(({ record }) => record.status !== "complete");
	if (!allowMissing) refuseMissing(missing, partial, of);
	const machines: Machine[] = [];
	const shards = found.map((one) => ({ ...one, machine: placeOfMachine(machines, one.record.machine) }));
	return { shards, machines, missing };
}

function readShard(path: string): Omit<ShardFolder, "machine"> {
	const folder = resolve(path);
	if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory())
		throw new UserError(`there is no folder ${folder}: name the folders of the shards`);
	const file = join(folder, "run.json");
	if (!existsSync(file))
		throw new UserError(`the folder ${folder} holds no shard of a run${adviceFor(folder)}`);
	requireFile(file);
	const record = readJson(file, runFile, "run file");
	const { shard } = record;
	if (record.merged)
		throw new UserError(`the run ${folder} is merged already: name the shards that it was made from`);
	if (!shard) throw new UserError(`the run ${folder} is no shard: it was measured without --shard`);
	refuseLinks(folder);
	refuseInconsistent(record, shard, file);
	return { folder, record: { ...record, shard } };
}

/** Says what to name in place of a folder without a run, where its own folders have some. */
function adviceFor(folder: string): string {
	const within = readdirSync(folder).filter((name) => existsSync(join(folder, name, "run.json")));
	const [first] = within.toSorted();
	if (first === undefined) return ", it has no run.json: name the folders that ./run.sh --shard wrote";
	return `: name the folders in it that do, such as ${join(folder, first)}`;
}

/** @throws {UserError} for what is no plain file: a pipe would never end */
export function requireFile(path: string): void {
	if (!lstatSync(path, { throwIfNoEntry: false })?.isFile())
		throw new UserError(`the shard lacks the file ${path}: copy the whole folder of the shard`);
}

/** @throws {UserError} for a record that no run of this benchmark writes */
function refuseInconsistent(record: RunFile, shard: Shard, file: string): void {
	const wrong = (field: string, why: string): UserError =>
		new UserError(`the run file ${file} has a wrong field ${field}: ${why}`);
	if (Number.isNaN(Date.parse(record.startedAt))) throw wrong("startedAt", "it is no time");
	if (shard.index > shard.of) throw wrong("shard.index", `there are ${shard.of} shards`);
	const known = { scenario: new Set(shard.scenarios), target: new Set(shard.targets) };
	for (const [field, rows] of Object.entries({ targets: record.targets, scenarios: record.scenarios })) {
		if (new Set(rows.map(({ id }) => id)).size < rows.length)
			throw wrong(field, "two entries have the same id");
		const all = field === "targets" ? known.target : known.scenario;
		if (rows.some(({ id }) => !all.has(id))) throw wrong(field, "it has more than its plan");
	}
	const own = {
		scenario: new Set(record.scenarios.map(({ id }) => id)),
		target: new Set(record.targets.map(({ id }) => id)),
	};
	const seen = new Set<string>();
	for (const [place, row] of record.processes.entries()) {
		if (!own.scenario.has(row.scenario) || !own.target.has(row.target))
			throw wrong(`processes.${place}`, "it is of another scenario or target");
		if (!isOwnBlock(row, shard)) throw wrong(`processes.${place}.block`, "the block is another shard's");
		const key = keyOf(row);
		if (seen.has(key)) throw wrong(`processes.${place}`, "it is there twice");
		seen.add(key);
	}
}

function keyOf({ scenario, target, role, block, attempt }: ProcessRecord): string {
	return [scenario, target, role, block, attempt].join(" ");
}

function isOwnBlock({ role, block }: ProcessRecord, { by, index, of }: Shard): boolean {
	return role === "verify" || by !== "blocks" || block % of === index - 1;
}

/** @throws {UserError} with status 3 for two shards that are not of one run */
function refuseUnlikeShards(first: Omit<ShardFolder, "machine">, other: Omit<ShardFolder, "machine">): void {
	const refusal = (what: string) =>
		new UserError(
			`the shards ${first.folder} and ${other.folder} are not of one run: ${what}`,
			EXIT.notComparable,
		);
	const [a, b] = [first.record, other.record];
	if (a.shard.of !== b.shard.of || a.shard.by !== b.shard.by)
		throw refusal(`one is ${nameOf(first)}, the other ${nameOf(other)}`);
	const names = new Set([...Object.keys(a.shard.plan), ...Object.keys(b.shard.plan)]);
	for (const name of names)
		if (a.shard.plan[name] !== b.shard.plan[name])
			throw refusal(`their plans differ in ${plainText(name, 40)}`);
	// A target that could not be set up on one machine has no digests there.
	for (const [name, digest] of Object.entries(a.fingerprint)) {
		const there = b.fingerprint[name];
		if (there !== undefined && there !== digest) throw refusal(`they differ in ${plainText(name, 80)}`);
	}
	for (const target of a.targets) {
		const same = b.targets.find(({ id }) => id === target.id);
		const [one, two] = [versionsOf(target.versions), versionsOf(same?.versions ?? null)];
		const differs =
			one && two && (Object.keys(one) as (keyof typeof one)[]).find((name) => one[name] !== two[name]);
		if (one && two && differs)
			throw refusal(
				`${target.id} has another ${differs}, ${plainText(one[differs], 60)} and ${plainText(two[differs], 60)}`,
			);
	}
}

/**
 * Returns what has to be the same on all machines. An engine adds in brackets what follows from the machine,
 * such as its number of threads.
 */
function versionsOf(
	versions: RunFile["targets"][number]["versions"],
): Record<"framework" | "database" | "engine" | "language" | "lock file", string> | null {
	if (versions === null) return null;
	const { framework, database, engine, language, lockDigest } = versions;
	const plain = (text: string) => text.replace(/ *\([^)]*\)/g, "");
	return {
		framework,
		database,
		engine: plain(engine),
		language: plain(language),
		"lock file": lockDigest,
	};
}

function refuseMissing(
	missing: readonly number[],
	partial: readonly Omit<ShardFolder, "machine">[],
	of: number,
): void {
	const advice = "or merge what there is with --allow-missing";
	const [unfinished] = partial;
	if (unfinished)
		throw new UserError(
			`shard ${nameOf(unfinished)} is not complete: finish it on the machine that measured it, with ` +
				`${commandText(["./run.sh", "--resume", unfinished.folder])}, ${advice}`,
		);
	if (missing.length > 0)
		throw new UserError(
			`${countedText(missing.length, "shard")} of ${of} ${missing.length === 1 ? "is" : "are"} missing, ` +
				`${namesOf(missing)}: name them too, ${advice}`,
		);
}

/** Names shards: `2, 5 and 7`. */
export function namesOf(numbers: readonly number[]): string {
	const shown = numbers.slice(0, MOST_NAMED).map(String);
	const rest = numbers.length - shown.length;
	return joinList(rest > 0 ? [...shown, `${rest} more`] : shown);
}

function nameOf({ record: { shard } }: Omit<ShardFolder, "machine">): string {
	return `${shard.index} of ${shard.of} by ${shard.by}`;
}

/** Returns the place of a machine among the unlike ones so far. One that is unlike them all is added. */
function placeOfMachine(machines: Machine[], found: Machine): number {
	const place = machines.findIndex(
		(one) => machineDifferences(toSnakeCase(machine, one), toSnakeCase(machine, found)).length === 0,
	);
	return place >= 0 ? place : machines.push(found) - 1;
}
