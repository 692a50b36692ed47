/**
 * Measures one target in one fresh process: whether its cost grows with what is stored, and then either its
 * capacity, what half of that and one and a half times that does, or for how many messages some rates are
 * held.
 */
import { isHeld } from "../../analysis/load/phase.ts";
import { rigReasons } from "../../analysis/load/rig.ts";
import { type StoredCost, showsGrowth, storedCost } from "../../analysis/load/stored-cost.ts";
import type { LoadPhase, LoadPlan, LoadSettings, Target } from "../../shared/types.ts";
import { MS_PER_S, NS_PER_MS, NS_PER_S } from "../../shared/units.ts";
import { RateSearch } from "./rate-search.ts";
import { type LoadContext, Session } from "./session.ts";

const WARM_UP_MESSAGES = 300;
/** Where a model takes its time, messages of a warm-up overlap. */
const WARM_UP_PER_SECOND = 100;
const WARM_UP_SECONDS = 5;
/** One at a time, for so long: enough to see a cost that doubles within some thousand messages. */
const GROWTH_MESSAGES = 4000;
const GROWTH_SECONDS = 4;
/** A message that is open for so long will not be within the limit, nor will those behind it. */
const GIVE_UP_NS = NS_PER_S;
const GIVE_UP_LIMITS = 10;
/** A tail needs so many messages, and a low rate takes longer to have them. */
const LEAST_MESSAGES = 200;
const LONGEST_FACTOR = 4;
/**
 * The first guess is a little below what messages in a row make; later processes begin where others ended.
 */
const FIRST_SHARE = 0.8;
const FIRST_STEP = 1.25;
const LATER_STEP = 1.08;
const FIRST_CONVERSATIONS = 200;
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
			if (this.#settings.conversations !== null) await this.#measureConversations();
			else await this.#measureRates();
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

	async #measureRates(): Promise<void> {
		const { costs, perSecond } = await this.#measureGrowth();
		if (perSecond === 0 || this.#stopped) return;
		// Too few messages in a row to say anything: then it is so slow that a rate is what can be known.
		if (costs.length > 0) this.#known.grows ??= showsGrowth(costs);
		if (this.#known.grows) await this.#measureUntil();
		else await this.#measureCapacity(perSecond);
	}

	/**
	 * @returns what one phase has shown, or two where the first one shows growth that is not known yet; and
	 *   how many messages a second there were in a row
	 */
	async #measureGrowth(): Promise<{ costs: StoredCost[]; perSecond: number }> {
		const costs: StoredCost[] = [];
		let perSecond = 0;
		do {
			// The mock's delay would hide what a message costs.
			const session = await this.#ready(0);
			this.#tell("does a message cost more, the more is stored?");
			const plan = { kind: "serial", messages: GROWTH_MESSAGES, seconds: GROWTH_SECONDS } as const;
			const phase = await session.phase("growth", plan, { giveUpNs: null });
			if (phase === null) break;
			perSecond = phase.messages.intendedNs.length / (phase.sendingNs / NS_PER_S);
			const cost = storedCost(phase);
			if (cost !== null) costs.push(cost);
		} while (this.#known.grows === null && costs.length === 1 && showsGrowth(costs));
		return { costs, perSecond };
	}

	async #measureUntil(): Promise<void> {
		const { rates, untilSeconds } = this.#settings;
		const done: number[] = [];
		for (const perSecond of rates.toSorted((a, b) => b - a)) {
			const phase = await this.#try("until", this.#openPlan(perSecond, untilSeconds), true);
			if (phase !== null) done.push(perSecond);
		}
		await this.#measureEmpty(
			done.map((perSecond) => ["until", this.#openPlan(perSecond, EMPTY_SECONDS)] as const),
		);
	}

	async #measureCapacity(perSecond: number): Promise<void> {
		const plan = (rate: number) => this.#openPlan(rate, this.#phaseSeconds(rate));
		const held = await this.#search(perSecond * FIRST_SHARE, false, plan);
		if (held === null) return;
		await this.#try("half", plan(held * HALF), false, { looksUp: true });
		await this.#try("beyond", plan(held * BEYOND), false);
		await this.#measureEmpty([
			["half", this.#openPlan(held * HALF, EMPTY_SECONDS)],
			["search", this.#openPlan(held, EMPTY_SECONDS)],
		]);
	}

	async #measureConversations(): Promise<void> {
		const { conversations } = this.#settings;
		if (conversations !== "search") {
			if (conversations !== null) await this.#try("closed", this.#closedPlan(conversations), false);
			return;
		}
		const held = await this.#search(FIRST_CONVERSATIONS, true, (count) => this.#closedPlan(count));
		if (held === null) return;
		await this.#try("half", this.#closedPlan(Math.max(1, Math.round(held * HALF))), false);
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
			const phase = await this.#try("search", plan, true);
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
		givesUp: boolean,
		{ looksUp = false } = {},
	): Promise<LoadPhase | null> {
		if (this.#stopped) return null;
		const { limitNs, modelDelayMs } = this.#settings;
		const session = await this.#ready(modelDelayMs);
		this.#tell(planWords(plan));
		const modelNs = modelDelayMs * NS_PER_MS;
		const giveUpNs = givesUp ? Math.max(GIVE_UP_NS, GIVE_UP_LIMITS * limitNs) + 2 * modelNs : null;
		return session.phase(purpose, plan, { giveUpNs, looksUp });
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
				: this.#openPlan(WARM_UP_PER_SECOND, WARM_UP_MESSAGES / WARM_UP_PER_SECOND);
		await session.phase("warm-up", plan, { giveUpNs: null });
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
			for (const [purpose, plan] of plans) await session.phase(purpose, plan, { giveUpNs: GIVE_UP_NS });
		} finally {
			await session.finish();
		}
	}

	#openPlan(perSecond: number, seconds: number): LoadPlan {
		return { kind: "open", arrivals: this.#settings.arrivals, perSecond, seconds };
	}

	#closedPlan(conversations: number): LoadPlan {
		const { thinkMs, modelDelayMs, phaseSeconds } = this.#settings;
		const turnSeconds = (thinkMs + modelDelayMs) / MS_PER_S;
		const seconds = Math.max(phaseSeconds, CLOSED_TURNS * turnSeconds);
		return { kind: "closed", conversations, thinkMs, seconds };
	}

	#phaseSeconds(perSecond: number): number {
		const { phaseSeconds } = this.#settings;
		return Math.min(LONGEST_FACTOR * phaseSeconds, Math.max(phaseSeconds, LEAST_MESSAGES / perSecond));
	}

	#tell(words: string): void {
		this.#context.tell(`${this.#target.id}: ${words}`);
	}
}

function planWords(plan: LoadPlan): string {
	if (plan.kind === "open") return `${Number(plan.perSecond.toPrecision(3))} messages/s`;
	return plan.kind === "closed" ? `${plan.conversations} conversations` : "messages in a row";
}
