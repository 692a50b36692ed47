// The ratio over unlike machines: does its interval cover, and is a difference between machines found when it is
// there and not when it is not? Two thousand made-up merges a line.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fisherUpper, studentCdf, studentQuantile } from "../../../analysis/stats/distributions.ts";
import { differenceEstimate, ratioEstimate } from "../../../analysis/stats/intervals.ts";
import { heterogeneityOf, ratioOverGroups, spreadBetween } from "../../../analysis/stats/random-effects.ts";
import { mean, standardDeviation, sum } from "../../../analysis/stats/statistics.ts";
import { Simulation } from "../../support/simulate.ts";

const RUNS = 2000;
const TRUTH = Math.log(2);

interface Machine {
	blocks: number;
	/** Of the log-ratios of its blocks. */
	noise: number;
}

function makeGroups(random: Simulation, machines: readonly Machine[], between: number): number[][] {
	return machines.map(({ blocks, noise }) => {
		const own = TRUTH + between * random.normal();
		return Array.from({ length: blocks }, () => own + noise * random.normal());
	});
}

/** Counts, in per cent, the intervals that hold the truth and the tests that find a difference. */
function simulate(machines: readonly Machine[], between: number): { covered: number; found: number } {
	const random = new Simulation(20_261_126);
	let [covered, found] = [0, 0];
	for (let run = 0; run < RUNS; run++) {
		const groups = makeGroups(random, machines, between);
		const estimate = ratioOverGroups(groups);
		if (estimate && Math.log(estimate.low) <= TRUTH && Math.log(estimate.high) >= TRUTH) covered++;
		if ((heterogeneityOf(groups)?.p ?? 1) < 0.05) found++;
	}
	return { covered: (100 * covered) / RUNS, found: (100 * found) / RUNS };
}

const machine = (blocks: number, noise: number): Machine => ({ blocks, noise });

test("the interval over two machines of unlike noise covers, whether or not they differ", () => {
	for (const between of [0, 0.02, 0.05, 0.2]) {
		const { covered } = simulate([machine(8, 0.05), machine(8, 0.1)], between);
		assert.ok(covered >= 93 && covered <= 97, `between ${between}: ${covered} %`);
	}
});

test("it covers with unlike numbers of blocks, and over more machines", () => {
	const mixed = [3, 5, 8, 20, 30].map((blocks, index) => machine(blocks, [0.05, 0.1][index % 2] ?? 0.05));
	for (const machines of [[machine(3, 0.1), machine(20, 0.05)], mixed, [...mixed, ...mixed]]) {
		const { covered } = simulate(machines, 0.05);
		assert.ok(covered >= 93 && covered <= 97, `${machines.length} machines: ${covered} %`);
	}
	// Far less of the noise is between machines: then the interval is too wide rather than too narrow.
	const { covered } = simulate([machine(3, 0.1), machine(20, 0.05)], 0);
	assert.ok(covered >= 93, `${covered} %`);
});

/** The interval with the weights of Paule and Mandel instead of equal ones. */
function coversWeighted(groups: readonly number[][]): boolean {
	const between = (spreadBetween(groups) ?? 0) ** 2;
	const means = groups.map(mean);
	const weights = groups.map((logs) => 1 / ((standardDeviation(logs) ?? 0) ** 2 / logs.length + between));
	const center = sum(means.map((one, index) => one * (weights[index] ?? 0))) / sum(weights);
	const squares = sum(means.map((one, index) => (weights[index] ?? 0) * (one - center) ** 2));
	const freedom = groups.length - 1;
	const half = studentQuantile(0.975, freedom) * Math.sqrt(squares / freedom / sum(weights));
	return Math.abs(center - TRUTH) <= half;
}

test("weights by the noise of few blocks would not cover", () => {
	const random = new Simulation(20_261_126);
	let covered = 0;
	for (let run = 0; run < RUNS; run++)
		if (coversWeighted(makeGroups(random, [machine(3, 0.1), machine(20, 0.05)], 0.05))) covered++;
	assert.ok((100 * covered) / RUNS < 92, `${(100 * covered) / RUNS} %`);
});

test("machines are called different in five of a hundred merges where they are not, and where they are in most", () => {
	const pair = [machine(8, 0.05), machine(8, 0.1)];
	const { found: falsely } = simulate(pair, 0);
	assert.ok(falsely >= 3 && falsely <= 7, `${falsely} %`);
	const { found: rightly } = simulate(pair, 0.5);
	assert.ok(rightly > 85, `${rightly} %`);
});

test("one machine has the interval over its blocks, and several that over their means", () => {
	const blocks = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 2, maxLength: 8 });
	fc.assert(
		fc.property(blocks, blocks, (a, b) => {
			assert.deepEqual(ratioOverGroups([[], a]), ratioEstimate(a));
			const both = ratioOverGroups([a, b]);
			const turned = ratioOverGroups([b, a]);
			assert.ok(both && turned && both.low <= both.value && both.value <= both.high);
			assert.ok(Math.abs(Math.log(both.value / turned.value)) < 1e-9);
			assert.equal(both.degreesOfFreedom, 1);
		}),
	);
	assert.equal(ratioOverGroups([[], [0.1]]), null);
	assert.equal(ratioOverGroups([]), null);
});

test("the test of two machines is Welch's t test, and Fisher's distribution agrees with Student's", () => {
	const [a, b] = [
		[0.1, 0.2, 0.15, 0.3],
		[0.4, 0.1, 0.5, 0.45, 0.6],
	];
	const difference = differenceEstimate(a, b);
	const t = Math.log(difference?.value ?? Number.NaN) / (difference?.logStandardError ?? Number.NaN);
	const p = 2 * studentCdf(-Math.abs(t), difference?.degreesOfFreedom ?? Number.NaN);
	const found = heterogeneityOf([a, b]);
	assert.ok(found && Math.abs(found.p - p) < 1e-9 && Math.abs(found.q - t * t) < 1e-9);
	assert.ok(Math.abs(found.i2 - (1 - 1 / found.q)) < 1e-9);
	for (const df of [1, 3, 7.5]) {
		assert.ok(Math.abs(fisherUpper(2.25, 1, df) - 2 * studentCdf(-1.5, df)) < 1e-9);
		// With two degrees of freedom above, the distribution has a closed form.
		assert.ok(Math.abs(fisherUpper(2.25, 2, df) - (1 + 4.5 / df) ** (-df / 2)) < 1e-9);
	}
});

test("the spread between machines is what their noise does not explain", () => {
	const near = [
		[0.1, 0.3],
		[0.12, 0.28],
	];
	assert.equal(spreadBetween(near), 0);
	const apart = spreadBetween([
		[0.1, 0.1001, 0.0999],
		[0.5, 0.5001, 0.4999],
	]);
	// Two means 0.4 apart have a standard deviation of 0.4 over the root of 2.
	assert.ok(apart !== null && Math.abs(apart - 0.4 / Math.SQRT2) < 1e-4);
	assert.equal(spreadBetween([[0.1], [0.2]]), null);
	assert.equal(spreadBetween([[0.1, 0.2]]), null);
	assert.equal(heterogeneityOf([[0.1, 0.2], [0.3]]), null);
	assert.equal(
		heterogeneityOf([
			[0.1, 0.1],
			[0.3, 0.4],
		]),
		null,
	);
});
