/** From the record of a load run to what every report of it says. */
import type { Failure, LoadFile, LoadPhase, LoadProcess, LoadSettings } from "../../shared/types.ts";
import type { ValueInterval } from "../stats/intervals.ts";
import { median } from "../stats/statistics.ts";
import { type Capacity, capacityOf, loadOf } from "./capacity.ts";
import { type Figure, figureOver, isFor, type Level, levelAt } from "./level.ts";
import { type RigReason, rigReasons } from "./rig.ts";
import { growthFactor, showsGrowth, storedCost } from "./stored-cost.ts";
import { messagesUntil, untilLoads } from "./until.ts";

export interface StoredCostFigure {
	/** It decides what is asked of the target: a load, or for how many messages. */
	grows: boolean;
	/** So many messages were handled in a row (the median of the phases). */
	messages: number;
	firstNs: number;
	lastNs: number;
	/** Last over first. Its interval is over processes, or what the lines of a single one leave possible. */
	factor: ValueInterval;
	processes: number;
}

export interface UntilFigure {
	/** Messages a second, or conversations. */
	load: number;
	processes: number;
	/** Processes in which the load was no longer held in the end, and the rig was well. */
	ended: number;
	/** Messages until then, over those. Null: it ended in none of them. */
	messages: Figure | null;
	/**
	 * It was held for at least so many in every process where the phase ended first. Where the rig ended it
	 * in all, the most that were held. Null: neither.
	 */
	atLeast: number | null;
	/** Why processes do not count. */
	rig: RigReason[];
}

export interface TargetLoad {
	id: string;
	label: string;
	processes: number;
	/** The framework's own error; null: none. */
	failure: Failure | null;
	/** What happened to processes that were lost. */
	problems: string[];
	storedCost: StoredCostFigure | null;
	capacity: Capacity | null;
	half: Level | null;
	beyond: Level | null;
	until: UntilFigure[];
	/** At the number of conversations that was asked for. */
	closed: Level | null;
	/** An empty worker at the load of `half`, or at the first one of `until`: what pipe and harness cost. */
	pipe: Level | null;
	/** The phases in which the rig was not well, of how many. */
	rig: { phases: number; of: number; reasons: RigReason[] };
}

export interface LoadReport {
	startedAt: string;
	/** It was stopped before its end, or was killed. */
	cut: boolean;
	settings: LoadSettings;
	targets: TargetLoad[];
	leftOut: LoadFile["leftOut"];
}

export function loadReport(file: LoadFile): LoadReport {
	return {
		startedAt: file.startedAt,
		cut: file.interrupted || file.finishedAt === null,
		settings: file.settings,
		targets: file.targets.map(({ id, label }) => ({ id, label, ...targetLoad(file, id) })),
		leftOut: file.leftOut,
	};
}

function targetLoad(file: LoadFile, id: string): Omit<TargetLoad, "id" | "label"> {
	const { limitNs } = file.settings;
	const loads = untilLoads(file.settings);
	const own = file.processes.filter(({ target }) => target === id);
	const [loaded, empties] = [own.filter(({ empty }) => !empty), own.filter(({ empty }) => empty)];
	const phases = loaded.flatMap((process) => process.phases);
	const judged = phases.filter(({ purpose }) => purpose !== "warm-up").map((phase) => rigReasons(phase));
	return {
		processes: new Set(loaded.map(({ process }) => process)).size,
		failure: own.find(({ failure }) => failure !== null)?.failure ?? null,
		problems: own.flatMap(({ problem }) => problem ?? []),
		storedCost: storedCostFigure(mergeParts(loaded)),
		capacity: capacityOf(mergeParts(loaded), empties, limitNs),
		half: levelAt(loaded, empties, isFor("half")),
		beyond: levelAt(loaded, empties, isFor("beyond")),
		until: loads.flatMap((load) => untilFigure(phases, load, limitNs) ?? []),
		closed: levelAt(loaded, empties, isFor("closed")),
		pipe:
			levelAt(empties, [], isFor("half")) ??
			levelAt(empties, [], (phase) => isFor("until")(phase) && loadOf(phase.plan) === loads[0]),
		rig: {
			phases: judged.filter((reasons) => reasons.length > 0).length,
			of: judged.length,
			reasons: judged.flat(),
		},
	};
}

/** A process that was left with open messages was started again: its search went on in the next one. */
function mergeParts(processes: readonly LoadProcess[]): LoadProcess[] {
	const merged = new Map<number, LoadProcess>();
	for (const one of processes) {
		const before = merged.get(one.process);
		merged.set(one.process, { ...one, phases: [...(before?.phases ?? []), ...one.phases] });
	}
	return [...merged.values()];
}

function storedCostFigure(processes: readonly LoadProcess[]): StoredCostFigure | null {
	const costsOf = ({ phases }: LoadProcess) =>
		phases.filter(isFor("growth")).flatMap((phase) => storedCost(phase) ?? []);
	const own = processes.map(costsOf).filter(({ length }) => length > 0);
	const [first] = own;
	if (first === undefined) return null;
	// The first process decides, before the others are measured. What it has decided by is what is said.
	const grows = showsGrowth(first);
	const said = grows ? [first] : own;
	const costs = said.flat();
	return {
		grows,
		messages: median(costs.map(({ messages }) => messages)),
		firstNs: median(costs.map(({ firstNs }) => firstNs)),
		lastNs: median(costs.map(({ lastNs }) => lastNs)),
		factor: growthFactor(said),
		processes: said.length,
	};
}

function untilFigure(phases: readonly LoadPhase[], load: number, limitNs: number): UntilFigure | null {
	const found = phases
		.filter((phase) => phase.purpose === "until" && loadOf(phase.plan) === load)
		.flatMap((phase) => {
			const until = messagesUntil(phase, limitNs);
			return until === null ? [] : [{ until, reasons: rigReasons(phase) }];
		});
	if (found.length === 0) return null;
	const ended = found.filter(({ until, reasons }) => until.ended && reasons.length === 0);
	const held = found.filter(({ until }) => !until.ended);
	return {
		load,
		processes: found.length,
		ended: ended.length,
		messages: figureOver(ended.map(({ until }) => until.messages)),
		atLeast: leastHeld(
			held.map(({ until }) => until.messages),
			ended.length === 0 ? found.map(({ until }) => until.messages) : [],
		),
		rig: found.filter(({ until }) => until.ended).flatMap(({ reasons }) => reasons),
	};
}

function leastHeld(held: readonly number[], byRig: readonly number[]): number | null {
	if (held.length > 0) return Math.min(...held);
	return byRig.length === 0 ? null : Math.max(...byRig);
}
