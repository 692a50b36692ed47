/** Closed loops: nobody sends a message before the one before is answered. */
import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "../../shared/random.ts";
import type { LoadPlan } from "../../shared/types.ts";
import { NS_PER_MS, NS_PER_S } from "../../shared/units.ts";
import type { LiveWorker } from "../live/live-worker.ts";
import { drawExponential } from "./arrivals.ts";
import { readClock } from "./clock.ts";
import type { Sending } from "./open-loop.ts";
import type { RunOrder } from "./protocol.ts";
import type { Recorder } from "./recorder.ts";

const LOOK_MS = 20;

type ClosedPlan = Extract<LoadPlan, { kind: "closed" | "serial" }>;

/** Tells the loop that a message has been answered. */
export type OnAnswered = (listener: (index: number) => void) => void;

/**
 * @param mayGoOn is asked again and again; false ends the sending
 * @returns when no more is sent. Messages may be open still.
 */
export async function sendClosedLoop(
	worker: LiveWorker,
	plan: ClosedPlan,
	order: RunOrder,
	recorder: Recorder,
	onAnswered: OnAnswered,
	mayGoOn: () => boolean,
): Promise<Sending> {
	const random = new Random(order.seed);
	const beganAtNs = readClock();
	const endAtNs = beganAtNs + plan.seconds * NS_PER_S;
	const most = plan.kind === "serial" ? plan.messages : Number.POSITIVE_INFINITY;
	/** Whose message it is, by its index. */
	const conversations: number[] = [];
	let isOver = false;
	let pipeFull = 0;
	const send = (user: number, dueAtNs: number) => {
		if (isOver || dueAtNs >= endAtNs || conversations.length >= most) return;
		const id = order.firstId + conversations.push(user) - 1;
		const written = worker.send(id, 0, user);
		if (!written) pipeFull++;
		recorder.sent(dueAtNs, readClock());
	};
	const sendLater = (user: number, dueAtNs: number) => {
		setTimeout(() => send(user, dueAtNs), Math.max(0, (dueAtNs - readClock()) / NS_PER_MS));
	};
	onAnswered((index) => {
		const now = readClock();
		if (plan.kind === "serial") send((index + 1) % order.users, now);
		else sendLater(conversations[index] ?? 0, now + drawExponential(random, plan.thinkMs * NS_PER_MS));
	});
	if (plan.kind === "serial") send(0, beganAtNs);
	// They begin at different times, as they would go on.
	else
		for (let user = 0; user < plan.conversations; user++)
			sendLater(user, beganAtNs + random.next() * (plan.thinkMs + order.modelDelayMs) * NS_PER_MS);
	while (readClock() < endAtNs && mayGoOn()) {
		if (plan.kind === "serial" && conversations.length >= most && recorder.open === 0) break;
		await sleep(LOOK_MS);
	}
	isOver = true;
	return { beganAtNs, endedAtNs: readClock(), pipeFull };
}
