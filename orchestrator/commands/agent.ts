/** `./run.sh agent` measures an agent of the user's own, and what each of its plugins costs. */
import { join, resolve } from "node:path";
import {
	type AgentFile,
	agentManifest,
	measurementFile,
	runFile,
	SCHEMA_VERSION,
} from "../../shared/types.ts";
import { gatherAgent } from "../agent/gather.ts";
import { AGENT_FILE, agentText, writeAgentReports } from "../agent/report.ts";
import type { FailedPlugin } from "../agent/trial.ts";
import { loadContract } from "../contract.ts";
import { EXIT, UserError } from "../errors.ts";
import { readJson, writeJson } from "../files.ts";
import { DEFAULT_SEED, DEFAULT_TIMEOUT } from "../run/profiles.ts";
import { AGENT_MANIFEST } from "../runtimes/typescript/install-agent.ts";
import { rootOf } from "../targets/folder.ts";
import { parseTargets } from "../targets/select.ts";
import type { TargetList } from "../targets/specification.ts";
import { type Measurement, runMeasurement, writePage } from "./run-measurement.ts";
import { requestRun } from "./run-request.ts";

export interface AgentFlags {
	on?: string;
	plugin?: string[];
	without?: string[];
	scenarios: string;
	profile: string;
	blocks?: number;
	precision?: number;
	budget?: number;
	scenarioFile?: string;
	databaseUrl?: string;
	beside?: true;
	output?: string;
	json?: true;
}

/** Observed iterations of each process. */
const OBSERVED = 6;

export async function agentCommand(path: string, flags: AgentFlags): Promise<void> {
	const contract = loadContract(flags);
	const list = listAgent(path, flags);
	const { blocks, precision, budget, scenarioFile, databaseUrl, output } = flags;
	const request = await requestRun(
		contract,
		list,
		{
			scenarios: flags.scenarios,
			profile: flags.profile,
			observe: OBSERVED,
			observeEveryBlock: true,
			alternate: "iterations",
			modelDelayMs: 0,
			seed: DEFAULT_SEED,
			timeout: DEFAULT_TIMEOUT,
			...(blocks === undefined ? {} : { blocks }),
			...(precision === undefined ? {} : { precision }),
			...(budget === undefined ? {} : { budget }),
			...(scenarioFile === undefined ? {} : { scenarioFile }),
			...(databaseUrl === undefined ? {} : { databaseUrl }),
			...(output === undefined ? {} : { output }),
			...(flags.beside ? { beside: true as const } : {}),
		},
		"measure",
	);
	const { outcome, terminal, enclosed, failed } = await runMeasurement(contract, request, {
		prints: "nothing",
		needs: "all",
	});
	terminal.close();
	const { folder, comparison, interrupted } = outcome;
	if (comparison) await writePage(folder, comparison);
	const file = readAgentFile(folder, enclosed, [...failed.values()].flat());
	writeJson(join(folder, AGENT_FILE), file);
	const costs = writeAgentReports(folder, file);
	console.log(agentText(costs, flags));
	if (!flags.json) console.log(`\nResults: ${folder}`);
	process.exitCode = interrupted ? EXIT.interrupted : outcome.failed > 0 ? EXIT.failed : EXIT.done;
}

/** @throws {UserError} for a framework that agents do not run on */
function listAgent(path: string, { on = "typescript", plugin = [], without = [] }: AgentFlags): TargetList {
	const [, variants, version] = /^typescript((?:\+[a-z-]+)*)(@.+)?$/.exec(on) ?? [];
	if (variants === undefined)
		throw new UserError(
			`agents run on typescript: name a version of it with --on typescript@1.7.2, not '${on}'`,
		);
	const word = `agent${variants}${version ?? ""}:${resolve(path)}`;
	const list = parseTargets(word);
	return {
		...list,
		specifications: list.specifications.map((one) => ({
			...one,
			...(one.agent ? { agent: { path: one.agent.path, added: plugin, without } } : {}),
		})),
	};
}

/** Reads what the run has measured. */
function readAgentFile(
	folder: string,
	enclosed: Measurement["enclosed"],
	failed: readonly FailedPlugin[],
): AgentFile {
	const run = readJson(join(folder, "run.json"), runFile, "run file");
	const [target] = run.targets;
	if (!target?.agent || !enclosed) throw new UserError(`the run ${folder} measured no agent`, EXIT.failed);
	const { versions, size: _, ...plain } = target;
	const processes = run.processes.flatMap((record) =>
		record.target === target.id && record.file !== null && record.problem === null
			? [{ record, file: readJson(join(folder, record.file), measurementFile, "measurement file") }]
			: [],
	);
	const manifest = readJson(join(rootOf(target), AGENT_MANIFEST), agentManifest, "agent's manifest");
	return {
		schemaVersion: SCHEMA_VERSION,
		kind: "agent",
		createdAt: new Date().toISOString(),
		command: run.command,
		machine: run.machine,
		target: plain,
		versions,
		agent: { name: manifest.name, path: target.agent.path },
		isolation: enclosed.record,
		changedFiles: enclosed.listChanged(),
		...gatherAgent(run, processes, manifest.plugins, { without: target.agent.without, failed }),
	};
}
