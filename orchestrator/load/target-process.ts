/**
 * Measures one target in one fresh process: whether its cost grows with what is stored, and then either its
 * capacity, what half of that and one and a half times that does, or for how many messages some loads are
 * held.
 */
import { isHeld, TAIL } from "../../analysis/load/phase.ts";
import { rigReasons } from "../../analysis/load/rig.ts";
import { type StoredCost, showsGrowth, storedCost } from "../../analysis/load/stored-cost.ts";
import { conversationsAt, untilLoads } from "../../analysis/load/until.ts";
import type { LoadPhase, LoadPlan, LoadSettings, Target } from "../../shared/types.ts";
import { MS_PER_S, NS_PER_MS, NS_PER_S } from "../../shared/units.ts";
import type { GiveUp } from "./protocol.ts";
import { RateSearch } from "./rate-search.ts";
import { type LoadContext, type PhaseOptions, Session } from "./session.ts";

const WARM_UP_MESSAGES = 300;
const WARM_UP_SECONDS = 5;
/**
 * Where a model takes its time, messages of a warm-up overlap. So few wait for each other that a target of
 * ten messages a second has answered them in time.
 */
const WARM_UP_CONVERSATIONS = 50;
/** One at a time, for so long: enough to see a cost that doubles within some thousand messages. */
const GROWTH_MESSAGES = 4000;
const GROWTH_SECONDS = 4;
/** A message that is open for so long will not be within the limit, nor will those behind it. */
const GIVE_UP_NS = NS_PER_S;
const GIVE_UP_LIMITS = 10;
/** A search ends a phase when so many times the messages that may be late were: there is no way back. */
const DECIDED = 1.25;
/** A tail needs so many messages, and a low rate takes longer to have them. */
const LEAST_MESSAGES = 200;
const LONGEST_FACTOR = 4;
/**
 * The first guess is a little below what messages in a row make; later processes begin where others ended.
 */
const FIRST_SHARE = 0.8;
const FIRST_STEP = 1.25;
const LATER_STEP = 1.08;
/** On a machine that is never well a search would take twice its time. */
const MOST_RETRIES = 3;
/** A search in which the rig alone has failed so often, and nothing was held, ends. */
const MOST_BY_RIG = 4;
const LEAST_RATE = 1;
const BEYOND = 1.5;
const HALF = 0.5;
const EMPTY_SECONDS = 2;
/** Conversations take turns of seconds. */
const CLOSED_TURNS = 4;

/** What earlier processes of a target have shown. */
export interface Known {
	/** Null: no process has shown it yet. */
	grows: boolean | null;
	/** The load that the process before held. */
	held: number | null;
	/** Messages a second, one after another without a model's delay; null: no process has shown it yet. */
	inRow: number | null;
}

export class TargetProcess {
	readonly #context: LoadContext;
	readonly #target: Target;
	readonly #process: number;
	readonly #known: Known;
	#session: Session | null = null;
	#parts = 0;
	#retries = 0;

	constructor(context: LoadContext, target: Target, process: number, known: Known) {
		this.#context = context;
		this.#target = target;
		this.#process = process;
		this.#known = known;
	}

	/** Measures, and adds to what is known of the target. */
	async measure(): Promise<void> {
		try {
			const { conversations } = this.#settings;
			if (typeof conversations === "number")
				await this.#try("closed", this.#closedPlan(conversations), { giveUp: null });
			else await this.#measureMost();
		} finally {
			await this.#session?.finish();
		}
	}

	get #settings(): LoadSettings {
		return this.#context.file.settings;
	}

	get #stopped(): boolean {
		return this.#context.stop.requested;
	}

	get #isClosed(): boolean {
		return this.#settings.conversations !== null;
	}

	/** A rate, or a number of conversations, is searched only where it would mean something. */
	async #measureMost(): Promise<void> {
		// In a closed loop it takes another process without the model's delay, and the first one has said it.
		if (!this.#isClosed || this.#known.grows === null) await this.#measureGrowth();
		const { grows, inRow } = this.#known;
		if (inRow === null || inRow === 0 || this.#stopped) return;
		if (grows) await this.#measureUntil();
		else await this.#measureCapacity(FIRST_SHARE * inRow);
	}

	/** Runs one phase, or two where the first one shows growth that is not known yet. */
	async #measureGrowth(): Promise<void> {
		const costs: StoredCost[] = [];
		do {
			// The mock's delay would hide what a message costs.
			const session = await this.#ready(0);
			this.#tell("does a message cost more, the more is stored?");
			const plan = { kind: "serial", messages: GROWTH_MESSAGES, seconds: GROWTH_SECONDS } as const;
			const phase = await session.phase("growth", plan, { giveUp: null });
			if (phase === null) break;
			this.#known.inRow = phase.messages.intendedNs.length / (phase.sendingNs / NS_PER_S);
			const cost = storedCost(phase);
			if (cost !== null) costs.push(cost);
		} while (this.#known.grows === null && costs.length === 1 && showsGrowth(costs));
		// Too few messages in a row to say anything: then it is so slow that a load is what can be known.
		if (costs.length > 0) this.#known.grows ??= showsGrowth(costs);
	}

	async #measureUntil(): Promise<void> {
		const { untilSeconds } = this.#settings;
		const planOf = (load: number, seconds: number) =>
			this.#isClosed ? this.#closedPlan(load, seconds) : this.#openPlan(load, seconds);
		const done: number[] = [];
		for (const load of untilLoads(this.#settings).toSorted((a, b) => b - a)) {
			const phase = await this.#try("until", planOf(load, untilSeconds), { giveUp: this.#openTooLong(null) });
			if (phase !== null) done.push(load);
		}
		// Conversations wait for the model nearly all of their time: they are no load for a pipe.
		if (!this.#isClosed)
			await this.#measureEmpty(done.map((load) => ["until", planOf(load, EMPTY_SECONDS)] as const));
	}

	/** @param perSecond the first rate that is tried, or the rate that the first conversations make */
	async #measureCapacity(perSecond: number): Promise<void> {
		const plan = (load: number) =>
			this.#isClosed ? this.#closedPlan(load) : this.#openPlan(load, this.#phaseSeconds(load));
		const first = this.#isClosed ? conversationsAt(perSecond, this.#settings) : perSecond;
		const held = await this.#search(first, this.#isClosed, plan);
		if (held === null) return;
		const half = this.#isClosed ? Math.max(1, Math.round(held * HALF)) : held * HALF;
		await this.#try("half", plan(half), { giveUp: null, looksUp: !this.#isClosed });
		if (this.#isClosed) return;
		await this.#try("beyond", plan(held * BEYOND), { giveUp: null });
		await this.#measureEmpty([
			["half", this.#openPlan(held * HALF, EMPTY_SECONDS)],
			["search", this.#openPlan(held, EMPTY_SECONDS)],
		]);
	}

	/** @returns the highest load that was held; null: none was */
	async #search(first: number, whole: boolean, planOf: (load: number) => LoadPlan): Promise<number | null> {
		const before = this.#known.held;
		let byRig = 0;
		const search = new RateSearch({
			first: before ?? first,
			step: before === null ? FIRST_STEP : LATER_STEP,
			least: LEAST_RATE,
			whole,
		});
		for (let load = search.next(); load !== null; load = search.next()) {
			const tried = await this.#holds(planOf(load));
			if (tried === null) return search.held;
			search.note(load, tried.held);
			// Where the rig cannot do even a little, less and less would say nothing of the target.
			if (tried.byRig && search.held === null && ++byRig >= MOST_BY_RIG) return null;
		}
		this.#known.held = search.held ?? before;
		return search.held;
	}

	/**
	 * What was not held, and may be the rig's fault, is tried once more, a few times in a process.
	 * @returns null when nothing was tried, because the process was lost or the user has asked to stop
	 */
	async #holds(plan: LoadPlan): Promise<{ held: boolean; byRig: boolean } | null> {
		const { limitNs } = this.#settings;
		for (let isAgain = false; ; isAgain = true) {
			const phase = await this.#try("search", plan, { giveUp: this.#openTooLong(this.#mostNotHeld(plan)) });
			const held = phase === null ? null : isHeld(phase, limitNs);
			if (phase === null || held === null) return null;
			const byRig = !held && rigReasons(phase).length > 0;
			if (!byRig || isAgain || this.#retries >= MOST_RETRIES) return { held, byRig };
			this.#retries++;
		}
	}

	/** Runs a phase in a worker that is at rest, a new one where the last was left with open messages. */
	async #try(
		purpose: LoadPhase["purpose"],
		plan: LoadPlan,
		options: PhaseOptions,
	): Promise<LoadPhase | null> {
		if (this.#stopped) return null;
		const session = await this.#ready(this.#settings.modelDelayMs);
		this.#tell(planWords(plan));
		return session.phase(purpose, plan, options);
	}

	#openTooLong(most: number | null): GiveUp {
		const { limitNs, modelDelayMs } = this.#settings;
		const modelNs = modelDelayMs * NS_PER_MS;
		return { openNs: Math.max(GIVE_UP_NS, GIVE_UP_LIMITS * limitNs) + 2 * modelNs, most };
	}

	/** With more messages than this not held, a phase is not, however many come by chance. */
	#mostNotHeld(plan: LoadPlan): number | null {
		if (plan.kind === "serial") return null;
		const { thinkMs, modelDelayMs } = this.#settings;
		const turnMs = thinkMs + modelDelayMs;
		if (plan.kind === "closed" && turnMs === 0) return null;
		const perSecond = plan.kind === "open" ? plan.perSecond : (plan.conversations * MS_PER_S) / turnMs;
		return 1 + DECIDED * (1 - TAIL) * perSecond * plan.seconds;
	}

	/** @returns a warm session with this model delay */
	async #ready(modelDelayMs: number): Promise<Session> {
		const known = this.#session;
		if (known !== null && known.record.modelDelayMs === modelDelayMs && !known.stale) return known;
		await known?.finish();
		const place = { process: this.#process, empty: false, modelDelayMs, part: this.#parts++ };
		const session = await Session.start(this.#context, this.#target, place);
		this.#session = session;
		const plan: LoadPlan =
			modelDelayMs === 0
				? { kind: "serial", messages: WARM_UP_MESSAGES, seconds: WARM_UP_SECONDS }
				: {
						kind: "closed",
						conversations: WARM_UP_CONVERSATIONS,
						thinkMs: 0,
						seconds: WARM_UP_SECONDS,
					};
		const giveUp = { openNs: this.#settings.timeoutNs, most: null };
		await session.phase("warm-up", plan, { giveUp });
		// Nothing can be measured in a process that is not at rest, and a fresh one would do the same.
		if (session.stale && !this.#stopped)
			session.record.problem ??= "had not answered all messages of its warm-up when the time-out was over";
		return session;
	}

	/** Puts the same load on a worker without a framework: what it shows is the rig's. */
	async #measureEmpty(plans: readonly (readonly [LoadPhase["purpose"], LoadPlan])[]): Promise<void> {
		if (this.#stopped || plans.length === 0) return;
		await this.#session?.finish();
		this.#session = null;
		this.#tell("the same without a framework");
		const place = { process: this.#process, empty: true, modelDelayMs: 0, part: 0 };
		const session = await Session.start(this.#context, this.#target, place);
		try {
			for (const [purpose, plan] of plans)
				await session.phase(purpose, plan, { giveUp: { openNs: GIVE_UP_NS, most: null } });
		} finally {
			await session.finish();
		}
	}

	#openPlan(perSecond: number, seconds: number): LoadPlan {
		return { kind: "open", arrivals: this.#settings.arrivals, perSecond, seconds };
	}

	#closedPlan(conversations: number, wantedSeconds = this.#settings.phaseSeconds): LoadPlan {
		const seconds = closedSeconds({ ...this.#settings, phaseSeconds: wantedSeconds });
		return { kind: "closed", conversations, thinkMs: this.#settings.thinkMs, seconds };
	}

	#phaseSeconds(perSecond: number): number {
		const { phaseSeconds } = this.#settings;
		return Math.min(LONGEST_FACTOR * phaseSeconds, Math.max(phaseSeconds, LEAST_MESSAGES / perSecond));
	}

	#tell(words: string): void {
		this.#context.tell(`${this.#target.id}: ${words}`);
	}
}

/** Returns how long a phase of conversations takes. */
export function closedSeconds({
	thinkMs,
	modelDelayMs,
	phaseSeconds,
}: Pick<LoadSettings, "thinkMs" | "modelDelayMs" | "phaseSeconds">): number {
	return Math.max(phaseSeconds, (CLOSED_TURNS * (thinkMs + modelDelayMs)) / MS_PER_S);
}

function planWords(plan: LoadPlan): string {
	if (plan.kind === "open") return `${Number(plan.perSecond.toPrecision(3))} messages/s`;
	return plan.kind === "closed" ? `${plan.conversations} conversations` : "messages in a row";
}
