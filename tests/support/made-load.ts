/** Phases of a load run, computed: a queue with one server that takes messages in turn. */
import { isHeld } from "../../analysis/load/phase.ts";
import { arrivals } from "../../orchestrator/load/arrivals.ts";
import { RateSearch } from "../../orchestrator/load/rate-search.ts";
import {
	type LoadFile,
	type LoadPhase,
	type LoadProcess,
	type LoadSettings,
	type MonitorRecord,
	SCHEMA_VERSION,
} from "../../shared/types.ts";
import { BYTES_PER_GB, NS_PER_MS, NS_PER_S } from "../../shared/units.ts";
import { stubTarget } from "./stub-target.ts";

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

type Load = {
	perSecond: number;
	seconds?: number;
	change?: Partial<LoadPhase>;
	serviceNs: (index: number) => number;
};

/** An open loop against the server. */
function openPhase(
	purpose: LoadPhase["purpose"],
	{ perSecond, seconds = 4, change = {}, serviceNs }: Load,
): LoadPhase {
	const plan = { kind: "open", arrivals: "poisson", perSecond, seconds } as const;
	const intendedNs = arrivals(plan, Math.round(perSecond));
	const made = madePhase({ intendedNs, serviceNs, sentNs: () => 80_000, change: { purpose, plan } });
	return {
		...made,
		sendingNs: seconds * NS_PER_S,
		cpuNs: intendedNs.reduce((sum, _, index) => sum + serviceNs(index), 0),
		generatorCpuNs: 60_000 * intendedNs.length,
		monitor: madeMonitor({}),
		...change,
	};
}

function growthPhase(serviceNs: (index: number) => number): LoadPhase {
	const intendedNs = Array.from({ length: 1500 }, (_, index) => index * 20 * NS_PER_MS);
	const plan = { kind: "serial", messages: 4000, seconds: 4 } as const;
	return madePhase({ intendedNs, serviceNs, change: { purpose: "growth", plan } });
}

/** What a search, half of what it finds and one and a half times that give in one process. */
function searched(process: number, serviceNs: number, change: Partial<LoadPhase> = {}): LoadProcess[] {
	const flat = () => serviceNs;
	const phases = [growthPhase((index) => serviceNs * (1 + 0.01 * (index % 3)))];
	const search = new RateSearch({ first: (0.8 * NS_PER_S) / serviceNs, step: 1.25, least: 1, whole: false });
	for (let load = search.next(); load !== null; load = search.next()) {
		const phase = openPhase("search", { perSecond: load, serviceNs: flat, change });
		phases.push(phase);
		search.note(load, isHeld(phase, 50 * NS_PER_MS) === true);
	}
	const half = (search.held ?? 1) / 2;
	phases.push(
		openPhase("half", { perSecond: half, serviceNs: flat, change: { ...change, misplacedUsers: 0 } }),
	);
	const beyond = openPhase("beyond", { perSecond: 3 * half, serviceNs: flat, change });
	const { messages } = beyond;
	phases.push({ ...beyond, messages: { ...messages, outcomes: `ll${messages.outcomes.slice(2)}` } });
	const empty = openPhase("half", { perSecond: half, serviceNs: () => 30_000 });
	return [madeProcess(process, phases), madeProcess(process, [{ ...empty, empty: true }], { empty: true })];
}

/** A whole run: a target that holds a rate, one whose cost grows, one beside neighbours, and one that is lost. */
export function madeLoadFile(): LoadFile {
	const grown = (index: number) => NS_PER_MS * (1 + index / 100);
	const until = (perSecond: number) => openPhase("until", { perSecond, seconds: 12, serviceNs: grown });
	const growing = [growthPhase(grown), growthPhase(grown), until(100), until(20)];
	const busy = { monitor: madeMonitor({ foreignCpuNs: 4 * NS_PER_S }) };
	const of = (target: string, processes: LoadProcess[]) =>
		processes.map((process) => ({ ...process, target }));
	const targets = ["flat", "growing", "disturbed", "lost"].map((id) => stubTarget(id, false));
	return {
		schemaVersion: SCHEMA_VERSION,
		kind: "load",
		startedAt: "2026-02-06T10:00:00.000Z",
		finishedAt: "2026-02-06T10:09:00.000Z",
		interrupted: false,
		command: ["./run.sh", "load"],
		machine: { os: "Linux", kernel: "6.1", arch: "x64", cpuModel: "made", cpus: 2, memoryBytes: 1e9 },
		settings: { ...MADE_SETTINGS },
		targets,
		leftOut: [],
		processes: [
			...of("flat", [
				...searched(0, 2.4 * NS_PER_MS),
				...searched(1, 2.5 * NS_PER_MS),
				...searched(2, 2.6 * NS_PER_MS),
			]),
			...of("growing", [madeProcess(0, growing), madeProcess(1, growing)]),
			...of("disturbed", [...searched(0, 3 * NS_PER_MS, busy), ...searched(1, 3 * NS_PER_MS, busy)]),
			...of("lost", [madeProcess(0, [], { problem: "was killed by SIGKILL" })]),
		],
	};
}

export const MADE_SETTINGS: LoadSettings = {
	scenario: "single-message",
	users: 1000,
	history: 0,
	limitNs: 50 * NS_PER_MS,
	timeoutNs: 10 * NS_PER_S,
	arrivals: "poisson",
	processes: 3,
	budgetSeconds: null,
	phaseSeconds: 4,
	rates: [20, 100],
	untilSeconds: 12,
	conversations: null,
	thinkMs: 1000,
	modelDelayMs: 0,
	memoryBytes: BYTES_PER_GB,
	seed: 1,
};
