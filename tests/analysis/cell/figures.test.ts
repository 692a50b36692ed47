import assert from "node:assert/strict";
import { test } from "node:test";
import { levelOf } from "../../../analysis/cell/estimates.ts";
import {
	operationFigures,
	phaseFigures,
	streamFigures,
	throughputFigures,
} from "../../../analysis/cell/figures.ts";
import type { ValidProcess } from "../../../analysis/cell/process.ts";
import { scenarioResult } from "../../../analysis/cell/result.ts";
import { processSample } from "../../../analysis/cell/samples.ts";
import type { IterationRecord, Scenario } from "../../../shared/types.ts";
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

test("a streamed message has the time to its first chunk, what is beyond the model's, and that of the others", () => {
	const scenario = scenarioOf("streaming-10");
	const stream = { chunks: 3, firstNs: 5e6, lastNs: 9e6, modelFirstNs: 4e6, modelLastNs: 8e6 };
	const none = { chunks: 0, firstNs: null, lastNs: null, modelFirstNs: null, modelLastNs: null };
	const single = { ...stream, chunks: 1, firstNs: 7e6, lastNs: 7e6, modelFirstNs: 7.5e6 };
	assert.deepEqual(streamFigures([validProcess(scenario, [{ streams: [stream, none, single] }])], scenario), {
		first_chunk_ms: 6,
		// A chunk cannot come before it was sent: two readings of a clock may.
		first_chunk_beyond_model_ms: 0.5,
		chunk_ms: 2,
	});
	assert.deepEqual(streamFigures([validProcess(scenario, [{ streams: [none] }])], scenario), {
		first_chunk_ms: null,
		first_chunk_beyond_model_ms: null,
		chunk_ms: null,
	});
	assert.equal(streamFigures([validProcess(scenario, [{}])], scenarioOf("burst-100")), undefined);
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

/** Makes a valid process of the iterations given. */
function validProcess(scenario: Scenario, iterations: readonly Partial<IterationRecord>[]): ValidProcess {
	assert.ok(target);
	const ledger = faithfulLedger(scenario, fixtures);
	const { measurement } = processOf(target, scenario, []);
	assert.ok(measurement);
	const cell = faithfulCell(
		scenario,
		ledger,
		iterations.map((change, index) => faithfulIteration(ledger, { index, ...change })),
	);
	return { record: recordOf(target, scenario), measurement: { ...measurement, cells: [cell] }, cell };
}

test("rates are of the plain iterations only, and the one rate of a concurrent scenario stands in both fields", () => {
	const message = { messageNs: [1e6, 1e6], wallNs: 4e6, actionRuns: 1 };
	const iterations = [message, { ...message, wallNs: 12e6 }, { ...message, phase: "warmup" as const }];
	const figures = (id: string) =>
		throughputFigures(scenarioOf(id), [validProcess(scenarioOf(id), iterations)]);
	assert.deepEqual(figures("single-message"), {
		messages_per_second: 250,
		concurrent_messages_per_second: null,
		actions_per_second: null,
		total_messages: 4,
		total_time_ms: 16,
	});
	const concurrent = figures("concurrent-10");
	assert.equal(concurrent.messages_per_second, 250);
	assert.equal(concurrent.concurrent_messages_per_second, 250);
	assert.equal(figures("with-actions").actions_per_second, 125);
});

test("every message counts in the rate, even those of an iteration in which the clock stood still", () => {
	const scenario = scenarioOf("single-message");
	const still = { messageNs: [0], wallNs: 0 };
	const ticking = { messageNs: [4e6], wallNs: 4e6 };
	const figures = throughputFigures(scenario, [validProcess(scenario, [still, ticking])]);
	assert.equal(figures.messages_per_second, (1000 * figures.total_messages) / figures.total_time_ms);
	assert.equal(throughputFigures(scenario, [validProcess(scenario, [still])]).messages_per_second, null);
	const { series } = processSample(validProcess(scenario, [still, ticking]), scenario, "iterations");
	assert.deepEqual(series.messages_per_second, [250]);
});

test("a database operation is done so often in all its time, and one that took no time has no figure", () => {
	const scenario = scenarioOf("db-write-throughput");
	const operation = (name: string, done: number, totalNs: number) => ({
		operation: name,
		requested: 100,
		done,
		totalNs,
		boxClosed: done < 100,
	});
	const process = validProcess(scenario, [
		{ operations: [operation("write", 100, 1e8), operation("read_by_id", 100, 0)] },
		{ operations: [operation("write", 50, 2e8)] },
	]);
	assert.deepEqual(operationFigures(scenario, [process]), [
		{
			operation: "write",
			requested: 200,
			done: 150,
			seconds: 0.3,
			operations_per_second: 500,
			box_closed: true,
		},
	]);
});
