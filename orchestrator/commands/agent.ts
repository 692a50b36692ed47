/** `./run.sh agent` measures an agent of the user's own, and what each of its plugins costs. */
import { join, resolve } from "node:path";
import { compareChange } from "../../analysis/change/change.ts";
import { reasonText } from "../../report/text/reasons.ts";
import {
	type AgentFile,
	agentManifest,
	measurementFile,
	runFile,
	SCHEMA_VERSION,
	type SoakProcess,
} from "../../shared/types.ts";
import { gatherAgent } from "../agent/gather.ts";
import { measureAgentGrowth } from "../agent/growth.ts";
import { leaveOneOutRuns, pluginsToLeaveOut } from "../agent/leave-one-out.ts";
import { readMessages, withMessages } from "../agent/messages-file.ts";
import { AGENT_FILE, agentText, writeAgentReports } from "../agent/report.ts";
import type { FailedPlugin } from "../agent/trial.ts";
import { type Contract, loadContract, select } from "../contract.ts";
import { EXIT, UserError } from "../errors.ts";
import { readJson, writeJson } from "../files.ts";
import { applyProfile, DEFAULT_SEED, DEFAULT_TIMEOUT } from "../run/profiles.ts";
import { readSide } from "../run/results.ts";
import type { RunOutcome } from "../run/run.ts";
import { AGENT_MANIFEST } from "../runtimes/typescript/install-agent.ts";
import { rootOf } from "../targets/folder.ts";
import { parseTargets } from "../targets/select.ts";
import type { TargetList } from "../targets/specification.ts";
import { type Measurement, runMeasurement, writePage } from "./run-measurement.ts";
import { chooseProfile, type NewRunFlags, requestRun } from "./run-request.ts";

export interface AgentFlags {
	on?: string;
	plugin?: string[];
	without?: string[];
	each?: true;
	messages?: string;
	/** False: what messages leave in a process is not measured. */
	growth: boolean;
	scenarios: string;
	profile: string;
	blocks?: number;
	precision?: number;
	budget?: number;
	scenarioFile?: string;
	beside?: true;
	output?: string;
	json?: true;
}

/** Observed iterations of each process. */
const OBSERVED = 6;
/** With and without each plugin: each pair of targets is known as well as `ab` would know it. */
const EACH = { precision: 0.02, blocks: 12, secondsPerTarget: 45, confidence: 0.99 } as const;
/** Below the folder of the run. */
const EACH_FOLDER = "without";

export async function agentCommand(path: string, flags: AgentFlags): Promise<void> {
	const contract = loadContract(flags);
	const list = listAgent(path, flags);
	const made = makeScenarios(contract, flags);
	const request = await requestRun(contract, list, runFlags(flags), "measure", made);
	let growth: SoakProcess | null = null;
	const measured = await runMeasurement(contract, request, {
		prints: "nothing",
		needs: "all",
		async afterwards(targets, means) {
			const [target] = targets;
			const [scenario] = request.definition.scenarios;
			if (!flags.growth || !target || !scenario) return;
			console.error("Watching a process at rest, and what messages leave in it");
			growth = await measureAgentGrowth(target, scenario, means);
		},
	});
	const { outcome, terminal, failed } = measured;
	terminal.close();
	const { folder, comparison, interrupted } = outcome;
	if (comparison) await writePage(folder, comparison);
	let file = readAgentFile(folder, measured.enclosed, [...failed.values()].flat());
	if (growth) file = { ...file, growth };
	writeJson(join(folder, AGENT_FILE), file);
	if (flags.each && !interrupted) {
		file = { ...file, leaveOneOut: await leaveEachOut(contract, list, flags, file, folder) };
		writeJson(join(folder, AGENT_FILE), file);
	}
	const costs = writeAgentReports(folder, file);
	console.log(agentText(costs, flags));
	if (!flags.json) console.log(["", ...problemsOf(outcome), `Results: ${folder}`].join("\n"));
	process.exitCode = interrupted ? EXIT.interrupted : outcome.failed > 0 ? EXIT.failed : EXIT.done;
}

/** Says why a scenario could not be measured. */
function problemsOf({ verifications }: RunOutcome): string[] {
	return [...verifications].flatMap(([scenario, all]) =>
		all.flatMap(({ judgement: { status, reasons } }) =>
			status === "comparable" ? [] : [`${scenario}: ${status}: ${reasons.map(reasonText).join("; ")}`],
		),
	);
}

function runFlags(flags: AgentFlags): NewRunFlags {
	const { scenarios, profile, blocks, precision, budget, scenarioFile, output, beside } = flags;
	return {
		scenarios,
		profile,
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
		...(output === undefined ? {} : { output }),
		...(beside ? { beside: true as const } : {}),
	};
}

/** Scenarios with the user's own messages are in no file but that of the run. */
function makeScenarios(contract: Contract, flags: AgentFlags): ReturnType<typeof withMessages>[] | undefined {
	if (flags.messages === undefined) return undefined;
	const texts = readMessages(resolve(flags.messages));
	const profile = chooseProfile(flags.profile);
	return select(contract.scenarios, flags.scenarios, "scenario").map((scenario) =>
		applyProfile(withMessages(scenario, texts), profile, {}),
	);
}

/** @throws {UserError} for a framework that agents do not run on */
function listAgent(path: string, { on = "typescript", plugin = [], without = [] }: AgentFlags): TargetList {
	const [, variants, version] = /^typescript((?:\+[a-z-]+)*)(@.+)?$/.exec(on) ?? [];
	if (variants === undefined)
		throw new UserError(
			`agents run on typescript: name a version of it with --on typescript@1.7.2, not '${on}'`,
		);
	if (variants.includes("+postgres"))
		throw new UserError(
			"an agent is measured without a network, and no server can be reached from there: take typescript+pglite",
		);
	const list = parseTargets(`agent${variants}${version ?? ""}:${resolve(path)}`);
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

/** Measures the agent with and without each plugin: base is without it, head with it. */
async function leaveEachOut(
	contract: Contract,
	list: TargetList,
	flags: AgentFlags,
	file: AgentFile,
	folder: string,
): Promise<NonNullable<AgentFile["leaveOneOut"]>> {
	const [asked] = list.specifications;
	const { agent, source } = file.target;
	if (!asked?.agent || !agent) return [];
	const whole = {
		...asked,
		source: source?.kind === "version" ? source : asked.source,
		agent: { ...asked.agent, without: agent.without },
	};
	const rows: NonNullable<AgentFile["leaveOneOut"]> = [];
	for (const [index, run] of leaveOneOutRuns(whole, pluginsToLeaveOut(file)).entries()) {
		const seconds = EACH.secondsPerTarget * run.list.specifications.length;
		const request = await requestRun(
			contract,
			run.list,
			{
				...runFlags(flags),
				observe: 0,
				blocks: flags.blocks ?? EACH.blocks,
				...(flags.blocks === undefined
					? { precision: flags.precision ?? EACH.precision, budget: flags.budget ?? seconds }
					: {}),
				output: join(folder, `${EACH_FOLDER}-${index + 1}`),
			},
			"measure",
			makeScenarios(contract, flags),
		);
		const { outcome, terminal } = await runMeasurement(contract, request, { prints: "nothing" });
		terminal.close();
		const side = readSide(outcome.folder, () => {});
		for (const { plugin, id } of run.left) {
			const change = compareChange(
				{ ...side, name: `without ${plugin}` },
				{ ...side, name: "with it" },
				{ pairs: [[id, run.whole]], paired: true, confidence: EACH.confidence },
			);
			rows.push({ plugin, change });
		}
		if (outcome.interrupted) break;
	}
	return rows;
}
