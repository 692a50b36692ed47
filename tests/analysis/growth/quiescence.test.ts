import assert from "node:assert/strict";
import { test } from "node:test";
import { isAtRest, quiescenceOf } from "../../../analysis/growth/quiescence.ts";
import type { CpuSample, QuiescenceRecord } from "../../../shared/types.ts";
import { Simulation } from "../../support/simulate.ts";

const MS = 1e6;

/** Samples each 100 ms. @param cpuMs of each window */
function samples(cpuMs: readonly number[]): CpuSample[] {
	let cpuNs = 5_000 * MS;
	const rows = cpuMs.map((ms, index) => {
		cpuNs += Math.round(ms * MS);
		return { atNs: (index + 1) * 100 * MS, cpuNs };
	});
	return [{ atNs: 0, cpuNs: 5_000 * MS }, ...rows];
}

/** An idle process that takes a millisecond or so in every window. */
function idle(seed: number, count = 40): number[] {
	const simulation = new Simulation(seed);
	return Array.from({ length: count }, () => Math.max(0, 1 + 0.2 * simulation.normal()));
}

const record = (after: readonly number[], embeddings: number): QuiescenceRecord => ({
	messages: 100,
	idle: samples(idle(1)),
	samples: samples(after),
	alone: { messages: 3, embeddings: 3 },
	embeddings,
});

test("the end of the work is found, with its processor time and what was dropped", () => {
	const work = Array.from({ length: 10 }, () => 5);
	const found = quiescenceOf(record([...work, ...idle(2)], 60));
	assert.equal(found.settledNs, 1000 * MS);
	assert.ok(Math.abs(found.cpuNs - 40 * MS) < 2 * MS, `${found.cpuNs}`);
	assert.equal(found.embeddingsAsked, 100);
	assert.equal(found.embeddingsDone, 60);
	assert.ok(Math.abs(found.idleShare - 0.01) < 0.001);
});

test("a process that does nothing afterwards is at rest at once, and a late collection does not count", () => {
	const quiet = idle(3);
	quiet[12] = 30;
	const found = quiescenceOf(record(quiet, 100));
	assert.equal(found.settledNs, 0);
	assert.equal(found.cpuNs, 0);
});

test("little work beside a restless idle process is found to a window or two", () => {
	// Every second a timer takes 3 ms, and now and then a collection 8 ms. The work takes 3 ms a window.
	const restless = (seed: number, count: number) =>
		idle(seed, count).map((ms, index) => ms + (index % 10 === 4 ? 2 : 0) + (index % 25 === 13 ? 7 : 0));
	const after = restless(7, 60).map((ms, index) => ms + (index < 12 ? 3 : 0));
	const { settledNs } = quiescenceOf({ ...record(after, 100), idle: samples(restless(6, 40)) });
	assert.ok(settledNs !== null && Math.abs(settledNs - 1200 * MS) <= 200 * MS, `${settledNs}`);
});

test("a process that goes on is still at work", () => {
	const busy = Array.from({ length: 60 }, (_, index) => (index % 3 === 0 ? 1 : 4));
	const found = quiescenceOf(record(busy, 0));
	assert.equal(found.settledNs, null);
	assert.equal(found.watchedNs, 6000 * MS);
	assert.equal(isAtRest(samples(idle(1)), samples(busy)), false);
	assert.equal(isAtRest(samples(idle(1)), samples([...busy, ...idle(4, 25)])), true);
});
