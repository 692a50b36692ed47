/** This file says in words what the rest of a run can reach, and why a run ends. */
import type { RunDecision } from "../../analysis/compare/run-decision.ts";
import { countedText } from "./units.ts";

export function runDecisionText(decision: RunDecision): string {
	const done = countedText(decision.blocks, "block");
	const known = knownText(decision);
	switch (decision.kind) {
		case "more": {
			const plan = `planned: ${countedText(decision.blocks, "more block")}, about ${Math.ceil(decision.seconds)} s`;
			return `${plan}. Then ${known}, as far as can be foreseen`;
		}
		case "precise":
			return `every ratio is known to ${percentOf(decision)} after ${done}`;
		case "budget-spent":
			return `the time is over after ${done}: ${known}`;
		case "most-blocks":
			return `no scenario has more than these ${done}: ${known}`;
	}
}

function knownText(decision: RunDecision): string {
	const { precise, of } = decision;
	const known = `known to ${percentOf(decision)}`;
	if (of > 1) return `the ratios of ${precise} of ${of} scenarios are ${known}`;
	return precise === 1 ? `its ratios are ${known}` : `its ratios are not ${known} yet`;
}

function percentOf({ precision }: RunDecision): string {
	return `${(100 * precision).toFixed(1)} %`;
}
