/** Digests of everything a figure depends on besides the machine, so that a resumed run is one run. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { harnessEntry, type RunFile, type Target } from "../../shared/types.ts";
import { harnessDigest } from "../targets/folder.ts";
import { packagesDigest } from "../targets/install.ts";

export function fingerprintOf(targets: readonly Target[], shared: string): RunFile["fingerprint"] {
	const runtimes = [...new Set(targets.map(({ runtime }) => runtime))];
	const definition = ({ id, runtime, label, framework, database, engine, source, variants }: Target) =>
		JSON.stringify([id, runtime, label, framework, database, engine, source, variants]);
	return {
		...Object.fromEntries(targets.map((target) => [`the target ${target.id}`, sha256(definition(target))])),
		...Object.fromEntries(runtimes.map((runtime) => [harnessEntry(runtime), harnessDigest(runtime)])),
		...Object.fromEntries(
			targets.flatMap((target) => {
				const packages = packagesDigest(target);
				return packages === null ? [] : [[`what is installed for the target ${target.id}`, packages]];
			}),
		),
		...Object.fromEntries(
			["character.json", "mock-responses.json"].map((name) => [
				`shared/${name}`,
				sha256(readFileSync(join(shared, name))),
			]),
		),
	};
}

function sha256(content: string | Buffer): string {
	return createHash("sha256").update(content).digest("hex");
}
