import assert from "node:assert/strict";
import { test } from "node:test";
import { levelOf } from "../../../analysis/cell/estimates.ts";
import { phaseFigures } from "../../../analysis/cell/figures.ts";
import { scenarioResult } from "../../../analysis/cell/result.ts";
import { evidenceOf, fixtures, processOf, recordOf, scenarioOf, targets } from "../../support/evidence.ts";
import { faithfulCell, faithfulIteration, faithfulLedger } from "../../support/ledger.ts";

const [target] = targets;
assert.ok(target);

test("the three kinds of message of a process are kept apart", () => {
	const scenario = scenarioOf("conversation-10");
	const ledger = faithfulLedger(scenario, fixtures);
	const process = (messageNs: number[]) => {
		const made = processOf(target, scenario, []);
		assert.ok(made.measurement);
		const cell = faithfulCell(scenario, ledger, [
			faithfulIteration(ledger, { messageNs }),
			faithfulIteration(ledger, { phase: "warmup", messageNs: [9e9] }),
		]);
		return { record: recordOf(target, scenario), measurement: made.measurement, cell };
	};
	assert.deepEqual(phaseFigures([process([4e6, ...Array(9).fill(1e6)])]), {
		cold_ms: 2,
		first_ms: 4,
		steady_ms: 1,
	});
	assert.equal(phaseFigures([process([3e6])]).steady_ms, null);
});

test("messages per second are all messages over all time, however unlike the processes are", () => {
	const scenario = scenarioOf("burst-100");
	const fast = processOf(target, scenario, [1e6, 1e6], { block: 0 });
	const slow = processOf(target, scenario, [9e6, 9e6], { block: 1 });
	const { throughput, estimates } = scenarioResult(evidenceOf(scenario, [fast, slow]), fixtures);
	assert.ok(throughput);
	assert.equal(throughput.messages_per_second, 200);
	assert.equal(throughput.messages_per_second, (1000 * throughput.total_messages) / throughput.total_time_ms);
	assert.equal(estimates.messages_per_second?.value, 200);
});

test("the level of processes is their geometric mean, with a zero the plain mean, and without values null", () => {
	assert.ok(Math.abs((levelOf([2, 8, null]) ?? 0) - 4) < 1e-12);
	assert.equal(levelOf([0, 4]), 2);
	assert.equal(levelOf([null]), null);
});
