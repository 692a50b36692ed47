import assert from "node:assert/strict";
import { test } from "node:test";
import { densityFigures } from "../../../analysis/growth/density.ts";
import type { DensityPoint, DensityProcess } from "../../../shared/types.ts";
import { BYTES_PER_KB, BYTES_PER_MB } from "../../../shared/units.ts";
import { Simulation } from "../../support/simulate.ts";

const SIZES = [1, 10, 100, 300, 1000];

/** A process whose first agent brings 5 MB that all share. */
function process(seed: number, perAgentKb: number): DensityProcess {
	const simulation = new Simulation(seed);
	const base = (50 + simulation.normal()) * BYTES_PER_MB;
	const points = SIZES.map((agents): DensityPoint => {
		const shared = agents > 1 ? 5 * BYTES_PER_MB : 0;
		const rss = base + shared + agents * perAgentKb * BYTES_PER_KB + 0.3 * BYTES_PER_MB * simulation.normal();
		return {
			agents,
			memory: { rssBytes: Math.round(rss), heapBytes: null },
			createNs: agents === 1 ? [30e6] : [3e6, 2e6, 2e6],
			messageNs: [1e6],
			replies: { right: agents, wrong: 0, missing: 0, raised: 0, unanswered: 0 },
			idle: agents === 1000 ? { wallNs: 2e9, cpuNs: 1e8 } : null,
		};
	});
	return { points, allAtOnce: null, dropped: null, end: { kind: "done", words: null }, monitor: null };
}

const run = (perAgentKb: number, first = 1) =>
	densityFigures([0, 1, 2, 3].map((index) => process(first + index, perAgentKb)));

test("the slope of a further agent is found with its interval, whatever the first one brings", () => {
	const { perAgentBytes, perAgentHeapBytes, agentsPerGb, idle, createFirstNs, createLaterNs } = run(80);
	assert.ok(perAgentBytes && perAgentBytes.low < 80 * BYTES_PER_KB && perAgentBytes.high > 80 * BYTES_PER_KB);
	assert.ok(Math.abs(perAgentBytes.value / (80 * BYTES_PER_KB) - 1) < 0.02);
	assert.equal(perAgentHeapBytes, null);
	// 1,024 MB less 55 MB, in parts of 80 KB.
	assert.ok(agentsPerGb && Math.abs(agentsPerGb.value / 12_400 - 1) < 0.02, JSON.stringify(agentsPerGb));
	assert.deepEqual(idle, [{ agents: 1000, share: 0.05 }]);
	assert.equal(createFirstNs, 30e6);
	assert.equal(createLaterNs, 2e6);
});

test("100 KB an agent more are sized within a tenth, and the same again is not called more", () => {
	const [plain, again, more] = [run(80), run(80, 20), run(180, 40)];
	const difference = (more.perAgentBytes?.value ?? 0) - (plain.perAgentBytes?.value ?? 0);
	assert.ok(Math.abs(difference / (100 * BYTES_PER_KB) - 1) < 0.1);
	assert.ok((again.perAgentBytes?.low ?? 0) < (plain.perAgentBytes?.high ?? 0));
	assert.ok((plain.perAgentBytes?.low ?? 0) < (again.perAgentBytes?.high ?? 0));
});

test("one process has no interval, and none has no figures", () => {
	assert.equal(densityFigures([process(1, 80)]).perAgentBytes, null);
	const none = densityFigures([]);
	assert.deepEqual([none.most, none.levels, none.agentsPerGb], [0, [], null]);
});
