/** Digests of everything a figure depends on besides the machine, so that a resumed run is one run. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type DatabaseServer, harnessEntry, type RunFile, type Target } from "../../shared/types.ts";
import { harnessDigest } from "../targets/folder.ts";
import { packagesDigest } from "../targets/install.ts";

/** A user's own folder needs the inputs of the calibration only if it has one. */
const CONTRACT_FILES = ["character.json", "mock-responses.json", "calibration.json"];

/** @param server that of the targets that need one; null: none does */
export function fingerprintOf(
	targets: readonly Target[],
	shared: string,
	server: DatabaseServer | null = null,
): RunFile["fingerprint"] {
	const runtimes = [...new Set(targets.map(({ runtime }) => runtime))];
	const definition = (target: Target) => {
		const { id, runtime, label, framework, database, engine, source, variants, agent } = target;
		const common = [id, runtime, label, framework, database, engine, source, variants];
		return JSON.stringify(agent === undefined ? common : [...common, agent]);
	};
	return {
		...Object.fromEntries(targets.map((target) => [`the target ${target.id}`, sha256(definition(target))])),
		...Object.fromEntries(runtimes.map((runtime) => [harnessEntry(runtime), harnessDigest(runtime)])),
		...Object.fromEntries(
			targets.flatMap((target) => {
				const packages = packagesDigest(target);
				return packages === null ? [] : [[`what is installed for the target ${target.id}`, packages]];
			}),
		),
		...(server === null ? {} : { "the database server": sha256(serverDefinition(server)) }),
		...contractDigests(shared),
	};
}

/** Digests of the contract's files that every scenario reads. */
export function contractDigests(shared: string): RunFile["fingerprint"] {
	return Object.fromEntries(
		CONTRACT_FILES.filter((name) => existsSync(join(shared, name))).map((name) => [
			`shared/${name}`,
			sha256(readFileSync(join(shared, name))),
		]),
	);
}

/** What it promises, without the time of a commit, which is measured anew. */
function serverDefinition({ version, given, fsync, synchronousCommit, sharedBuffersBytes }: DatabaseServer) {
	return JSON.stringify([version, given, fsync, synchronousCommit, sharedBuffersBytes]);
}

function sha256(content: string | Buffer): string {
	return createHash("sha256").update(content).digest("hex");
}
