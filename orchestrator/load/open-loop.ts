/** An open loop: messages are sent when they are due, whatever becomes of those before. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { LoadPlan } from "../../shared/types.ts";
import { NS_PER_MS, NS_PER_S } from "../../shared/units.ts";
import type { LiveWorker } from "../live/live-worker.ts";
import { arrivals } from "./arrivals.ts";
import { readClock } from "./clock.ts";
import type { RunOrder } from "./protocol.ts";
import type { Recorder } from "./recorder.ts";

/** What the thread gets that sends. */
export interface SenderData {
	/** The worker's standard input. */
	fd: number;
	firstId: number;
	users: number;
	/** From the beginning. */
	dueNs: Float64Array;
	/** On the clock of all processes; the thread fills it. */
	sentAtNs: Float64Array;
	/** Whether to stop; how many are sent; how often the pipe was full. */
	state: Int32Array;
}
const [STOP, SENT, FULL] = [0, 1, 2];

/** How far it has come is looked at this often. */
const LOOK_MS = 20;
/** A thread that has not stopped by then cannot write, because nobody reads. */
const STOP_MS = 2000;

export interface Sending {
	beganAtNs: number;
	endedAtNs: number;
	/** How often the pipe was full. */
	pipeFull: number;
}

/**
 * @param mayGoOn is asked again and again; false ends the sending
 * @returns when everything has been sent
 */
export async function sendOpenLoop(
	worker: LiveWorker,
	plan: Extract<LoadPlan, { kind: "open" }>,
	order: RunOrder,
	recorder: Recorder,
	mayGoOn: () => boolean,
): Promise<Sending> {
	const dueNs = shared(Float64Array.from(arrivals(plan, order.seed)));
	const sentAtNs = shared(new Float64Array(dueNs.length));
	const state = new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT));
	const fd = worker.stdinDescriptor;
	if (fd === null) throw new RangeError("the standard input of the worker has no descriptor");
	const workerData: SenderData = { fd, firstId: order.firstId, users: order.users, dueNs, sentAtNs, state };
	const thread = new Worker(new URL("sender.mjs", import.meta.url), { workerData, execArgv: [] });
	const [{ beganAtNs }] = (await once(thread, "message")) as [{ beganAtNs: number }];
	let endedAtNs: number | null = null;
	thread.once("message", (message: { endedAtNs: number }) => {
		endedAtNs = message.endedAtNs;
	});
	const ended = once(thread, "exit");
	let noted = 0;
	const note = () => {
		for (const sent = Atomics.load(state, SENT); noted < sent; noted++)
			recorder.sent(beganAtNs + (dueNs[noted] ?? 0), sentAtNs[noted] ?? 0);
	};
	const stop = () => {
		Atomics.store(state, STOP, 1);
		Atomics.notify(state, STOP);
	};
	let isOver = false;
	void ended.then(() => {
		isOver = true;
	});
	let stoppedAt: number | null = null;
	while (!isOver) {
		await Promise.race([ended, sleep(LOOK_MS)]);
		note();
		if (stoppedAt === null && !mayGoOn()) {
			stoppedAt = performance.now();
			stop();
		}
		if (stoppedAt !== null && performance.now() - stoppedAt > STOP_MS) await thread.terminate();
	}
	note();
	// A constant rate and a Poisson process both send until the time is over.
	const plannedNs = beganAtNs + plan.seconds * NS_PER_S;
	if (stoppedAt === null && mayGoOn()) await sleep(Math.max(0, (plannedNs - readClock()) / NS_PER_MS));
	const over = stoppedAt === null ? Math.max(plannedNs, endedAtNs ?? 0) : (endedAtNs ?? readClock());
	return { beganAtNs, endedAtNs: over, pipeFull: Atomics.load(state, FULL) };
}

/** The same numbers where two threads see them. */
function shared(values: Float64Array): Float64Array {
	const copy = new Float64Array(new SharedArrayBuffer(values.byteLength));
	copy.set(values);
	return copy;
}
