// The summary of gates of two equal builds: counts, and an exact interval.
import assert from "node:assert/strict";
import { test } from "node:test";
import { recordedChange } from "../support/recorded.ts";
import { gateRun, gateRunText, gateSummary, rateInterval } from "./gate-runs.ts";

test("the interval of a rate is that of Clopper and Pearson", () => {
	// scipy.stats.binomtest(k, n).proportion_ci()
	for (const [hits, runs, low, high] of [
		[0, 10, 0, 0.3084971],
		[1, 20, 0.0012651, 0.2487328],
		[5, 10, 0.187086, 0.812914],
		[10, 10, 0.6915029, 1],
	] as const) {
		const found = rateInterval(hits, runs);
		assert.ok(Math.abs(found.low - low) < 1e-6, `${hits}/${runs}: ${found.low}`);
		assert.ok(Math.abs(found.high - high) < 1e-6, `${hits}/${runs}: ${found.high}`);
	}
});

test("a gate that failed is an alarm, with its reason in words, and is counted", () => {
	const failed = gateRun("python", recordedChange(), 12);
	assert.ok(failed.alarms.length > 0);
	assert.match(gateRunText(failed, 0), /^python 1: ALARM: .* worse by .*, in \d+ figures, finds/);
	const quiet = { ...failed, alarms: [] };
	assert.match(gateRunText(quiet, 1), /^python 2: no alarm, in \d+ figures/);
	assert.match(gateSummary([failed, quiet, quiet]), /^1 of 3 gates failed/);
	assert.throws(() => gateRun("python", { ...recordedChange(), gate: null }, 1), RangeError);
});
