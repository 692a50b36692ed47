/** What a message of an agent takes in all, in words, and the framework's part in it. */
import { joinList } from "../../shared/text.ts";
import type { AgentCosts, ScenarioCosts } from "../../shared/types.ts";
import { amountText, shareText, signedPercentText, withInterval } from "./agent.ts";
import { durationText } from "./units.ts";

/** What a message is in all, and the framework's part in it. */
export function wholeTexts({ scenarios, plugins }: AgentCosts): string[] {
	return scenarios.flatMap((scenario) => {
		const { id, messageNs, observerCost } = scenario;
		const takes = messageNs
			? `${id}: a message takes ${withInterval(messageNs, durationText)} at the median, without instruments.`
			: `${id}: no message was measured.`;
		const cost =
			observerCost === null
				? []
				: [
						`The instruments that divide its time make it ${observerText(observerCost)}: ` +
							"shares of time are those of a message with them.",
					];
		return [[takes, ...askedTexts(scenario), ...cost].join(" "), ...frameworkTexts(scenario, plugins)];
	});
}

/** Smaller differences are the machine's. */
const LEAST_OBSERVER_COST = 0.01;

function observerText(cost: number): string {
	if (Math.abs(cost) < LEAST_OBSERVER_COST) return "less than 1% longer";
	return cost < 0 ? `no longer (${signedPercentText(cost)})` : `${signedPercentText(cost)} longer`;
}

function askedTexts({ modelCalls, promptChars, answerChars }: ScenarioCosts): string[] {
	if (modelCalls === null || promptChars === null || answerChars === null) return [];
	const calls = modelCalls === 1 ? "1 call" : `${amountText(modelCalls)} calls`;
	return [
		`It asks the model in ${calls}, with ${amountText(promptChars)} characters, and gets ${amountText(answerChars)}.`,
	];
}

/** So many parts of the framework are named. */
const NAMED = 3;

function frameworkTexts({ plugins: rows }: ScenarioCosts, plugins: AgentCosts["plugins"]): string[] {
	const own = rows.filter(
		({ plugin }) =>
			plugin === null || plugins.some(({ name, origin }) => name === plugin && origin === "framework"),
	);
	const share = own.reduce((total, { timeShare }) => total + (timeShare ?? 0), 0);
	if (share === 0) return [];
	const parts = own
		.flatMap((row) => row.parts)
		.filter(({ timeShare }) => (timeShare ?? 0) > 0)
		.toSorted((one, other) => (other.timeShare ?? 0) - (one.timeShare ?? 0))
		.slice(0, NAMED)
		.map(({ name, timeShare, promptChars }) => {
			const characters = promptChars ? `, ${amountText(promptChars)} characters` : "";
			return `${name} (${shareText(timeShare ?? 0)}${characters})`;
		});
	const named = parts.length > 0 ? `, the largest parts ${joinList(parts)}` : "";
	return [`The framework and its own plugins take ${shareText(Math.min(share, 1))} of it${named}.`];
}
