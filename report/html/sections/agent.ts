/** These sections show what an agent and its plugins cost. The reader prices characters. */
import type { AgentCosts } from "../../../shared/types.ts";
import {
	agentReading,
	dearestLines,
	dearestRemarks,
	failureTexts,
	growthTexts,
	interruptedTexts,
	isolationTexts,
} from "../../text/agent.ts";
import { wholeTexts } from "../../text/agent-message.ts";
import {
	type AgentCell,
	type AgentRow,
	type AgentTable,
	keptTable,
	messageTable,
	nightTable,
	pluginTable,
	savingsTable,
	startTable,
} from "../../text/agent-tables.ts";
import { html, type Markup } from "../markup.ts";
import { columnHead, numberHead, section, table } from "../parts.ts";

export function renderDearest(costs: AgentCosts): Markup {
	// The list has numbers of its own.
	const lines = dearestLines(costs).map((text) => text.replace(/^\d+\. /, ""));
	return section(
		"dearest",
		"What costs most",
		interruptedTexts(costs).map((text) => html`<p><strong>${text}</strong></p>`),
		costs.ranking.length > 0
			? html`<ol>${lines.map((text) => html`<li>${text}</li>`)}</ol>`
			: lines.map((text) => html`<p>${text}</p>`),
		dearestRemarks(costs).map((text) => html`<p class="quiet">${text}</p>`),
	);
}

/** What went wrong comes before any figure. */
export function renderFailures(costs: AgentCosts): Markup | null {
	const texts = failureTexts(costs);
	if (texts.length === 0) return null;
	return section("failures", "What failed", html`<ul>${texts.map((text) => html`<li>${text}</li>`)}</ul>`);
}

export function renderMessages(costs: AgentCosts): Markup {
	const tables = costs.scenarios.map(messageTable).filter(({ rows }) => rows.length > 0);
	return section(
		"messages",
		"A message",
		wholeTexts(costs).map((text) => html`<p>${text}</p>`),
		tables.some(hasPrices) && renderPriceFields(),
		tables.map(costTable),
	);
}

export function renderSavings(costs: AgentCosts): Markup | null {
	const found = savingsTable(costs);
	return found && section("savings", found.title, wordTable(found));
}

export function renderKept(costs: AgentCosts): Markup | null {
	const found = keptTable(costs);
	return (
		found &&
		section(
			"kept",
			found.title,
			wordTable(found),
			found.remark.map((text) => html`<p class="quiet">${text}</p>`),
		)
	);
}

export function renderStart(costs: AgentCosts): Markup | null {
	const found = startTable(costs);
	return found && section("start", found.title, costTable({ ...found, title: "" }));
}

export function renderNight(costs: AgentCosts): Markup | null {
	const found = nightTable(costs);
	const texts = growthTexts(costs);
	if (found === null && texts.length === 0) return null;
	return section(
		"night",
		"What stays, and what goes on without messages",
		texts.map((text) => html`<p>${text}</p>`),
		found && costTable(found),
	);
}

export function renderAbout(costs: AgentCosts): Markup {
	return section(
		"about",
		"How it was measured",
		isolationTexts(costs).map((text) => html`<p>${text}</p>`),
		html`<p class="quiet">${agentReading()}</p>`,
		wordTable(pluginTable(costs)),
	);
}

function hasPrices({ rows }: AgentTable): boolean {
	return rows.some(({ cells }) => cells.some(isPriced));
}

function isPriced({ charsIn, charsOut }: AgentCell): boolean {
	return charsIn !== undefined || charsOut !== undefined;
}

/** Only the reader knows what a token is, and what it costs. */
function renderPriceFields(): Markup {
	const field = (id: string, label: string) => html`<p class="field">
		<label for="${id}">${label}</label>
		<input id="${id}" type="number" min="0" step="any" inputmode="decimal">
	</p>`;
	return html`<div class="fields scripted">
		${field("token-chars", "Characters of a token")}
		${field("price-in", "A million tokens asked cost")}
		${field("price-out", "A million tokens answered cost")}
	</div>`;
}

function costTable({ title, head, rows, remark }: AgentTable): Markup {
	const [first = "", ...others] = head;
	return html`${table({
		label: title === "" ? first : title,
		...(title === "" ? {} : { caption: title }),
		kind: "figures agent",
		head: [columnHead(first), others.map(numberHead)],
		body: rows.map(costRow),
	})}${remark.length > 0 && html`<p class="quiet">${remark.join(" ")}</p>`}`;
}

function costRow({ label, depth, cells }: AgentRow): Markup {
	const name = depth === 0 ? html`${label}` : html`<span class="sub">${label}</span>`;
	return html`<tr><th scope="row">${name}</th>${cells.map(costCell)}</tr>\n`;
}

function costCell({ text, small, charsIn, charsOut }: AgentCell): Markup {
	const asked = charsIn !== undefined && html` data-in="${charsIn}"`;
	const answered = charsOut !== undefined && html` data-out="${charsOut}"`;
	return html`<td${asked}${answered}><b>${text}</b>${small !== undefined && html`<small>${small}</small>`}</td>`;
}

function wordTable({ title, head, rows }: AgentTable): Markup {
	return table({
		label: title,
		head: head.map(columnHead),
		body: rows.map(
			({ label, cells }) =>
				html`<tr><th scope="row">${label}</th>${cells.map(({ text }) => html`<td>${text}</td>`)}</tr>\n`,
		),
	});
}
