/**
 * Shares a run among machines. The smallest piece is a whole block, in which all its targets are alive on one
 * machine: what is compared is never split. Every machine computes its share from the plan alone, so the
 * shards of a plan do not overlap and are the whole run together.
 */
import { createHash } from "node:crypto";
import { sum } from "../../analysis/stats/statistics.ts";
import { countedText } from "../../report/text/units.ts";
import type { RunFile, RunSettings, Scenario, Shard, ShardWay, Target } from "../../shared/types.ts";
import { UserError } from "../errors.ts";
import { estimateSeconds } from "./estimate.ts";
import { NoiseHistory } from "./noise-history.ts";
import { leastBlocks } from "./schedule.ts";

/** Which share of a plan is asked for. */
export interface ShardChoice {
	index: number;
	of: number;
	by: ShardWay;
}

/** All that a run does, on however many machines. */
export interface Plan
	extends Pick<RunFile, "profile" | "seed" | "modelDelayMs" | "settings" | "scenarios" | "observe"> {
	targets: readonly Target[];
}

/** What one machine does of a plan, and its place there. */
export type Share = Pick<RunFile, "seed" | "settings" | "scenarios"> & { targets: Target[]; shard: Shard };

/**
 * Returns one shard of a plan.
 * @throws {UserError} where a plan cannot be shared so, or not among so many
 */
export function sharePlan(plan: Plan, choice: ShardChoice): Share {
	const { index, of, by } = choice;
	if (index > of)
		throw new UserError(`--shard ${index}/${of}: there is no such shard, the last one is ${of}/${of}`);
	const { seed, settings, scenarios } = plan;
	const targets = [...plan.targets];
	const shard: Shard = {
		index,
		of,
		by,
		plan: planDigests(plan),
		scenarios: scenarios.map(({ id }) => id),
		targets: targets.map(({ id }) => id),
		seed,
	};
	const whole = { seed, settings, scenarios, targets, shard };
	if (by === "blocks") return { ...whole, settings: shareBlocks(plan, choice) };
	if (by === "versions")
		// Each group has draws of its own, because it has blocks with the numbers of the others.
		return { ...whole, seed: seed + index - 1, targets: groupOf(targets, choice) };
	const shares = shareScenarios(plan, of);
	return { ...whole, scenarios: shares[index - 1] ?? [] };
}

/** Says what a plan is made of, so that a shard of another one is found, and how it differs. */
function planDigests({ profile, seed, modelDelayMs, settings, scenarios, observe, targets }: Plan) {
	const definitions = targets.map(({ id, runtime, framework, database, engine, variants }) => [
		id,
		runtime,
		framework.package,
		database.package,
		engine,
		variants ?? [],
	]);
	const parts = { profile, seed, modelDelayMs, settings, scenarios, observe, targets: definitions };
	return Object.fromEntries(
		Object.entries(parts).map(([name, part]) => [
			name,
			createHash("sha256").update(JSON.stringify(part)).digest("hex"),
		]),
	);
}

/** @throws {UserError} where the number of blocks is open, or there are fewer than shards */
function shareBlocks({ settings, scenarios }: Plan, { index, of }: ShardChoice): RunSettings {
	if (settings.precision !== null)
		throw new UserError(
			"--shard-by blocks shares a number of blocks that is known: name it with --blocks, without --precision and --budget",
		);
	const fewest = Math.min(...scenarios.map((scenario) => leastBlocks(scenario, settings)));
	if (of > fewest)
		throw new UserError(
			`--shard ${index}/${of}: a scenario has ${fewest} blocks, for ${fewest} shards at most`,
		);
	return { ...settings, blockNumbers: { first: index - 1, step: of } };
}

/**
 * Shares whole scenarios, so that the shards take about as long. Sizes of one series stay together: growth
 * compares their times, which unlike machines do not share. The costs are guesses from the plan alone,
 * because what a machine remembers of earlier runs differs from that of the next.
 * @throws {UserError} with fewer pieces than shards
 */
export function shareScenarios(plan: Plan, of: number): Scenario[][] {
	const pieces = new Map<string, Scenario[]>();
	for (const scenario of plan.scenarios) {
		const key = scenario.scaling ? `series ${scenario.scaling.series}` : `scenario ${scenario.id}`;
		pieces.set(key, [...(pieces.get(key) ?? []), scenario]);
	}
	if (of > pieces.size)
		throw new UserError(
			`--shard-by scenarios: sizes of one series stay together, so that these scenarios are enough ` +
				`for ${countedText(pieces.size, "shard")} at most`,
		);
	const shares = Array.from({ length: of }, () => ({ seconds: 0, scenarios: new Set<Scenario>() }));
	const costly = [...pieces.values()]
		.map((scenarios) => ({ scenarios, seconds: sum(scenarios.map((one) => secondsOf(one, plan))) }))
		.toSorted((a, b) => b.seconds - a.seconds);
	// The longest piece first, to whom has least (Graham 1969): at most a third longer than possible.
	for (const { scenarios, seconds } of costly) {
		const least = shares.reduce((found, share) => (share.seconds < found.seconds ? share : found));
		least.seconds += seconds;
		for (const scenario of scenarios) least.scenarios.add(scenario);
	}
	return shares.map((share) => plan.scenarios.filter((scenario) => share.scenarios.has(scenario)));
}

/** What a time is guessed from. */
type Timed = Pick<Plan, "targets" | "settings" | "scenarios" | "observe" | "modelDelayMs">;

/** Guesses for how many seconds a share is measured, after its targets are set up. */
export function shareSeconds(share: Timed): number {
	const { precision, budgetSeconds } = share.settings;
	if (precision !== null && budgetSeconds !== null) return budgetSeconds;
	return sum(share.scenarios.map((scenario) => secondsOf(scenario, share)));
}

function secondsOf(
	scenario: Scenario,
	{ targets, settings, scenarios, observe, modelDelayMs }: Timed,
): number {
	const record = { targets: targets.map((target) => ({ ...target, versions: null, size: null })) };
	// A budget is each machine's own, and no scenario is cut to a share of it before it has one.
	const open = { ...settings, budgetSeconds: null };
	const conditions = { ...record, settings: open, scenarios, observe, modelDelayMs, fingerprint: {} };
	const { verification, block, rest } = estimateSeconds(scenario, conditions, NoiseHistory.none());
	return verification + block + rest;
}

/**
 * Returns a group of neighbouring targets, with the first target of all. The last of a group is the first of
 * the next, so that any two neighbours take turns in the blocks of some group.
 * @throws {UserError} with fewer groups than shards
 */
export function groupOf(
	targets: readonly Target[],
	{ index, of }: Pick<ShardChoice, "index" | "of">,
): Target[] {
	const steps = targets.length - 1;
	if (of > steps)
		throw new UserError(
			`--shard-by versions: ${targets.length} targets have ${steps} steps, for ${steps} shards at most`,
		);
	const from = Math.floor(((index - 1) * steps) / of);
	const to = Math.floor((index * steps) / of);
	const [anchor, ...others] = targets;
	return [anchor, ...others.slice(Math.max(0, from - 1), to)].filter((target) => target !== undefined);
}
