/** Checks the work: the right messages in, the right replies out, the same in every iteration. */

import { inputDigest, inputMessages } from "../../../analysis/cell/expected-messages.ts";
import { tellsAll } from "../../../analysis/cell/model-calls.ts";
import { iterationDifference, judge } from "../../../analysis/cell/verification.ts";
import { sum } from "../../../analysis/stats/statistics.ts";
import { firstReasonText, reasonText } from "../../../report/text/reasons.ts";
import {
	type IterationRecord,
	kernelOperation,
	type Scenario,
	sendsMessages,
} from "../../../shared/types.ts";
import { NS_PER_MS } from "../../../shared/units.ts";
import { type Check, fail, pass, skip } from "../check.ts";
import type { Trial } from "../sessions.ts";

/** An operation that had begun when its box closed may end after it. */
const BOX_SLACK_NS = 200 * NS_PER_MS;

const WANTED: Partial<Record<Scenario["kind"], readonly string[]>> = {
	"database-write": ["write"],
	"database-read": ["read_by_id", "read_by_room"],
	calibration: kernelOperation.options,
};

export const WORK: Check[] = [
	{
		name: "input",
		about: "sends the scenario's messages, with the ids and texts of the contract",
		needs: ["records"],
		async run(sessions) {
			const trials = await sessions.listTrials();
			for (const { scenario, ledger } of trials.filter((trial) => sendsMessages(trial.scenario))) {
				const messages = inputMessages(scenario, sessions.contract.character.fixtures);
				if (ledger.messages !== messages.length)
					return fail(`${scenario.id}: sent ${ledger.messages} of ${messages.length} messages`);
				if (ledger.inputDigest !== inputDigest(messages))
					return fail(`${scenario.id}: inputDigest is not that of the scenario's messages`);
			}
			return pass("the digests are those computed from the contract");
		},
	},
	{
		name: "verified",
		about: "its ledger of the simplest scenario shows the work that is expected",
		needs: ["input"],
		async run(sessions) {
			const judged = (await sessions.listTrials()).map(({ scenario, ledger }) => ({
				scenario,
				reasons: judge(scenario, sessions.contract.character.fixtures, ledger).reasons,
			}));
			const simplest = judged.find(({ scenario }) => scenario === sessions.simplest);
			if (!simplest)
				return fail(`${sessions.simplest.id} is unsupported: every framework has to do that one`);
			const [reason] = simplest.reasons;
			if (reason !== undefined) return fail(`${sessions.simplest.id}: ${reasonText(reason)}`);
			const notes = judged
				.filter(({ reasons }) => reasons.length > 0)
				.map(({ scenario, reasons }) => `${scenario.id} is divergent: ${firstReasonText(reasons)}`);
			return pass(`${judged.length - notes.length} of ${judged.length} scenarios are comparable`, notes);
		},
	},
	{
		name: "repeats",
		about: "every timed iteration does the work that was verified",
		needs: ["verified"],
		async run(sessions) {
			const trials = await sessions.listTrials();
			for (const { scenario, ledger, measuring } of trials) {
				const difference = iterationDifference(measuring.cell, sessions.contract.character.fixtures, ledger);
				if (difference !== null) return fail(`${scenario.id}: ${reasonText(difference)}`);
			}
			return pass(`${sum(trials.map(({ measuring }) => measuring.cell.iterations.length))} iterations`);
		},
	},
	{
		name: "sequence",
		about: "says which message asked the model what, and leaves nothing out",
		needs: ["records"],
		async run(sessions) {
			const trials = await sessions.listTrials();
			for (const { scenario, ledger, measuring } of trials.filter((trial) => sendsMessages(trial.scenario))) {
				const overlap = scenario.config.delivery === "concurrent";
				if (!tellsAll(ledger, ledger.messages, overlap))
					return fail(`${scenario.id}: the ledger's callSequence does not have all messages and calls`);
				for (const { phase, index, modelCalls, callSequence, messageNs } of measuring.cell.iterations) {
					const rows = Object.entries(modelCalls).map(([template, calls]) => ({
						modelType: "any text model",
						template,
						calls,
					}));
					if (!tellsAll({ modelCalls: rows, callSequence }, messageNs.length, overlap))
						return fail(
							`${scenario.id}: the callSequence of ${phase} iteration ${index} does not have all messages and calls`,
						);
				}
			}
			return pass("every call belongs to a message");
		},
	},
	{
		name: "control",
		about: "where a decision to answer is expected, an IGNORE control is run",
		needs: ["records"],
		async run(sessions) {
			const trials = await sessions.listTrials();
			const wrong = trials.find(
				({ scenario, ledger }) => (ledger.control !== null) !== (scenario.expect.decision === true),
			);
			if (wrong) {
				const fault = wrong.ledger.control
					? "has a control that nothing asked for"
					: "ledger.control is null";
				return fail(`${wrong.scenario.id}: ${fault}`);
			}
			const deciding = trials.filter(({ scenario }) => scenario.expect.decision);
			if (deciding.length === 0) return skip("no scenario that was tried expects a decision");
			return pass(deciding.map(controlInWords).join("; "));
		},
	},
	{
		name: "operations",
		about: "operations: all of them or until the box closes, and says which",
		needs: ["records"],
		async run(sessions) {
			const trials = (await sessions.listTrials()).filter(({ scenario }) => !sendsMessages(scenario));
			if (trials.length === 0) return skip("no scenario of operations was tried");
			for (const { scenario, measuring } of trials) {
				const faults = measuring.cell.iterations.flatMap((iteration) => operationFaults(scenario, iteration));
				if (faults[0] !== undefined) return fail(`${scenario.id}: ${faults[0]}`);
			}
			return pass(trials.map(({ scenario }) => scenario.id).join(", "));
		},
	},
];

function controlInWords({ scenario, ledger: { control } }: Trial): string {
	const { replies, shouldRespondCalls } = control ?? {};
	return `${scenario.id}: ${replies} replies, the model was asked ${shouldRespondCalls} times`;
}

function operationFaults(
	{ database, calibration, kind }: Scenario,
	{ phase, index, operations, wallNs }: IterationRecord,
): string[] {
	const where = `${phase} iteration ${index}`;
	const wanted = WANTED[kind] ?? [];
	const asked = database?.operations ?? calibration?.operations;
	const missing = wanted.filter((name) => !operations.some(({ operation }) => operation === name));
	const total = sum(operations.map(({ totalNs }) => totalNs));
	// A calibration has no box: a machine that is so slow has other troubles.
	const boxNs = (database?.boxMs ?? Number.POSITIVE_INFINITY) * NS_PER_MS;
	return [
		...missing.map((name) => `${where} has no ${name}`),
		...operations.flatMap(({ operation, requested, done, totalNs, boxClosed }) => [
			...(requested === asked ? [] : [`${where} requested ${requested} ${operation} instead of ${asked}`]),
			...(done > 0 && done <= requested ? [] : [`${where} did ${done} of ${requested} ${operation}`]),
			...(boxClosed === done < requested
				? []
				: [`${where} did ${done} of ${requested} ${operation} and says boxClosed ${boxClosed}`]),
			...(boxClosed && totalNs < boxNs
				? [`${where} closed the box of ${operation} before its ${database?.boxMs} ms were over`]
				: []),
			...(totalNs > boxNs + BOX_SLACK_NS
				? [`${where} continued ${operation} long after the box of ${database?.boxMs} ms`]
				: []),
		]),
		...(total > wallNs ? [`${where} has operations that take longer than its wallNs`] : []),
	];
}
