// Calls beyond the least are counted. A question that a message asks again makes a cell divergent.
import assert from "node:assert/strict";
import { test } from "node:test";
import { textModelCalls } from "../../../analysis/cell/ledger-summary.ts";
import { iterationDifference, judge } from "../../../analysis/cell/verification.ts";
import { reasonText } from "../../../report/text/reasons.ts";
import { toSnakeCase } from "../../../shared/snake-case.ts";
import { type CallSequence, type WorkLedger, workLedger } from "../../../shared/types.ts";
import { fixtures, scenarioOf } from "../../support/evidence.ts";
import { askedLedger, faithfulCell, faithfulIteration, faithfulLedger } from "../../support/ledger.ts";

const row = (messages: number, ...calls: string[]) => ({ messages, calls });
const PLAN = "messageHandler";
const tenTimes = (question: string) => Array<string>(10).fill(question);

/** A faithful ledger whose messages asked this. */
function ledgerOf(id: string, sequence: CallSequence, change: (ledger: WorkLedger) => void = () => {}) {
	const scenario = scenarioOf(id);
	const ledger = askedLedger(faithfulLedger(scenario, fixtures), scenario, sequence);
	change(ledger);
	return ledger;
}

function judged(id: string, ledger: WorkLedger) {
	const { status, reasons } = judge(scenarioOf(id), fixtures, ledger);
	return { status, reasons: reasons.map(reasonText) };
}

/** The agent's memories of each message, and how many of them are notes on actions. */
function setAgentMemories(ledger: WorkLedger, records: number, bookkeeping: number): void {
	ledger.stored = ledger.stored.map((one) =>
		one.author === "agent"
			? { ...one, records: ledger.messages * records, bookkeeping: ledger.messages * bookkeeping }
			: one,
	);
}

/** Ledgers as real frameworks keep them: right outcomes, more work than the least. */
const OWN_WAYS: [string, string, WorkLedger, number][] = [
	[
		"reflects on every fifth message",
		"conversation-10",
		ledgerOf("conversation-10", [
			row(4, PLAN),
			row(1, PLAN, "reflection"),
			row(4, PLAN),
			row(1, PLAN, "reflection"),
		]),
		1.2,
	],
	[
		"reflects on its only message, after a long history",
		"history-scaling-1000",
		ledgerOf("history-scaling-1000", [row(1, PLAN, "reflection")]),
		2,
	],
	[
		"decides, plans and reflects",
		"with-should-respond-no-name",
		ledgerOf("with-should-respond-no-name", [
			row(4, "shouldRespond", PLAN),
			row(1, "shouldRespond", PLAN, "reflection"),
			row(5, "shouldRespond", PLAN),
		]),
		2.1,
	],
	[
		"asks five questions where one would do",
		"single-message",
		ledgerOf("single-message", [
			row(1, PLAN, "providerSelection", "providerSelection/2", "actionSelection", "actionSelection/2"),
		]),
		5,
	],
	[
		"keeps notes on its actions, and reflects on every second message",
		"with-actions",
		ledgerOf(
			"with-actions",
			Array.from({ length: 5 }, () => [row(1, PLAN, "reply"), row(1, PLAN, "reply", "reflection")]).flat(),
			(ledger) => setAgentMemories(ledger, 4, 2),
		),
		2.5,
	],
	[
		"asks four questions of each of ten senders at once",
		"concurrent-10",
		ledgerOf("concurrent-10", [
			row(10, ...[PLAN, "providerSelection", "providerSelection/2", "reflection"].flatMap(tenTimes)),
		]),
		4,
	],
];

for (const [what, id, ledger, calls] of OWN_WAYS) {
	test(`a framework that ${what} is comparable, and its ${calls} calls a message are counted`, () => {
		assert.deepEqual(judged(id, ledger), { status: "comparable", reasons: [] });
		assert.equal(textModelCalls(toSnakeCase(workLedger, ledger)), calls);
	});
}

/** Ledgers of frameworks that go wrong, or whose harness does not tell. */
const FAULTS: [string, string, WorkLedger, RegExp][] = [
	[
		"asks its planner three times, because it refuses the answer",
		"single-message",
		ledgerOf("single-message", [row(1, PLAN, PLAN, PLAN)]),
		/^asked messageHandler 3 times in one message, at most 1 expected, in 1 of 1 message$/,
	],
	[
		"refuses the answer to a question of its own, in one message of ten",
		"conversation-10",
		ledgerOf("conversation-10", [row(4, PLAN), row(1, PLAN, "reflection", "reflection"), row(5, PLAN)]),
		/^asked reflection 2 times in one message, at most 1 expected, in 1 of 10 messages$/,
	],
	[
		"asks again after other questions",
		"single-message",
		ledgerOf("single-message", [
			row(1, PLAN, "providerSelection/2", "actionSelection", "providerSelection/2"),
		]),
		/^asked providerSelection\/2 2 times/,
	],
	[
		"decides twice in one message and never in the next",
		"with-should-respond-no-name",
		ledgerOf("with-should-respond-no-name", [
			row(1, "shouldRespond", "shouldRespond", PLAN),
			row(1, PLAN),
			row(8, "shouldRespond", PLAN),
		]),
		/^asked shouldRespond 2 times in one message/,
	],
	[
		"goes round its actions seven times",
		"with-actions",
		ledgerOf("with-actions", [row(10, ...Array(7).fill([PLAN, "reply"]).flat())], (ledger) => {
			ledger.replies = [{ texts: Array(14).fill("again"), messages: 10 }];
			ledger.actions = { BENCH_ACTION: 70 };
		}),
		/messageHandler 7 times.*reply 7 times.*7 runs of the benchmark action/,
	],
	[
		"plans eleven times for ten senders at once",
		"concurrent-10",
		ledgerOf("concurrent-10", [row(10, PLAN, ...tenTimes(PLAN))]),
		/^asked messageHandler 11 times in 10 messages that overlap, at most 10 expected$/,
	],
	[
		"takes no decision, and plans twice instead",
		"with-should-respond-no-name",
		ledgerOf("with-should-respond-no-name", [row(10, PLAN, "actionSelection")]),
		/^0 shouldRespond calls per message instead of 1$/,
	],
	[
		"stores notes on its actions and no reply",
		"with-actions",
		ledgerOf("with-actions", [row(10, PLAN, "reply")], (ledger) => setAgentMemories(ledger, 2, 2)),
		/^0 memories of the agent stored per message instead of 1 to 3$/,
	],
	[
		"sends a prompt that the mock does not know",
		"single-message",
		ledgerOf("single-message", [row(1, PLAN, "unmatched")]),
		/^1 unmatched calls per message instead of 0$/,
	],
	[
		"does not say which message asked what",
		"conversation-10",
		{ ...ledgerOf("conversation-10", [row(10, PLAN, "reflection")]), callSequence: undefined },
		/^1 reflection calls per message instead of 0$/,
	],
	[
		"leaves a call out of its sequence",
		"single-message",
		{
			...ledgerOf("single-message", [row(1, PLAN, "reflection", "reflection")]),
			callSequence: [row(1, PLAN, "reflection")],
		},
		/^2 reflection calls per message instead of 0$/,
	],
];

for (const [what, id, ledger, reason] of FAULTS) {
	test(`a framework that ${what} is divergent in ${id}, and the reason says so`, () => {
		const { status, reasons } = judged(id, ledger);
		assert.equal(status, "divergent");
		assert.match(reasons.join("; "), reason);
	});
}

test("a scenario that needs a question twice allows it twice, and no more", () => {
	const base = scenarioOf("single-message");
	const scenario = { ...base, expect: { ...base.expect, modelCalls: { messageHandler: 2 } } };
	const statusOf = (times: number) =>
		judge(scenario, fixtures, ledgerOf("single-message", [row(1, ...Array<string>(times).fill(PLAN))]))
			.status;
	assert.deepEqual([1, 2, 3].map(statusOf), ["divergent", "comparable", "divergent"]);
});

const REFLECTING = [row(4, PLAN), row(1, PLAN, "reflection"), row(4, PLAN), row(1, PLAN, "reflection")];

/** What voids a process one of whose timed iterations asked this. */
function timedFault(callSequence: CallSequence | undefined): string | null {
	const scenario = scenarioOf("conversation-10");
	const ledger = ledgerOf(scenario.id, REFLECTING);
	const iterations = [faithfulIteration(ledger), faithfulIteration(ledger, { index: 1, callSequence })];
	const found = iterationDifference(faithfulCell(scenario, ledger, iterations), fixtures, ledger);
	return found && reasonText(found);
}

test("a timed iteration has to ask what was verified, message by message", () => {
	assert.equal(timedFault(REFLECTING), null);
	assert.equal(
		timedFault([row(3, PLAN), row(1, PLAN, "reflection"), row(5, PLAN), row(1, PLAN, "reflection")]),
		"plain iteration 2 asked messageHandler, reflection in message 4, the verification messageHandler",
		"as often, and at another message",
	);
	assert.equal(
		timedFault([row(4, PLAN), row(1, "reflection", PLAN), row(4, PLAN), row(1, PLAN, "reflection")]),
		"plain iteration 2 asked reflection, messageHandler in message 5, the verification messageHandler, reflection",
	);
	assert.equal(
		timedFault(REFLECTING.slice(0, 3)),
		"plain iteration 2 asked nothing in message 10, the verification messageHandler, reflection",
	);
});

test("rows need not end at the same messages, and background prompts stand in none", () => {
	assert.equal(
		timedFault([
			row(1, PLAN, "embeddingIntent"),
			row(3, PLAN),
			row(1, PLAN, "embeddingIntent", "reflection"),
			row(4, PLAN),
			row(1, PLAN, "reflection"),
		]),
		null,
	);
	assert.equal(timedFault(undefined), null, "a harness that does not record it");
});
