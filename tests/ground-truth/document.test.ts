// The page on accuracy counts what the outcomes are, and nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { accuracyDocument } from "./document.ts";
import { judge, type Outcome } from "./outcome.ts";

const SLOWER: Outcome = {
	edit: "slower-edit",
	runtime: "typescript",
	about: "a provider takes longer",
	scenario: "single-message",
	expected: { change: "slower", stage: "provider", metric: "message_latency_p50_ms" },
	command: "./run.sh ab BASE HEAD",
	startedAt: "2026-11-25T10:00:00.000Z",
	machine: {
		os: "Linux",
		kernel: "6.1",
		arch: "x64",
		cpuModel: "A processor",
		cpus: 2,
		memoryBytes: 8e9,
	},
	loadAverage: 0.7,
	versions: { framework: "2.0.0", engine: "Bun 1.0.0" },
	setUpSeconds: 20,
	seconds: 100,
	found: {
		change: "slower",
		ratio: 1.06,
		interval: { low: 1.04, high: 1.08 },
		stage: "provider",
		others: [],
		regression: true,
	},
	truth: { by: "wait", ratio: 1.05, interval: null },
};

const EMPTY: Outcome = {
	...SLOWER,
	edit: "empty-edit",
	expected: null,
	found: {
		change: "no change",
		ratio: 1,
		interval: { low: 0.98, high: 1.02 },
		stage: null,
		others: [],
		regression: false,
	},
	truth: { by: "nothing", ratio: 1, interval: null },
};

test("a real edit is right when its direction is found, whatever the stage and the size", () => {
	const right = judge(SLOWER);
	assert.deepEqual(
		{ ...right, sizeError: null },
		{ right: true, stageRight: true, sizeError: null, covered: true },
	);
	assert.ok(Math.abs((right.sizeError ?? 0) - (1.06 / 1.05 - 1)) < 1e-12);
	assert.equal(judge({ ...SLOWER, found: { ...SLOWER.found, stage: "prompt" } }).stageRight, false);
	assert.equal(judge({ ...SLOWER, truth: { ...SLOWER.truth, ratio: 1.2 } }).covered, false);
	for (const change of ["faster", "no change", "undecided", "not comparable"] as const)
		assert.equal(judge({ ...SLOWER, found: { ...SLOWER.found, change } }).right, false);
});

test("intervals that have a value in common cover each other", () => {
	const truth = (low: number, high: number) =>
		judge({ ...SLOWER, truth: { by: "script", ratio: Math.sqrt(low * high), interval: { low, high } } });
	assert.equal(truth(1.08, 1.1).covered, true);
	assert.equal(truth(1, 1.05).covered, true);
	assert.equal(truth(1.081, 1.1).covered, false);
	assert.equal(truth(1, 1.039).covered, false);
});

test("an empty edit is a false alarm when a message is called different, or when the gate fails", () => {
	assert.equal(judge(EMPTY).right, true);
	assert.equal(judge({ ...EMPTY, found: { ...EMPTY.found, change: "undecided" } }).right, true);
	assert.equal(judge({ ...EMPTY, found: { ...EMPTY.found, change: "slower" } }).right, false);
	assert.equal(judge({ ...EMPTY, found: { ...EMPTY.found, change: "faster" } }).right, false);
	assert.equal(judge({ ...EMPTY, found: { ...EMPTY.found, regression: true } }).right, false);
	assert.equal(judge({ ...EMPTY, found: { ...EMPTY.found, change: "not comparable" } }).right, false);
});

test("the page counts hits, stages, sizes and false alarms, and names what was not measured", () => {
	const missed: Outcome = {
		...SLOWER,
		edit: "missed-edit",
		seconds: 200,
		found: {
			...SLOWER.found,
			change: "undecided",
			stage: null,
			ratio: 1.01,
			interval: { low: 0.99, high: 1.03 },
		},
	};
	const late: Outcome = { ...SLOWER, edit: "late-edit", seconds: 181 };
	const alarm: Outcome = {
		...EMPTY,
		edit: "alarm",
		found: { ...EMPTY.found, change: "faster", others: ["memory_rss_peak_mb"] },
	};
	const text = accuracyDocument([SLOWER, missed, late, EMPTY, alarm], ["another-edit"]);
	assert.match(text, /Found, in the right direction: 2 of 3 edits, 1 of them within three minutes/);
	assert.match(text, /Right stage named: 2 of 3/);
	assert.match(text, /True size inside the interval, or the two intervals meet: 2 of 3/);
	assert.match(
		text,
		/False alarms: 1 of 2 edits without an effect; another figure was called different in 1/,
	);
	assert.match(text, /Not measured in this run: `another-edit`\./);
	assert.match(
		text,
		/\| slower: \+6\.0% \(\+4\.0 to \+8\.0%\) \| `provider` \| yes \| 100 s, set-up 20 s \|/,
	);
	assert.match(
		text,
		/\| undecided: \+1\.0% \(-1\.0 to \+3\.0%\) \| none \| no: not found, another stage, another size \|/,
	);
	assert.match(text, /\+5\.0%: a busy wait of this length/);
	assert.match(text, /The load average of the minute before was 0\.7 to 0\.7/);
	assert.match(text, /2 processors \(A processor\), Linux 6\.1, x64/);
});

test("a page without edits of a kind says so", () => {
	assert.match(accuracyDocument([EMPTY], []), /## Edits with an effect\n\nNone was measured/);
	assert.doesNotMatch(accuracyDocument([EMPTY], []), /Distance of those found/);
	assert.match(accuracyDocument([SLOWER], []), /## Edits without an effect\n\nNone was measured/);
});
