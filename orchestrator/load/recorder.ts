/** Keeps what becomes of the messages of a phase, by their ids. */
import { type LoadMessages, OUTCOMES, type Outcome } from "../../shared/types.ts";
import type { MessageAnswer } from "../live/live-worker.ts";
import type { RunOrder } from "./protocol.ts";

type Settings = Pick<RunOrder, "firstId" | "replies" | "limitNs" | "timeoutNs">;

export class Recorder {
	readonly #order: Settings;
	readonly #wanted: string;
	/** On the clock of all processes, in ns. */
	readonly #intendedAt: number[] = [];
	readonly #sentAt: number[] = [];
	readonly #readAt: (number | null)[] = [];
	readonly #calledAt: (number | null)[] = [];
	readonly #returnedAt: (number | null)[] = [];
	readonly #modelNs: number[] = [];
	readonly #outcomes: Outcome[] = [];
	/** All before it have been answered. */
	#oldest = 0;
	#answered = 0;
	#notHeld = 0;

	constructor(order: Settings) {
		this.#order = order;
		this.#wanted = JSON.stringify(order.replies);
	}

	/** Notes a message that was sent. @returns its index */
	sent(intendedAt: number, sentAt: number): number {
		const index = this.#intendedAt.push(intendedAt) - 1;
		this.#sentAt.push(sentAt);
		this.#readAt[index] ??= null;
		this.#calledAt[index] ??= null;
		this.#returnedAt[index] ??= null;
		this.#modelNs[index] ??= 0;
		this.#outcomes[index] ??= "unknown";
		return index;
	}

	/**
	 * Notes what became of a message, which may be heard before it is noted as sent.
	 * @returns its index; null: it is no message of this phase
	 */
	answered(answer: MessageAnswer): number | null {
		const index = answer.id - this.#order.firstId;
		if (index < 0) return null;
		this.#answered++;
		this.#readAt[index] = answer.readAtNs;
		this.#calledAt[index] = answer.event === "reply" ? answer.sentAtNs : null;
		this.#returnedAt[index] = answer.returnedAtNs;
		this.#modelNs[index] = answer.event === "reply" ? answer.modelNs : 0;
		this.#outcomes[index] = this.#outcomeOf(answer);
		if (this.#outcomes[index] !== "right" || this.#shareNs(index) > this.#order.limitNs) this.#notHeld++;
		return index;
	}

	/** So many have returned too late, or without the right reply. */
	get notHeld(): number {
		return this.#notHeld;
	}

	/** A message that was heard before it is noted as sent cannot have taken long. */
	#shareNs(index: number): number {
		const returned = this.#returnedAt[index] ?? 0;
		return returned - (this.#intendedAt[index] ?? returned) - (this.#modelNs[index] ?? 0);
	}

	/** So many have been sent and have not returned. */
	get open(): number {
		return this.#intendedAt.length - this.#answered;
	}

	/** For how long the oldest message has been open, in ns; 0: none is open. */
	waiting(now: number): number {
		while (this.#returnedAt[this.#oldest] != null) this.#oldest++;
		const intended = this.#intendedAt[this.#oldest];
		return intended === undefined ? 0 : now - intended;
	}

	/**
	 * @param beganAt the beginning of the phase
	 * @param cut nothing is known of what has not returned, because the phase was cut
	 */
	messages(beganAt: number, cut: boolean): LoadMessages {
		const since = (times: readonly (number | null)[]) =>
			this.#intendedAt.map((intended, index) => {
				const at = times[index] ?? null;
				return at === null ? null : Math.round(at - intended);
			});
		const outcomes = this.#intendedAt.map((intended, index): Outcome => {
			const returned = this.#returnedAt[index] ?? null;
			if (returned === null) return cut ? "unknown" : "late";
			return returned - intended > this.#order.timeoutNs ? "late" : (this.#outcomes[index] as Outcome);
		});
		const someModel = this.#modelNs.some((time) => time > 0);
		return {
			intendedNs: this.#intendedAt.map((intended) => Math.max(0, Math.round(intended - beganAt))),
			sentNs: since(this.#sentAt).map((time) => time ?? 0),
			readNs: since(this.#readAt),
			calledNs: since(this.#calledAt),
			returnedNs: since(this.#returnedAt),
			modelNs: someModel ? this.#intendedAt.map((_, index) => this.#modelNs[index] ?? 0) : [],
			outcomes: outcomes.map((outcome) => OUTCOMES[outcome]).join(""),
		};
	}

	#outcomeOf(answer: MessageAnswer): Outcome {
		if (answer.event === "raised") return "raised";
		if (answer.replies.length === 0) return "lost";
		return JSON.stringify(answer.replies) === this.#wanted ? "right" : "wrong";
	}
}
