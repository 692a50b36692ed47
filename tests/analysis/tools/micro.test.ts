import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCriterion, parsePyperf } from "../../../analysis/tools/micro.ts";

test("pyperf's seconds become nanoseconds, and its calibration runs do not count", () => {
	const data = {
		metadata: { name: "compose_state" },
		benchmarks: [{ runs: [{ warmups: [[1, 0.1]] }, { values: [1e-6, 2e-6] }, { values: [3e-6] }] }],
	};
	const [row] = parsePyperf(data);
	assert.equal(row?.name, "compose_state");
	assert.equal(row?.samples, 3);
	assert.ok(Math.abs((row?.medianNs ?? 0) - 2000) < 1e-6);
});

test("several pyperf benchmarks carry their own names", () => {
	const one = (name: string) => ({ metadata: { name }, runs: [{ values: [1e-6] }] });
	assert.deepEqual(
		parsePyperf({ benchmarks: [one("a"), one("b")] }).map(({ name }) => name),
		["a", "b"],
	);
});

test("criterion's samples are divided by their iterations", () => {
	const row = parseCriterion("memory_get", {
		sampling_mode: "Linear",
		iters: [10, 20, 30],
		times: [1000, 4000, 9000],
	});
	assert.deepEqual([row.name, row.medianNs, row.samples], ["memory_get", 200, 3]);
});

test("data that are no result of these libraries are refused", () => {
	assert.throws(() => parsePyperf({ benchmarks: [] }));
	assert.throws(() => parsePyperf({ benchmarks: [{ runs: [{ values: [1] }] }] }), /without a name/);
	assert.throws(() => parseCriterion("x", { iters: [] }));
	assert.throws(() => parseCriterion("x", { iters: [], times: [] }), RangeError);
});
