/**
 * Measures one scenario's blocks: as many as the settings and the intervals ask for. What a block loses is
 * tried once more, and a block that was disturbed is repeated.
 */

import { contamination } from "../../analysis/cell/contamination.ts";
import { pilotOf } from "../../analysis/cell/pilot.ts";
import type { CellEvidence } from "../../analysis/cell/result.ts";
import { type BlockDecision, type NextBlock, nextBlock } from "../../analysis/compare/next-block.ts";
import type { ProcessRecord, RunFile, Scenario, Target } from "../../shared/types.ts";
import {
	type BlockResult,
	countObservedInBlock,
	measureBlock,
	type Participant,
	participantsOf,
} from "./block.ts";
import type { RunContext } from "./cell.ts";
import type { Verification } from "./verify.ts";

export type Evidence = Map<string, CellEvidence>;

export interface ScenarioListener {
	/** @param part of the scenario's estimate that is done, from 0 to 1 */
	advance(part: number, detail: string): void;
	/** Tells why the scenario continues or ends. */
	announce(decision: BlockDecision): void;
	/** A whole block is in the record, which can be saved now. */
	blockDone(): void;
}

/** One block of so many may be repeated because something disturbed it. */
const BLOCKS_PER_REPEAT = 3;

/** Returns the targets that verification lets through to measurement. */
function measurableTargets(verified: readonly Verification[]): Target[] {
	return verified
		.filter(({ judgement }) => judgement.status === "comparable" || judgement.status === "divergent")
		.map(({ target }) => target);
}

/** A number of blocks that has changed by less is announced as the same. */
const NEWS = 0.25;

/**
 * Every block refines the number of blocks. The reader hears of it when it changes by much, and at the end.
 */
function isNews(next: NextBlock, announced: NextBlock | null): boolean {
	if (announced === null || next.final !== announced.final) return true;
	return Math.abs(Math.log(next.blocks / announced.blocks)) > NEWS;
}

export interface ScenarioMeasurement {
	scenario: Scenario;
	verified: readonly Verification[];
	/** The evidence of the blocks that are done. It grows with every block, and so does the record. */
	evidence: Evidence;
	record: RunFile;
	/**
	 * Asked before every block: the seconds left of the scenario's share of the budget; null: there is no
	 * budget.
	 */
	secondsLeft: () => number | null;
}

/** Measures blocks until there are enough of them. */
export async function measureScenario(
	context: RunContext,
	measurement: ScenarioMeasurement,
	listener: ScenarioListener,
): Promise<void> {
	const { scenario, evidence, record, secondsLeft } = measurement;
	if (measurableTargets(measurement.verified).length === 0) return;
	const { settings } = record;
	let announced: NextBlock | null = null;
	while (!context.stop.requested) {
		const next = nextBlock({
			scenario,
			settings,
			evidence: [...evidence.values()],
			secondsLeft: secondsLeft(),
		});
		if (next.decision !== null && isNews(next, announced)) {
			listener.announce(next.decision);
			announced = next;
		}
		if (next.blocks <= blockNumbers(evidence, true).length) break;
		await measureNextBlock(context, measurement, next, listener);
		listener.blockDone();
	}
}

async function measureNextBlock(
	context: RunContext,
	{ scenario, verified, evidence, record }: ScenarioMeasurement,
	next: NextBlock,
	listener: ScenarioListener,
): Promise<void> {
	const { settings } = record;
	const pilot = pilotOf(scenario, settings);
	const observe = record.observe[scenario.id] ?? 0;
	const done = blockNumbers(evidence, true).length;
	const numbers = blockNumbers(evidence, false);
	const place = {
		block: Math.max(-1, ...numbers) + 1,
		iterations: next.iterations,
		observe: settings.observeEveryBlock ? observe : countObservedInBlock(observe, done, pilot),
		alternate: settings.alternate,
	};
	const shown = `block ${done + 1}/${next.blocks}${next.final ? "" : "+"}`;
	const onStep = (step: number, of: number) => listener.advance((done + step / of) / next.blocks, shown);
	const participants = participantsOf(measurableTargets(verified), settings.aa);
	const results = await measureWithRetry(context, scenario, participants, place, onStep);
	const processes = results.flatMap((result) => result.processes);
	const repeated = numbers.length - done;
	const mayRepeat = repeated < Math.ceil(pilot / BLOCKS_PER_REPEAT);
	const superseded = mayRepeat && processes.some(({ record: one }) => isDisturbed(one));
	for (const process of processes) {
		process.record.superseded = superseded;
		process.record.cut = context.stop.requested;
		evidence.get(process.record.target)?.processes.push(process);
		record.processes.push(process.record);
	}
	for (const [index, { turns }] of results.entries())
		for (const order of turns)
			record.turns.push({ scenario: scenario.id, block: place.block, attempt: index + 1, order });
}

function isDisturbed({ monitor }: ProcessRecord): boolean {
	return monitor !== null && contamination(monitor).length > 0;
}

/**
 * Measures a block, and once more what it lost. The second attempt has no partners, so its figures are in
 * no ratio.
 */
async function measureWithRetry(
	context: RunContext,
	scenario: Scenario,
	participants: readonly Participant[],
	place: Omit<Parameters<typeof measureBlock>[3], "attempt">,
	onStep: (done: number, total: number) => void,
): Promise<BlockResult[]> {
	const results: BlockResult[] = [];
	let lost = participants;
	for (let attempt = 1; attempt <= 2 && lost.length > 0 && !context.stop.requested; attempt++) {
		const result = await measureBlock(context, scenario, lost, { ...place, attempt }, onStep);
		results.push(result);
		lost = lost.filter(({ target, role }) =>
			result.processes.some(
				({ record }) => record.target === target.id && record.role === role && record.problem !== null,
			),
		);
	}
	return results;
}

/**
 * @param counted whether to leave repeated blocks out
 * @returns the numbers of the blocks
 */
function blockNumbers(evidence: Evidence, counted: boolean): number[] {
	const records = [...evidence.values()].flatMap(({ processes }) => processes.map(({ record }) => record));
	return [...new Set(records.filter(({ superseded }) => !(counted && superseded)).map(({ block }) => block))];
}
