/** A load run: every target in several fresh processes, which take turns so that all see the same machine. */
import { Random } from "../../shared/random.ts";
import type { Target } from "../../shared/types.ts";
import type { LoadContext } from "./session.ts";
import { type Known, TargetProcess } from "./target-process.ts";

/** The name of the record in a run's folder. */
export const LOAD_FILE = "load.json";

const NOTHING_KNOWN: Known = { grows: null, held: null, inRow: null };

/** Measures all targets and keeps what is measured after every process. */
export async function runLoad(context: LoadContext, targets: readonly Target[]): Promise<void> {
	const { file, store, stop } = context;
	const known = new Map(targets.map(({ id }): [string, Known] => [id, { ...NOTHING_KNOWN }]));
	for (let process = 0; process < file.settings.processes; process++) {
		for (const target of Random.of(file.settings.seed, "load", process).shuffle(targets)) {
			if (stop.requested || isLost(context, target)) continue;
			const own = known.get(target.id) ?? { ...NOTHING_KNOWN };
			await new TargetProcess(context, target, process, own).measure();
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
