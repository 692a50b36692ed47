/**
 * Measures how steady this machine is just now. A pure computation is repeated: differences between its
 * repetitions come from the machine.
 */

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { median, quantileOfSorted, sum } from "../../../analysis/stats/statistics.ts";
import type { MonitorRecord } from "../../../shared/types.ts";
import { NS_PER_MS } from "../../../shared/units.ts";
import { MACHINE } from "../kernel.ts";
import { Monitor } from "../monitor.ts";

const PROBE_MS = 2000;
/** A loop this much slower than the median one was slowed down. The computation itself varies by far less. */
const SLOW = 1.5;
/**
 * So many loops of half a millisecond stand for a message, and so many messages for an iteration, as in
 * `single-message`.
 */
const LOOPS_PER_MESSAGE = 5;
const MESSAGES_PER_TURN = 10;

export interface Steadiness {
	loops: number;
	/** The median of the loops, in ms. */
	p50Ms: number;
	/** Far above 1, the machine is slow for so long that the median loop is slow. */
	p50OverP5: number;
	p95OverP50: number;
	/**
	 * The share of the loops that took over 1.5 times the median, and of the time spent in them. A loop that
	 * lost its processor is one loop.
	 */
	slowShare: number;
	slowTimeShare: number;
	/**
	 * The sample autocorrelation of the loops' logarithms at lag 1 (Box and Jenkins, Time Series Analysis,
	 * 1970, 2.1.5); null for too few loops, or when all are alike.
	 */
	autocorrelation: number | null;
	/**
	 * Half the 95 % interval of the ratio of two equal workers that took turns in this series, in log units;
	 * null for too few turns.
	 */
	expectedError: number | null;
}

export interface Probe {
	steadiness: Steadiness;
	monitor: MonitorRecord;
}

/**
 * Runs the loop for two seconds in a process of its own, watched by a monitor.
 * @returns null when that process failed
 */
export async function probe(durationMs = PROBE_MS): Promise<Probe | null> {
	const child = fork(fileURLToPath(new URL("./probe-loop.ts", import.meta.url)), [String(durationMs)], {
		stdio: ["ignore", "ignore", "ignore", "ipc"],
		execArgv: ["--import", import.meta.resolve("tsx")],
	});
	const monitor = child.pid === undefined ? null : new Monitor(child.pid, MACHINE);
	monitor?.begin();
	const ended = once(child, "exit").catch(() => null);
	const message = await Promise.race([
		once(child, "message").then(([first]) => first as { loops: number[] }),
		ended.then(() => null),
	]).catch(() => null);
	monitor?.end();
	child.kill("SIGKILL");
	await ended;
	return message === null || monitor === null
		? null
		: { steadiness: steadiness(message.loops), monitor: monitor.record() };
}

/**
 * @param loops in ns, in order, at least one
 * @throws {RangeError} for none
 */
export function steadiness(loops: readonly number[]): Steadiness {
	const sorted = Float64Array.from(loops).sort();
	const p50 = quantileOfSorted(sorted, 0.5);
	const slow = loops.filter((loop) => loop > SLOW * p50);
	return {
		loops: loops.length,
		p50Ms: p50 / NS_PER_MS,
		p50OverP5: p50 / quantileOfSorted(sorted, 0.05),
		p95OverP50: quantileOfSorted(sorted, 0.95) / p50,
		slowShare: slow.length / loops.length,
		slowTimeShare: sum(slow) / sum(loops),
		autocorrelation: autocorrelation(loops.map(Math.log)),
		expectedError: expectedError(loops),
	};
}

/** @returns null for fewer than three values, or when none differ */
export function autocorrelation(series: readonly number[]): number | null {
	const mean = sum(series) / series.length;
	let [joint, squares] = [0, 0];
	for (const [index, value] of series.entries()) {
		squares += (value - mean) ** 2;
		const next = series[index + 1];
		if (next !== undefined) joint += (value - mean) * (next - mean);
	}
	return series.length < 3 || squares <= 0 ? null : joint / squares;
}

/**
 * Computes what two equal workers would seem to differ by if they took turns in this series, as they do in
 * a block. The medians of the messages of alternate turns are paired, and the sign test gives the interval
 * of their log-ratios' median (Conover, Practical Nonparametric Statistics, 1999, 3.2). Fresh processes add
 * their own differences.
 */
function expectedError(loops: readonly number[]): number | null {
	const turns = chunks(chunks(loops, LOOPS_PER_MESSAGE).map(sum), MESSAGES_PER_TURN).map((messages) =>
		median(messages),
	);
	const ratios = chunks(turns, 2).map(([one, other]) => Math.log((one as number) / (other as number)));
	const rank = medianRank(ratios.length);
	if (rank === null) return null;
	ratios.sort((left, right) => left - right);
	return ((ratios.at(-1 - rank) as number) - (ratios[rank] as number)) / 2;
}

/**
 * How many of n sorted values to leave out at either end so that the rest spans the median with 95 %: as
 * many as Bin(n, 1/2) stays below with 2.5 %.
 * @returns null below six values
 */
function medianRank(n: number): number | null {
	let probability = 0.5 ** n;
	let tail = probability;
	let rank = -1;
	while (tail <= 0.025) {
		rank++;
		probability *= (n - rank) / (rank + 1);
		tail += probability;
	}
	return rank < 0 ? null : rank;
}

/** Cuts a list into parts of one size, in order. A rest is left out. */
function chunks(values: readonly number[], size: number): number[][] {
	return Array.from({ length: Math.floor(values.length / size) }, (_, index) =>
		values.slice(index * size, (index + 1) * size),
	);
}
