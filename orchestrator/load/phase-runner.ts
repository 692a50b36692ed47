/** Runs one phase against a worker: sends, waits until everything has returned, and reads what it took. */
import { setTimeout as sleep } from "node:timers/promises";
import { NS_PER_S, NS_PER_US } from "../../shared/units.ts";
import type { LiveWorker, MessageAnswer } from "../live/live-worker.ts";
import { readRss } from "../machine/memory.ts";
import { WorkerProblem } from "../process/worker.ts";
import { readClock } from "./clock.ts";
import { sendClosedLoop } from "./closed-loop.ts";
import { sendOpenLoop } from "./open-loop.ts";
import type { GiveUp, RunOrder, RunReport } from "./protocol.ts";
import { Recorder } from "./recorder.ts";

const LOOK_MS = 10;
/** Sending goes on for so long, so that what the machine's counts say of it is no chance. */
const LEAST_NS = NS_PER_S;

/** What the generator knows of its worker. */
export interface Subject {
	worker: LiveWorker;
	/** Sets who hears of answers. */
	listen: (listener: (answer: MessageAnswer) => void) => void;
	/** Set when the user has asked to stop. */
	stop: { requested: boolean };
}

export async function runPhase({ worker, listen, stop }: Subject, order: RunOrder): Promise<RunReport> {
	const { plan, giveUp, timeoutNs } = order;
	const recorder = new Recorder(order);
	let onAnswered: (index: number) => void = () => {};
	listen((answer) => {
		const index = recorder.answered(answer);
		if (index !== null) onAnswered(index);
	});
	let ended: RunReport["ended"] = null;
	const calledAtNs = readClock();
	const isHopeless = ({ openNs, most }: GiveUp, now: number) =>
		recorder.waiting(now) > openNs ||
		(most !== null && recorder.notHeld > most && now - calledAtNs > LEAST_NS);
	const mayGoOn = () => {
		if (worker.problem !== null) ended = "lost";
		else if (stop.requested) ended = "interrupted";
		else if (giveUp !== null && isHopeless(giveUp, readClock())) ended = "given-up";
		return ended === null;
	};
	const before = await readCpu(worker);
	const { user, system } = process.cpuUsage();
	const sending =
		plan.kind === "open"
			? await sendOpenLoop(worker, plan, order, recorder, mayGoOn)
			: await sendClosedLoop(
					worker,
					plan,
					order,
					recorder,
					(listener) => {
						onAnswered = listener;
					},
					mayGoOn,
				);
	onAnswered = () => {};
	while (recorder.open > 0 && recorder.waiting(readClock()) <= timeoutNs) {
		if (worker.problem !== null) ended = "lost";
		// Nobody waits for what is open once a key was pressed.
		else if (stop.requested) ended = "interrupted";
		if (ended === "lost" || ended === "interrupted") break;
		await sleep(LOOK_MS);
	}
	const drained = recorder.open === 0;
	const drainNs = drained ? Math.round(Math.max(0, readClock() - sending.endedAtNs)) : null;
	const own = process.cpuUsage({ user, system });
	const after = drained ? await readCpu(worker) : null;
	listen(() => {});
	return {
		messages: recorder.messages(sending.beganAtNs, ended === "lost" || ended === "interrupted"),
		sendingNs: Math.round(sending.endedAtNs - sending.beganAtNs),
		drainNs,
		ended,
		cpuNs: before === null || after === null ? null : Math.max(0, after.cpuNs - before.cpuNs),
		rssBytes: after?.rssBytes ?? (worker.pid === undefined ? null : readRss(worker.pid)),
		generatorCpuNs: Math.round((own.user + own.system) * NS_PER_US),
		pipeFull: sending.pipeFull,
	};
}

/** @returns null when the worker is lost */
async function readCpu(worker: LiveWorker): Promise<{ cpuNs: number; rssBytes: number | null } | null> {
	try {
		return await worker.read(false);
	} catch (error) {
		if (error instanceof WorkerProblem) return null;
		throw error;
	}
}
