/** What was measured of a deployment: each part is there if its command was run. */
import type { DensityFile, EverythingPart, SoakFile } from "../../shared/types.ts";
import type { LoadReport } from "./report.ts";

export interface Deployment {
	/** Messages that come at a rate. */
	load: LoadReport | null;
	/** Users who wait for the reply, think, and write again. */
	conversations: LoadReport | null;
	density: DensityFile | null;
	soak: SoakFile | null;
	/** How each part ended; null: they were not run by `everything`. */
	parts: readonly EverythingPart[] | null;
}

export interface DeployedTarget {
	id: string;
	label: string;
}

/** Lists the targets of all parts, each once, in the order in which they were measured. */
export function deployedTargets({ load, conversations, density, soak }: Deployment): DeployedTarget[] {
	const all = [load, conversations, density, soak].flatMap(
		(part): readonly DeployedTarget[] => part?.targets ?? [],
	);
	return [...new Map(all.map(({ id, label }) => [id, { id, label }])).values()];
}

const NS_PER_HOUR = 3_600_000_000_000;
const MESSAGES = 1_000_000;

/** Returns what a million messages take of a processor, in hours. */
export function coreHours(cpuPerMessageNs: number): number {
	return (cpuPerMessageNs * MESSAGES) / NS_PER_HOUR;
}
