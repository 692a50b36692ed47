/** Says what an agent does while no message comes. */
import type { AgentLedger, ScenarioCosts } from "../../shared/types.ts";

/** Rows of what was at work, the longest first; null where nothing was watched. */
export function nightOf({ idle }: AgentLedger): ScenarioCosts["night"] {
	const { watchedNs, cpuNs, work } = idle;
	if (watchedNs === 0) return null;
	return {
		watchedNs,
		cpuShare: cpuNs / watchedNs,
		work: work.toSorted((one, other) => other.timerNs - one.timerNs || other.timerRuns - one.timerRuns),
	};
}
