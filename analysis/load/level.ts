/** What a target does at one load, over its processes. */
import type { LoadPhase, LoadProcess, LoadPurpose, Outcome } from "../../shared/types.ts";
import { levelEstimate, type ValueInterval } from "../stats/intervals.ts";
import { factorOf, mean, median, sum } from "../stats/statistics.ts";
import { loadOf } from "./capacity.ts";
import { countOutcomes, type PhaseFigures, phaseFigures, sharesOf } from "./phase.ts";
import { type RigReason, rigReasons } from "./rig.ts";

/** A figure over processes. Without an interval it is of one process. */
export interface Figure {
	value: number;
	interval: { low: number; high: number } | null;
}

export interface Level {
	/** The mean over processes: a half is the half of each process's own capacity. */
	load: number;
	processes: number;
	/** Processes whose times count, because the rig was well. */
	clean: number;
	/** The framework's share. Null: the rig was well in no process, or too few messages returned. */
	medianNs: Figure | null;
	tailNs: Figure | null;
	/** The same of all processes. What disturbs a message makes it later: they are at most so much. */
	mostMedianNs: Figure | null;
	mostTailNs: Figure | null;
	/** Processor time does not depend on neighbours much: all processes count. Null: it is not known. */
	cpuPerMessageNs: Figure | null;
	deliveredPerSecond: Figure | null;
	sent: number;
	outcomes: Record<Outcome, number>;
	/** Null: it was not looked for. */
	misplacedUsers: number | null;
	/** From the end of sending to the last return; null where some did not return in time. */
	recoveryNs: number | null;
	/** The median share of the last quarter of the messages. */
	lastQuarterNs: number | null;
	/** The generator was so late at the 99th percentile, in the worst process. */
	lateTailNs: number;
	/** Processor time of the generator for a message. */
	generatorCpuNs: number;
	/** Why processes do not count. */
	rig: RigReason[];
}

/**
 * @param empties the processes of empty workers of the same target
 * @returns null where there is no such phase
 */
export function levelAt(
	processes: readonly LoadProcess[],
	empties: readonly LoadProcess[],
	wanted: (phase: LoadPhase) => boolean,
): Level | null {
	const found = processes.flatMap(({ process, phases }) =>
		phases
			.filter((phase) => wanted(phase) && phase.ended !== "interrupted")
			.flatMap((phase) => {
				const figures = phaseFigures(phase);
				const empty = emptyBeside(empties, process, phase);
				return figures === null ? [] : [{ phase, figures, reasons: rigReasons(phase, empty) }];
			}),
	);
	if (found.length === 0) return null;
	const clean = found.filter(({ reasons }) => reasons.length === 0);
	const all = found.map(({ figures }) => figures);
	const cleanOnes = clean.map(({ figures }) => figures);
	const over = (from: readonly PhaseFigures[], of: (figures: PhaseFigures) => number | null) =>
		figureOver(from.map(of));
	const recoveries = all.map(({ recoveryNs }) => recoveryNs);
	const lastQuarters = found.map(({ phase }) => lastQuarter(phase));
	const misplaced = found.flatMap(({ phase }) => phase.misplacedUsers ?? []);
	return {
		load: mean(found.map(({ phase }) => loadOf(phase.plan))),
		processes: found.length,
		clean: clean.length,
		medianNs: over(cleanOnes, ({ medianNs }) => medianNs),
		tailNs: over(cleanOnes, ({ tailNs }) => tailNs),
		mostMedianNs: over(all, ({ medianNs }) => medianNs),
		mostTailNs: over(all, ({ tailNs }) => tailNs),
		cpuPerMessageNs: over(all, ({ cpuPerMessageNs }) => cpuPerMessageNs),
		deliveredPerSecond: over(all, ({ deliveredPerSecond }) => deliveredPerSecond),
		sent: sum(all.map(({ sent }) => sent)),
		outcomes: addOutcomes(found.map(({ phase }) => countOutcomes(phase.messages))),
		misplacedUsers: misplaced.length === 0 ? null : sum(misplaced),
		recoveryNs: recoveries.every((time) => time !== null) ? mean(recoveries) : null,
		lastQuarterNs: lastQuarters.every((time) => time !== null) ? mean(lastQuarters) : null,
		lateTailNs: Math.max(...all.map(({ lateTailNs }) => lateTailNs)),
		generatorCpuNs: sum(found.map(({ phase }) => phase.generatorCpuNs)) / sum(all.map(({ sent }) => sent)),
		rig: found.flatMap(({ reasons }) => reasons),
	};
}

/** The phase of the empty worker that was measured for one: of the same purpose, and about the same load. */
function emptyBeside(
	empties: readonly LoadProcess[],
	process: number,
	phase: LoadPhase,
): LoadPhase | undefined {
	return empties
		.find((other) => other.process === process)
		?.phases.find(({ purpose, plan }) => purpose === phase.purpose && loadOf(plan) === loadOf(phase.plan));
}

/** @returns null where a process lacks it, or none is left */
export function figureOver(values: readonly (number | null)[]): Figure | null {
	const known = values.filter((value) => value !== null);
	if (known.length === 0 || known.length < values.length) return null;
	// The logarithm knows no 0: an empty worker may have taken less than a tick of the clock.
	if (known.some((value) => value <= 0)) return { value: mean(known), interval: null };
	const estimate: ValueInterval | null = levelEstimate(known);
	if (estimate === null) return { value: factorOf(mean(known.map(Math.log))), interval: null };
	return { value: estimate.value, interval: { low: estimate.low, high: estimate.high } };
}

function lastQuarter({ messages }: LoadPhase): number | null {
	const shares = sharesOf(messages);
	const value = median(shares.slice(Math.floor((3 * shares.length) / 4)));
	return Number.isFinite(value) ? value : null;
}

function addOutcomes(all: readonly Record<Outcome, number>[]): Record<Outcome, number> {
	const [first, ...others] = all;
	if (first === undefined) throw new RangeError("no outcomes to add");
	const names = Object.keys(first) as Outcome[];
	return others.reduce(
		(total, one) => Object.fromEntries(names.map((name) => [name, total[name] + one[name]])) as typeof first,
		first,
	);
}

/** Says whether a phase has this purpose. */
export const isFor = (purpose: LoadPurpose) => (phase: LoadPhase) => phase.purpose === purpose;
