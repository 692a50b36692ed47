/** The record of a run (`run.json`): how it begins, and the time that it has taken. */
import {
	type LeftOutTarget,
	type RunFile,
	SCHEMA_VERSION,
	type Target,
	type TargetSize,
} from "../../shared/types.ts";
import { MS_PER_S } from "../../shared/units.ts";
import { describeMachine } from "../machine/describe.ts";
import type { RunStore } from "./store.ts";

/** This says what is measured and how: all of a run that is known before its targets are set up. */
export type RunDefinition = Pick<
	RunFile,
	| "startedAt"
	| "profile"
	| "command"
	| "seed"
	| "modelDelayMs"
	| "settings"
	| "scenarios"
	| "observe"
	| "shard"
>;

/** The targets of a run, as they were set up. */
export interface RunTargets {
	targets: readonly Target[];
	leftOut: readonly LeftOutTarget[];
	fingerprint: RunFile["fingerprint"];
	sizeOf: (target: Target) => TargetSize | null;
}

export function newRecord(
	definition: RunDefinition,
	{ targets, leftOut, fingerprint, sizeOf }: RunTargets,
): RunFile {
	return {
		...definition,
		schemaVersion: SCHEMA_VERSION,
		kind: "run",
		finishedAt: null,
		status: "running",
		machine: describeMachine(),
		fingerprint,
		resumed: [],
		elapsedSeconds: 0,
		finishedScenarios: [],
		...(leftOut.length > 0 ? { leftOut: [...leftOut] } : {}),
		targets: targets.map((target) => ({ ...target, versions: null, size: sizeOf(target) })),
		processes: [],
		turns: [],
	};
}

/** Starting the program and writing the reports take the rest of a budget. */
const MEASURED_PART = 0.99;

/** Measures the time spent, over all parts of a resumed run, and what is left of the budget. */
export class RunClock {
	readonly #record: RunFile;
	readonly #before: number;
	readonly #started = performance.now();

	constructor(record: RunFile) {
		this.#record = record;
		this.#before = record.elapsedSeconds;
	}

	get seconds(): number {
		return this.#before + (performance.now() - this.#started) / MS_PER_S;
	}

	/** Saves the record with the time that the run has taken. */
	save(store: RunStore): void {
		this.#record.elapsedSeconds = this.seconds;
		store.saveRun(this.#record);
	}

	/** The seconds left of the budget for measuring, not below 0; null: there is no budget. */
	get secondsLeft(): number | null {
		const { budgetSeconds } = this.#record.settings;
		return budgetSeconds === null ? null : Math.max(0, budgetSeconds * MEASURED_PART - this.seconds);
	}
}
