/** Writes and prints what an agent costs. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { agentCosts } from "../../analysis/agent/costs.ts";
import { renderAgent } from "../../report/console/agent.ts";
import { terminalLayout } from "../../report/console/table.ts";
import { AGENT_EXPORTERS } from "../../report/exporters/index.ts";
import { commandText } from "../../report/html/shell.ts";
import { type AgentCosts, type AgentFile, agentFile } from "../../shared/types.ts";
import { readJson, writeText } from "../files.ts";

/** In the folder of a run. */
export const AGENT_FILE = "agent.json";

/** Writes every format into a run's folder. */
export function writeAgentReports(folder: string, file: AgentFile): AgentCosts {
	const costs = agentCosts(file);
	for (const { file: name, render } of AGENT_EXPORTERS) writeText(join(folder, name), render(costs));
	return costs;
}

/** @returns null where no agent was measured in this run */
export function readAgentCosts(folder: string): AgentCosts | null {
	const path = join(folder, AGENT_FILE);
	return existsSync(path) ? agentCosts(readJson(path, agentFile, "agent file")) : null;
}

export function resumeText(folder: string): string {
	return `To resume it: ${commandText(["./run.sh", "--resume", folder])}`;
}

export function agentText(costs: AgentCosts, { json }: { json?: true }): string {
	return json ? JSON.stringify(costs) : renderAgent(costs, terminalLayout());
}
