// What a gate judges over all scenarios: start-up, and the memory that a message leaves behind.
import assert from "node:assert/strict";
import { test } from "node:test";
import { START_METRIC } from "../../../analysis/change/across.ts";
import { compareChange } from "../../../analysis/change/change.ts";
import { gate } from "../../../analysis/change/gate.ts";
import { testIfAbove, testIfWorse } from "../../../analysis/change/significance.ts";
import { GROWTH_METRIC } from "../../../analysis/metrics.ts";
import { geometricMean, ratioEstimate } from "../../../analysis/stats/intervals.ts";
import { meanEstimate, weightedMean } from "../../../analysis/stats/means.ts";
import { detectableShift } from "../../../analysis/stats/power.ts";
import { gateRules } from "../../../orchestrator/commands/compare.ts";
import { renderChange } from "../../../report/console/change.ts";
import { CHANGE_EXPORTERS } from "../../../report/exporters/index.ts";
import type { BenchmarkResult } from "../../../shared/types.ts";
import { recordedResults } from "../../support/recorded.ts";
import { Simulation } from "../../support/simulate.ts";

const [recorded] = recordedResults();
assert.ok(recorded);
const BLOCKS = 5;

/** The recorded run with so many blocks, in which every process grows and starts as asked for. */
function resultWith(seed: number, { growthKb = 0, slower = 1, spreadKb = 5 } = {}): BenchmarkResult {
	assert.ok(recorded);
	const simulation = new Simulation(seed);
	const scenarios = Object.entries(recorded.scenarios).map(([id, cell]) => {
		const [first] = cell.samples.filter(({ role, counted }) => role === "measure" && counted);
		const samples = Array.from({ length: first ? BLOCKS : 0 }, (_, block) => ({
			...(first as NonNullable<typeof first>),
			block,
			series: {},
			values: {
				[GROWTH_METRIC]: growthKb + spreadKb * simulation.heavy(),
				[START_METRIC]: 500 * slower * Math.exp(0.05 * simulation.normal()),
			},
		}));
		return [id, { ...cell, samples }] as const;
	});
	return { ...recorded, scenarios: Object.fromEntries(scenarios) };
}

function judge(base: BenchmarkResult, head: BenchmarkResult) {
	const pairs = [[base.target.id, head.target.id]] as const;
	const sides = [
		{ name: "base", results: [base] },
		{ name: "head", results: [head] },
	] as const;
	const change = compareChange(...sides, { pairs, paired: true });
	const rules = gateRules({}).filter(({ scenario }) => scenario === "all");
	assert.deepEqual(rules.map(({ metric }) => metric).toSorted(), [GROWTH_METRIC, START_METRIC].toSorted());
	return gate(change, rules);
}

const found = (change: ReturnType<typeof judge>) =>
	change.gate?.regressions.map(({ scenario, metric }) => `${scenario} ${metric}`);

test("a head whose messages leave 40 KB behind fails the default gate, and every format says so", () => {
	const change = judge(resultWith(1), resultWith(2, { growthKb: 40 }));
	assert.deepEqual(found(change), [`all ${GROWTH_METRIC}`]);
	const pattern =
		/Growth \(KB\/msg\) is worse by [34]\d\.\d KB \([\d.]+ to [\d.]+\), which is \d+% of the peak/;
	assert.match(renderChange(change, { width: 240 }), pattern);
	for (const { format, render } of CHANGE_EXPORTERS.filter(({ format: name }) => name !== "json")) {
		const text = render(change).replaceAll("\\", "");
		assert.match(text, format === "csv" ? /^all,.*memory_growth_kb_per_message.*slower/m : pattern, format);
	}
});

test("a head that starts 10 % slower in all scenarios fails the default gate, one that starts faster does not", () => {
	const slower = judge(resultWith(3), resultWith(4, { slower: 1.1 }));
	assert.deepEqual(found(slower), [`all ${START_METRIC}`]);
	assert.match(renderChange(slower, { width: 240 }), /all scenarios, .*: Start to reply is worse by \d+%/);
	assert.deepEqual(found(judge(resultWith(3), resultWith(4, { slower: 0.9, growthKb: -40 }))), []);
});

test("a growth of the base that is 0 or negative is compared by the difference", () => {
	const change = judge(resultWith(5, { growthKb: -20 }), resultWith(6, { growthKb: 20 }));
	const growth = change.across.find(({ row }) => row.metric === GROWTH_METRIC)?.row;
	assert.ok(growth?.difference && growth.ratio === null);
	assert.ok(growth.difference.interval.low < 40 && growth.difference.interval.high > 40);
	assert.equal(growth.change, "slower");
});

test("start-up and growth that the head does not give any more are regressions", () => {
	const head = structuredClone(resultWith(8));
	for (const cell of Object.values(head.scenarios)) {
		cell.cold = null;
		if (cell.resources) cell.resources.memory_growth_kb_per_message = null;
	}
	const change = judge(resultWith(7), head);
	assert.deepEqual(
		change.gate?.regressions.map(({ kind, metric }) => `${kind} ${metric}`).toSorted(),
		[`lost-figure ${GROWTH_METRIC}`, `lost-figure ${START_METRIC}`].toSorted(),
	);
	assert.match(renderChange(change, { width: 240 }), /all scenarios, .*the head gives no figure of Growth/);
});

const RUNS = 4000;
const SCENARIOS = 18;
/** Three standard errors of the share beyond 5 %. */
const MOST = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / RUNS);

test("without a floor, one in twenty growths and start-ups of identical builds is called worse at most", () => {
	for (const draw of [(one: Simulation) => one.normal(), (one: Simulation) => one.heavy()]) {
		const simulation = new Simulation(33);
		let [growths, starts] = [0, 0];
		for (let run = 0; run < RUNS; run++) {
			// Scenarios differ in their noise by two orders of magnitude, as they do in real runs.
			const spread = (index: number) => 10 ** ((2 * index) / SCENARIOS);
			const blocks = (scale: number) => Array.from({ length: BLOCKS }, () => scale * draw(simulation));
			const parts = Array.from({ length: SCENARIOS }, (_, index) => {
				const estimate = meanEstimate(blocks(spread(index)));
				assert.ok(estimate);
				return { estimate, weight: 1 / spread(index) ** 2 };
			});
			const growth = weightedMean(parts);
			assert.ok(growth);
			if (testIfAbove(growth.value, growth.standardError, growth.degreesOfFreedom).p_worse < 0.05) growths++;
			const start = geometricMean(
				Array.from({ length: SCENARIOS }, () => ratioEstimate(blocks(0.05))).flatMap((one) => one ?? []),
			);
			if ((testIfWorse(start, 0)?.p_worse ?? 1) < 0.05) starts++;
		}
		assert.ok(growths / RUNS <= MOST, `growth: ${growths} of ${RUNS}`);
		assert.ok(starts / RUNS <= MOST, `start-up: ${starts} of ${RUNS}`);
	}
});

test("two figures over all scenarios cost the other 46 of a gate at most 2 % of what they find", () => {
	const shift = (figures: number) => detectableShift(BLOCKS - 1, 1 - 0.05 / figures, 0.8);
	assert.ok(shift(48) / shift(46) < 1.02, `${shift(48) / shift(46)}`);
	// A figure in each of 23 scenarios instead would cost this.
	assert.ok(shift(92) / shift(46) > 1.15, `${shift(92) / shift(46)}`);
});
