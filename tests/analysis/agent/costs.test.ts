// What an agent's plugins cost, on measurements whose truth is known.
import assert from "node:assert/strict";
import { test } from "node:test";
import { agentCosts } from "../../../analysis/agent/costs.ts";
import { sum } from "../../../analysis/stats/statistics.ts";
import { type AgentFile, agentFile, agentCosts as costsSchema } from "../../../shared/types.ts";
import { agentExample } from "../../support/agent-files.ts";

const SEEDS = Array.from({ length: 8 }, (_, index) => index + 1);

function scenarioOf(file: AgentFile) {
	const [scenario] = agentCosts(file).scenarios;
	assert.ok(scenario);
	return scenario;
}

function ranked(file: AgentFile): Record<string, string> {
	return Object.fromEntries(agentCosts(file).ranking.map(({ plugin, kinds }) => [plugin, kinds.join(" ")]));
}

test("the example is a file as the command writes it, and its costs are one as every reader expects", () => {
	agentFile.parse(agentExample());
	costsSchema.parse(agentCosts(agentExample()));
});

test("every plugin that costs something is found with its kind of cost, and no other is named", () => {
	for (const seed of SEEDS)
		assert.deepEqual(ranked(agentExample(seed)), {
			"asks-again": "calls time",
			wordy: "characters",
			spins: "time",
			keeps: "growth",
			ticks: "night",
			"heavy-start": "start",
		});
});

test("the largest share of a message comes first, and what is no share of a message comes last", () => {
	const { ranking } = agentCosts(agentExample());
	assert.deepEqual(
		ranking.map(({ plugin }) => plugin),
		["asks-again", "wordy", "spins", "keeps", "ticks", "heavy-start"],
	);
	assert.deepEqual(
		ranking.map(({ share }) => share === null),
		[false, false, false, true, true, true],
	);
	assert.equal(ranking[0]?.share, 0.5);
	assert.equal(ranking[1]?.share, 3_000 / 12_400);
});

test("amounts are those of a message, each within an interval that holds the truth", () => {
	const { plugins, messageNs, observedNs, promptChars, modelCalls } = scenarioOf(agentExample());
	const spins = plugins.find(({ plugin }) => plugin === "spins");
	assert.ok(spins?.selfNs?.interval && messageNs && observedNs);
	assert.ok(Math.abs(spins.selfNs.value - 200_000) < 4_000);
	assert.ok(spins.selfNs.interval.low < 200_000 + 4_000 && spins.selfNs.interval.high > 200_000 - 4_000);
	assert.equal(spins.runs, 1);
	assert.equal(promptChars, 12_400);
	assert.equal(modelCalls, 2);
	const wordy = plugins.find(({ plugin }) => plugin === "wordy");
	assert.deepEqual(wordy?.prompts, [{ template: "messageHandler", chars: 3_000, share: 0.25 }]);
	const asks = plugins.find(({ plugin }) => plugin === "asks-again");
	assert.deepEqual([asks?.modelCalls, asks?.askedChars, asks?.answeredChars], [1, 400, 20]);
});

test("times of plugins add up to the message, and those of parts to their plugin", () => {
	for (const seed of SEEDS) {
		const { plugins, observedNs } = scenarioOf(agentExample(seed));
		const total = sum(plugins.map(({ selfNs }) => selfNs?.value ?? Number.NaN));
		assert.ok(observedNs && Math.abs(total / observedNs.value - 1) < 1e-9);
		for (const { selfNs, parts, plugin } of plugins)
			if (plugin !== null)
				assert.ok(
					Math.abs(sum(parts.map((part) => part.selfNs?.value ?? Number.NaN)) - (selfNs?.value ?? 0)) < 1e-6,
				);
		const shares = sum(plugins.map(({ promptShare }) => promptShare ?? Number.NaN));
		assert.ok(shares <= 1);
	}
});

test("leaving a plugin out saves what the blocks show, and nothing where they show no change", () => {
	const savings = agentCosts(agentExample()).savings;
	const of = (name: string) => savings.find(({ plugin }) => plugin === name);
	const spins = of("spins");
	assert.equal(spins?.change, "faster");
	assert.ok(spins.timeShare?.interval && Math.abs(spins.timeShare.value - 0.2) < 1e-9);
	assert.ok(spins.timeShare.interval.low < spins.timeShare.interval.high);
	const keeps = of("keeps");
	assert.deepEqual([keeps?.change, keeps?.others], ["no change", []]);
	const without = agentExample();
	delete without.leaveOneOut;
	assert.deepEqual(agentCosts(without).savings, []);
});

test("what a message leaves is that of the agent with a plugin less that without it", () => {
	const { kept } = agentCosts(agentExample());
	assert.deepEqual(
		kept.map(({ plugin, verdict }) => [plugin, verdict]),
		[
			["spins", "same"],
			["keeps", "more"],
			["wordy", "same"],
		],
	);
	const bytes = kept[1]?.perMessageBytes;
	assert.ok(bytes?.interval && Math.abs(bytes.value - 51_225) < 100);
	assert.ok(bytes.interval.low < 51_225 && bytes.interval.high > 51_225);
	const without = agentExample();
	delete without.kept;
	assert.equal("keeps" in ranked(without), false);
});

test("one process accuses no plugin of its time, and what was not measured is null and not 0", () => {
	const file = agentExample();
	const [scenario] = file.scenarios;
	assert.ok(scenario);
	scenario.observed = scenario.observed.slice(0, 1);
	scenario.plain = scenario.plain.slice(0, 1);
	delete file.leaveOneOut;
	delete file.kept;
	const [costs] = agentCosts(file).scenarios;
	assert.equal(costs?.messageNs?.interval, null);
	assert.equal(ranked(file).spins, undefined);
	scenario.observed = [];
	scenario.ledger = null;
	const nothing = scenarioOf(file);
	assert.equal(nothing.promptChars, null);
	assert.equal(nothing.night, null);
	for (const { selfNs, timeShare, runs, promptChars, modelCalls, databaseCalls } of nothing.plugins)
		assert.deepEqual([selfNs, timeShare, runs, promptChars, modelCalls, databaseCalls], Array(6).fill(null));
});

test("what a message leaves is said as a soak says it", () => {
	const { growth } = agentCosts(agentExample());
	const { perMessageBytes, verdict } = growth?.growth ?? {};
	assert.ok(perMessageBytes && Math.abs(perMessageBytes.value - 100_000) < 100);
	assert.equal(verdict, "grows");
	assert.equal(growth?.quiescence.length, 1);
});

test("a plugin's start is its import, its init and its services, and the dearest comes first", () => {
	const { start } = agentCosts(agentExample());
	const [first] = start?.plugins ?? [];
	assert.equal(first?.plugin, "heavy-start");
	assert.ok(first.importNs && first.initNs && first.servicesNs === null);
	assert.ok(Math.abs(first.totalNs.value - first.importNs.value - first.initNs.value) < 1);
});

test("what the instruments cost has an interval over processes, and is not known from a single one", () => {
	const file = agentExample();
	const known = scenarioOf(file).observerCost;
	assert.ok(known?.interval && known.interval.low <= known.value && known.value <= known.interval.high);
	assert.ok(Math.abs(known.value) < 0.02);
	for (const scenario of file.scenarios) scenario.observed = scenario.observed.slice(0, 1);
	assert.equal(scenarioOf(file).observerCost, null);
});

test("no interval of a time begins below 0", () => {
	const file = agentExample();
	for (const [index, start] of file.starts.entries())
		for (const one of start.imports.plugins) if (one.name === "nothing") one.importNs = index === 0 ? 1e8 : 0;
	const found = agentCosts(file).start?.plugins.find(({ plugin }) => plugin === "nothing");
	assert.equal(found?.totalNs.interval?.low, 0);
	assert.ok((found?.totalNs.interval?.high ?? 0) > found.totalNs.value);
	assert.ok(!agentCosts(file).ranking.some(({ plugin }) => plugin === "nothing"));
});
