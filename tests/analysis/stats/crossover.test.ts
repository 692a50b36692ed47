import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { findCrossings, type LogRatioAtSize } from "../../../analysis/stats/crossover.ts";

const at = (size: number, log: number, half = 0.05): LogRatioAtSize => ({
	size,
	log,
	low: log - half,
	high: log + half,
});

test("a change of order is found between the sizes where it happens, with an interval around it", () => {
	// 0.6 against 3.6 ms, and 37 against 3.6: at 1,600 in between, on a logarithmic axis.
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
				const turned = findCrossings(points.map(({ size, log }) => at(size, -log)));
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
