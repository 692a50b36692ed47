/** A process costs the seconds of its set-up, and those of each plain iteration that it really did. */
import { NS_PER_S } from "../../shared/units.ts";
import type { CellEvidence } from "./result.ts";

/** Each list has one value for every process that was timed, in seconds. */
export interface ProcessCosts {
	setups: number[];
	iterations: number[];
}

/**
 * Lists what processes cost. The iterations of one are counted in its measurement, because blocks after a
 * pilot have more of them than the scenario says.
 */
export function processCosts(processes: CellEvidence["processes"]): ProcessCosts {
	return {
		setups: processes.flatMap(({ record: { setupNs } }) => (setupNs === null ? [] : [setupNs / NS_PER_S])),
		iterations: processes.flatMap(({ record: { turnsNs }, measurement }) => {
			const done = measurement?.cells[0]?.iterations.filter(({ phase }) => phase === "plain").length ?? 0;
			return turnsNs === null || done === 0 ? [] : [turnsNs / NS_PER_S / done];
		}),
	};
}
