// What a change report says beside its figures.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ageText, regressionText } from "../../report/text/change.ts";
import type { Regression } from "../../shared/types.ts";

const process = (messages: number, role: "measure" | "aa" = "measure", counted = true) => ({
	messages,
	role,
	counted,
});

test("a report says how old the processes are: by messages before those that count, and by these", () => {
	const single = { warmup: 3, iterations: 30, samples: [process(10), process(10), process(10)] };
	assert.match(
		ageText([single]) ?? "",
		/^Measured in young processes: at most 4 messages of warm-up, then about 10 messages that count\./,
	);
	// An iteration of a conversation is several messages.
	const conversation = { warmup: 2, iterations: 8, samples: [process(40), process(40)] };
	assert.match(
		ageText([conversation]) ?? "",
		/: at most 21 messages of warm-up, then about 40 messages that count/,
	);
	assert.match(
		ageText([single, conversation]) ?? "",
		/: at most 4 to 21 messages of warm-up, then about 10 to 40 messages that count/,
	);
});

test("processes that do not count say nothing of the age, and without messages nothing is said", () => {
	const repeated = {
		warmup: 3,
		iterations: 10,
		samples: [process(10), process(50, "measure", false), process(50, "aa")],
	};
	assert.match(ageText([repeated]) ?? "", /4 messages of warm-up, then about 10 messages/);
	assert.equal(ageText([{ warmup: 1, iterations: 5, samples: [process(0)] }]), null);
	assert.equal(ageText([]), null);
});

test("a limit is written out, however small, and a limit of nothing is not mentioned", () => {
	const regression: Regression = {
		scenario: "single-message",
		pair: 0,
		metric: "message_latency_p50_ms",
		limit: 0,
		ratio: 1.5,
		interval: { low: 1.4, high: 1.6 },
		difference: null,
		stage: null,
		kind: "worse",
		status: null,
		reason: null,
		target: null,
	};
	const textOf = (limit: number) => regressionText({ ...regression, limit }, []);
	assert.match(textOf(0.0004), /, the limit is 0\.040%$/);
	assert.match(textOf(0.005), /, the limit is 0\.50%$/);
	assert.match(textOf(0.05), /, the limit is 5\.0%$/);
	assert.doesNotMatch(textOf(0), /limit/);
});
