/** Makes the stages of the pipeline from spans and gives every instant of a message to its stage. */
import type { IterationRecord, Owner, OwnerTime, StageName } from "../../shared/types.ts";
import { FRAMEWORK } from "./agents/owners.ts";
import { NS_PER_MS } from "./clocks.ts";
import type { RecordedSpans } from "./spans.ts";

export type StageRow = NonNullable<IterationRecord["stages"]>[number];

/** A span has a number that stands for one of these. */
export interface Label {
	stage: StageName;
	name: string | null;
	/** Where it is another one than the stage's. */
	depth?: number | undefined;
	/** Whose part it is. Such spans are no stages, and stages are nobody's. */
	owner?: Owner | undefined;
}

/** If all open spans only wait, the message waits for the deepest of them. */
const DEPTH: Record<StageName, number> = {
	message: 0,
	should_respond: 1,
	action_dispatch: 1,
	evaluator: 1,
	action: 2,
	prompt: 3,
	compose_state: 3,
	provider_execution: 4,
	provider: 5,
	model_call: 6,
	memory_create: 7,
	memory_get: 7,
	state_serialization: 7,
	event_emit: 6,
	callback: 7,
};
/** A named evaluator lies below the evaluation step, which has no name. */
const NAMED_EVALUATOR_DEPTH = 2;

interface Sums {
	calls: number;
	inclusive: number;
	self: number;
}

/** Sums the spans of one iteration, message by message. */
export class StageSums {
	readonly #spans: RecordedSpans;
	readonly #labels: readonly Label[];
	readonly #depths: number[];
	readonly #sums: Sums[];
	readonly #message: Sums = { calls: 0, inclusive: 0, self: 0 };
	readonly #providerExecution: Sums = { calls: 0, inclusive: 0, self: 0 };
	#next = 0;

	constructor(spans: RecordedSpans, labels: readonly Label[]) {
		this.#spans = spans;
		this.#labels = labels;
		this.#depths = labels.map(
			({ stage, name, depth }) =>
				depth ?? (stage === "evaluator" && name !== null ? NAMED_EVALUATOR_DEPTH : DEPTH[stage]),
		);
		this.#sums = labels.map(() => ({ calls: 0, inclusive: 0, self: 0 }));
	}

	/**
	 * Adds a message that was sent after those before it. Spans that began between two messages belong to
	 * neither.
	 */
	addMessage(from: number, to: number): void {
		const { start, count } = this.#spans;
		while (this.#next < count && at(start, this.#next) < from) this.#next++;
		const first = this.#next;
		while (this.#next < count && at(start, this.#next) < to) this.#next++;
		this.#message.calls++;
		this.#message.inclusive += to - from;
		this.#countSpans(first, this.#next, to);
		this.#splitSelfTimes(first, this.#next, from, to);
	}

	/** Makes a row for every stage that was called, with the message first. Times are rounded only here. */
	toRows(): StageRow[] {
		const rows: StageRow[] = [];
		const add = ({ stage, name }: Label, { calls, inclusive, self }: Sums) => {
			const ns = (milliseconds: number) => Math.round(milliseconds * NS_PER_MS);
			if (calls > 0) rows.push({ stage, name, calls, inclusiveNs: ns(inclusive), selfNs: ns(self) });
		};
		add({ stage: "message", name: null }, this.#message);
		add({ stage: "provider_execution", name: null }, this.#providerExecution);
		for (const [index, label] of this.#labels.entries()) add(label, this.#sums[index] as Sums);
		return rows;
	}

	/** Makes a row for every owner that was called; to be asked whether it applies is a call too. What is nobody's is the framework's. */
	toOwners(): OwnerTime[] {
		const ns = (milliseconds: number) => Math.round(milliseconds * NS_PER_MS);
		const row = (whose: Owner, { calls, inclusive, self }: Sums) => ({
			...whose,
			calls,
			inclusiveNs: ns(inclusive),
			selfNs: ns(self),
		});
		const merged = new Map<Owner, OwnerTime>();
		for (const [index, { owner }] of this.#labels.entries()) {
			const sums = this.#sums[index] as Sums;
			if (!owner || sums.calls === 0) continue;
			const [one, own] = [merged.get(owner), row(owner, sums)];
			const { calls, inclusiveNs, selfNs } = one ?? { calls: 0, inclusiveNs: 0, selfNs: 0 };
			merged.set(owner, {
				...owner,
				calls: calls + own.calls,
				inclusiveNs: inclusiveNs + own.inclusiveNs,
				selfNs: selfNs + own.selfNs,
			});
		}
		return [row(FRAMEWORK, this.#message), ...merged.values()];
	}

	#countSpans(first: number, last: number, to: number): void {
		const { start, end } = this.#spans;
		for (let span = first; span < last; span++) {
			const sums = this.#sumsOf(span);
			sums.calls++;
			sums.inclusive += Math.min(at(end, span), to) - at(start, span);
			if (this.#stageOf(span) !== "compose_state") continue;
			for (let inner = span + 1; inner < last && at(start, inner) < at(end, span); inner++) {
				if (this.#stageOf(inner) !== "provider") continue;
				this.#providerExecution.calls++;
				break;
			}
		}
	}

	/** Cuts the message at every boundary of a span and gives each piece to the stage that it belongs to. */
	#splitSelfTimes(first: number, last: number, from: number, to: number): void {
		const { start, returned, end } = this.#spans;
		const cuts = [from, to];
		for (let span = first; span < last; span++) {
			for (const cut of [at(start, span), at(returned, span), at(end, span)])
				if (cut > from && cut < to) cuts.push(cut);
		}
		cuts.sort((a, b) => a - b);
		for (let cut = 1; cut < cuts.length; cut++) {
			const [a, b] = [cuts[cut - 1] as number, cuts[cut] as number];
			if (b > a) this.#assign(first, last, a, b);
		}
	}

	#assign(first: number, last: number, a: number, b: number): void {
		const { start, returned, end } = this.#spans;
		let running = -1;
		let deepest = 0;
		let waiting: number[] = [];
		let composing = false;
		let providing = false;
		for (let span = first; span < last && at(start, span) <= a; span++) {
			if (at(end, span) < b) continue;
			const stage = this.#stageOf(span);
			composing ||= stage === "compose_state";
			providing ||= stage === "provider";
			// Synchronous calls are nested, so the last one to start is the innermost.
			if (at(returned, span) >= b) running = span;
			const depth = this.#depths[this.#spans.label[span] as number] as number;
			if (depth > deepest) {
				deepest = depth;
				waiting = [span];
			} else if (depth === deepest) waiting.push(span);
		}
		if (composing && providing) this.#providerExecution.inclusive += b - a;
		if (running >= 0) this.#sumsOf(running).self += b - a;
		else if (waiting.length === 0) this.#message.self += b - a;
		else for (const span of waiting) this.#sumsOf(span).self += (b - a) / waiting.length;
	}

	#stageOf(span: number): StageName {
		return (this.#labels[this.#spans.label[span] as number] as Label).stage;
	}

	#sumsOf(span: number): Sums {
		return this.#sums[this.#spans.label[span] as number] as Sums;
	}
}

function at(times: Float64Array, span: number): number {
	return times[span] as number;
}
