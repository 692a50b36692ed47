/** What a message of an agent takes in all, in words, and the framework's part in it. */
import { joinList } from "../../shared/text.ts";
import type { AgentCosts, CostEstimate, ScenarioCosts } from "../../shared/types.ts";
import { amountText, shareText, signedPercentText, withInterval } from "./agent.ts";
import { intervalText } from "./ratio.ts";
import { durationText } from "./units.ts";

/** What a message is in all, and the framework's part in it. */
export function wholeTexts({ scenarios, plugins }: AgentCosts): string[] {
	return scenarios.flatMap((scenario) => {
		const { id, messageNs } = scenario;
		const takes = messageNs
			? `${id}: a message takes ${withInterval(messageNs, durationText)} at the median, without instruments.`
			: `${id}: no message was measured.`;
		return [
			[takes, ...askedTexts(scenario), ...observedTexts(scenario)].join(" "),
			...frameworkTexts(scenario, plugins),
		];
	});
}

/** The processes are older then, and a mean is no median: the two times need not be alike. */
function observedTexts({ observedNs, observerCost, processes }: ScenarioCosts): string[] {
	if (observedNs === null) return [];
	return [
		`Later in the same ${processes === 1 ? "process" : "processes"}, with instruments, it takes ` +
			`${withInterval(observedNs, durationText)} on average: all shares of time are of this.`,
		...(observerCost ? [observerText(observerCost)] : []),
	];
}

/** Smaller differences are the machine's. */
const LEAST_OBSERVER_COST = 0.01;

function observerText({ value, interval }: CostEstimate): string {
	const { low, high } = interval ?? { low: value, high: value };
	if (Math.max(-low, high) < LEAST_OBSERVER_COST)
		return "The instruments change its time by less than 1%, against messages beside it.";
	const range = intervalText({ low, high }, signedPercentText);
	if (low <= 0 && high >= 0)
		return `How much longer the instruments make it is undecided, against messages beside it (${range}).`;
	const longer = `${signedPercentText(Math.abs(value))} ${value < 0 ? "shorter" : "longer"}`;
	return `The instruments make it ${longer} than messages beside it (${range}).`;
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
