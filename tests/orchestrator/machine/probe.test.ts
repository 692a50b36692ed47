import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { judgeProbe } from "../../../orchestrator/commands/doctor.ts";
import type { Finding } from "../../../orchestrator/machine/doctor/checks.ts";
import {
	autocorrelation,
	type Probe,
	probe,
	steadiness,
} from "../../../orchestrator/machine/doctor/probe.ts";
import { Random } from "../../../shared/random.ts";

/** Standard normal, by Box and Muller. */
function normal(random: Random): number {
	const uniform = () => random.next() + 2 ** -33;
	return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Loops of half a millisecond whose logarithms follow an autoregression of the first order. */
function loopsOf(random: Random, length: number, phi: number, sd: number): number[] {
	let level = normal(random);
	return Array.from({ length }, () => {
		level = phi * level + Math.sqrt(1 - phi * phi) * normal(random);
		return 500_000 * Math.exp(sd * level);
	});
}

test("the autocorrelation of a known process is found", () => {
	for (const phi of [-0.5, 0, 0.85]) {
		const found = steadiness(loopsOf(Random.of(7, phi), 4000, phi, 0.2)).autocorrelation;
		assert.ok(found !== null && Math.abs(found - phi) < 0.05, `${found} for ${phi}`);
	}
	// By hand: mean 2.5, squares 5, products of neighbours 0.75 + (-0.25) + 0.75.
	assert.equal(autocorrelation([1, 2, 3, 4]), 0.25);
	assert.equal(autocorrelation([1, 2]), null);
	assert.equal(autocorrelation([3, 3, 3]), null);
});

test("autocorrelation lies between -1 and 1 and changes with neither shift nor scale", () => {
	fc.assert(
		fc.property(
			fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 50 }),
			fc.integer({ min: 1, max: 9 }),
			(series, factor) => {
				const [plain, changed] = [
					autocorrelation(series),
					autocorrelation(series.map((value) => value * factor + 5)),
				];
				if (plain === null || changed === null) assert.equal(plain, changed);
				else assert.ok(Math.abs(plain) <= 1 && Math.abs(plain - changed) < 1e-9);
			},
		),
	);
});

test("a machine that is slowed down a fifth of the time shows it, in loops and in time", () => {
	const loops = Array.from({ length: 1000 }, (_, index) => (index % 10 < 2 ? 1_000_000 : 500_000));
	const found = steadiness(loops);
	assert.deepEqual(
		[found.loops, found.p50Ms, found.p50OverP5, found.p95OverP50, found.slowShare],
		[1000, 0.5, 1, 2, 0.2],
	);
	assert.ok(Math.abs(found.slowTimeShare - 200 / 600) < 1e-12);
});

test("a steady series, a short one and an empty one are reported as such", () => {
	const steady = steadiness(Array(1000).fill(500_000));
	assert.deepEqual([steady.autocorrelation, steady.slowShare, steady.expectedError], [null, 0, 0]);
	assert.equal(steadiness(Array(599).fill(500_000)).expectedError, null);
	assert.equal(steadiness(Array(600).fill(500_000)).expectedError, 0);
	assert.throws(() => steadiness([]), RangeError);
});

test("two equal workers differ by less than the expected error in nineteen of twenty blocks", () => {
	const middle = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number;
	for (const phi of [0, 0.85]) {
		let within = 0;
		let wide = 0;
		const trials = 400;
		for (let trial = 0; trial < trials; trial++) {
			const loops = loopsOf(Random.of(11, phi, trial), 4000, phi, 0.26);
			// Written anew: messages of five loops, turns of ten messages, one worker's turn after the
			// other's.
			const message = (turn: number, index: number) =>
				loops.slice(turn * 50 + index * 5, turn * 50 + index * 5 + 5).reduce((a, b) => a + b);
			const turn = (at: number) => {
				const sorted = Array.from({ length: 10 }, (_, index) => message(at, index)).sort((a, b) => a - b);
				return ((sorted[4] as number) + (sorted[5] as number)) / 2;
			};
			const difference = middle(
				Array.from({ length: 40 }, (_, pair) => Math.log(turn(2 * pair) / turn(2 * pair + 1))),
			);
			const expected = steadiness(loops).expectedError as number;
			if (Math.abs(difference) <= expected) within++;
			if (Math.abs(difference) <= expected / 2) wide++;
		}
		assert.ok(within / trials > 0.93, `${within} of ${trials} at ${phi}`);
		// Half of it would not do: the figure is no mere upper bound.
		assert.ok(wide / trials < 0.9, `${wide} of ${trials} at ${phi}`);
	}
});

const probed = (changes: Partial<Probe["steadiness"]>, monitor: Partial<Probe["monitor"]> = {}): Probe => ({
	steadiness: {
		loops: 4000,
		p50Ms: 0.5,
		p50OverP5: 1.05,
		p95OverP50: 1.1,
		slowShare: 0.001,
		slowTimeShare: 0.002,
		autocorrelation: 0.1,
		expectedError: 0.004,
		...changes,
	},
	monitor: {
		turns: 1,
		wallNs: 2e9,
		processors: 2,
		stealNs: 0,
		foreignCpuNs: 0.02e9,
		waitNs: 0,
		pressureNs: 0,
		memoryPressureNs: 0,
		ioPressureNs: 0,
		involuntarySwitches: 0,
		voluntarySwitches: 0,
		majorFaults: 0,
		cpuQuotaThrottledNs: null,
		loadAverage: 0.1,
		frequencyKhz: null,
		...monitor,
	},
});
const said = (findings: Finding[]) =>
	findings.map(({ status, finding, advice }) => `${status} ${finding}: ${advice}`).join("\n");

test("the probe's sentence says how often, who, and what to expect", () => {
	assert.match(
		said(judgeProbe(probed({}))),
		/^ok a loop of 0\.50 ms: p95\/p50 1\.10, 0\.1 % slower .*autocorrelation 0\.10.*\nok steady just now: expect \+-0\.4 % per block/,
	);
	const slowed = { slowShare: 0.12, slowTimeShare: 0.2, expectedError: 0.03 };
	assert.match(
		said(judgeProbe(probed(slowed))),
		/warning a neighbour, unseen from here, slows this machine down 20 % of the time: expect \+-3\.0 % per block.*--aa/,
	);
	const hogs = said(judgeProbe(probed(slowed, { foreignCpuNs: 2.8e9, waitNs: 0.8e9 })));
	assert.match(hogs, /warning while the probe ran, others held the processors .* 40 %/);
	assert.match(hogs, /warning something slows/);
	// One hog on the other processor holds nothing up and yet is somebody.
	assert.match(said(judgeProbe(probed(slowed, { foreignCpuNs: 2e9 }))), /warning something slows/);
	assert.match(said(judgeProbe(probed({ p50OverP5: 1.8 }))), /warning .* most loops to 1\.8 times/);
	assert.match(
		said(judgeProbe(probed({ expectedError: null, autocorrelation: null }))),
		/steady just now: measure its noise with --aa/,
	);
	assert.match(said(judgeProbe(null)), /warning the probe's process failed/);
});

test("the probe runs, in loops of about half a millisecond", async () => {
	const result = await probe(300);
	assert.ok(result !== null);
	const { loops, p50Ms, p50OverP5 } = result.steadiness;
	assert.ok(p50Ms > 0.3 && p50Ms / p50OverP5 < 1, JSON.stringify(result.steadiness));
	assert.ok(loops > 50 && loops <= 300 / (p50Ms / p50OverP5 / 2), String(loops));
	assert.equal(result.monitor.turns, 1);
	assert.ok(result.monitor.wallNs > 500e6);
});
