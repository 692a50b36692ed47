/**
 * One scenario's blocks: as many as the settings and the intervals ask for, with a retry for what is lost and
 * a repetition for what is disturbed.
 */

import { contamination } from "../../analysis/cell/contamination.ts";
import { pilotOf } from "../../analysis/cell/pilot.ts";
import type { CellEvidence } from "../../analysis/cell/result.ts";
import { type NextBlock, nextBlock } from "../../analysis/compare/next-block.ts";
import { blockDecisionText } from "../../report/text/block-decision.ts";
import type { RunFile, Scenario, Target } from "../../shared/types.ts";
import {
	type BlockResult,
	measureBlock,
	observedInBlock,
	type Participant,
	participantsOf,
} from "./block.ts";
import type { RunContext } from "./cell.ts";
import type { Verification } from "./verify.ts";

export type Evidence = Map<string, CellEvidence>;

export interface CampaignListener {
	/** @param part of what is expected of this scenario, from 0 to 1 */
	progress(part: number, detail: string): void;
	/** A sentence on how the scenario goes on. */
	planned(text: string): void;
	/** A whole block is in the record: the moment to save it. */
	blockDone(): void;
}

/** Of so many blocks one may be repeated because something disturbed it. */
const BLOCKS_PER_REPEAT = 3;

/** Targets that verification lets through to measurement. */
export function measurable(verified: readonly Verification[]): Target[] {
	return verified
		.filter(({ judgement }) => judgement.status === "comparable" || judgement.status === "divergent")
		.map(({ target }) => target);
}

/** A plan that has changed by less is the same plan, better known. */
const NEWS = 0.25;

/** Every block refines the plan: the reader hears of it when it changes by much, and at the end. */
function isNews(plan: NextBlock, announced: NextBlock | null): boolean {
	if (announced === null || plan.final !== announced.final) return true;
	return Math.abs(Math.log(plan.blocks / announced.blocks)) > NEWS;
}

/**
 * @param evidence of the blocks there are already; grows with every block, as does the record
 * @param secondsLeft of the scenario's share of the budget, asked before every block; null: no budget
 */
export async function measureScenario(
	context: RunContext,
	scenario: Scenario,
	verified: readonly Verification[],
	evidence: Evidence,
	record: RunFile,
	secondsLeft: () => number | null,
	listener: CampaignListener,
): Promise<void> {
	const targets = measurable(verified);
	if (targets.length === 0) return;
	const { settings } = record;
	const participants = participantsOf(targets, settings.aa);
	const pilot = pilotOf(scenario, settings);
	const observe = record.observe[scenario.id] ?? 0;
	let announced: NextBlock | null = null;
	while (!context.stop.requested) {
		const done = blockNumbers(evidence, true).length;
		const plan = nextBlock({
			scenario,
			settings,
			evidence: [...evidence.values()],
			secondsLeft: secondsLeft(),
		});
		if (plan.decision !== null && isNews(plan, announced)) {
			listener.planned(blockDecisionText(plan.decision));
			announced = plan;
		}
		if (plan.blocks <= done) break;
		const place = {
			block: Math.max(-1, ...blockNumbers(evidence, false)) + 1,
			iterations: plan.iterations,
			observe: settings.observeEveryBlock ? observe : observedInBlock(observe, done, pilot),
			alternate: settings.alternate,
		};
		const onStep = (step: number, of: number) =>
			listener.progress(
				(done + step / of) / plan.blocks,
				`block ${done + 1}/${plan.blocks}${plan.final ? "" : "+"}`,
			);
		const results = await measureWithRetry(context, scenario, participants, place, onStep);
		const processes = results.flatMap((result) => result.processes);
		const repeated = blockNumbers(evidence, false).length - done;
		const disturbed = processes.some(
			({ record: { monitor } }) => monitor !== null && contamination(monitor).length > 0,
		);
		if (disturbed && repeated < Math.ceil(pilot / BLOCKS_PER_REPEAT))
			for (const process of processes) process.record.superseded = true;
		if (context.stop.requested) for (const process of processes) process.record.cut = true;
		for (const [index, { turns }] of results.entries())
			record.turns.push(
				...turns.map((order) => ({ scenario: scenario.id, block: place.block, attempt: index + 1, order })),
			);
		record.processes.push(...processes.map((process) => process.record));
		for (const process of processes) evidence.get(process.record.target)?.processes.push(process);
		listener.blockDone();
	}
}

/** A block, and once more what it lost; the second attempt has no partners, its figures are in no ratio. */
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

/** Numbers of the blocks there are; `counted`: without repeated ones. */
function blockNumbers(evidence: Evidence, counted: boolean): number[] {
	const records = [...evidence.values()].flatMap(({ processes }) => processes.map(({ record }) => record));
	return [...new Set(records.filter(({ superseded }) => !(counted && superseded)).map(({ block }) => block))];
}
