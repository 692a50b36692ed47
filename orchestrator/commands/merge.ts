/** `./run.sh merge` makes one run from its shards, which were measured on as many machines. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { versionHistory } from "../../analysis/change/versions.ts";
import { renderComparison } from "../../report/console/report.ts";
import { terminalLayout } from "../../report/console/table.ts";
import { renderHistoryPage } from "../../report/html/history.ts";
import { countedText } from "../../report/text/units.ts";
import type { ComparisonFile } from "../../shared/types.ts";
import { loadContract } from "../contract.ts";
import { EXIT, UserError } from "../errors.ts";
import { writeText } from "../files.ts";
import { isLockFile } from "../process/lock.ts";
import { contractDigests } from "../run/fingerprint.ts";
import { mergeShards } from "../run/merge.ts";
import { readResults } from "../run/results.ts";
import { namesOf, readShards, type ShardSet } from "../run/shards.ts";
import { RunStore } from "../run/store.ts";
import { writePage } from "./run-measurement.ts";

export interface MergeFlags {
	output?: string;
	allowMissing?: true;
	json?: true;
}

/**
 * @throws {UserError} with status 2 for shards that are missing, doubled or not whole, with status 3 for
 *   shards that were not measured alike
 */
export async function mergeCommand(paths: string[], flags: MergeFlags): Promise<void> {
	const contract = loadContract({});
	const set = readShards(paths, flags.allowMissing === true);
	refuseForeignContract(set, contract.shared);
	const { comparison, folder } = mergeInto(flags.output, set, contract.character.fixtures);
	const page = await writePage(folder, comparison);
	const versions = set.shards[0]?.record.shard.by === "versions" ? writeVersions(folder) : null;
	if (flags.json) console.log(JSON.stringify(comparison));
	else console.log(renderComparison(comparison, terminalLayout()));
	const say = flags.json ? console.error : console.log;
	const partial = set.shards.filter(({ record }) => record.status !== "complete");
	say(
		`Merged: ${countedText(set.shards.length, "shard")}, ${countedText(set.machines.length, "kind of machine", "kinds of machine")}`,
	);
	if (set.missing.length > 0)
		say(`Missing: ${countedText(set.missing.length, "shard")}, ${namesOf(set.missing)}`);
	if (partial.length > 0)
		say(
			`Not complete: ${countedText(partial.length, "shard")}, ${namesOf(partial.map(({ record }) => record.shard.index))}`,
		);
	say(`Results: ${folder}\nPage: ${page}`);
	if (versions !== null) say(`Versions: ${versions}`);
}

/**
 * Neighbouring versions took turns in some group, so their steps are known. @returns null without a figure
 */
function writeVersions(folder: string): string | null {
	const found = versionHistory(readResults(folder));
	if (found.series.length === 0) return null;
	const path = join(folder, "versions.html");
	writeText(path, renderHistoryPage(found));
	return path;
}

/** @throws {UserError} for a place in a shard's folder, which would be another one then */
function refuseWithin(output: string | undefined, { shards }: ShardSet): void {
	const within = shards.find(({ folder }) => `${resolve(output ?? "")}/`.startsWith(`${folder}/`));
	if (output !== undefined && within)
		throw new UserError(
			`the output folder ${resolve(output)} lies in the shard ${within.folder}: name another with --output`,
		);
}

/** What fails half-way leaves no folder that could be taken for a run. */
function mergeInto(
	output: string | undefined,
	set: ShardSet,
	fixtures: Parameters<typeof mergeShards>[2],
): { comparison: ComparisonFile; folder: string } {
	const isNew = output === undefined || !existsSync(output);
	refuseWithin(output, set);
	const store = RunStore.create(output, new Date(), "-merged");
	try {
		return { comparison: mergeShards(set, store, fixtures), folder: store.folder };
	} catch (error) {
		// The folder was empty but for our lock.
		const made = isNew
			? [store.folder]
			: readdirSync(store.folder)
					.filter((name) => !isLockFile(name))
					.map((name) => join(store.folder, name));
		for (const path of made) rmSync(path, { recursive: true, force: true });
		if (error instanceof UserError && error.exitCode === EXIT.failed)
			throw new UserError(
				`${error.message}; nothing was kept, name another place with --output`,
				error.exitCode,
			);
		throw error;
	} finally {
		store.close();
	}
}

/** Replies are checked against the contract that they were made by. */
function refuseForeignContract({ shards: [first] }: ShardSet, shared: string): void {
	for (const [name, digest] of Object.entries(contractDigests(shared)))
		if (first && first.record.fingerprint[name] !== digest)
			throw new UserError(
				`the shards were measured with another ${name} than this benchmark has: merge them with the version that measured them`,
				EXIT.notComparable,
			);
}
