// What is asked of the model is counted. Two counts differ or they do not, whatever the machine did.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compareChange } from "../../../analysis/change/change.ts";
import { gate } from "../../../analysis/change/gate.ts";
import { compare } from "../../../analysis/compare/comparison.ts";
import { countedDifferences } from "../../../analysis/compare/counted.ts";
import { changeText } from "../../../report/text/change.ts";
import type { BenchmarkResult, CallSequence, GateRule } from "../../../shared/types.ts";
import { evidenceOf, fixtures, processOf, resultOf, scenarioOf, targets } from "../../support/evidence.ts";
import { askedLedger, faithfulIteration, faithfulLedger } from "../../support/ledger.ts";

const scenario = scenarioOf("conversation-10");
const PLAN = [{ messages: 10, calls: ["messageHandler"] }];
const FIVE = [
	{
		messages: 10,
		calls: ["messageHandler", "providerSelection", "providerSelection/2", "actionSelection", "reflection"],
	},
];

/** A target whose messages ask this, with prompts that are longer by a factor. */
function result(target: number, sequence: CallSequence, longer = 1): BenchmarkResult {
	const chosen = targets[target];
	assert.ok(chosen);
	const asked = askedLedger(faithfulLedger(scenario, fixtures), scenario, sequence);
	const modelCalls = asked.modelCalls.map((row) => ({
		...row,
		promptChars: Math.round(row.promptChars * longer),
	}));
	const processes = [0, 1, 2].map((block) => processOf(chosen, scenario, [4e6, 4.1e6, 3.9e6], { block }));
	const { modelCalls: timed } = faithfulIteration(asked);
	for (const { measurement } of processes)
		for (const iteration of measurement?.cells[0]?.iterations ?? [])
			Object.assign(iteration, { modelCalls: timed, callSequence: sequence });
	return resultOf(chosen, [{ ...evidenceOf(scenario, processes), ledger: { ...asked, modelCalls } }]);
}

function differing(...results: BenchmarkResult[]): string[] {
	return countedDifferences(compare(results).scenarios, "model").map(({ row }) => row.metric);
}

function changed(base: BenchmarkResult, head: BenchmarkResult, rules: GateRule[]) {
	const side = { name: "run", results: [base, head] };
	const pairs = [[base.target.id, head.target.id]] as const;
	const change = gate(compareChange(side, side, { pairs, paired: true }), rules);
	const rowOf = (metric: string) => change.cells[0]?.rows.find((row) => row.metric === metric);
	return { change, calls: rowOf("model_calls_per_message"), prompts: rowOf("prompt_characters_per_message") };
}

test("targets that ask more are shown with how many times more, and no verdict is claimed", () => {
	const { scenarios } = compare([result(0, PLAN), result(1, FIVE)]);
	const row = scenarios[0]?.rows.find(({ metric }) => metric === "model_calls_per_message");
	assert.deepEqual(Object.values(row?.values ?? {}), [1, 5]);
	assert.deepEqual(Object.values(row?.ratios ?? {}), [1, 5]);
	assert.deepEqual([row?.standing, Object.values(row?.intervals ?? {})], [null, [null, null]]);
});

test("counts stand in the summary where targets differ in them, prompts by more than the clock in them", () => {
	assert.deepEqual(differing(result(0, PLAN), result(1, PLAN)), []);
	assert.deepEqual(differing(result(0, PLAN), result(1, PLAN, 1.015)), []);
	assert.deepEqual(differing(result(0, PLAN), result(1, PLAN, 1.03)), ["prompt_characters_per_message"]);
	assert.deepEqual(differing(result(0, PLAN), result(1, FIVE)), [
		"model_calls_per_message",
		"prompt_characters_per_message",
	]);
});

test("a real model's turn is as many times as long as it is asked", () => {
	const [scenarioRow] = compare([result(0, PLAN), result(1, FIVE)]).scenarios;
	const turns = Object.values(scenarioRow?.cells ?? {}).map(
		({ detail }) => detail.model_shares.find(({ model_latency_ms }) => model_latency_ms === 1000)?.turn_ms,
	);
	assert.deepEqual(turns, [1004, 5004]);
});

test("a head that asks more is worse, and a gate on it needs no luck", () => {
	const rule: GateRule = { scenario: "*", metric: "model_calls_per_message", slower: 0.1 };
	const { change, calls, prompts } = changed(result(0, PLAN), result(1, FIVE), [rule]);
	assert.deepEqual([calls?.ratio, calls?.change, calls && changeText(calls)], [5, "slower", "more 5.00x"]);
	assert.equal(prompts?.change, "slower");
	assert.deepEqual(
		change.gate?.regressions.map(({ metric, kind, ratio }) => [metric, kind, ratio]),
		[["model_calls_per_message", "worse", 5]],
	);
});

test("a head that asks the same has not changed, and one that asks less is better", () => {
	const same = changed(result(0, PLAN), result(1, PLAN, 1.01), [
		{ scenario: "*", metric: "prompt_characters_per_message", slower: 0 },
	]);
	assert.deepEqual([same.calls?.change, same.prompts?.change], ["no change", "no change"]);
	assert.equal(same.calls && changeText(same.calls), "no difference");
	assert.deepEqual(same.change.gate?.regressions, []);
	assert.equal(changed(result(0, FIVE), result(1, PLAN), []).calls?.change, "faster");
});
