/** Has one agent answer message after message, and reads now and then what its process keeps. */
import { quantileOfSorted, sum } from "../../analysis/stats/statistics.ts";
import type { SoakPoint, SoakProcess, Target } from "../../shared/types.ts";
import { MS_PER_S, NS_PER_MS } from "../../shared/units.ts";
import { type GrowthContext, type LiveProcess, latencyOf, runProcess } from "./process.ts";
import { measureQuiescence, sendAlone, watchUntilRest } from "./quiescence.ts";
import { Tally } from "./tally.ts";

/** Readings of a process that comes to its limit of messages or of time. */
const POINTS = 40;
/** Bursts before and after the messages, to see how long they are worked on after the last reply. */
const BURSTS = { young: 100, old: 1000, limitMs: 5 * MS_PER_S } as const;
/** Without a limit of time a reading is taken after so many seconds at the latest. */
const LATEST_S = 10;
/** Where memory is allocated shows in fewer messages, which take many times longer while it is followed. */
const TRACED = { warmUp: 200, messages: 400, seconds: 15 } as const;
/** A single message is worked off after so long. */
const SETTLE_MS = 2 * MS_PER_S;

export interface SoakPlan {
	role: SoakProcess["role"];
	users: number;
	/** It ends after so many messages; null: after the time only. */
	messages: number | null;
	/** It ends after so many seconds of messages; null: after the messages only. */
	seconds: number | null;
	/** What the framework stores is not emptied at the end, where the role would. */
	keepsStores?: boolean;
}

/** Hears what was measured, when something new was. */
export type NoteSoak = (process: SoakProcess) => void;

export async function measureSoak(
	context: GrowthContext,
	target: Target,
	name: string,
	plan: SoakPlan,
	note: NoteSoak,
): Promise<SoakProcess> {
	const soak = new Soak(context, plan, note);
	const program = plan.role === "sites" ? "verify" : "measure";
	const ended = await runProcess(context, target, name, (live) => soak.run(live), program);
	return { ...soak.result, ...ended };
}

class Soak {
	readonly #plan: SoakPlan;
	readonly #stop: GrowthContext["stop"];
	readonly #note: NoteSoak;
	readonly #tally: Tally;
	readonly #points: SoakPoint[] = [];
	readonly #quiescence: SoakProcess["quiescence"] = [];
	readonly #emptied: SoakProcess["emptied"] = [];
	#sites: SoakProcess["sites"] = null;
	/** Of the messages since the last point. */
	#latencies: number[] = [];
	#sent = 0;

	constructor({ scenario, stop }: GrowthContext, plan: SoakPlan, note: NoteSoak) {
		this.#stop = stop;
		this.#plan = plan;
		this.#note = note;
		this.#tally = new Tally(scenario.expect.replies);
	}

	/** What was measured so far, as if it ended here. */
	get result(): SoakProcess {
		return {
			role: this.#plan.role,
			points: [...this.#points],
			replies: this.#tally.counts,
			quiescence: [...this.#quiescence],
			emptied: [...this.#emptied],
			sites: this.#sites,
			end: { kind: "interrupted", words: null },
			monitor: null,
		};
	}

	async run(live: LiveProcess): Promise<"done" | "time"> {
		const { role, users } = this.#plan;
		await live.worker.agents(1);
		if (users > 1) await live.worker.users(0, users, 0);
		if (role === "sites") return this.#runTraced(live);
		return role === "main" ? this.#runMain(live) : this.#runSecond(live);
	}

	async #runMain(live: LiveProcess): Promise<"done" | "time"> {
		const send = () => this.#send(live);
		const alone = await sendAlone(live, send);
		await live.wait(SETTLE_MS);
		const { young, old, limitMs } = BURSTS;
		const first = await measureQuiescence(live, send, { alone, messages: young, limitMs });
		this.#quiescence.push(first);
		const ends = await this.#sendAll(live);
		await watchUntilRest(live, first.idle);
		this.#quiescence.push(await measureQuiescence(live, send, { alone, messages: old, limitMs }));
		return ends;
	}

	async #runSecond(live: LiveProcess): Promise<"done" | "time"> {
		const ends = await this.#sendAll(live);
		if (this.#plan.keepsStores) return ends;
		const { stores } = await live.worker.stores();
		for (const { name, records } of stores) {
			live.goOn();
			await live.worker.empty(name);
			this.#emptied.push({ name, records, memory: await live.memory() });
			this.#note(this.result);
		}
		return ends;
	}

	/** What engine and caches take for themselves comes before it is followed. */
	async #runTraced(live: LiveProcess): Promise<"done" | "time"> {
		const { messages, seconds } = this.#plan;
		const most = Math.min(TRACED.messages, messages ?? TRACED.messages);
		const until = (share: number) =>
			performance.now() + MS_PER_S * share * Math.min(TRACED.seconds, seconds ?? TRACED.seconds);
		const warm = Math.min(TRACED.warmUp, most);
		for (const end = until(1 / 3); this.#sent < warm && performance.now() < end; ) await this.#send(live);
		await live.worker.trace();
		const begun = this.#sent;
		for (const end = until(1); this.#sent < begun + most && performance.now() < end; ) await this.#send(live);
		const { how, keptBytes, sites } = await live.worker.sites();
		this.#sites = { messages: this.#sent - begun, how, keptBytes, sites };
		return this.#sent < begun + most ? "time" : "done";
	}

	/** Sends messages until there are enough of them, or the time is over. */
	async #sendAll(live: LiveProcess): Promise<"done" | "time"> {
		const { messages, seconds } = this.#plan;
		const every = {
			messages: (messages ?? Number.POSITIVE_INFINITY) / POINTS,
			ms: MS_PER_S * (seconds === null ? LATEST_S : seconds / POINTS),
		};
		const begun = { at: performance.now(), sent: this.#sent };
		this.#latencies = [];
		let last = { at: begun.at, sent: this.#sent };
		await this.#read(live, 0, 0);
		for (;;) {
			const enough = messages !== null && this.#sent - begun.sent >= messages;
			const over = seconds !== null && performance.now() - begun.at >= MS_PER_S * seconds;
			const isDue = this.#sent - last.sent >= every.messages || performance.now() - last.at >= every.ms;
			const stops = this.#stop.requested;
			if (this.#sent > last.sent && (isDue || enough || over || stops)) {
				await this.#read(live, this.#sent - begun.sent, performance.now() - begun.at);
				last = { at: performance.now(), sent: this.#sent };
			}
			if (enough) return "done";
			if (over) return "time";
			await this.#send(live);
		}
	}

	async #send(live: LiveProcess): Promise<void> {
		live.goOn();
		const user = this.#sent % this.#plan.users;
		this.#tally.noteSent();
		this.#sent++;
		const answer = await live.handle(0, user);
		this.#tally.note(answer);
		this.#latencies.push(latencyOf(answer));
	}

	async #read(live: LiveProcess, messages: number, milliseconds: number): Promise<void> {
		const memory = await live.memory();
		const latency = latencySummary(this.#latencies);
		this.#latencies = [];
		this.#points.push({ messages, atNs: Math.round(milliseconds * NS_PER_MS), memory, latency });
		this.#note(this.result);
	}
}

function latencySummary(latencies: readonly number[]): SoakPoint["latency"] {
	if (latencies.length === 0) return null;
	const sorted = Float64Array.from(latencies).sort();
	return {
		messages: sorted.length,
		totalNs: sum(sorted),
		p50Ns: Math.round(quantileOfSorted(sorted, 0.5)),
		p99Ns: Math.round(quantileOfSorted(sorted, 0.99)),
		maxNs: sorted.at(-1) as number,
	};
}
