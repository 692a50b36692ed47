/** Starts the processes of users' agents so that they are kept from what is the user's. */
import { mkdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { IsolationRecord, ProcessRecord, Target } from "../../shared/types.ts";
import type { Launch } from "../process/launch.ts";
import { type Isolation, prepareIsolation } from "./isolation.ts";
import { makeScratch } from "./scratch.ts";
import { readAgentSource } from "./source.ts";

type LaunchTarget = (target: Target, role: ProcessRecord["role"]) => Launch;

export interface EnclosedLaunch {
	launch: LaunchTarget;
	record: IsolationRecord;
	listChanged: Isolation["listChanged"];
	/** Removes what the plugins have written. */
	clear(): void;
}

/** Below the folder of a run. */
const SCRATCH = "scratch";

/**
 * @param folder the run's: measurement files are written there
 * @returns null where no target is a user's agent
 */
export async function encloseAgents(
	targets: readonly Target[],
	folder: string,
	launch: LaunchTarget,
): Promise<EnclosedLaunch | null> {
	const agents = targets.flatMap(({ agent }) => agent ?? []);
	if (agents.length === 0) return null;
	const measurements = join(folder, "measurements");
	mkdirSync(measurements, { recursive: true });
	const enclosure = { scratch: makeScratch(join(folder, SCRATCH)), writable: [measurements] };
	const isolation = await prepareIsolation(enclosure, [...new Set(agents.flatMap(foldersOf))]);
	return {
		launch: (target, role) =>
			target.agent ? isolation.enclose(launch(target, role), enclosure) : launch(target, role),
		record: isolation.record,
		listChanged: isolation.listChanged,
		clear: () => rmSync(enclosure.scratch.root, { recursive: true, force: true }),
	};
}

/** The user's own folders: the agent's, and those of its plugins. */
function foldersOf({ path, added }: NonNullable<Target["agent"]>): string[] {
	const own = statSync(path).isDirectory() ? path : dirname(path);
	const plugins = readAgentSource(path, added).plugins.flatMap(({ from }) =>
		from.kind === "folder" ? [from.path] : [],
	);
	return [own, ...plugins];
}
