/** This file says in words why a scenario gets more blocks or ends. */
import type { BlockDecision } from "../../analysis/compare/next-block.ts";

export function blockDecisionText(decision: BlockDecision): string {
	const percent = `${(100 * decision.precision).toFixed(1)} %`;
	switch (decision.kind) {
		case "precise":
			return `the ratios are known to ${percent} after ${decision.blocks} blocks`;
		case "budget-spent":
			return `its share of the budget is spent after ${decision.blocks} blocks; ${percent} is not reached`;
		case "most-blocks":
			return `${percent} is not reached in ${decision.blocks} blocks`;
		case "more":
			return moreText(decision, percent);
	}
}

function moreText(decision: Extract<BlockDecision, { kind: "more" }>, percent: string): string {
	const { needed, iterations, more, seconds } = decision;
	const whole = `${percent} takes about ${needed} blocks of ${iterations} iterations`;
	return `${whole}: ${more} more, about ${seconds} s`;
}
