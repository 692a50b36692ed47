/** `./run.sh clean` removes set-ups. Results stay. */

import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { sum } from "../../analysis/stats/statistics.ts";
import { BYTES_PER_MB } from "../../shared/units.ts";
import { diskUsage } from "../content.ts";
import { ROOT } from "../files.ts";
import { RUNTIMES } from "../runtimes/index.ts";
import { TARGETS } from "../targets/folder.ts";

export interface CleanFlags {
	all?: true;
	dryRun?: true;
	json?: true;
}

/** The noise history and the set-ups of the locked targets. The orchestrator's own packages stay. */
const ALL = [".cache", ...Object.values(RUNTIMES).flatMap(({ products }) => products)];

/** Removes set-ups. Do not call it during a run, which would lose its harnesses. */
export function cleanCommand(flags: CleanFlags): void {
	const targets = existsSync(TARGETS) ? readdirSync(TARGETS).map((name) => join(TARGETS, name)) : [];
	const paths = flags.all ? ALL.map((path) => join(ROOT, path)).filter((path) => existsSync(path)) : targets;
	const removed: { path: string; bytes: number }[] = [];
	for (const path of paths) {
		removed.push({ path, bytes: diskUsage(path) });
		if (!flags.dryRun) rmSync(path, { recursive: true, force: true });
	}
	if (flags.json) {
		console.log(JSON.stringify({ dryRun: flags.dryRun === true, removed }));
		return;
	}
	for (const { path, bytes } of removed)
		console.log(`${megabytes(bytes).padStart(9)}  ${path.slice(ROOT.length)}`);
	const total = megabytes(sum(removed.map(({ bytes }) => bytes)));
	const done = flags.dryRun ? "would be removed" : "removed";
	console.log(
		removed.length === 0
			? "Nothing to remove."
			: `${total.padStart(9)}  ${done}; the next run sets up what it needs`,
	);
}

function megabytes(bytes: number): string {
	return `${(bytes / BYTES_PER_MB).toFixed(1)} MB`;
}
