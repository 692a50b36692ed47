/** From flags to what a run will do. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { RunFile, RunSettings, Scenario, Target } from "../../shared/types.ts";
import { type Contract, select } from "../contract.ts";
import { UserError } from "../errors.ts";
import { observedIterations, PROFILES, settingsOf, tuned } from "../run/profiles.ts";
import { interruptedRun, refuseChanged } from "../run/resume.ts";
import type { RunOptions } from "../run/run.ts";
import { RunStore } from "../run/store.ts";
import { selectAgain, selectTargets, targetsArgument } from "../targets/select.ts";
import { duration } from "../terminal/progress.ts";

export interface MeasureFlags {
	scenarios: string;
	targets: string;
	profile: string;
	iterations?: number;
	warmup?: number;
	blocks?: number;
	observe?: number;
	observeEveryBlock?: true;
	boxMs?: number;
	modelDelayMs: number;
	seed: number;
	timeout: number;
	scenarioFile?: string;
	targetFile?: string;
	output?: string;
	precision?: number;
	budget?: number;
	aa?: true;
	alternate: RunSettings["alternate"];
	resume?: string;
	json?: true;
}

export type Plan = Pick<
	RunOptions,
	| "scenarios"
	| "targets"
	| "profile"
	| "command"
	| "settings"
	| "observe"
	| "seed"
	| "modelDelayMs"
	| "store"
	| "startedAt"
> & {
	resume?: RunFile;
};

/** @throws {UserError} for flags that name nothing, or do not go together */
export async function newRun(
	flags: MeasureFlags,
	mode: "measure" | "verify",
	contract: Contract,
): Promise<Plan> {
	const profile = PROFILES[flags.profile];
	if (!profile)
		throw new UserError(
			`unknown profile '${flags.profile}': choose from ${Object.keys(PROFILES).join(", ")}`,
		);
	const scenarios = select(contract.scenarios, flags.scenarios, "scenario").map((scenario) =>
		tuned(scenario, profile, flags),
	);
	const targets = await selectTargets(flags.targets, process.cwd(), flags.targetFile);
	const settings = settingsOf(profile, flags, mode === "verify");
	refuseMessageTurns(settings, scenarios, targets);
	const startedAt = new Date();
	const folder =
		flags.output ?? (mode === "verify" ? mkdtempSync(join(tmpdir(), "eliza-benchmark-verify-")) : undefined);
	return {
		scenarios,
		targets,
		settings,
		startedAt,
		profile: profile.name,
		command: commandOf({
			...flags,
			targets: targetsArgument(flags.targets, process.cwd(), flags.targetFile),
		}),
		seed: flags.seed,
		modelDelayMs: flags.modelDelayMs,
		observe: (scenario) => observedIterations(scenario, profile, flags.observe),
		store: RunStore.create(folder, startedAt),
	};
}

/** What begins the same run again; where its results went and how they were shown is no part of it. */
function commandOf({
	scenarios: _,
	output: _output,
	json: _json,
	resume: _resume,
	...flags
}: MeasureFlags): string[] {
	const { precision, budget, targets, scenarioFile, targetFile, ...plain } = flags;
	const files = {
		scenarioFile: scenarioFile && resolve(scenarioFile),
		targetFile: targetFile && resolve(targetFile),
	};
	const given = {
		targets,
		...plain,
		...files,
		precision: precision && `${100 * precision}%`,
		budget: budget && `${budget}s`,
	};
	return [
		"./run.sh",
		...Object.entries(given).flatMap(([name, value]) => {
			const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
			return value === undefined ? [] : value === true ? [option] : [option, String(value)];
		}),
	];
}

/** What will be measured; how long it takes stands behind it. */
export function planText({
	scenarios,
	targets,
	settings: { blocks, aa, precision, budgetSeconds },
}: Plan): string {
	const amount = `${plural(scenarios.length, "scenario")} x ${plural(targets.length, "target")} in ${plural(blocks, "block")}${aa ? ", each target twice" : ""}`;
	if (precision === null) return `Plan: ${amount}`;
	const limit = budgetSeconds === null ? "" : `, for at most ${duration(budgetSeconds)}`;
	return `Plan: ${amount} at least, then until every ratio is known to ${(100 * precision).toFixed(1)} %${limit}; the least`;
}

function plural(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Everything as the run was begun: other flags would make it another run. */
export async function resumedRun(folder: string): Promise<Plan> {
	const store = RunStore.open(folder);
	try {
		const record = interruptedRun(store);
		const { scenarios, settings, profile, command, seed, modelDelayMs, startedAt, observe } = record;
		const targets = await selectAgain(record.targets);
		refuseChanged(record.targets, targets);
		return {
			scenarios,
			targets,
			settings,
			profile,
			command,
			seed,
			modelDelayMs,
			store,
			startedAt: new Date(startedAt),
			resume: record,
			observe: ({ id }) => observe[id] ?? 0,
		};
	} catch (error) {
		store.close();
		throw error;
	}
}

/** A message after a pause is slower than one in a row, by another factor in every language. */
function refuseMessageTurns(
	{ alternate }: RunSettings,
	scenarios: readonly Scenario[],
	targets: readonly Target[],
): void {
	if (alternate !== "messages") return;
	if (new Set(targets.map(({ runtime }) => runtime)).size > 1)
		throw new UserError(
			"--alternate messages compares targets of one runtime only: name them with --targets",
		);
	const unfit = scenarios
		.filter(({ kind, config }) => kind !== "messages" || config.delivery !== "sequential")
		.map(({ id }) => id);
	if (unfit.length > 0)
		throw new UserError(
			`--alternate messages takes sequential scenarios only: leave out ${unfit.join(", ")} with --scenarios`,
		);
}
