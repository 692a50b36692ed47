/**
 * Says when a process had done all the work of its messages. Seen from outside, a process that is idle still
 * takes processor time: timers fire, a collector looks around. So it is at rest from the first moment on
 * after which it takes what it took before the messages.
 */
import type { CpuSample, Quiescence, QuiescenceRecord } from "../../shared/types.ts";
import { NS_PER_MS } from "../../shared/units.ts";
import { mean, median } from "../stats/statistics.ts";

/** Processor time is looked at in windows of about this length. */
export const WINDOW_NS = 100 * NS_PER_MS;
/** A process that is at rest stays so for this many windows. */
export const WINDOWS_AT_REST = 20;
/**
 * Two windows of them may be as busy as they like: a timer of a minute, a collection. V8 collects twice
 * in the seconds after a process has become idle.
 */
const BUSY_AT_REST = 2;
/** Together the others may take this much more than those of the idle process did, and a little. */
const ALLOWANCE = 1.25;
const LITTLE_NS = NS_PER_MS;
/** A single window of an idle process takes rarely more than the median by so many standard deviations. */
const DEVIATIONS = 4;
/** Less than this above an idle window is no work: waking up for a signal or a timer takes as much. */
const LEAST_WORK_NS = 0.5 * NS_PER_MS;
/** The median absolute deviation of normal values times this is their standard deviation. */
const MAD_TO_SIGMA = 1.4826;

interface Window {
	/** Both on the clock of the samples. */
	fromNs: number;
	toNs: number;
	/** Of processor time. */
	ns: number;
}

function windowsOf(samples: readonly CpuSample[]): Window[] {
	return samples.slice(1).map((to, index) => {
		const from = samples[index] as CpuSample;
		return { fromNs: from.atNs, toNs: to.atNs, ns: to.cpuNs - from.cpuNs };
	});
}

/** What an idle process takes, as shares of one processor. */
interface Idle {
	mean: number;
	/** A window beyond this is one of work. */
	window: number;
	/** So many windows as a process has to be at rest, beyond this, are not at rest. */
	together: number;
}

/** @throws {RangeError} with fewer than two windows of the idle process */
function idleOf(windows: readonly Window[]): Idle {
	if (windows.length < 2) throw new RangeError("an idle process is known from two windows at least");
	const shares = windows.map(shareOf);
	const middle = median(shares);
	const deviation = MAD_TO_SIGMA * median(shares.map((share) => Math.abs(share - middle)));
	const stretch = Math.min(shares.length, WINDOWS_AT_REST);
	const stretches = shares
		.slice(stretch - 1)
		.map((_, from) => trimmedMean(shares.slice(from, from + stretch)));
	return {
		mean: mean(shares),
		window: middle + Math.max(DEVIATIONS * deviation, LEAST_WORK_NS / WINDOW_NS),
		together: ALLOWANCE * Math.max(...stretches) + LITTLE_NS / (WINDOWS_AT_REST * WINDOW_NS),
	};
}

function shareOf({ fromNs, toNs, ns }: Window): number {
	return ns / (toNs - fromNs);
}

/** Returns the mean without the busiest. */
function trimmedMean(shares: readonly number[]): number {
	return mean(shares.toSorted((a, b) => a - b).slice(0, Math.max(1, shares.length - BUSY_AT_REST)));
}

/** Says whether the last samples are those of a process at rest: then there is nothing more to see. */
export function isAtRest(idle: readonly CpuSample[], samples: readonly CpuSample[]): boolean {
	const windows = windowsOf(samples);
	return windows.length >= WINDOWS_AT_REST && restFrom(windowsOf(idle), windows) !== null;
}

/** Returns the index of the first window from which on it is at rest; null: it never was, for long enough. */
function restFrom(idle: readonly Window[], windows: readonly Window[]): number | null {
	const limits = idleOf(idle);
	const shares = windows.map(shareOf);
	for (let from = 0; from + WINDOWS_AT_REST <= shares.length; from++) {
		const ahead = shares.slice(from, from + WINDOWS_AT_REST);
		if ((ahead[0] as number) <= limits.window && trimmedMean(ahead) <= limits.together) return from;
	}
	return null;
}

/** @throws {RangeError} with fewer than two windows of the idle process, or none after the messages */
export function quiescenceOf(record: QuiescenceRecord): Quiescence {
	const [idle, windows] = [windowsOf(record.idle), windowsOf(record.samples)];
	const [first, last] = [record.samples[0], record.samples.at(-1)];
	if (first === undefined || last === undefined || windows.length === 0)
		throw new RangeError("nothing was seen after the messages");
	const { mean: idleShare } = idleOf(idle);
	const rest = restFrom(idle, windows);
	// Before the first window nothing was seen, so it may have been at rest at once.
	const settledNs = rest === null ? null : rest === 0 ? 0 : (windows[rest] as Window).fromNs;
	const until = rest === null ? last : (record.samples[rest] as CpuSample);
	const { messages, alone, embeddings } = record;
	return {
		messages,
		settledNs,
		watchedNs: last.atNs,
		cpuNs: Math.max(0, Math.round(until.cpuNs - first.cpuNs - idleShare * (until.atNs - first.atNs))),
		idleShare,
		embeddingsAsked: alone.messages === 0 ? 0 : Math.round((messages * alone.embeddings) / alone.messages),
		embeddingsDone: embeddings,
	};
}
