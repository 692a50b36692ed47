import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import {
	mean,
	median,
	middleHalf,
	outliers,
	quantile,
	standardDeviation,
} from "../../../analysis/stats/statistics.ts";

interface Golden {
	name: string;
	sample: number[];
	mean: number;
	standardDeviation: number | null;
	median: number;
	p95: number;
	p99: number;
	outliers: number;
}

const golden: Golden[] = JSON.parse(
	readFileSync(new URL("../../golden/statistics.json", import.meta.url), "utf8"),
);
const sampleOf = fc.array(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 60 });

function close(actual: number | null, expected: number | null, scale = Math.abs(expected ?? 0)): void {
	if (actual === null || expected === null) assert.equal(actual, expected);
	else assert.ok(Math.abs(actual - expected) <= 1e-12 * Math.max(scale, 1), `${actual} is not ${expected}`);
}

for (const row of golden) {
	test(`statistics of '${row.name}' agree with NumPy`, () => {
		close(mean(row.sample), row.mean);
		close(standardDeviation(row.sample), row.standardDeviation, row.mean);
		close(median(row.sample), row.median);
		close(quantile(row.sample, 0.95), row.p95);
		close(quantile(row.sample, 0.99), row.p99);
		assert.equal(outliers(row.sample), row.outliers);
	});
}

test("a statistic of nothing is an error, not a zero", () => {
	for (const statistic of [mean, median, standardDeviation, outliers])
		assert.throws(() => statistic([]), RangeError);
});

test("a probability outside [0, 1] is refused", () => {
	for (const probability of [-0.1, 1.1, Number.NaN])
		assert.throws(() => quantile([1, 2], probability), RangeError);
});

test("quantiles stay within the sample and never fall as the probability grows", () => {
	fc.assert(
		fc.property(
			sampleOf,
			fc.double({ min: 0, max: 1, noNaN: true }),
			fc.double({ min: 0, max: 1, noNaN: true }),
			(sample, a, b) => {
				const [low, high] = [quantile(sample, Math.min(a, b)), quantile(sample, Math.max(a, b))];
				assert.ok(low <= high && low >= Math.min(...sample) && high <= Math.max(...sample));
			},
		),
	);
});

test("statistics do not depend on the order of the sample, and leave it as it was", () => {
	fc.assert(
		fc.property(sampleOf, (sample) => {
			const before = [...sample];
			const reversed = sample.toReversed();
			assert.equal(median(sample), median(reversed));
			close(mean(sample), mean(reversed), Math.max(...sample));
			assert.deepEqual(sample, before);
		}),
	);
});

test("a shift moves mean and median and leaves the spread", () => {
	fc.assert(
		fc.property(
			fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 2, maxLength: 50 }),
			fc.integer({ min: 1, max: 1e6 }),
			(sample, shift) => {
				const shifted = sample.map((value) => value + shift);
				close(mean(shifted), mean(sample) + shift, 1e7);
				close(median(shifted), median(sample) + shift, 1e7);
				close(standardDeviation(shifted), standardDeviation(sample), 1e7);
			},
		),
	);
});

test("the middle half lies between the quarters at both ends, which hold as many rows", () => {
	fc.assert(
		fc.property(sampleOf, (sample) => {
			const kept = middleHalf(sample, (value) => value);
			const sorted = sample.toSorted((one, other) => one - other);
			const cut = (sample.length - kept.length) / 2;
			assert.equal(cut, Math.floor(sample.length / 4));
			assert.deepEqual(kept, sorted.slice(cut, sample.length - cut));
		}),
	);
});
