/**
 * Checks observed iterations: the self times of stages add up to the messages, and every stage is
 * described.
 */

import { sum } from "../../../analysis/stats/statistics.ts";
import {
	type CellMeasurement,
	type IterationRecord,
	type Scenario,
	type StageName,
	sendsMessages,
	stageName,
} from "../../../shared/types.ts";
import { type Check, fail, pass, skip } from "../check.ts";

const ADDS_UP_SHARE = 0.01;

export const STAGES: Check[] = [
	{
		name: "stages",
		about: "self times of an observed iteration add up to its messages' time",
		needs: ["records"],
		async run(sessions) {
			const trials = await sessions.listTrials();
			for (const { scenario, measuring } of trials) {
				const faults = measuring.cell.iterations.map((iteration) =>
					stagesFault(scenario, measuring.cell, iteration),
				);
				const fault = faults.find((one) => one !== null);
				if (fault !== undefined) return fail(`${scenario.id}: ${fault}`);
			}
			const tried = trials.filter(({ scenario }) => isObservable(scenario)).length;
			return tried === 0
				? skip("no scenario with stages was tried")
				: pass(`in ${tried} scenarios, within ${ADDS_UP_SHARE * 100} %`);
		},
	},
];

/** Where messages overlap, and where there are none, an observed iteration runs without instrumentation. */
function isObservable(scenario: Scenario): boolean {
	return scenario.config.delivery !== "concurrent" && sendsMessages(scenario);
}

function stagesFault(
	scenario: Scenario,
	{ stageSources }: CellMeasurement,
	iteration: IterationRecord,
): string | null {
	const { stages, phase, messageNs } = iteration;
	if (phase !== "observed") return stages === null ? null : `a ${phase} iteration has stages`;
	if (!isObservable(scenario))
		return stages === null ? null : "has stages, although its messages overlap or there are none";
	if (stages === null) return "an observed iteration has no stages";
	const described = new Map(stageSources?.map(({ stage, observable }) => [stage, observable]));
	const missing = stageName.options.find((stage) => !described.has(stage));
	if (missing !== undefined || stageSources?.length !== stageName.options.length)
		return sourcesFault(stageSources?.length ?? 0, missing);
	return rowsFault(stages, described) ?? sumFault(stages, messageNs);
}

function sourcesFault(rows: number, missing: StageName | undefined): string {
	const fault = `stageSources has ${rows} rows for ${stageName.options.length} stages`;
	return missing === undefined ? fault : `${fault}: ${missing} is missing`;
}

type Rows = NonNullable<IterationRecord["stages"]>;

function rowsFault(stages: Rows, observable: Map<StageName, boolean>): string | null {
	const names = stages.map(({ stage, name }) => `${stage} ${name ?? ""}`.trim());
	const twice = names.find((name, index) => names.indexOf(name) !== index);
	if (twice !== undefined) return `has two rows of the stage ${twice}`;
	const hidden = stages.find(({ stage }) => observable.get(stage) === false);
	if (hidden) return `has a row of ${hidden.stage}, which stageSources calls not observable`;
	const uncalled = stages.find(({ calls }) => calls === 0);
	if (uncalled) return `has a row of ${uncalled.stage}, which was not called`;
	const upside = stages.find(({ selfNs, inclusiveNs }) => selfNs > inclusiveNs);
	return upside ? `${upside.stage} has more self time than time` : null;
}

function sumFault(stages: Rows, messageNs: readonly number[]): string | null {
	const total = sum(messageNs);
	const root = stages.find(({ stage }) => stage === "message");
	if (root?.calls !== messageNs.length)
		return `the stage message has ${root?.calls ?? 0} calls for ${messageNs.length} messages`;
	const self = sum(stages.map(({ selfNs }) => selfNs));
	const [off, rootOff] = [self / total - 1, root.inclusiveNs / total - 1];
	if (Math.abs(rootOff) > ADDS_UP_SHARE)
		return `the stage message takes ${percent(rootOff)} of what the messages took`;
	return Math.abs(off) > ADDS_UP_SHARE ? `self times add up to ${percent(off)} of the messages' time` : null;
}

function percent(off: number): string {
	return `${((1 + off) * 100).toFixed(1)} %`;
}
