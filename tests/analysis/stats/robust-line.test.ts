import assert from "node:assert/strict";
import { test } from "node:test";
import { type Point, robustLine } from "../../../analysis/stats/robust-line.ts";
import { theilSen } from "../../../analysis/stats/statistics.ts";
import { Simulation } from "../../support/simulate.ts";

test("a line is found although a quarter of the points lie far off", () => {
	const points = Array.from({ length: 20 }, (_, x): Point => [x, 3 + 2 * x + (x % 4 === 3 ? 500 : 0)]);
	const line = robustLine(points, 0.95);
	assert.equal(line?.slope, theilSen(points));
	assert.equal(line?.slope, 2);
	assert.equal(line?.intercept, 3);
});

test("the interval of the slope covers the truth as often as it says, with normal and with heavy noise", () => {
	for (const heavy of [false, true]) {
		const simulation = new Simulation(5);
		let covered = 0;
		const runs = 1500;
		for (let run = 0; run < runs; run++) {
			const noise = () => (heavy ? simulation.heavy() : simulation.normal());
			const points = Array.from({ length: 20 }, (_, x): Point => [x, 0.5 * x + noise()]);
			const { low = 1, high = 0 } = robustLine(points, 0.95) ?? {};
			if (low <= 0.5 && 0.5 <= high) covered++;
		}
		assert.ok(covered > 0.935 * runs && covered < 0.97 * runs, `${covered} of ${runs}, heavy ${heavy}`);
	}
});

test("two points have no line with an interval", () => {
	assert.equal(
		robustLine(
			[
				[0, 1],
				[1, 2],
			],
			0.95,
		),
		null,
	);
});
