import assert from "node:assert/strict";
import { test } from "node:test";
import { iterationDifference, judge } from "../../../analysis/cell/verification.ts";
import { loadContract } from "../../../orchestrator/contract.ts";
import { reasonText } from "../../../report/text/reasons.ts";
import type { WorkLedger } from "../../../shared/types.ts";
import { faithfulCell, faithfulIteration, faithfulLedger } from "../../support/ledger.ts";

const { scenarios, character } = loadContract({});
const { fixtures } = character;

function scenarioOf(id: string) {
	const found = scenarios.find((scenario) => scenario.id === id);
	assert.ok(found, id);
	return found;
}

/** Judges a faithful ledger after one change. */
function judgeAfter(id: string, change: (ledger: WorkLedger) => void) {
	const scenario = scenarioOf(id);
	const ledger = faithfulLedger(scenario, fixtures);
	change(ledger);
	return judge(scenario, fixtures, ledger);
}

for (const scenario of scenarios) {
	test(`a cell that does all that ${scenario.id} asks for is comparable`, () => {
		assert.deepEqual(judge(scenario, fixtures, faithfulLedger(scenario, fixtures)), {
			status: "comparable",
			reasons: [],
		});
	});

	test(`a cell that does nothing in ${scenario.id} is divergent`, () => {
		const nothing: WorkLedger = {
			...faithfulLedger(scenario, fixtures),
			replies: [],
			modelCalls: [],
			providers: {},
			actions: {},
			stored: [],
			operations: [],
			control: null,
		};
		assert.equal(judge(scenario, fixtures, nothing).status, "divergent");
	});
}

test("a calibration with another result, or with different ones, is divergent", () => {
	const changed = (change: Partial<WorkLedger["operations"][number]>) =>
		judgeAfter("calibration", (ledger) => {
			ledger.operations = ledger.operations.map((row) =>
				row.operation === "sort_records" ? { ...row, ...change } : row,
			);
		});
	for (const [change, words] of [
		[{ resultDigest: "0".repeat(64) }, "sort_records gave another result than the contract's"],
		[{ resultDigest: undefined }, "sort_records gave another result than the contract's"],
		[{ correct: 99 }, "1 of 100 sort_records operations gave a wrong result"],
		[{ operation: "other" }, "sort_records was not done"],
	] as const) {
		const { status, reasons } = changed(change);
		assert.equal(status, "divergent");
		assert.deepEqual(reasons.map(reasonText), [words]);
	}
});

test("what a scenario adds to the providers' texts has to be there for every message", () => {
	const base = scenarioOf("fresh-rooms-100");
	const scenario = { ...base, config: { ...base.config, dummyActions: 5, characterChars: 70 } };
	const ledger = faithfulLedger(scenario, fixtures);
	assert.equal(judge(scenario, fixtures, ledger).status, "comparable");
	for (const [provided, reason] of [
		[{ dummyActions: 4, characterChars: 70 }, /4 of 5 dummy actions/],
		[{ dummyActions: 5, characterChars: 0 }, /added text of 70 characters/],
		[undefined, /0 of 5 dummy actions/],
	] as const) {
		const { status, reasons } = judge(scenario, fixtures, { ...ledger, provided });
		assert.equal(status, "divergent");
		assert.match(reasons.map(reasonText).join("; "), reason);
	}
	assert.equal(judge(base, fixtures, ledger).status, "divergent", "more than was asked for");
});

test("the providers have to name every member of a room", () => {
	const scenario = scenarioOf("many-entities-room");
	const ledger = faithfulLedger(scenario, fixtures);
	for (const [provided, reason] of [
		[{ dummyActions: 0, characterChars: 0, members: 99 }, /told of 99 of 100 members of the room/],
		[undefined, /told of 0 of 100 members of the room/],
	] as const) {
		const { status, reasons } = judge(scenario, fixtures, { ...ledger, provided });
		assert.equal(status, "divergent");
		assert.match(reasons.map(reasonText).join("; "), reason);
	}
	assert.equal(judge(scenarioOf("single-message"), fixtures, ledger).status, "divergent");
});

test("chunks that come again under another id are no fault, and are counted", () => {
	const { status } = judgeAfter("streaming-10", ({ streamed }) => {
		if (streamed) streamed.repeated = 100;
	});
	assert.equal(status, "comparable");
});

test("a timed iteration that receives fewer chunks than the verification voids its process", () => {
	const scenario = scenarioOf("streaming-10");
	const ledger = faithfulLedger(scenario, fixtures);
	const torn = faithfulIteration(ledger);
	assert.equal(iterationDifference(faithfulCell(scenario, ledger, [torn]), fixtures, ledger), null);
	torn.streams?.pop();
	const found = iterationDifference(faithfulCell(scenario, ledger, [torn]), fixtures, ledger);
	assert.ok(found);
	assert.equal(reasonText(found), "plain iteration 1 received 90 chunks, the verification 100");
});

test("where no answer is to be had, an error in the log is no fault", () => {
	const log = (ledger: WorkLedger) => {
		ledger.errorsLogged = { total: 4, first: ["the model failed"] };
	};
	assert.equal(judgeAfter("failing-model", log).status, "comparable");
	assert.equal(judgeAfter("single-message", log).status, "divergent");
});

const FAULTS: [string, string, (ledger: WorkLedger) => void, RegExp][] = [
	[
		"one wrong character in a reply",
		"burst-100",
		(l) => (l.replies = [{ texts: ["This is a fixed benchmark responsE."], messages: 100 }]),
		/100 of 100 messages answered with/,
	],
	[
		"one dropped reply among a hundred",
		"burst-100",
		(l) =>
			(l.replies = l.replies.flatMap(({ texts, messages }) => [
				{ texts, messages: messages - 1 },
				{ texts: [], messages: 1 },
			])),
		/1 of 100 messages answered with nothing/,
	],
	[
		"a loop over the actions",
		"with-actions",
		(l) => (l.replies = [{ texts: Array.from({ length: 7 }, () => ["one", "two"]).flat(), messages: 10 }]),
		/answered with "one", "two" 7 times over instead of/,
	],
	[
		"replies that repeat but for the last",
		"with-actions",
		(l) => (l.replies = [{ texts: ["one", "one", "two"], messages: 10 }]),
		/answered with "one", "one", "two" instead of/,
	],
	[
		"a reply sent twice",
		"single-message",
		(l) => (l.replies = l.replies.map(({ texts, messages }) => ({ texts: [...texts, ...texts], messages }))),
		/answered with "This is a fixed benchmark response." 2 times over instead of "This is a fixed benchmark response\."/,
	],
	[
		"messages that are not accounted for",
		"burst-100",
		(l) => ((l.replies[0] as { messages: number }).messages = 99),
		/99 of 100 messages accounted for/,
	],
	["a message with another text", "single-message", (l) => (l.inputDigest = "0"), /other messages/],
	[
		"a retried model call",
		"single-message",
		(l) => ((l.modelCalls[0] as { calls: number }).calls = 2),
		/2 messageHandler calls per message instead of 1/,
	],
	[
		"a prompt of an unknown kind",
		"single-message",
		(l) => l.modelCalls.push({ modelType: "TEXT_LARGE", template: "unmatched", calls: 1, promptChars: 1 }),
		/1 unmatched calls/,
	],
	[
		"no call for the decision",
		"with-should-respond-no-name",
		(l) => (l.modelCalls = l.modelCalls.filter(({ template }) => template !== "shouldRespond")),
		/0 shouldRespond calls per message instead of 1/,
	],
	[
		"an answer although the model said IGNORE",
		"with-should-respond",
		(l) => (l.control = { replies: 1, shouldRespondCalls: 1 }),
		/although the model said IGNORE/,
	],
	[
		"an answer without any decision",
		"with-should-respond",
		(l) => (l.control = { replies: 1, shouldRespondCalls: 0 }),
		/without asking the model/,
	],
	[
		"a response that is claimed and not there",
		"failing-model",
		(l) => (l.didRespond = { yes: 3, no: 7, unknown: 0 }),
		/says of 3 of 10 messages that it responded, and had no answer/,
	],
	[
		"a stream that was never asked for",
		"streaming-10",
		(l) => (l.streamed = { asked: 0, chunks: 0, repeated: 0, whole: 0 }),
		/0 chunks received per message instead of 2 to 10: it never asked its model for a stream/,
	],
	[
		"a whole answer as the only chunk",
		"streaming-10",
		(l) => (l.streamed = { asked: 10, chunks: 10, repeated: 0, whole: 10 }),
		/1 chunks received per message instead of 2 to 10$/,
	],
	[
		"a stream that loses a chunk",
		"streaming-10",
		(l) => (l.streamed = { asked: 10, chunks: 99, repeated: 0, whole: 9 }),
		/the chunks of 1 of 10 messages are not the text of their reply/,
	],
	["a decision without its control", "with-should-respond", (l) => (l.control = null), /no control/],
	[
		"a reply that was not stored",
		"multi-step",
		(l) => (l.stored = l.stored.filter(({ author }) => author !== "agent")),
		/0 memories of the agent stored per message instead of 1/,
	],
	[
		"a reply stored in another room",
		"concurrent-10",
		(l) => ((l.stored.find(({ author }) => author === "agent") as { roomId: string }).roomId = "elsewhere"),
		/was sent 1 message and holds 1 of the user and 0 of the agent/,
	],
	[
		"an action that did not run",
		"with-actions",
		(l) => (l.actions = {}),
		/0 runs of the benchmark action per message instead of 1/,
	],
	[
		"one provider too many",
		"minimal-bootstrap",
		(l) => (l.providers.TIME = 1),
		/ran the providers CHARACTER, TIME instead of CHARACTER/,
	],
	[
		"a dummy provider that ran once for ten messages",
		"provider-scaling-10",
		(l) => (l.providers.BENCH_PROVIDER_003 = 1),
		/9 of 10 dummy providers/,
	],
	[
		"a history that is not read",
		"history-scaling-100",
		(l) => (l.history.returned = 0),
		/returned 0 history messages/,
	],
	[
		"a history that was not seeded",
		"history-scaling-100",
		(l) => (l.history.seeded = 99),
		/99 of 100 history messages/,
	],
	[
		"a read with a wrong result",
		"db-read-throughput",
		(l) => ((l.operations[0] as { correct: number }).correct = 99),
		/1 of 100 read_by_id operations gave a wrong result/,
	],
	[
		"reads by room that return too many",
		"db-read-throughput",
		(l) => ((l.operations[1] as { correct: number }).correct = 0),
		/100 of 100 read_by_room operations returned more or fewer than the 20 memories asked for/,
	],
	[
		"reads that return the oldest records",
		"db-read-throughput",
		(l) => ((l.operations[1] as { newest: boolean }).newest = false),
		/not the last ones/,
	],
	[
		"a read that returns more than was asked for",
		"history-scaling-1000",
		(l) => (l.readsBeyondLimit = { reads: 1, beyond: 1, worst: { asked: 20, returned: 1001 } }),
		/^1 of 1 reads of memories returned more than was asked for: 1,001 instead of 20$/,
	],
	[
		"an error in the framework's log",
		"single-message",
		(l) => (l.errorsLogged = { total: 1, first: ["boom"] }),
		/logged 1 error: boom/,
	],
];

for (const [what, id, change, reason] of FAULTS) {
	test(`${id} with ${what} is divergent, and the reason says so`, () => {
		const { status, reasons } = judgeAfter(id, change);
		assert.equal(status, "divergent");
		assert.match(reasons.map(reasonText).join("; "), reason);
	});
}

test("a ledger that says nothing of reads beyond their limit is judged without them", () => {
	const { status } = judgeAfter("history-scaling-1000", (ledger) => {
		delete ledger.readsBeyondLimit;
	});
	assert.equal(status, "comparable");
});

test("work beyond the contract is no fault of a framework", () => {
	const { status } = judgeAfter("single-message", (ledger) => {
		ledger.providers = Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`P${index}`, 2]));
		ledger.modelCalls.push({ modelType: "TEXT_EMBEDDING", template: "embedding", calls: 2, promptChars: 60 });
		ledger.adapterCalls = { get_memories: 9 };
		ledger.callbacks.empty = 1;
	});
	assert.equal(status, "comparable");
});

test("prompts for embeddings are background: they make no cell divergent and void no process, however many", () => {
	const scenario = scenarioOf("single-message");
	const ledger = faithfulLedger(scenario, fixtures);
	const good = faithfulIteration(ledger);
	const asked = faithfulIteration(ledger, {
		index: 1,
		modelCalls: { ...good.modelCalls, embeddingIntent: 3 },
	});
	assert.equal(iterationDifference(faithfulCell(scenario, ledger, [good, asked]), fixtures, ledger), null);
	const once = { modelType: "TEXT_SMALL", template: "embeddingIntent", calls: 1, promptChars: 200 };
	assert.equal(
		judge(scenario, fixtures, { ...ledger, modelCalls: [...ledger.modelCalls, once] }).status,
		"comparable",
	);
});

test("a warm-up that ended early voids no process, and one that sent every message is checked as any other", () => {
	const scenario = scenarioOf("burst-100");
	const ledger = faithfulLedger(scenario, fixtures);
	const warmup = faithfulIteration(ledger, { phase: "warmup", replyDigest: "of fewer replies" });
	const difference = (messages: number) => {
		const iteration = { ...warmup, messageNs: warmup.messageNs.slice(0, messages) };
		return iterationDifference(faithfulCell(scenario, ledger, [iteration]), fixtures, ledger);
	};
	assert.equal(difference(30), null);
	assert.deepEqual(difference(100), {
		kind: "iteration",
		phase: "warmup",
		number: 1,
		what: { kind: "replies" },
	});
	const plain = { ...warmup, phase: "plain" as const, messageNs: warmup.messageNs.slice(0, 30) };
	assert.ok(iterationDifference(faithfulCell(scenario, ledger, [plain]), fixtures, ledger));
});

test("timed iterations that repeat the verification count", () => {
	const scenario = scenarioOf("with-actions");
	const ledger = faithfulLedger(scenario, fixtures);
	assert.equal(
		iterationDifference(faithfulCell(scenario, ledger, [faithfulIteration(ledger)]), fixtures, ledger),
		null,
	);
});

test("one timed iteration with another reply, model call or handler run voids the process", () => {
	const scenario = scenarioOf("with-actions");
	const ledger = faithfulLedger(scenario, fixtures);
	const good = faithfulIteration(ledger);
	for (const [change, reason] of [
		[{ index: 1, replyDigest: "other" }, /plain iteration 2 gave other replies/],
		[{ index: 1, modelCalls: { ...good.modelCalls, reply: 9 } }, /made 9 reply calls, the verification 10/],
		[{ index: 1, modelCalls: { ...good.modelCalls, unmatched: 1 } }, /made 1 unmatched call,/],
		[{ index: 1, actionRuns: 9 }, /ran the benchmark action 9 times/],
	] as const) {
		const found = iterationDifference(
			faithfulCell(scenario, ledger, [good, faithfulIteration(ledger, change)]),
			fixtures,
			ledger,
		);
		assert.match(found ? reasonText(found) : "", reason);
	}
});
