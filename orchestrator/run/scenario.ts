/**
 * Measures one scenario, block by block. What a block loses is tried once more, and a block that was
 * disturbed is repeated.
 */

import { contamination } from "../../analysis/cell/contamination.ts";
import type { CellEvidence } from "../../analysis/cell/result.ts";
import { prospectOf, type ScenarioProspect } from "../../analysis/compare/prospect.ts";
import type { ProcessRecord, RunFile, Scenario, Target } from "../../shared/types.ts";
import { secondsSince } from "../elapsed.ts";
import {
	type BlockPlace,
	type BlockResult,
	countObservedInBlock,
	measureBlock,
	type Participant,
	participantsOf,
} from "./block.ts";
import { turnSeconds } from "./block-time.ts";
import {
	leastBlocks,
	nextBlockLimits,
	nextBlockNumber,
	type ScheduledScenario,
	wholeBlocks,
} from "./schedule.ts";
import type { Verification } from "./verify.ts";
import type { RunContext } from "./worker-options.ts";

export type Evidence = Map<string, CellEvidence>;

/** A block is repeated only where so many like it would fit into the time. */
export const SPARE_FACTOR = 2;
/** One block of so many may be repeated because something disturbed it. */
const BLOCKS_PER_REPEAT = 3;

/**
 * A scenario that is being measured. Its evidence grows with every block, and so does the record of the
 * run.
 */
export class ScenarioRun implements ScheduledScenario {
	readonly scenario: Scenario;
	readonly verified: readonly Verification[];
	readonly evidence: Evidence;
	/** What its blocks have shown so far. */
	prospect: ScenarioProspect;
	/** True if it has evidence that is in no result file yet. */
	isNews = true;
	readonly #context: RunContext;
	readonly #record: RunFile;
	readonly #participants: readonly Participant[];
	/** Time of the last block beyond what its set-ups and turns explain. */
	#overheadSeconds = 0;

	constructor(
		context: RunContext,
		record: RunFile,
		{
			scenario,
			verified,
			evidence,
		}: { scenario: Scenario; verified: readonly Verification[]; evidence: Evidence },
	) {
		this.#context = context;
		this.#record = record;
		this.scenario = scenario;
		this.verified = verified;
		this.evidence = evidence;
		this.#participants = participantsOf(measurableTargets(verified), record.settings.aa);
		this.prospect = this.#look();
	}

	/** False where verification lets no target through. */
	get measurable(): boolean {
		return this.#participants.length > 0;
	}

	/** Says whether the one block that it has was disturbed and counts. */
	get hasOnlyDisturbedBlock(): boolean {
		return (
			this.#blockNumbers.length === 1 &&
			this.#processes.some((record) => isDisturbed(record) && !record.superseded)
		);
	}

	/** Measures its one block again. Unless the new one lacks a process, the first counts no more. */
	async repeatBlock(onStep: (done: number, total: number) => void): Promise<void> {
		const first = this.#processes;
		this.#supersede(first, true);
		try {
			await this.measureBlock(0, onStep);
		} finally {
			const again = listWhole(this.#processes.filter((record) => !first.includes(record)));
			if (!listWhole(first).every((name) => again.includes(name))) this.#supersede(first, false);
		}
	}

	#supersede(records: readonly ProcessRecord[], superseded: boolean): void {
		for (const record of records) record.superseded = superseded;
		this.prospect = this.#look();
		this.isNews = true;
	}

	/** The records of its blocks, repeated ones too. */
	get #processes(): ProcessRecord[] {
		return [...this.evidence.values()].flatMap(({ processes }) => processes.map(({ record }) => record));
	}

	/** The numbers of its blocks, repeated ones too. */
	get #blockNumbers(): number[] {
		return [...new Set(this.#processes.map(({ block }) => block))];
	}

	/** @param secondsLeft for measuring this block again if it is disturbed; null: there is no budget */
	async measureBlock(
		secondsLeft: number | null,
		onStep: (done: number, total: number) => void,
	): Promise<void> {
		const started = performance.now();
		const { settings, observe } = this.#record;
		const { done, iterations } = this.prospect;
		const numbers = this.#blockNumbers;
		const least = leastBlocks(this.scenario, settings);
		const observed = observe[this.scenario.id] ?? 0;
		const place = {
			block: nextBlockNumber(numbers, settings),
			iterations,
			observe: settings.observeEveryBlock ? observed : this.#observedInBlock(observed, done),
			alternate: settings.alternate,
			limits: nextBlockLimits(this.#record, done),
		};
		const results = await this.#measureWithRetry(place, onStep);
		const repeated = numbers.length - done;
		const seconds = secondsSince(started);
		const fits = secondsLeft === null || secondsLeft >= SPARE_FACTOR * seconds;
		this.#add(place.block, results, fits && repeated < Math.ceil(Math.max(least, done) / BLOCKS_PER_REPEAT));
		this.#overheadSeconds = 0;
		const explained = this.#look(iterations).blockSeconds;
		this.#overheadSeconds = Math.max(0, secondsSince(started) - explained);
		this.prospect = this.#look();
		this.isNews = true;
	}

	/** The blocks of all shards share the observed iterations as those of a whole run do. */
	#observedInBlock(observed: number, done: number): number {
		const { settings } = this.#record;
		const { first, step } = settings.blockNumbers ?? { first: 0, step: 1 };
		return countObservedInBlock(observed, first + done * step, wholeBlocks(this.scenario, settings));
	}

	/** @param iterations of a process, where it is not the next one that is asked for */
	#look(iterations?: number): ScenarioProspect {
		const limits = nextBlockLimits(this.#record, 0);
		const found = prospectOf(this.scenario, this.#record.settings, [...this.evidence.values()], {
			...(iterations === undefined ? {} : { iterations }),
			turnSeconds: (setupSeconds) => turnSeconds(limits, setupSeconds),
		});
		return { ...found, blockSeconds: found.blockSeconds + this.#overheadSeconds };
	}

	#add(block: number, results: readonly BlockResult[], mayRepeat: boolean): void {
		const processes = results.flatMap((result) => result.processes);
		const superseded = mayRepeat && processes.some(({ record }) => isDisturbed(record));
		for (const process of processes) {
			process.record.superseded = superseded;
			process.record.cut = this.#context.stop.requested;
			this.evidence.get(process.record.target)?.processes.push(process);
			this.#record.processes.push(process.record);
		}
		for (const [index, { turns }] of results.entries())
			for (const order of turns)
				this.#record.turns.push({ scenario: this.scenario.id, block, attempt: index + 1, order });
	}

	/**
	 * Measures a block, and once more what it lost. The second attempt has no partners, so its figures are in
	 * no ratio.
	 */
	async #measureWithRetry(
		place: Omit<BlockPlace, "attempt">,
		onStep: (done: number, total: number) => void,
	): Promise<BlockResult[]> {
		const results: BlockResult[] = [];
		let lost = this.#participants;
		for (let attempt = 1; attempt <= 2 && lost.length > 0 && !this.#context.stop.requested; attempt++) {
			const result = await measureBlock(this.#context, this.scenario, lost, { ...place, attempt }, onStep);
			results.push(result);
			lost = lost.filter(({ target, role }) =>
				result.processes.some(
					({ record }) => record.target === target.id && record.role === role && record.problem !== null,
				),
			);
		}
		return results;
	}
}

/** Returns the targets that verification lets through to measurement. */
function measurableTargets(verified: readonly Verification[]): Target[] {
	return verified
		.filter(({ judgement }) => judgement.status === "comparable" || judgement.status === "divergent")
		.map(({ target }) => target);
}

/** Names the processes that were measured to their end. */
function listWhole(records: readonly ProcessRecord[]): string[] {
	return records.flatMap(({ target, role, problem, failure, cut }) =>
		problem === null && failure === null && !cut ? [`${target} ${role}`] : [],
	);
}

function isDisturbed({ monitor }: ProcessRecord): boolean {
	return monitor !== null && contamination(monitor).length > 0;
}
