/** This file says in words what the rest of a run can reach, and why a run ends. */
import type { RunDecision } from "../../analysis/compare/run-decision.ts";
import { countedText } from "./units.ts";

const S_PER_MIN = 60;

export function runDecisionText(decision: RunDecision): string {
	const done = countedText(decision.blocks, "block");
	const known = knownText(decision);
	switch (decision.kind) {
		case "more": {
			const plan = `planned: ${countedText(decision.blocks, "more block")}, about ${Math.ceil(decision.seconds)} s`;
			return `${plan}. Then ${known}, as far as can be foreseen`;
		}
		case "precise":
			return `every ratio is known to ${percentOf(decision.precision)} after ${done}`;
		case "budget-spent":
			return `the time is over after ${done}: ${known}${lackingText(decision.lackingSeconds)}`;
		case "most-blocks":
			return `no scenario has more than these ${done}: ${known}`;
	}
}

/** Says what the scenarios lack that have fewer blocks than they should at least. */
function lackingText(seconds: number): string {
	if (seconds === 0) return "";
	const more = Math.ceil(seconds / S_PER_MIN);
	return ` (the least number of blocks of all needs about ${more} min more: --budget)`;
}

/** Says how well the least known ratio of a scenario is known: `within 4.1 % in the median, 12 % at most`. */
function knownText({ known, unknown }: RunDecision): string {
	const without = `${countedText(unknown, "scenario has", "scenarios have")} no interval yet`;
	if (known === null) return without;
	const { median, largest } = known;
	const size =
		median === largest
			? percentOf(median)
			: `${percentOf(median)} in the median, ${percentOf(largest)} at most`;
	return `ratios are known to ${size}${unknown === 0 ? "" : `, ${without}`}`;
}

function percentOf(share: number): string {
	return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}
