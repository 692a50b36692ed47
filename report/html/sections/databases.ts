/** This section shows what a real database costs: each target on one, beside its twin on another. */
import type { DatabasePair, DatabaseScenario } from "../../../shared/types.ts";
import {
	crossoversOf,
	DATABASES_LEGEND,
	DATABASES_TITLE,
	databaseText,
	databaseTexts,
	placeHeads,
	serverText,
} from "../../text/databases.ts";
import { crossoverText } from "../../text/growth.ts";
import { html, type Markup } from "../markup.ts";
import { columnHead, numberHead, row, section, table } from "../parts.ts";
import type { View } from "../view.ts";

export function renderDatabases(view: View): Markup | null {
	const { databases = [], database_server } = view.comparison;
	if (databases.length === 0) return null;
	return section(
		"databases",
		DATABASES_TITLE,
		html`<p>
			${DATABASES_LEGEND} <a href="#reading">How to read this</a> explains the words and the server's settings.
		</p>`,
		database_server && html`<p class="quiet">The server: ${serverText(database_server)}.</p>`,
		databases.map((pair) => renderPair(pair, view)),
	);
}

function renderPair(pair: DatabasePair, view: View): Markup {
	const { label, comparison } = view;
	const [here, there] = placeHeads(pair);
	const name = label(pair.target);
	const overtaken = crossoversOf(pair, comparison.crossovers);
	return html`<h3>${name}</h3>
		<p>${databaseText(pair, { label, scenario: (id) => id })}</p>
		${overtaken.map((one) => html`<p>${crossoverText(one, label)}.</p>`)}
		${table({
			label: `${DATABASES_TITLE}: ${name}`,
			kind: "figures",
			head: [
				columnHead("Scenario"),
				numberHead(here),
				numberHead(there),
				numberHead("Times worse"),
				columnHead("Difference in"),
				numberHead("Statements"),
				numberHead("Rows"),
				numberHead("CPU of the server"),
				numberHead("CPU of the process"),
				numberHead(`CPU of the process ${there.toLowerCase()}`),
			],
			body: pair.scenarios.map((one) => scenarioRow(one, view)),
		})}`;
}

function scenarioRow(one: DatabaseScenario, { anchor }: View): Markup {
	const texts = databaseTexts(one);
	const { metric, here, there, ratio, range } = texts;
	return row(
		html`<a href="#${anchor(one.scenario)}">${one.scenario}</a>${metric !== null && html`<small>${metric}</small>`}`,
		html`<td><b>${here}</b></td>`,
		html`<td><b>${there}</b></td>`,
		html`<td><b>${ratio}</b>${range !== null && html`<small>${range}</small>`}</td>`,
		html`<td class="words">${texts.stage}</td>`,
		html`<td>${texts.statements}</td>`,
		html`<td>${texts.rows}</td>`,
		html`<td>${texts.serverCpu}</td>`,
		html`<td>${texts.cpu}</td>`,
		html`<td>${texts.twinCpu}</td>`,
	);
}
