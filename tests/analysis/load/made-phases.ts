/** Phases of a load run, computed: a queue with one server that takes messages in turn. */
import type { LoadPhase, LoadProcess, MonitorRecord } from "../../../shared/types.ts";
import { NS_PER_S } from "../../../shared/units.ts";

export interface Made {
	intendedNs: readonly number[];
	/** The time that the server spends on the message of this number. */
	serviceNs: (index: number) => number;
	sentNs?: (index: number) => number;
	perSecond?: number;
	change?: Partial<LoadPhase>;
}

/** Computes when each message returns: Lindley's recursion (Proc. Cambridge Phil. Soc. 48, 1952). */
export function returnTimes(intendedNs: readonly number[], serviceNs: (index: number) => number): number[] {
	let freeNs = 0;
	return intendedNs.map((intended, index) => {
		freeNs = Math.max(freeNs, intended) + serviceNs(index);
		return freeNs;
	});
}

export function madePhase({
	intendedNs,
	serviceNs,
	sentNs = () => 0,
	perSecond = 100,
	change = {},
}: Made): LoadPhase {
	const returned = returnTimes(intendedNs, serviceNs);
	const seconds = Math.max(1, (intendedNs.at(-1) ?? 0) / NS_PER_S);
	return {
		purpose: "search",
		plan: { kind: "open", arrivals: "poisson", perSecond, seconds },
		empty: false,
		users: 100,
		history: 0,
		sendingNs: Math.round(seconds * NS_PER_S),
		drainNs: 0,
		ended: null,
		messages: {
			intendedNs: [...intendedNs],
			sentNs: intendedNs.map((_, index) => sentNs(index)),
			readNs: intendedNs.map((_, index) => sentNs(index)),
			calledNs: returned.map((at, index) => Math.round(at - (intendedNs[index] ?? 0) - serviceNs(index))),
			returnedNs: returned.map((at, index) => Math.round(at - (intendedNs[index] ?? 0))),
			modelNs: [],
			outcomes: "r".repeat(intendedNs.length),
		},
		cpuNs: 0,
		generatorCpuNs: 0,
		rssBytes: null,
		pipeFull: 0,
		misplacedUsers: null,
		monitor: null,
		...change,
	};
}

export function madeProcess(
	process: number,
	phases: LoadPhase[],
	change: Partial<LoadProcess> = {},
): LoadProcess {
	const none = { failure: null, problem: null, spawnToReadyNs: 1, log: "stub.log" };
	return { target: "stub", process, empty: false, modelDelayMs: 0, ...none, phases, ...change };
}

/** A machine of two processors on which others did so much. */
export function madeMonitor(change: Partial<MonitorRecord>): MonitorRecord {
	return {
		turns: 1,
		wallNs: 3 * NS_PER_S,
		processors: 2,
		stealNs: 0,
		foreignCpuNs: 0,
		waitNs: 0,
		pressureNs: 0,
		memoryPressureNs: 0,
		ioPressureNs: 0,
		involuntarySwitches: 0,
		voluntarySwitches: 0,
		majorFaults: 0,
		cpuQuotaThrottledNs: 0,
		loadAverage: 0,
		frequencyKhz: null,
		...change,
	};
}
