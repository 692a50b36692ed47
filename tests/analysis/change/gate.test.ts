// A gate as a whole: how often it fails for nothing, what it finds, and what it never passes in silence.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gate, unusedRules } from "../../../analysis/change/gate.ts";
import { testIfWorse } from "../../../analysis/change/significance.ts";
import { ratioEstimate } from "../../../analysis/stats/intervals.ts";
import { mean } from "../../../analysis/stats/statistics.ts";
import type { CellChange, ChangeFile, GateRule, MetricChange } from "../../../shared/types.ts";
import { recordedChange } from "../../support/recorded.ts";
import { Simulation } from "../../support/simulate.ts";

const RULES: readonly GateRule[] = [{ scenario: "*", metric: "*", slower: 0 }];
const RUNS = 500;
const BLOCKS = 5;
const RECORDED = recordedChange();
const METRIC = "message_latency_p50_ms";

/** A change of so many cells, whose blocks scatter by `spread` around `effect` in the first of them. */
function simulatedChange(
	figures: number,
	spread: number,
	effect: number,
	simulation: Simulation,
	blocks = BLOCKS,
): ChangeFile {
	const cells = Array.from({ length: figures }, (_, index): CellChange => {
		const shift = index === 0 ? Math.log1p(effect) : 0;
		const estimate = ratioEstimate(
			Array.from({ length: blocks }, () => shift + spread * simulation.normal()),
		);
		assert.ok(estimate);
		const row: MetricChange = {
			metric: METRIC,
			label: "Median latency",
			unit: "ms",
			better: "lower",
			base: 1,
			head: estimate.value,
			ratio: estimate.value,
			interval: { low: estimate.low, high: estimate.high },
			difference: null,
			floor: 0,
			drift: null,
			change: "undecided",
			test: testIfWorse(estimate, 0),
		};
		return {
			scenario: `scenario-${index}`,
			pair: 0,
			change: "undecided",
			reasons: [],
			deciding_metric: METRIC,
			rows: [row],
			stages: [],
			stage: null,
		};
	});
	return { ...RECORDED, cells, across: [], missing: [], lost_targets: [], gate: null };
}

for (const figures of [4, 23, 69]) {
	test(`a gate of two identical builds over ${figures} figures fails in at most 5 % of ${RUNS} runs`, () => {
		for (const spread of [0.05, 0.1]) {
			const simulation = new Simulation(21);
			let failed = 0;
			for (let run = 0; run < RUNS; run++) {
				const { gate: judged } = gate(simulatedChange(figures, spread, 0, simulation), RULES);
				if ((judged?.regressions.length ?? 0) > 0) failed++;
			}
			// Three standard errors of the share beyond it.
			assert.ok(
				failed / RUNS <= 0.05 + 3 * Math.sqrt((0.05 * 0.95) / RUNS),
				`${failed} of ${RUNS} at ${spread}`,
			);
		}
	});
}

test("the difference that the gate calls detectable in the median figure is found four times in five", () => {
	const simulation = new Simulation(22);
	const spread = 0.02;
	const effects = Array.from({ length: 40 }, () => {
		const { detectable } = gate(simulatedChange(23, spread, 0, simulation), RULES).gate ?? {};
		assert.ok(detectable && detectable.median < detectable.largest);
		return detectable.median;
	});
	let found = 0;
	for (let run = 0; run < RUNS; run++) {
		const { regressions } = gate(simulatedChange(23, spread, mean(effects), simulation), RULES).gate ?? {};
		if (regressions?.some(({ scenario }) => scenario === "scenario-0")) found++;
	}
	assert.ok(found / RUNS > 0.74 && found / RUNS < 0.88, `${found} of ${RUNS}`);
});

test("a default gate over 23 scenarios finds 5 % in one of them four times in five, from so many blocks on", () => {
	// The deciding metric and the memory of each scenario, start-up and growth.
	const figures = 2 * 23 + 2;
	const simulation = new Simulation(23);
	const findsIn = (blocks: number, spread: number) => {
		let found = 0;
		for (let run = 0; run < RUNS; run++) {
			const change = simulatedChange(figures, spread, 0.05, simulation, blocks);
			const { regressions } = gate(change, RULES).gate ?? {};
			if (regressions?.some(({ scenario }) => scenario === "scenario-0")) found++;
		}
		return found / RUNS;
	};
	// As docs/statistics.md says. The last spread is the mean one of a shared machine.
	for (const [spread, blocks] of [
		[0.02, 7],
		[0.03, 11],
		[0.054, 24],
	] as const) {
		const [enough, half] = [findsIn(blocks, spread), findsIn(Math.ceil(blocks / 2), spread)];
		assert.ok(enough > 0.75, `${blocks} blocks at ${spread}: ${enough}`);
		assert.ok(half < 0.75, `half of ${blocks} blocks at ${spread}: ${half}`);
	}
});

test("a target, a scenario or a figure that the head has lost is a regression, unless it may be missing", () => {
	const change = recordedChange();
	const [cell] = change.cells.filter(({ rows }) => rows.length > 0);
	assert.ok(cell);
	const lost: ChangeFile = {
		...change,
		lost_targets: [{ id: "rust", label: "Rust" }],
		missing: [{ scenario: "burst-100", target: "python", side: "base" }],
		cells: [
			{
				...cell,
				rows: cell.rows.map((row) => (row.metric === cell.deciding_metric ? { ...row, head: null } : row)),
			},
		],
	};
	const kinds = gate(lost, RULES).gate?.regressions.map(({ kind }) => kind) ?? [];
	assert.deepEqual(kinds.toSorted(), ["lost-figure", "lost-scenario", "lost-target"]);
	assert.deepEqual(gate(lost, RULES, { allowMissing: true }).gate?.regressions, []);
	const other = [{ scenario: "single-message", metric: "*", slower: 0 }];
	const named = gate({ ...lost, cells: [] }, other).gate?.regressions.map(({ kind }) => kind);
	assert.deepEqual(named, ["lost-target"], "a scenario that no rule asks for may go");
});

test("a rule that fits nothing is found, whatever is misspelt in it", () => {
	const change = recordedChange();
	const rule = (scenario: string, metric = "*"): GateRule => ({ scenario, metric, slower: 0.05 });
	const wrong = [
		rule("single-mesage"),
		rule("*", "message_latency_p50"),
		rule("single-message", "write_ops_per_sec"),
	];
	const right = [rule("*"), rule("single-message"), rule("*", METRIC), rule("single-message", METRIC)];
	assert.deepEqual(unusedRules(change, [...wrong, ...right]), wrong);
});
