/** The head of the page says what was measured, where and how, and gives the results in a few sentences. */
import { joinList } from "../../../shared/text.ts";
import type { ComparisonFile, ScenarioComparison } from "../../../shared/types.ts";
import { NS_PER_MS } from "../../../shared/units.ts";
import { serverText } from "../../text/databases.ts";
import { countStatuses, runWarnings } from "../../text/run.ts";
import { countedText, durationText, minuteText, rangeText, smallShareText } from "../../text/units.ts";
import { leadersText } from "../../text/verdict.ts";
import { html, type Markup } from "../markup.ts";
import type { ShownTarget, View } from "../view.ts";
import { countWins } from "../wins.ts";

export const TITLE = "Eliza framework benchmark";
const MODEL_MS = 1000;

export function renderHead(view: View): Markup {
	const { timestamp, profile, system, machine, machines, seed, model_delay_ms, database_server } =
		view.comparison;
	const one = [
		`${system.os} ${system.arch}`,
		machine.cpu_model,
		`${system.cpus} cores, ${Math.round(system.memory_gb)} GB`,
	];
	const facts = [
		`${minuteText(timestamp)}${timestamp.endsWith("Z") ? " UTC" : ""}`,
		...(machines ? [`${machines.length} unlike machines`] : one),
		`profile ${profile}`,
		`seed ${seed}`,
		`model delay ${model_delay_ms} ms`,
		...(database_server ? [serverText(database_server)] : []),
	];
	return html`<header>
		<h1>${TITLE}</h1>
		<ul class="facts">${facts.map((fact) => html`<li>${fact}</li>`)}</ul>
		<ul class="targets">${view.targets.map(renderTarget)}</ul>
		${warnings(view.comparison).map(renderWarning)}
		<p class="lead">${sentences(view).join(" ")}</p>
	</header>`;
}

function renderTarget({ swatch, label, about: { versions } }: ShownTarget): Markup {
	const text = versions ? `${versions.framework} on ${versions.engine}` : "nothing ran, versions unknown";
	return html`<li>${swatch}<strong>${label}</strong> ${text}</li>`;
}

function renderWarning(text: string): Markup {
	return html`<p class="warning"><strong>Note.</strong> ${text}</p>`;
}

function warnings(comparison: ComparisonFile): string[] {
	const cells = comparison.scenarios.flatMap((scenario) => Object.values(scenario.cells));
	const failed = cells.filter(({ status }) => status === "failed").length;
	const have = failed === 1 ? "has" : "have";
	return [
		...runWarnings(comparison),
		...(failed > 0 ? [`${countedText(failed, "cell")} failed and ${have} no figures.`] : []),
	];
}

/**
 * Returns sentences that say who leads, how much of the run can be compared, and what it means for a real
 * agent.
 */
function sentences(view: View): string[] {
	return [leadersText(view.comparison.categories, view.label), coverage(view), modelShare(view)].filter(
		(sentence) => sentence !== "",
	);
}

function coverage(view: View): string {
	const { comparison, targets } = view;
	const { scenarios } = comparison;
	const statuses = scenarios.flatMap(({ cells }) => Object.values(cells)).map(({ status }) => status);
	const counts = countStatuses(statuses);
	const others = counts.filter(({ status }) => status !== "comparable");
	const comparable = counts.find(({ status }) => status === "comparable")?.count ?? 0;
	const list = joinList(
		others.map(({ status, count }) => `${count} ${count === 1 ? "is" : "are"} ${status}`),
	);
	const rest = others.length === 0 ? "" : ` The others are not compared: ${list}.`;
	const tried = `${countedText(scenarios.length, "scenario")}, ${countedText(targets.length, "target")}`;
	const done = `${comparable} did the work that their scenarios ask for.`;
	return `Of ${countedText(statuses.length, "cell")} (${tried}), ${done}${rest}${byScenario(view)}`;
}

/** Says where each target wins, because the mean over a category can hide that. */
function byScenario({ comparison, targets }: View): string {
	const all = targets.map(({ id, label }) => ({ label, found: countWins(comparison, id) }));
	const wins = all
		.filter(({ found }) => found.wins.length > 0)
		.toSorted((a, b) => b.found.wins.length - a.found.wins.length);
	const tied = new Set(all.flatMap(({ found }) => found.shares)).size;
	const parts = [
		...wins.map(({ label, found }) => `${label} wins ${found.wins.length}`),
		...(tied > 0 ? [`${tied} ${tied === 1 ? "is a tie" : "are ties"}`] : []),
	];
	return parts.length === 0 ? "" : ` By scenario, ${joinList(parts)}.`;
}

function modelShare({ comparison: { scenarios }, targets }: View): string {
	const scenario = modelShareScenario(scenarios);
	const turns = targets.flatMap(({ id }) => {
		const known = scenario?.cells[id]?.detail.model_shares ?? [];
		return known.find(({ model_latency_ms }) => model_latency_ms === MODEL_MS) ?? [];
	});
	if (!scenario || turns.length === 0) return "";
	const range = rangeText(
		turns.map(({ share }) => share),
		smallShareText,
	);
	const times = turns.map(({ turn_ms }) => durationText(turn_ms * NS_PER_MS));
	// Frameworks that ask the model as often take as long.
	const whole = new Set(times).size > 1 ? `, which would take ${joinList([...new Set(times)])}` : "";
	const share = `the framework would account for ${range} of the time of a message in ${scenario.id}${whole}`;
	return `With a real model that takes one second per call, ${share} (derived, not measured).`;
}

/** Returns the scenario that stands for a message to a real agent. */
export function modelShareScenario(scenarios: readonly ScenarioComparison[]): ScenarioComparison | undefined {
	const known = scenarios.filter(({ cells }) =>
		Object.values(cells).some(({ detail }) => detail.model_shares.length > 0),
	);
	return known.find(({ id }) => id === "single-message") ?? known[0];
}
