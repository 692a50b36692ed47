/** `./run.sh report` shows a stored run again, on the terminal or in the formats that other programs read. */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { compare } from "../../analysis/compare/comparison.ts";
import type { Deployment } from "../../analysis/load/deployment.ts";
import { renderDeployment } from "../../report/console/deployment.ts";
import { renderComparison } from "../../report/console/report.ts";
import { terminalLayout } from "../../report/console/table.ts";
import { AGENT_EXPORTERS, COMPARISON_EXPORTERS, withDeployment } from "../../report/exporters/index.ts";
import type { AgentCosts, BenchmarkResult } from "../../shared/types.ts";
import { agentText, readAgentCosts } from "../agent/report.ts";
import { EXIT, UserError } from "../errors.ts";
import { readDeployment } from "../run/deployment-files.ts";
import { readResults } from "../run/results.ts";
import { chooseFormats, writeExports } from "./formats.ts";

export interface ReportFlags {
	format?: string;
	output?: string;
	json?: true;
}

/** @throws {UserError} with status 2 for unusable input, 3 for results that were not measured alike */
export function reportCommand(paths: string[], flags: ReportFlags): void {
	const costs = agentOf(paths);
	if (costs !== null) {
		reportAgent(costs, paths, flags);
		return;
	}
	const formats = chooseFormats(COMPARISON_EXPORTERS, flags.format);
	const results = paths.flatMap((path) => readResults(path));
	refuseUnlike(results);
	const comparison = compare(results);
	const deployment = deploymentOf(paths);
	if (flags.json) console.log(JSON.stringify(comparison));
	else if (formats.length === 0) {
		const layout = terminalLayout();
		const first = deployment === null ? [] : [renderDeployment(deployment, layout)];
		console.log([...first, renderComparison(comparison, layout)].join("\n\n"));
	}
	const exporters = formats.map((exporter) => withDeployment(exporter, deployment));
	writeExports(comparison, exporters, outputFolder(paths, flags.output));
}

/** What was measured of a user's agent is in the folder of its run. */
function agentOf([first, ...others]: readonly string[]): AgentCosts | null {
	if (first === undefined || others.length > 0 || !existsSync(first) || !statSync(first).isDirectory())
		return null;
	return readAgentCosts(first);
}

function reportAgent(costs: AgentCosts, paths: readonly string[], flags: ReportFlags): void {
	const formats = chooseFormats(AGENT_EXPORTERS, flags.format);
	if (flags.json || formats.length === 0) console.log(agentText(costs, flags));
	writeExports(costs, formats, outputFolder(paths, flags.output));
}

/** What was measured of a deployment is in the folder of its run. */
function deploymentOf([first, ...others]: readonly string[]): Deployment | null {
	if (first === undefined || others.length > 0 || !statSync(first).isDirectory()) return null;
	return readDeployment(first);
}

/** Reports go beside what was read, unless another folder is named. */
function outputFolder([first = "."]: readonly string[], output: string | undefined): string {
	if (output === undefined)
		return existsSync(first) && statSync(first).isDirectory() ? resolve(first) : resolve(first, "..");
	if (existsSync(output) && !statSync(output).isDirectory())
		throw new UserError(`--output ${output} is a file: name a folder`);
	return resolve(output);
}

function refuseUnlike(results: readonly BenchmarkResult[]): void {
	const [first, ...others] = results;
	for (const other of others) {
		const pair = `${first?.target.id} and ${other.target.id}`;
		if (
			other.target.id === first?.target.id ||
			others.filter(({ target }) => target.id === other.target.id).length > 1
		)
			throw new UserError(
				`two results of the target ${other.target.id}: name one result per target, ` +
					"or compare two runs with compare",
			);
		if (JSON.stringify(other.machine) !== JSON.stringify(first?.machine))
			throw new UserError(
				`the results of ${pair} come from different machines: measure both on one`,
				EXIT.notComparable,
			);
		if (
			other.model_delay_ms !== first?.model_delay_ms ||
			other.profile !== first?.profile ||
			other.alternate !== first?.alternate
		)
			throw new UserError(
				`the results of ${pair} were measured with different settings (profile, model delay, what took turns)`,
				EXIT.notComparable,
			);
	}
}
