/** `./run.sh fleet merge` merges what the shards of a fleet have, in place of an earlier merge. */
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { EXIT, UserError } from "../errors.ts";
import { FleetFolder } from "../fleet/fleet-folder.ts";
import { namesOf } from "../run/shards.ts";
import { inTurn } from "../targets/in-turn.ts";
import { mergeCommand } from "./merge.ts";

/** @throws {UserError} when no shard has measured anything, and as {@link mergeCommand} */
export async function fleetMergeCommand(path: string, flags: { json?: true }): Promise<void> {
	const fleet = FleetFolder.open(path);
	await inTurn(
		"merge",
		(line) => console.error(line),
		() => merge(fleet, flags),
		join(fleet.folder, "locks"),
	);
}

async function merge(fleet: FleetFolder, flags: { json?: true }): Promise<void> {
	const { of } = fleet.read();
	const numbers = Array.from({ length: of }, (_, place) => place + 1);
	const begun = numbers.filter((shard) => existsSync(join(fleet.shard(shard), "run.json")));
	const partial = numbers.filter((shard) => fleet.readShard(shard)?.status !== "complete");
	if (begun.length === 0)
		throw new UserError(`no shard of ${fleet.folder} has measured anything yet: there is nothing to merge`);
	const earlier = join(fleet.folder, "merged-before");
	// A merge that was killed has left the one before it aside.
	if (existsSync(earlier) && !fleet.readMerged()) {
		rmSync(fleet.merged, { recursive: true, force: true });
		renameSync(earlier, fleet.merged);
	}
	rmSync(earlier, { recursive: true, force: true });
	if (existsSync(fleet.merged)) renameSync(fleet.merged, earlier);
	try {
		const allow = partial.length === 0 ? {} : ({ allowMissing: true } as const);
		await mergeCommand(
			begun.map((shard) => fleet.shard(shard)),
			{ ...flags, ...allow, output: fleet.merged },
		);
	} catch (error) {
		rmSync(fleet.merged, { recursive: true, force: true });
		if (existsSync(earlier)) renameSync(earlier, fleet.merged);
		throw error;
	}
	rmSync(earlier, { recursive: true, force: true });
	if (partial.length === 0) return;
	const [noun, verb] = partial.length === 1 ? ["shard", "is"] : ["shards", "are"];
	console.error(
		`error: ${noun} ${namesOf(partial)} of ${of} ${verb} not complete: ` +
			`run only that again with ./run.sh fleet retry ${fleet.folder}`,
	);
	process.exitCode = EXIT.failed;
}
