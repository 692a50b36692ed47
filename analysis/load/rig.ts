/**
 * Says whether a figure is the runtime's, or the rig's: of the generator, of the pipe, of neighbours on the
 * machine. It looks at what they did and never at whether a figure is liked, but for the empty worker: what
 * it shows too is not the framework's.
 */
import type { Disturbance, LoadPhase } from "../../shared/types.ts";
import { contamination } from "../cell/contamination.ts";
import { type PhaseFigures, phaseFigures } from "./phase.ts";

/** The generator may be so late at the 99th percentile. A thread that sleeps is late by 0.1 to 1.6 ms. */
export const LATE_LIMIT_NS = 5e6;
/** It may be so late beside what was measured, unless it is hardly late at all. */
const LATE_SHARE = 0.1;
const LATE_FLOOR_NS = 1e6;
/** Others may use so much of the machine. A quarter of a core of two changed no figure that was tried. */
export const FOREIGN_LIMIT = 0.125;
/** Below this time, ticks of 10 ms would be the verdict. */
const LEAST_WALL_NS = 200e6;
/** An empty worker that shows so much of what was measured, or of the limit, shows it too. */
export const EMPTY_SHARE = 0.5;

export type RigReason =
	/** The generator was late. */
	| { kind: "generator"; lateNs: number }
	/** Others used so many processors. */
	| { kind: "neighbours"; processors: number; of: number }
	| { kind: "disturbed"; disturbance: Disturbance }
	| { kind: "pipe-full"; times: number }
	/** The same load without a framework took so long. */
	| { kind: "empty-worker"; tailNs: number };

/** @param empty the same load against an empty worker, in the same minutes, where there is such a phase */
export function rigReasons(phase: LoadPhase, empty?: LoadPhase): RigReason[] {
	const figures = phaseFigures(phase);
	if (figures === null) return [];
	return [
		...generatorReasons(figures),
		...machineReasons(phase),
		...(phase.pipeFull > 0 ? [{ kind: "pipe-full" as const, times: phase.pipeFull }] : []),
		...emptyReasons(figures, empty),
	];
}

function generatorReasons({ lateTailNs, tailNs }: PhaseFigures): RigReason[] {
	const most = Math.max(LATE_FLOOR_NS, LATE_SHARE * (tailNs ?? Number.POSITIVE_INFINITY));
	return lateTailNs > Math.min(LATE_LIMIT_NS, most) ? [{ kind: "generator", lateNs: lateTailNs }] : [];
}

function machineReasons({ monitor }: LoadPhase): RigReason[] {
	if (monitor === null || monitor.wallNs < LEAST_WALL_NS) return [];
	const { foreignCpuNs, wallNs, processors } = monitor;
	const used = foreignCpuNs === null ? null : foreignCpuNs / wallNs;
	const neighbours: RigReason[] =
		used !== null && processors !== null && used > FOREIGN_LIMIT * processors
			? [{ kind: "neighbours", processors: used, of: processors }]
			: [];
	return [
		...neighbours,
		...contamination(monitor).map((disturbance) => ({ kind: "disturbed" as const, disturbance })),
	];
}

function emptyReasons({ tailNs }: PhaseFigures, empty: LoadPhase | undefined): RigReason[] {
	const other = empty === undefined ? null : (phaseFigures(empty)?.tailNs ?? null);
	return tailNs !== null && other !== null && other > EMPTY_SHARE * tailNs && other > LATE_FLOOR_NS
		? [{ kind: "empty-worker", tailNs: other }]
		: [];
}
