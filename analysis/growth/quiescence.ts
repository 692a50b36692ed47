/**
 * Says when a process had done all the work of its messages. Seen from outside, a process that is idle still
 * takes processor time: timers fire, a collector looks around. So it is at rest from the first moment on
 * after which it takes what it took before the messages.
 */
import type { CpuSample, Quiescence, QuiescenceRecord } from "../../shared/types.ts";
import { NS_PER_MS } from "../../shared/units.ts";
import { mean, standardDeviation } from "../stats/statistics.ts";

/** Processor time is looked at in windows of about this length. */
export const WINDOW_NS = 100 * NS_PER_MS;
/** A process that is at rest stays so for this many windows. */
export const WINDOWS_AT_REST = 20;
/** Among them one may be busier: a collection, a timer of a second. */
const BUSY_AT_REST = 1;
/** A window of an idle process takes rarely more than its mean by so many standard deviations. */
const DEVIATIONS = 4;
/** Less than this above an idle window is no work: waking up for a signal or a timer takes as much. */
const LEAST_WORK_NS = 0.5 * NS_PER_MS;

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

/**
 * Returns the processor time beyond which a window is one of work, as a share of its length.
 * @throws {RangeError} with fewer than two windows of the idle process
 */
function busyShare(idle: readonly Window[]): { idleShare: number; busyShare: number } {
	const shares = idle.map(({ fromNs, toNs, ns }) => ns / (toNs - fromNs));
	const deviation = shares.length === 0 ? null : standardDeviation(shares);
	if (deviation === null) throw new RangeError("an idle process is known from two windows at least");
	const idleShare = mean(shares);
	const least = LEAST_WORK_NS / WINDOW_NS;
	return { idleShare, busyShare: idleShare + Math.max(DEVIATIONS * deviation, least) };
}

/** Says whether the last samples are those of a process at rest: then there is nothing more to see. */
export function isAtRest(idle: readonly CpuSample[], samples: readonly CpuSample[]): boolean {
	const windows = windowsOf(samples);
	return windows.length >= WINDOWS_AT_REST && restFrom(windowsOf(idle), windows) !== null;
}

/** Returns the index of the first window from which on it is at rest; null: it never was, for long enough. */
function restFrom(idle: readonly Window[], windows: readonly Window[]): number | null {
	const limit = busyShare(idle).busyShare;
	const busy = windows.map(({ fromNs, toNs, ns }) => ns / (toNs - fromNs) > limit);
	for (let from = 0; from + WINDOWS_AT_REST <= busy.length; from++) {
		const ahead = busy.slice(from, from + WINDOWS_AT_REST);
		if (!ahead[0] && ahead.filter(Boolean).length <= BUSY_AT_REST) return from;
	}
	return null;
}

/** @throws {RangeError} with fewer than two windows of the idle process, or none after the messages */
export function quiescenceOf(record: QuiescenceRecord): Quiescence {
	const [idle, windows] = [windowsOf(record.idle), windowsOf(record.samples)];
	const [first, last] = [record.samples[0], record.samples.at(-1)];
	if (first === undefined || last === undefined || windows.length === 0)
		throw new RangeError("nothing was seen after the messages");
	const { idleShare } = busyShare(idle);
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
