/** Starts the processes of users' agents so that they are kept from what is the user's. */
import { mkdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { IsolationRecord, ProcessRecord, Target } from "../../shared/types.ts";
import type { Launch } from "../process/launch.ts";
import { type Isolation, prepareIsolation } from "./isolation.ts";
import { makeScratch, type Scratch } from "./scratch.ts";
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
/** Of the number of a process. */
const DIGITS = 5;

/**
 * @param folder the run's: measurement files are written there
 * @returns null where no target is a user's agent
 */
export async function encloseAgents(
	targets: readonly Target[],
	folder: string,
	launch: LaunchTarget,
): Promise<EnclosedLaunch | null> {
	const agents = targets.filter(({ agent }) => agent !== undefined);
	if (agents.length === 0) return null;
	const measurements = join(folder, "measurements");
	mkdirSync(measurements, { recursive: true });
	const root = join(folder, SCRATCH);
	const scratch = makeScratch(root);
	const own = new OwnScratch(root, scratch.engine);
	const isolation = await prepareIsolation({ scratch, writable: [measurements] }, [
		...new Set(agents.flatMap(foldersOf)),
	]);
	return {
		launch: (target, role) =>
			target.agent
				? isolation.enclose(launch(target, role), {
						scratch: own.make(`${target.id} ${role}`),
						writable: [measurements],
					})
				: launch(target, role),
		record: isolation.record,
		listChanged: isolation.listChanged,
		clear: () => rmSync(root, { recursive: true, force: true }),
	};
}

/**
 * Gives every process folders of its own: what one has written must not be found by the next one, or by one
 * that lacks a plugin. What the engine has compiled is shared.
 */
export class OwnScratch {
	readonly #root: string;
	readonly #engine: string;
	readonly #last = new Map<string, string>();
	#count = 0;

	constructor(root: string, engine: string) {
		this.#root = root;
		this.#engine = engine;
	}

	/** @param place of processes that follow each other: the folders of the one before are removed */
	make(place: string): Scratch {
		const before = this.#last.get(place);
		if (before !== undefined) rmSync(before, { recursive: true, force: true });
		// Paths of one length: a longer environment would move the stack.
		const root = join(this.#root, String(++this.#count).padStart(DIGITS, "0"));
		this.#last.set(place, root);
		return makeScratch(root, process.env, this.#engine);
	}
}

/** The user's own folders: the agent's, and those of its plugins. */
function foldersOf({ agent, framework }: Target): string[] {
	if (!agent) return [];
	const { path, added } = agent;
	const own = statSync(path).isDirectory() ? path : dirname(path);
	const plugins = readAgentSource(path, added, framework.package).plugins.flatMap(({ from }) =>
		from.kind === "folder" ? [from.path] : [],
	);
	return [own, ...plugins];
}
