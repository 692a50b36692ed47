/** Measures what agents take that are alive in one process. */
import type { DensityPoint, DensityProcess, Target } from "../../shared/types.ts";
import { MS_PER_S } from "../../shared/units.ts";
import { type GrowthContext, type LiveProcess, latencyOf, runProcess } from "./process.ts";
import { Tally } from "./tally.ts";

/** What a message leaves to do is done after so long (the embeddings of one message take 0.1 s). */
const SETTLE_MS = MS_PER_S;
/** So many agents, evenly spread, are asked what they store. */
const MOST_ASKED = 20;
/** So many are made at once: where one takes seconds, more would look like a process that hangs. */
const MADE_AT_ONCE = 10;

export interface DensityPlan {
	/** Ascending. */
	sizes: readonly number[];
	/** Idle agents are watched for so long at every size; 0: not in this process. */
	idleSeconds: number;
}

/**
 * @param name of the process among those of its target
 * @param note called when another size was measured
 */
export async function measureDensity(
	context: GrowthContext,
	target: Target,
	name: string,
	{ sizes, idleSeconds }: DensityPlan,
	note: (agents: number) => void,
): Promise<DensityProcess> {
	const result: Omit<DensityProcess, "end" | "monitor"> = { points: [], allAtOnce: null, dropped: null };
	const ended = await runProcess(context, target, name, async (live) => {
		let alive = 0;
		for (const size of sizes) {
			result.points.push(await measureSize(context, live, { from: alive, to: size, idleSeconds }));
			alive = size;
			note(size);
		}
		result.allAtOnce = await askAll(context, live, alive);
		const { elapsedNs } = await live.worker.drop();
		result.dropped = { elapsedNs, memory: await live.memory() };
		return "done";
	});
	return { ...result, ...ended };
}

interface Step {
	from: number;
	to: number;
	idleSeconds: number;
}

/** Makes the agents that are missing, sends each a message, and reads what the process occupies then. */
async function measureSize(
	{ scenario }: GrowthContext,
	live: LiveProcess,
	{ from, to, idleSeconds }: Step,
): Promise<DensityPoint> {
	const createNs = await makeAgents(live, to - from);
	const tally = new Tally(scenario.expect.replies);
	const messageNs: number[] = [];
	for (let agent = from; agent < to; agent++) {
		live.goOn();
		tally.noteSent();
		const answer = await live.handle(agent, 0);
		tally.note(answer);
		messageNs.push(latencyOf(answer));
	}
	await live.wait(SETTLE_MS);
	const memory = await live.memory();
	const idle = idleSeconds === 0 ? null : await watchIdle(live, idleSeconds * MS_PER_S);
	return { agents: to, memory, createNs, messageNs, replies: tally.counts, idle };
}

/** @returns the nanoseconds that each took */
async function makeAgents(live: LiveProcess, count: number): Promise<number[]> {
	const createNs: number[] = [];
	while (createNs.length < count) {
		live.goOn();
		const made = await live.worker.agents(Math.min(MADE_AT_ONCE, count - createNs.length));
		made.constructNs.forEach((ns, index) => {
			createNs.push(ns + (made.initializeNs[index] ?? 0) + (made.seedNs[index] ?? 0));
		});
	}
	return createNs;
}

async function watchIdle(live: LiveProcess, milliseconds: number): Promise<DensityPoint["idle"]> {
	// A collection goes on for a while in threads of its own.
	await live.wait(SETTLE_MS);
	const begun = process.hrtime.bigint();
	const before = live.sample(begun);
	await live.wait(milliseconds);
	const after = live.sample(begun);
	return { wallNs: after.atNs - before.atNs, cpuNs: after.cpuNs - before.cpuNs };
}

/** Sends every agent a message at once. Where agents share something that they should not, this shows it. */
async function askAll(
	{ scenario }: GrowthContext,
	live: LiveProcess,
	alive: number,
): Promise<DensityProcess["allAtOnce"]> {
	const tally = new Tally(scenario.expect.replies);
	const agents = Array.from({ length: alive }, (_, agent) => agent);
	for (const _ of agents) tally.noteSent();
	const wallNs = await live.handleAll(agents, (answer) => tally.note(answer));
	const { rssPeakBytes } = await live.worker.read(false);
	const replies = tally.counts;
	return { agents: alive, wallNs, rssPeakBytes, replies, storedOtherwise: await compareStored(live, alive) };
}

/** Every agent was sent the same, so every one should store the same. */
async function compareStored(live: LiveProcess, alive: number): Promise<string[]> {
	const step = Math.max(1, Math.ceil(alive / MOST_ASKED));
	const texts: { agent: number; text: string }[] = [];
	for (let agent = 0; agent < alive; agent += step) {
		const { fromUser, fromAgent } = await live.worker.stored(agent);
		texts.push({ agent, text: `${fromUser.join("+")} of the user, ${fromAgent.join("+")} of the agent` });
	}
	const counts = new Map<string, number>();
	for (const { text } of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
	const [usual] = [...counts].toSorted(([, a], [, b]) => b - a)[0] ?? [""];
	return texts.flatMap(({ agent, text }) =>
		text === usual ? [] : [`agent ${agent} stores ${text}, most store ${usual}`],
	);
}
