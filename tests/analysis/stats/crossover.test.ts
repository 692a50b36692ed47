import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { findCrossings, type LogRatioAtSize } from "../../../analysis/stats/crossover.ts";

const at = (size: number, log: number, half = 0.05, second = 1): LogRatioAtSize => ({
	size,
	second,
	log,
	low: log - half,
	high: log + half,
});

test("a change of order is found between the sizes where it happens, with an interval around it", () => {
	const [found, ...others] = findCrossings([
		at(100, Math.log(0.16)),
		at(1000, Math.log(0.8)),
		at(10_000, Math.log(10)),
	]);
	assert.equal(others.length, 0);
	assert.ok(found);
	assert.equal(found.before, -1);
	assert.deepEqual(found.between, { from: 1000, to: 10_000 });
	assert.ok(found.low < found.size && found.size < found.high);
	assert.ok(found.size > 1000 && found.size < 1500, `${found.size}`);
});

test("the interval holds the crossing of lines and that of powers of the size", () => {
	// 2.9 ms at 1,000 and 50.9 at 10,000, against 4.9 at both.
	const ends = (first: number) => ({ log: Math.log(first / 4.9), second: 4.9 });
	const points = [
		{ ...at(1000, 0, 0.001), ...ends(2.9) },
		{ ...at(10_000, 0, 0.001), ...ends(50.9) },
	].map((point) => ({ ...point, low: point.log - 0.001, high: point.log + 0.001 }));
	const [found] = findCrossings(points);
	const line = 1000 + (9000 * (4.9 - 2.9)) / (50.9 - 2.9);
	const power = 1000 * 10 ** (Math.log(4.9 / 2.9) / Math.log(50.9 / 2.9));
	assert.ok(found && found.low < line && line < found.size && found.size < power && power < found.high);
});

test("what is not significant on both sides is no crossing, and a size in doubt widens it", () => {
	assert.deepEqual(findCrossings([at(10, -0.02), at(100, 0.5)]), []);
	assert.deepEqual(findCrossings([at(10, -0.5), at(100, -0.2)]), []);
	const [found] = findCrossings([at(10, -0.5), at(100, 0.01), at(1000, 0.5)]);
	assert.deepEqual(found?.between, { from: 10, to: 1000 });
	assert.ok(found && found.low < 100 && found.high > 100);
});

test("a crossing lies in its interval and between its sizes, whichever of the two is named first", () => {
	const point = fc.record({
		size: fc.integer({ min: 0, max: 10_000 }),
		log: fc.double({ min: -2, max: 2, noNaN: true }),
	});
	fc.assert(
		fc.property(
			fc.uniqueArray(point, { selector: ({ size }) => size, minLength: 2, maxLength: 8 }),
			(points) => {
				const found = findCrossings(points.map(({ size, log }) => at(size, log)));
				const turned = findCrossings(points.map(({ size, log }) => at(size, -log, 0.05, Math.exp(log))));
				assert.equal(found.length, turned.length);
				for (const [index, { size, low, high, between, before }] of found.entries()) {
					assert.ok(low <= size && size <= high && between.from <= low && high <= between.to);
					assert.equal(turned[index]?.before, -before);
					assert.ok(Math.abs((turned[index]?.size ?? 0) - size) <= 1e-9 * Math.max(1, size));
				}
			},
		),
	);
});
