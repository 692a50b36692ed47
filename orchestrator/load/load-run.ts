/** A load run: every target in several fresh processes, which take turns so that all see the same machine. */

import { Random } from "../../shared/random.ts";
import type { Target } from "../../shared/types.ts";
import { secondsSince } from "../elapsed.ts";
import type { LoadContext } from "./session.ts";
import { type Known, TargetProcess } from "./target-process.ts";

/** The name of the record in a run's folder. */
export const LOAD_FILE = "load.json";

const NOTHING_KNOWN: Known = { grows: null, held: null, inRow: null };

/**
 * Measures all targets and keeps what is measured after every process. Each has one process. A further one is
 * begun if the longest until now would still fit into the budget.
 */
export async function runLoad(context: LoadContext, targets: readonly Target[]): Promise<void> {
	const { file, store, stop } = context;
	const { processes, budgetSeconds, seed } = file.settings;
	const known = new Map(targets.map(({ id }): [string, Known] => [id, { ...NOTHING_KNOWN }]));
	const longest = new Map<string, number>();
	const begun = performance.now();
	for (let process = 0; process < processes; process++) {
		for (const target of Random.of(seed, "load", process).shuffle(targets)) {
			if (stop.requested || isLost(context, target)) continue;
			const expected = longest.get(target.id);
			const isLate = secondsSince(begun) + (expected ?? 0) > (budgetSeconds ?? Number.POSITIVE_INFINITY);
			if (expected !== undefined && isLate) continue;
			const started = performance.now();
			const own = known.get(target.id) ?? { ...NOTHING_KNOWN };
			await new TargetProcess(context, target, process, own).measure();
			longest.set(target.id, Math.max(expected ?? 0, secondsSince(started)));
			store.save(LOAD_FILE, file);
		}
	}
	file.interrupted = stop.requested;
	file.finishedAt = new Date().toISOString();
	store.save(LOAD_FILE, file);
}

/** The framework's own error would come again. A process that was killed may have had bad luck, once. */
function isLost({ file }: LoadContext, { id }: Target): boolean {
	const own = file.processes.filter(({ target, empty }) => target === id && !empty);
	return (
		own.some(({ failure }) => failure !== null) || own.filter(({ problem }) => problem !== null).length > 1
	);
}
