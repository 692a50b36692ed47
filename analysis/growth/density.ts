/** Says what each further agent of a process takes. */
import type { DensityFigures, DensityPoint, DensityProcess } from "../../shared/types.ts";
import { BYTES_PER_GB } from "../../shared/units.ts";
import { studentInterval, type ValueInterval } from "../stats/intervals.ts";
import { mean, median, standardDeviation, sum } from "../stats/statistics.ts";
import { neighboursOf } from "./neighbours.ts";
import { addReplies } from "./replies.ts";

/**
 * The first agent of a process brings what all share: modules that are loaded late, compiled code, buffers.
 * So lines begin at the second size.
 */
const FIRST_FITTED = 1;
const LEAST_FITTED = 2;

type MemoryOf = (point: DensityPoint) => number | null;
const rssOf: MemoryOf = ({ memory }) => memory.rssBytes;
const heapOf: MemoryOf = ({ memory }) => memory.heapBytes;

interface Line {
	slope: number;
	base: number;
}

export function densityFigures(processes: readonly DensityProcess[]): DensityFigures {
	const lines = processes.flatMap((process) => lineOf(process.points, rssOf) ?? []);
	const perAgentBytes = meanInterval(lines.map(({ slope }) => slope));
	const points = processes.flatMap((process) => process.points);
	const sizes = [...new Set(points.map(({ agents }) => agents))].toSorted((a, b) => a - b);
	const at = (agents: number) => points.filter((point) => point.agents === agents);
	const most = sizes.at(-1) ?? 0;
	const bursts = processes.flatMap(({ allAtOnce }) => allAtOnce ?? []);
	const [burst] = bursts;
	return {
		processes: lines.length,
		perAgentBytes,
		perAgentHeapBytes: meanInterval(processes.flatMap(({ points }) => lineOf(points, heapOf)?.slope ?? [])),
		steps: sizes.slice(1).flatMap((to, index) => stepBetween(processes, sizes[index] as number, to) ?? []),
		levels: sizes.flatMap((agents) => {
			const known = at(agents).flatMap((point) => rssOf(point) ?? []);
			return known.length === 0 ? [] : [{ agents, rssBytes: mean(known) }];
		}),
		agentsPerGb: agentsPerGb(perAgentBytes, lines),
		createFirstNs: medianOrNull(processes.flatMap(({ points }) => points[0]?.createNs[0] ?? [])),
		createLaterNs: medianOrNull(
			processes.flatMap(({ points }) => {
				const later = points.length > 1 ? points.at(-1)?.createNs : undefined;
				return later === undefined || later.length === 0 ? [] : [median(later)];
			}),
		),
		idle: sizes.flatMap((agents) => {
			const known = at(agents).flatMap(({ idle }) => idle ?? []);
			if (known.length === 0) return [];
			return [
				{ agents, share: sum(known.map(({ cpuNs }) => cpuNs)) / sum(known.map(({ wallNs }) => wallNs)) },
			];
		}),
		replies: addReplies(points.map(({ replies }) => replies)),
		allAtOnce: burst
			? {
					agents: burst.agents,
					wallNs: Math.round(median(bursts.map(({ wallNs }) => wallNs))),
					replies: addReplies(bursts.map(({ replies }) => replies)),
				}
			: null,
		storedOtherwise: [...new Set(bursts.flatMap(({ storedOtherwise }) => storedOtherwise))],
		staysPerAgentBytes: staysPerAgent(processes),
		most,
		neighbours: neighboursOf(processes.map(({ monitor }) => monitor)),
		ends: processes.flatMap(({ end }) => (end.kind === "done" ? [] : [end])),
	};
}

/** Fits a line by least squares, from the second size on. */
function lineOf(points: readonly DensityPoint[], memoryOf: MemoryOf): Line | null {
	const fitted = points.slice(FIRST_FITTED).flatMap((point) => {
		const y = memoryOf(point);
		return y === null ? [] : [{ x: point.agents, y }];
	});
	if (fitted.length < LEAST_FITTED) return null;
	const center = { x: mean(fitted.map(({ x }) => x)), y: mean(fitted.map(({ y }) => y)) };
	const slope =
		sum(fitted.map(({ x, y }) => (x - center.x) * (y - center.y))) /
		sum(fitted.map(({ x }) => (x - center.x) ** 2));
	return { slope, base: center.y - slope * center.x };
}

/** Returns the mean over processes with Student's interval; null with fewer than two. */
function meanInterval(values: readonly number[]): ValueInterval | null {
	const deviation = values.length === 0 ? null : standardDeviation(values);
	if (deviation === null) return null;
	return studentInterval(mean(values), deviation / Math.sqrt(values.length), values.length - 1);
}

function medianOrNull(values: readonly number[]): number | null {
	return values.length === 0 ? null : Math.round(median(values));
}

function stepBetween(
	processes: readonly DensityProcess[],
	from: number,
	to: number,
): DensityFigures["steps"][number] | null {
	const costs = processes.flatMap(({ points }) => {
		const [low, high] = [from, to].map((agents) => {
			const point = points.find((one) => one.agents === agents);
			return point === undefined ? null : rssOf(point);
		});
		return low == null || high == null ? [] : [(high - low) / (to - from)];
	});
	return costs.length === 0 ? null : { from, to, perAgentBytes: mean(costs) };
}

/** Returns null where an agent may take nothing: then no number of them fills a GB. */
function agentsPerGb(perAgent: ValueInterval | null, lines: readonly Line[]): ValueInterval | null {
	if (perAgent === null || perAgent.low <= 0) return null;
	const room = Math.max(0, BYTES_PER_GB - mean(lines.map(({ base }) => base)));
	return {
		value: Math.floor(room / perAgent.value),
		low: Math.floor(room / perAgent.high),
		high: Math.floor(room / perAgent.low),
	};
}

/**
 * Returns what was still occupied of each agent after all were dropped. The heap says it, where there is one:
 * a process keeps memory that it has freed.
 */
function staysPerAgent(processes: readonly DensityProcess[]): number | null {
	const stays = processes.flatMap(({ points, dropped }) => {
		const [first, last] = [points[0], points.at(-1)];
		if (dropped === null || first === undefined || last === undefined || first === last) return [];
		const before = first.memory.heapBytes ?? first.memory.rssBytes;
		const after = dropped.memory.heapBytes ?? dropped.memory.rssBytes;
		return before === null || after === null ? [] : [(after - before) / last.agents];
	});
	return stays.length === 0 ? null : mean(stays);
}
