/** The page of an agent: one file, made from its costs. */
import type { AgentCosts } from "../../shared/types.ts";
import { AGENT_TITLE, agentHeading } from "../text/agent.ts";
import { dayText } from "../text/units.ts";
import { readAsset, renderDocument } from "./document.ts";
import { html } from "./markup.ts";
import {
	renderAbout,
	renderDearest,
	renderFailures,
	renderKept,
	renderMessages,
	renderNight,
	renderSavings,
	renderStart,
} from "./sections/agent.ts";

/** @returns a whole HTML file */
export function renderAgentPage(costs: AgentCosts): string {
	const { cpuModel, cpus, os, kernel } = costs.machine;
	return renderDocument({
		title: `${AGENT_TITLE}: ${agentHeading(costs)}`,
		body: html`<div class="page">
			<header>
			<h1>${AGENT_TITLE}</h1>
			<p class="lead">${agentHeading(costs)}. ${dayText(costs.createdAt)}, ${cpus} processors, ${cpuModel}, ${os} ${kernel}.</p>
			</header>
			<main>
			${renderDearest(costs)}
			${renderFailures(costs)}
			${renderMessages(costs)}
			${renderSavings(costs)}
			${renderKept(costs)}
			${renderStart(costs)}
			${renderNight(costs)}
			${renderAbout(costs)}
			</main>
			</div>`,
		script: readAsset("agent.js"),
	});
}
