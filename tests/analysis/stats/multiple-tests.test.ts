import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { adjustByHolm } from "../../../analysis/stats/multiple-tests.ts";

test("Holm's adjustment agrees with R's p.adjust", () => {
	// p.adjust(c(0.01, 0.02, 0.03, 0.005, 0.5), "holm")
	assert.deepEqual(
		adjustByHolm([0.01, 0.02, 0.03, 0.005, 0.5]).map((p) => Number(p.toPrecision(6))),
		[0.04, 0.06, 0.06, 0.025, 0.5],
	);
	assert.deepEqual(adjustByHolm([]), []);
	assert.deepEqual(adjustByHolm([0.03]), [0.03]);
});

test("adjusted values keep the order, are never smaller than their p, and never larger than Bonferroni's", () => {
	fc.assert(
		fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (pValues) => {
			const adjusted = adjustByHolm(pValues);
			for (const [index, p] of pValues.entries()) {
				const own = adjusted[index] ?? Number.NaN;
				assert.ok(own >= p && own <= Math.min(1, p * pValues.length) + 1e-12);
				for (const [other, q] of pValues.entries()) if (p < q) assert.ok(own <= (adjusted[other] ?? 0));
			}
		}),
	);
});
