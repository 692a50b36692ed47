/**
 * This file makes the ratio of two targets over unlike machines. Both targets took turns inside each block,
 * so the ratio of a machine comes from its own blocks, and machines are a random effect.
 */
import type { RatioOverMachines, RatioPair, ScenarioResult, Verdict } from "../../shared/types.ts";
import { cellOn } from "../cell/machines.ts";
import { boundsOf, CONFIDENCE, type Estimate, geometricMean, ratioEstimate } from "../stats/intervals.ts";
import { detectableShift } from "../stats/power.ts";
import { heterogeneityOf, ratioOverGroups, spreadBetween } from "../stats/random-effects.ts";
import { factorOf, mean } from "../stats/statistics.ts";
import { pairEstimate, pairFloorLog, ratioPairOf, widenToPrecision } from "./noise.ts";
import { type MachineLogs, machineLogRatios } from "./pairs.ts";
import { logTimesWorse } from "./times-worse.ts";
import { decideVerdict } from "./verdict.ts";

export interface NamedCell {
	target: string;
	cell: ScenarioResult;
}

/**
 * Compares two cells in one metric, over all machines that have both.
 * @returns null where no block has both
 */
export function pairOfCells(
	a: NamedCell,
	b: NamedCell,
	metric: string,
	better: "lower" | "higher",
): RatioPair | null {
	const groups = machineLogRatios(a.cell.samples, b.cell.samples, metric).map(({ machine, logs }) => ({
		machine,
		logs: logs.map((log) => logTimesWorse(log, better)),
	}));
	const precision = a.cell.precision ?? b.cell.precision;
	const [only] = groups;
	if (only === undefined) return null;
	if (groups.length === 1)
		return ratioPairOf(
			a.target,
			b.target,
			only.logs,
			floorOn(a.cell, b.cell, metric, only.machine),
			precision,
		);
	return pairOver(a, b, groups, { metric, precision });
}

function pairOver(
	a: NamedCell,
	b: NamedCell,
	groups: readonly MachineLogs[],
	{ metric, precision }: { metric: string; precision: number | null },
): RatioPair | null {
	const floors = groups.map(({ machine }) => floorOn(a.cell, b.cell, metric, machine));
	// Each machine may be off by its own floor, and counts alike.
	const floorLog = mean(floors);
	const logs = groups.map((group) => group.logs);
	const estimate = estimateOver(logs, precision);
	if (estimate === null) return null;
	const parts = partsOf(groups, floors, precision);
	const shift = detectableShift(estimate.degreesOfFreedom, (1 + CONFIDENCE) / 2, 0.9);
	return {
		a: a.target,
		b: b.target,
		blocks: logs.flat().length,
		over_machines: { machines: parts, ...differencesOf(logs) },
		floor: Math.expm1(floorLog),
		verdict: verdictOver(
			decideVerdict(estimate, floorLog),
			parts.map(({ verdict }) => verdict),
		),
		ratio: estimate.value,
		interval: boundsOf(estimate),
		minimum_detectable_effect: factorOf(floorLog + shift * estimate.logStandardError) - 1,
	};
}

/**
 * Estimates a ratio over machines, from one list of log-ratios a machine. Where blocks were ended by their
 * own interval, it is no narrower than that precision.
 * @returns null with fewer than two blocks on one machine
 */
export function estimateOver(
	logs: readonly (readonly number[])[],
	precision: number | null,
	confidence = CONFIDENCE,
): Estimate | null {
	const estimate = ratioOverGroups(logs, confidence);
	return estimate && precision !== null ? widenToPrecision(estimate, precision, confidence) : estimate;
}

function partsOf(
	groups: readonly MachineLogs[],
	floors: readonly number[],
	precision: number | null,
): RatioOverMachines["machines"] {
	return groups.map(({ machine, logs }, index) => {
		const estimate = pairEstimate(logs, precision);
		const floorLog = floors[index] ?? 0;
		return {
			machine,
			ratio: estimate?.value ?? factorOf(mean(logs)),
			interval: boundsOf(estimate),
			blocks: logs.length,
			floor: Math.expm1(floorLog),
			verdict: decideVerdict(estimate, floorLog),
		};
	});
}

function differencesOf(logs: readonly (readonly number[])[]): Omit<RatioOverMachines, "machines"> {
	const between = spreadBetween(logs);
	const found = heterogeneityOf(logs);
	return {
		between: between === null ? null : Math.expm1(between),
		heterogeneity: found && {
			q: found.q,
			degrees_of_freedom: found.degreesOfFreedom,
			i2: found.i2,
			p: found.p,
		},
	};
}

/**
 * Joins the verdict over machines with those on each. A target that is ahead on every one of them is ahead on
 * these machines, however little two of them tell of others. All have to find it, so this raises fewer false
 * alarms than one of them would (an intersection-union test: Berger, Technometrics 24:4, 1982).
 */
export function verdictOver(whole: Verdict, machines: readonly Verdict[]): Verdict {
	const [first = "undecided"] = machines;
	const isCommon = (first === "better" || first === "worse") && machines.every((one) => one === first);
	return whole === "tie" && isCommon ? first : whole;
}

/** Returns the floor of a pair on one machine, from the A/A blocks of that machine. */
export function floorOn(one: ScenarioResult, other: ScenarioResult, metric: string, machine: number): number {
	const [a, b] = [cellOn(one, machine), cellOn(other, machine)];
	return a && b ? pairFloorLog(a, b, metric) : 0;
}

/** A geometric mean over scenarios, on all machines and on each. Null where a machine has too few blocks. */
export interface MeanOverMachines {
	whole: Estimate;
	machines: (Estimate | null)[];
}

function estimateOn(logs: readonly (readonly number[])[]): Estimate | null {
	const estimates = logs.flatMap((one) => ratioEstimate(one) ?? []);
	return estimates.length < logs.length ? null : geometricMean(estimates);
}

/**
 * Estimates the geometric mean of the ratios of several scenarios that were all measured on the same unlike
 * machines: a machine has one mean over them, because it may favour a target in all of them.
 * @param scenarios one list a scenario, of one list of log-ratios a machine
 * @returns null with fewer than two machines, and where a machine lacks a scenario
 */
export function meanOverMachines(scenarios: readonly (readonly MachineLogs[])[]): MeanOverMachines | null {
	const machines = (scenarios[0] ?? []).map(({ machine }) => machine);
	if (machines.length < 2) return null;
	const complete = scenarios.every(
		(groups) =>
			groups.length === machines.length && groups.every(({ machine }) => machines.includes(machine)),
	);
	if (!complete) return null;
	const onMachine = machines.map((machine) =>
		scenarios.map((groups) => groups.find((one) => one.machine === machine)?.logs ?? []),
	);
	const whole = ratioEstimate(onMachine.map((logs) => mean(logs.map(mean))));
	return whole && { whole, machines: onMachine.map(estimateOn) };
}
