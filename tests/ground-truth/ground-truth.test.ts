// Some of the edits whose effect is known: `ab` finds what they do, where, and how much, and nothing where there
// is nothing. `npm run accuracy` measures them all, and for longer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isLong } from "../support/long.ts";
import { LIMIT_MS } from "../support/program.ts";
import type { Edit } from "./edit.ts";
import { loadEdits } from "./edits.ts";
import { askAb } from "./measure.ts";
import type { Outcome } from "./outcome.ts";
import { trueSize } from "./true-size.ts";

const edits = await loadEdits();

/** Seconds that `ab` is given for edits that a script times, pairs of processes of that script. */
const CASES: readonly { name: string; budget: number; pairs: number | null }[] = [
	{ name: "typescript-token-estimate", budget: 30, pairs: 24 },
	{ name: "typescript-comment", budget: 30, pairs: null },
	{ name: "python-message-to-dict-once", budget: 30, pairs: null },
	{ name: "python-message-to-dict-again", budget: 30, pairs: null },
];

/** On a noisy machine `ab` says that the time was not enough. Then it is given so many times as much, once. */
const MORE_TIME = 3;

/** One interval in twenty misses the truth. It does not miss it by more than this. */
const CHANCE = 0.02;

/** The least change that an empty edit may never be said to have. */
const CLAIM = 0.02;

for (const { name, budget, pairs } of isLong ? CASES : CASES.slice(0, 2)) {
	const edit = edits.get(name);
	assert.ok(edit);
	const what =
		edit.expected === null
			? "is said to make no difference of two percent, in no stage"
			: `is called ${edit.expected.change}, in ${edit.expected.stage}`;
	test(`${name} ${what}`, { timeout: LIMIT_MS }, async () => {
		const { answer, measured } = await askUntilDecided(name, edit, budget);
		const { change, interval, stage, regression } = answer.found;
		if (edit.expected === null) {
			assert.ok(interval);
			// One interval in twenty excludes the truth, but not by much.
			assert.ok(interval.low < 1 + CLAIM && interval.high > 1 - CLAIM);
			assert.equal(stage, null);
			return;
		}
		assert.equal(change, edit.expected.change);
		assert.equal(stage, edit.expected.stage);
		if (change === "slower") assert.equal(regression, true);
		if (edit.size.by === "script" && pairs === null) return;
		const truth = await trueSize(edit, { ...measured, pairs: pairs ?? 0 });
		console.log(`in truth: ${truth.ratio.toFixed(3)} (${rangeText(truth.interval)})`);
		assert.ok(interval);
		const { low, high } = truth.interval ?? { low: truth.ratio, high: truth.ratio };
		assert.ok(interval.low <= high * (1 + CHANCE) && low <= interval.high * (1 + CHANCE));
	});
}

async function askUntilDecided(name: string, edit: Edit, budget: number): ReturnType<typeof askAb> {
	const first = await askAndTell(name, edit, budget);
	const isOpen = edit.expected !== null && first.answer.found.change === "undecided";
	return isOpen ? askAndTell(name, edit, MORE_TIME * budget) : first;
}

async function askAndTell(name: string, edit: Edit, budget: number): ReturnType<typeof askAb> {
	const asked = await askAb(name, edit, budget);
	const { change, ratio, interval } = asked.answer.found;
	const seconds = asked.answer.seconds.toFixed(0);
	console.log(`${change}: ${ratio?.toFixed(3)} (${rangeText(interval)}) in ${seconds} s`);
	return asked;
}

function rangeText(interval: Outcome["found"]["interval"]): string {
	return interval === null ? "no interval" : `${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}`;
}
