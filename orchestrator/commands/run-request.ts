/** Turns flags into a request: what a run is to do. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
	goesInSteps,
	type RunFile,
	type RunSettings,
	type Scenario,
	type ShardWay,
	type Target,
} from "../../shared/types.ts";
import { type Contract, select } from "../contract.ts";
import { parseDatabaseUrl, withoutPassword } from "../database/given.ts";
import { UserError } from "../errors.ts";
import { applyProfile, observedIterations, PROFILES, type Profile, settingsOf } from "../run/profiles.ts";
import type { RunDefinition } from "../run/record.ts";
import { readInterruptedRun, refuseChanged } from "../run/resume.ts";
import { type Share, sharePlan } from "../run/shard-plan.ts";
import { RunStore } from "../run/store.ts";
import { resolveAgain, resolveTargets } from "../targets/select.ts";
import type { TargetList } from "../targets/specification.ts";
import { describeDuration } from "../terminal/progress.ts";

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
	/** The share of the run that this machine measures. Absent: all of it. */
	shard?: { index: number; of: number };
	shardBy?: ShardWay;
	/** A database server of the user's own. It may hold a password. */
	databaseUrl?: string;
	/** Measures although another run measures on this machine. */
	beside?: true;
	json?: true;
}

/** The flags of a new run, with its targets parsed. */
export type NewRunFlags = Omit<MeasureFlags, "targets">;

export interface RunRequest {
	definition: RunDefinition;
	/** The targets as they were asked for. They may not be set up yet. */
	targets: Target[];
	store: RunStore;
	/** The record of the run that is resumed; null: it is a new one. */
	interrupted: RunFile | null;
	/** Whether it measures although another run does. */
	beside: boolean;
	/** The user's own database server. */
	databaseUrl: string | undefined;
}

/** @throws {UserError} for a name that no profile has */
export function chooseProfile(name: string): Profile {
	const profile = PROFILES[name];
	if (profile) return profile;
	throw new UserError(`unknown profile '${name}': choose from ${Object.keys(PROFILES).join(", ")}`);
}

export interface MadeRequest {
	/** Scenarios that are measured as they are, instead of those of the contract that the flags name. */
	scenarios?: readonly Scenario[] | undefined;
	/** The words that ask for it again, where these flags alone do not. */
	command?: readonly string[];
}

/** @throws {UserError} for flags that name nothing, or do not go together */
export async function requestRun(
	contract: Contract,
	list: TargetList,
	flags: NewRunFlags,
	mode: "measure" | "verify",
	{ scenarios: made, command }: MadeRequest = {},
): Promise<RunRequest> {
	const profile = chooseProfile(flags.profile);
	const wanted = await wantedOf(contract, list, flags, mode, made);
	const { scenarios, targets, settings, seed, shard } = shareOf(profile, flags, wanted);
	const startedAt = new Date();
	const folder =
		flags.output ?? (mode === "verify" ? mkdtempSync(join(tmpdir(), "eliza-benchmark-verify-")) : undefined);
	const store = RunStore.create(folder, startedAt);
	// Made scenarios are in no file but that of the run.
	const origin = made ? { scenarioFile: join(store.folder, "scenarios.json") } : {};
	const definition: RunDefinition = {
		scenarios,
		settings,
		startedAt: startedAt.toISOString(),
		profile: profile.name,
		command: command ? [...command] : commandOf({ ...flags, ...origin, targets: list.argument }),
		seed,
		modelDelayMs: flags.modelDelayMs,
		observe: observeOf(scenarios, profile, flags),
		...(shard === undefined ? {} : { shard }),
	};
	const { beside, databaseUrl } = flags;
	return { definition, targets, store, interrupted: null, beside: beside === true, databaseUrl };
}

/** All that a run is asked for, on however many machines. */
export interface Wanted {
	scenarios: Scenario[];
	targets: readonly Target[];
	verifyOnly: boolean;
}

/** @throws {UserError} for flags that name nothing */
export async function wantedOf(
	contract: Contract,
	list: TargetList,
	flags: NewRunFlags,
	mode: "measure" | "verify",
	made?: readonly Scenario[],
): Promise<Wanted> {
	const profile = chooseProfile(flags.profile);
	if (flags.databaseUrl !== undefined) parseDatabaseUrl(flags.databaseUrl);
	const scenarios = made
		? [...made]
		: select(contract.scenarios, flags.scenarios, "scenario").map((scenario) =>
				applyProfile(scenario, profile, flags),
			);
	return { scenarios, targets: await resolveTargets(list), verifyOnly: mode === "verify" };
}

/**
 * Returns what this machine does of all that is wanted: the shard that is asked for, or everything.
 * @throws {UserError} for a shard that cannot be, and for flags that do not go together
 */
export function shareOf(
	profile: Profile,
	flags: NewRunFlags,
	{ scenarios, targets, verifyOnly }: Wanted,
): Omit<Share, "shard"> & Partial<Pick<Share, "shard">> {
	const { seed, modelDelayMs, shard, shardBy } = flags;
	const settingsFor = (cells: number) => settingsOf(profile, flags, { verifyOnly, cells });
	const settings = settingsFor(scenarios.length * targets.length);
	refuseMessageTurns(settings, scenarios, targets);
	if (shard === undefined) {
		if (shardBy !== undefined)
			throw new UserError("--shard-by shares a run: say which share with --shard I/N");
		return { scenarios, targets: [...targets], settings, seed };
	}
	if (verifyOnly) throw new UserError("verify measures nothing that needs many machines: leave out --shard");
	const observe = observeOf(scenarios, profile, flags);
	const plan = { profile: profile.name, seed, modelDelayMs, settings, scenarios, observe, targets };
	const share = sharePlan(plan, { ...shard, by: shardBy ?? "scenarios" });
	// A budget of the profile's own is for its cells. One that the user names is each machine's.
	const { budgetSeconds } = settingsFor(share.scenarios.length * share.targets.length);
	return { ...share, settings: { ...share.settings, budgetSeconds } };
}

export function observeOf(
	scenarios: readonly Scenario[],
	profile: Profile,
	flags: NewRunFlags,
): RunFile["observe"] {
	return Object.fromEntries(
		scenarios.map((scenario) => [scenario.id, observedInBlock(scenario, profile, flags)]),
	);
}

/** Where every block has observed iterations, those of a thousand messages are as few as the profile says. */
function observedInBlock(
	scenario: Scenario,
	profile: Profile,
	{ observe, observeEveryBlock }: Pick<NewRunFlags, "observe" | "observeEveryBlock">,
): number {
	const asked = observedIterations(scenario, profile, observe);
	return observeEveryBlock ? Math.min(asked, observedIterations(scenario, profile, undefined)) : asked;
}

/**
 * Requests the rest of an interrupted run. Everything is as the run was begun: other flags would make it
 * another run. Where the database server is may be said again, because no password is kept.
 */
export async function requestResumption(
	folder: string,
	{ beside, databaseUrl }: Pick<MeasureFlags, "beside" | "databaseUrl">,
): Promise<RunRequest> {
	const store = RunStore.open(folder);
	try {
		const record = readInterruptedRun(store);
		const targets = await resolveAgain(record.targets);
		refuseChanged(record.targets, targets);
		const means = { beside: beside === true, databaseUrl };
		return { definition: record, targets, store, interrupted: record, ...means };
	} catch (error) {
		store.close();
		throw error;
	}
}

/**
 * Makes the words that begin the same run again. Where its results went, how they were shown and among which
 * machines it was shared is no part of it.
 */
export function commandOf({
	scenarios: _,
	output: _output,
	json: _json,
	resume: _resume,
	beside: _beside,
	shard: _shard,
	shardBy: _shardBy,
	...flags
}: MeasureFlags): string[] {
	const { precision, budget, targets, scenarioFile, targetFile, databaseUrl, ...plain } = flags;
	const files = {
		scenarioFile: scenarioFile && resolve(scenarioFile),
		targetFile: targetFile && resolve(targetFile),
	};
	const given = {
		targets,
		...plain,
		...files,
		databaseUrl: databaseUrl && withoutPassword(databaseUrl),
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

/** Describes what will be measured. The caller adds how long it takes. */
export function describeRequest(definition: RunDefinition, targets: readonly Target[]): string {
	const { scenarios, settings, shard } = definition;
	const { aa, precision, budgetSeconds } = settings;
	const blocks = settings.blockNumbers ? `a share of ${settings.blocks}` : settings.blocks;
	const part = shard ? `shard ${shard.index} of ${shard.of}, ` : "";
	const counts = part + [countOf(scenarios, "scenario"), countOf(targets, "target")].join(" x ");
	const twice = aa ? ", each target twice" : "";
	if (precision === null) return `Plan: ${counts} in ${blocks} ${plural("block", settings.blocks)}${twice}`;
	const percent = (100 * precision).toFixed(1);
	const limit =
		budgetSeconds === null
			? "; the least"
			: ` or ${describeDuration(budgetSeconds).replace("about ", "")} are over`;
	return `Plan: ${counts}${twice}, until every ratio is known to ${percent} %${limit}`;
}

function countOf(items: readonly unknown[], noun: string): string {
	return `${items.length} ${plural(noun, items.length)}`;
}

function plural(noun: string, count: number): string {
	return count === 1 ? noun : `${noun}s`;
}

/**
 * Refuses turns by message where they would mislead: a message after a pause is slower than one in a row,
 * by another factor in every language.
 */
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
		.filter((scenario) => scenario.kind !== "messages" || !goesInSteps(scenario))
		.map(({ id }) => id);
	if (unfit.length > 0)
		throw new UserError(
			`--alternate messages takes sequential scenarios only: leave out ${unfit.join(", ")} with --scenarios`,
		);
}
