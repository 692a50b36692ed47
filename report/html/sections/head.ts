/** What was measured, where and with what; and in three sentences what came out. */
import { joinList } from "../../../shared/text.ts";
import type { ComparisonFile, ScenarioComparison } from "../../../shared/types.ts";
import { othersOf } from "../../text/ratio.ts";
import { minuteText, ratioText, smallShareText } from "../../text/units.ts";
import { html, type Markup } from "../markup.ts";
import type { View } from "../view.ts";
import { tallyOf } from "../wins.ts";

export const TITLE = "Eliza framework benchmark";

export function head(view: View): Markup {
	const { timestamp, profile, system, machine, seed, model_delay_ms } = view.comparison;
	const facts = [
		`${minuteText(timestamp)}${timestamp.endsWith("Z") ? " UTC" : ""}`,
		`${system.os} ${system.arch}`,
		machine.cpu_model,
		`${system.cpus} cores, ${Math.round(system.memory_gb)} GB`,
		`profile ${profile}`,
		`seed ${seed}`,
		`model delay ${model_delay_ms} ms`,
	];
	return html`<header>
<h1>${TITLE}</h1>
<ul class="facts">${facts.map((fact) => html`<li>${fact}</li>`)}</ul>
<ul class="targets">${view.targets.map(
		({ swatch, label, about: { versions } }) =>
			html`<li>${swatch}<strong>${label}</strong> ${versions ? `${versions.framework} on ${versions.engine}` : "nothing ran, versions unknown"}</li>`,
	)}</ul>
${warnings(view.comparison).map((text) => html`<p class="warning"><strong>Note.</strong> ${text}</p>`)}
<p class="lead">${sentences(view).join(" ")}</p>
</header>`;
}

function warnings({ complete, resumed, alternate, scenarios }: ComparisonFile): string[] {
	const failed = scenarios
		.flatMap(({ cells }) => Object.values(cells))
		.filter(({ status }) => status === "failed").length;
	return [
		...(complete ? [] : ["This run was interrupted and is not complete: what is missing was not measured."]),
		...(resumed > 0
			? [`This run was interrupted and resumed ${resumed === 1 ? "once" : `${resumed} times`}.`]
			: []),
		...(alternate === "messages"
			? [
					"Turns of single messages: each message comes after a pause, and is slower than it would be in a row.",
				]
			: []),
		...(failed > 0
			? [
					`${failed} ${failed === 1 ? "cell" : "cells"} failed and ${failed === 1 ? "has" : "have"} no figures.`,
				]
			: []),
	];
}

/** Who leads; how much of what was tried may be compared; what it would mean for a real agent. */
export function sentences(view: View): string[] {
	return [leaders(view), coverage(view), turn(view)].filter((sentence) => sentence !== "");
}

function leaders({ comparison: { categories }, label }: View): string {
	if (categories.length === 0)
		return "Nothing could be held against anything else: fewer than two targets are comparable in a category.";
	const winners = [...new Set(categories.flatMap(({ standing }) => standing.winner ?? []))];
	const parts = winners.map((winner) => {
		const won = categories.filter(({ standing }) => standing.winner === winner);
		const leads = won.flatMap(({ standing }) => othersOf(standing)[0]?.ratio ?? []);
		const [least, most] = [Math.min(...leads), Math.max(...leads)].map(ratioText);
		const by =
			leads.length === 0 ? "" : ` by ${least === most ? least : `${least} to ${most}`} over the next`;
		return `${label(winner)} leads in ${joinList(won.map(({ category }) => category))}${by}`;
	});
	const tied = categories.filter(({ standing }) => standing.winner === null);
	if (tied.length > 0) parts.push(`nobody leads in ${joinList(tied.map(({ category }) => category))}`);
	const text = parts.join("; ");
	return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function coverage(view: View): string {
	const { comparison, targets } = view;
	const { scenarios } = comparison;
	const statuses = scenarios.flatMap(({ cells }) => Object.values(cells)).map(({ status }) => status);
	const others = (["divergent", "unsupported", "failed"] as const)
		.map((status) => [statuses.filter((one) => one === status).length, status] as const)
		.filter(([count]) => count > 0)
		.map(([count, status]) => `${count} ${count === 1 ? "is" : "are"} ${status}`);
	const comparable = statuses.filter((status) => status === "comparable").length;
	const rest =
		others.length === 0
			? ""
			: `; ${joinList(others)} and ${statuses.length - comparable === 1 ? "takes" : "take"} part in no ratio`;
	const cells = `Of ${statuses.length} cells (${scenarios.length} ${scenarios.length === 1 ? "scenario" : "scenarios"}, ${targets.length} ${
		targets.length === 1 ? "target" : "targets"
	}) ${comparable} did the work that was asked for${rest}`;
	return `${cells}${byScenario(view)}.`;
}

/** The mean over a category can hide who wins where. */
function byScenario({ comparison, targets }: View): string {
	const tallies = targets.map(({ id, label }) => ({ label, tally: tallyOf(comparison, id) }));
	const wins = tallies
		.filter(({ tally }) => tally.wins.length > 0)
		.toSorted((a, b) => b.tally.wins.length - a.tally.wins.length);
	const tied = new Set(tallies.flatMap(({ tally }) => tally.shares)).size;
	const parts = [
		...wins.map(({ label, tally }) => `${label} wins ${tally.wins.length}`),
		...(tied > 0 ? [`${tied} ${tied === 1 ? "is a tie" : "are ties"}`] : []),
	];
	return parts.length === 0 ? "" : `; by scenario ${joinList(parts)}`;
}

const MODEL_MS = 1000;

function turn({ comparison: { scenarios }, targets }: View): string {
	const scenario = turnScenario(scenarios);
	const shares = targets.flatMap(
		({ id }) =>
			scenario?.cells[id]?.detail.turn_shares.find(({ model_latency_ms }) => model_latency_ms === MODEL_MS)
				?.share ?? [],
	);
	if (!scenario || shares.length === 0) return "";
	const [least, most] = [Math.min(...shares), Math.max(...shares)].map(smallShareText);
	return `With a real model that takes a second per call the framework would be ${
		least === most ? least : `${least} to ${most}`
	} of a turn of ${scenario.id}: derived, not measured.`;
}

/** The scenario that stands for a real turn. */
export function turnScenario(scenarios: readonly ScenarioComparison[]): ScenarioComparison | undefined {
	const known = scenarios.filter(({ cells }) =>
		Object.values(cells).some(({ detail }) => detail.turn_shares.length > 0),
	);
	return known.find(({ id }) => id === "single-message") ?? known[0];
}
