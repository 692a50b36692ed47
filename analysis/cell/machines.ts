/**
 * This file joins the parts of a cell that was measured on several unlike machines, and takes them apart
 * again. Times of unlike machines have no mean, so a joined cell has no figures of its own: only its pairs
 * are joined.
 */
import type { BenchmarkResult, MachineFigures, ScenarioResult } from "../../shared/types.ts";
import { BYTES_PER_GB } from "../../shared/units.ts";
import { figureOf, type Metric } from "../metrics.ts";
import { NO_PIPELINE } from "./pipeline.ts";

/** A cell as one machine measured it. */
export interface CellOnMachine {
	machine: number;
	cell: ScenarioResult;
}

/** The statuses from the best to the worst that verification can find. */
const STATUSES: readonly ScenarioResult["status"][] = ["comparable", "divergent", "unsupported"];

/**
 * Joins a cell of one target and scenario over machines. A machine that lost its processes is left out where
 * others have figures. Where the machines disagree on what the cell does, the worst of it holds for the
 * whole.
 * @param isAlone whether no other machine measured the scenario; else its times stand beside those of others
 * @throws {RangeError} without any part
 */
export function joinCells(parts: readonly CellOnMachine[], isAlone: boolean): ScenarioResult {
	const judged = parts.filter(({ cell }) => cell.status !== "failed");
	const rank = ({ cell }: CellOnMachine) => STATUSES.indexOf(cell.status);
	const worst = (judged.length > 0 ? judged : parts).toSorted((a, b) => rank(b) - rank(a))[0];
	if (!worst) throw new RangeError("no part of a cell to join");
	if (worst.cell.processes === 0) return worst.cell;
	const known = judged.filter(({ cell }) => cell.processes > 0);
	const marked = known.map(({ machine, cell }) => ({
		machine,
		cell: { ...cell, samples: markSamples(cell, machine) },
	}));
	const reasons = parts.flatMap(({ cell }) =>
		cell.status === worst.cell.status || cell.status === "failed" ? cell.reasons : [],
	);
	const samples = marked.flatMap(({ cell }) => cell.samples);
	const common = {
		...worst.cell,
		reasons: worst.cell.status === "comparable" ? reasons : worst.cell.reasons,
		samples,
	};
	if (isAlone) return common;
	return {
		...common,
		iterations: total(known, "iterations"),
		processes: total(known, "processes"),
		latency: null,
		throughput: null,
		pipeline: NO_PIPELINE,
		resources: null,
		iteration: null,
		process_latency: null,
		cold: null,
		cpu_per_message_ms: null,
		bridge_per_message_ms: null,
		operations: [],
		phases: null,
		estimates: {},
		earlier_aa: {},
		on_machines: known.map(({ machine, cell }) => ({ machine, ...figuresOf(cell) })),
	};
}

function total(parts: readonly CellOnMachine[], field: "iterations" | "processes"): number {
	return parts.reduce((sum, { cell }) => sum + cell[field], 0);
}

function markSamples({ samples }: ScenarioResult, machine: number): ScenarioResult["samples"] {
	return samples.map((sample) => (machine === 0 ? sample : { ...sample, machine }));
}

function figuresOf(cell: ScenarioResult): Omit<MachineFigures, "machine"> {
	return {
		iterations: cell.iterations,
		processes: cell.processes,
		latency: cell.latency,
		throughput: cell.throughput,
		pipeline: cell.pipeline,
		resources: cell.resources,
		iteration: cell.iteration,
		process_latency: cell.process_latency,
		cold: cell.cold,
		cpu_per_message_ms: cell.cpu_per_message_ms,
		bridge_per_message_ms: cell.bridge_per_message_ms,
		...(cell.server === undefined ? {} : { server: cell.server }),
		operations: cell.operations,
		phases: cell.phases,
		estimates: cell.estimates,
		precision: cell.precision,
		earlier_aa: cell.earlier_aa,
	};
}

/** Returns the machines that a cell was measured on, in their order; none where it has no process. */
export function machinesOf({ samples }: Pick<ScenarioResult, "samples">): number[] {
	return [...new Set(samples.map(({ machine = 0 }) => machine))].toSorted((a, b) => a - b);
}

/**
 * Returns the cell as that machine measured it; null where it did not. A cell without processes is on all.
 */
export function cellOn(cell: ScenarioResult, machine: number): ScenarioResult | null {
	const { on_machines: parts, ...whole } = cell;
	if (cell.samples.length === 0) return whole;
	if (parts === undefined) return machinesOf(cell).includes(machine) ? whole : null;
	const found = parts.find((part) => part.machine === machine);
	if (!found) return null;
	const { machine: _, ...figures } = found;
	return {
		...whole,
		...figures,
		samples: cell.samples.filter((sample) => (sample.machine ?? 0) === machine),
	};
}

/** Says whether a metric has a figure in the cell, on every machine that measured it. */
export function isMeasured(metric: Pick<Metric, "read">, cell: ScenarioResult): boolean {
	if (cell.on_machines === undefined) return figureOf(metric, cell) !== null;
	return cell.on_machines.every(({ machine }) => {
		const own = cellOn(cell, machine);
		return own !== null && figureOf(metric, own) !== null;
	});
}

/**
 * Takes a result apart into one for each of its unlike machines. A result of one machine stays as it is. The
 * plan's flat metrics stay null where machines disagree: they belong to the whole.
 */
export function resultsByMachine(result: BenchmarkResult): BenchmarkResult[] {
	const { machines, ...whole } = result;
	if (machines === undefined) return [result];
	return machines.map((machine, index) => ({
		...whole,
		machine,
		system: {
			...result.system,
			os: `${machine.os} ${machine.kernel}`,
			arch: machine.arch,
			cpus: machine.cpus,
			memory_gb: machine.memory_bytes / BYTES_PER_GB,
		},
		scenarios: Object.fromEntries(
			Object.entries(result.scenarios).flatMap(([id, cell]) => {
				const own = cellOn(cell, index);
				return own ? [[id, own] as const] : [];
			}),
		),
	}));
}
