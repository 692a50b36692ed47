// The micro-benchmarks run with the real framework.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_SHARED } from "../src/contract.ts";
import { measureSteps } from "../src/micro.ts";

test("every step of the framework gives samples, and the quantiles are in order", async () => {
	const results = await measureSteps(DEFAULT_SHARED, 20);
	assert.deepEqual(
		results.map(({ name }) => name),
		[
			"compose_state",
			"prompt_render",
			"response_parse",
			"memory_create",
			"memory_get",
			"provider_run CHARACTER",
			"provider_run RECENT_MESSAGES",
		],
	);
	for (const { name, medianNs, p5Ns, p95Ns, samples } of results)
		assert.ok(samples > 1 && p5Ns > 0 && p5Ns <= medianNs && medianNs <= p95Ns, name);
});
