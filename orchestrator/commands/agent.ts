/** `./run.sh agent` measures an agent of the user's own, and what each of its plugins costs. */
import { join, resolve } from "node:path";
import { reasonText } from "../../report/text/reasons.ts";
import {
	type AgentFile,
	agentFile,
	agentManifest,
	measurementFile,
	type RunFile,
	runFile,
	SCHEMA_VERSION,
	type SoakProcess,
} from "../../shared/types.ts";
import { gatherAgent } from "../agent/gather.ts";
import { measureAgentGrowth } from "../agent/growth.ts";
import { lacksLeaveOneOut } from "../agent/leave-one-out.ts";
import { readMessages, withMessages } from "../agent/messages-file.ts";
import { AGENT_FILE, agentText, resumeText, writeAgentReports } from "../agent/report.ts";
import type { FailedPlugin } from "../agent/trial.ts";
import {
	type AgentFlags,
	type AgentManner,
	absolutePlugin,
	agentWords,
	readAgentManner,
} from "../agent/words.ts";
import { type Contract, loadContract, select } from "../contract.ts";
import { EXIT, UserError } from "../errors.ts";
import { readJson, readJsonIfValid, writeJson } from "../files.ts";
import { applyProfile, DEFAULT_SEED, DEFAULT_TIMEOUT } from "../run/profiles.ts";
import type { RunOutcome } from "../run/run.ts";
import { RUNTIME_NAMES } from "../runtimes/index.ts";
import { agentManifestOf } from "../targets/folder.ts";
import { parseTargets } from "../targets/select.ts";
import type { TargetList } from "../targets/specification.ts";
import { leaveEachOut } from "./agent-each.ts";
import { type Measurement, runMeasurement, writePage } from "./run-measurement.ts";
import {
	chooseProfile,
	type MeasureFlags,
	type NewRunFlags,
	type RunRequest,
	requestResumption,
	requestRun,
} from "./run-request.ts";

/** Observed iterations of each process. */
const OBSERVED = 6;

export async function agentCommand(path: string, flags: AgentFlags): Promise<void> {
	const contract = loadContract(flags);
	const list = listAgent(path, flags);
	const scenarios = makeScenarios(contract, flags);
	const command = agentWords(path, flags);
	const request = await requestRun(contract, list, runFlags(flags), "measure", { scenarios, command });
	await measureAgent(contract, request, flags, flags);
}

type ResumeFlags = Pick<MeasureFlags, "beside" | "json">;

/** Measures the rest of an interrupted run. What was left out because it failed is tried again. */
export async function resumeAgent(folder: string, flags: ResumeFlags): Promise<void> {
	const run = readJson(join(folder, "run.json"), runFile, "run file");
	const manner = readAgentManner(run.command);
	if (manner === null) throw new UserError(`the run ${folder} is no agent's`);
	const contract = loadContract({});
	const measured = readJsonIfValid(join(folder, AGENT_FILE), agentFile, "agent file");
	if (run.status === "complete" && measured && lacksLeaveOneOut(measured, manner)) {
		const { file, interrupted } = await withoutEach(contract, measured, { run, manner, flags, folder });
		show(file, folder, { flags, problems: [], canGoOn: lacksLeaveOneOut(file, manner) });
		process.exitCode = interrupted ? EXIT.interrupted : EXIT.done;
		return;
	}
	// It was ended between its last block and its file.
	if (run.status === "complete" && measured === null) noteInterrupted(folder);
	const request = await requestResumption(folder, flags);
	const targets = request.targets.map((target) =>
		target.agent ? { ...target, agent: { ...target.agent, without: manner.without } } : target,
	);
	await measureAgent(contract, { ...request, targets }, manner, flags);
}

async function measureAgent(
	contract: Contract,
	request: RunRequest,
	manner: AgentManner,
	flags: ResumeFlags,
): Promise<void> {
	const { scenarios } = request.definition;
	let growth: SoakProcess | null = null;
	let stopped = false;
	const measured = await runMeasurement(contract, request, {
		prints: "nothing",
		needs: "all",
		async afterwards(targets, means) {
			const [target] = targets;
			const [scenario] = scenarios;
			if (!manner.growth || !target || !scenario) return;
			console.error("Watching a process at rest, and what messages leave in it");
			growth = await measureAgentGrowth(target, scenario, means);
			stopped = means.stop.requested;
		},
	});
	const { outcome, terminal, failed } = measured;
	terminal.close();
	const { folder, comparison } = outcome;
	if (comparison) await writePage(folder, comparison);
	let file = readAgentFile(folder, measured.enclosed, [...failed.values()].flat());
	if (growth) file = { ...file, growth };
	let interrupted = outcome.interrupted || stopped;
	if (interrupted) file = { ...file, interrupted };
	writeJson(join(folder, AGENT_FILE), file);
	if (stopped) noteInterrupted(folder);
	if (manner.each && !interrupted) {
		const run = request.definition;
		({ file, interrupted } = await withoutEach(contract, file, { run, manner, flags, folder }));
	}
	const canGoOn = outcome.interrupted || stopped || lacksLeaveOneOut(file, manner);
	show(file, folder, { flags, problems: problemsOf(outcome), canGoOn });
	process.exitCode = interrupted ? EXIT.interrupted : outcome.failed > 0 ? EXIT.failed : EXIT.done;
}

/** All its blocks are measured, and what followed is not: resumed, only that is measured. */
function noteInterrupted(folder: string): void {
	const path = join(folder, "run.json");
	writeJson(path, { ...readJson(path, runFile, "run file"), status: "interrupted" });
}

interface EachMeans {
	run: Pick<RunFile, "scenarios" | "command">;
	manner: AgentManner;
	flags: ResumeFlags;
	folder: string;
}

async function withoutEach(
	contract: Contract,
	file: AgentFile,
	{ run: { scenarios, command }, manner, flags, folder }: EachMeans,
): Promise<{ file: AgentFile; interrupted: boolean }> {
	const { beside } = flags;
	const own = runFlags({ ...manner, ...(beside ? { beside } : {}), scenarios: "all" });
	const request = { contract, flags: own, scenarios, manner, command, folder };
	const { interrupted, ...left } = await leaveEachOut(file, request);
	const growthStopped = file.growth?.end.kind === "interrupted";
	const { interrupted: _, ...before } = file;
	const whole = { ...before, ...left, ...(interrupted || growthStopped ? { interrupted: true } : {}) };
	writeJson(join(folder, AGENT_FILE), whole);
	return { file: whole, interrupted };
}

interface Shown {
	flags: ResumeFlags;
	problems: readonly string[];
	/** What is lacking can be measured yet. */
	canGoOn: boolean;
}

function show(file: AgentFile, folder: string, { flags, problems, canGoOn }: Shown): void {
	console.log(agentText(writeAgentReports(folder, file), flags));
	if (!flags.json) console.log(["", ...problems, `Results: ${folder}`].join("\n"));
	if (file.interrupted && canGoOn) console.error(resumeText(folder));
}

/** Says why a scenario could not be measured. */
function problemsOf({ verifications }: RunOutcome): string[] {
	return [...verifications].flatMap(([scenario, all]) =>
		all.flatMap(({ judgement: { status, reasons } }) =>
			status === "comparable" ? [] : [`${scenario}: ${status}: ${reasons.map(reasonText).join("; ")}`],
		),
	);
}

function runFlags(flags: Omit<AgentFlags, "growth">): NewRunFlags {
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
function makeScenarios(contract: Contract, flags: AgentFlags): RunFile["scenarios"] | undefined {
	if (flags.messages === undefined) return undefined;
	const texts = readMessages(resolve(flags.messages));
	const profile = chooseProfile(flags.profile);
	return select(contract.scenarios, flags.scenarios, "scenario").map((scenario) =>
		applyProfile(withMessages(scenario, texts), profile, {}),
	);
}

/** @throws {UserError} for a framework that agents do not run on */
function listAgent(path: string, { on = "typescript", plugin = [], without = [] }: AgentFlags): TargetList {
	const [, runtime, variants = "", version = ""] = /^([a-z]+)((?:\+[a-z-]+)*)(@.+)?$/.exec(on) ?? [];
	if (!RUNTIME_NAMES.some((name) => name === runtime))
		throw new UserError(
			`agents are measured on typescript or python, such as --on typescript@1.7.2, and not on '${on}' ` +
				"(--targets measures that framework itself)",
		);
	if (variants.includes("+postgres"))
		throw new UserError(
			"an agent is measured without a network, and no server can be reached from there: " +
				`leave +postgres out${runtime === "typescript" ? ", or take typescript+pglite" : ""}`,
		);
	const list = parseTargets(`agent+${runtime}${variants}${version}:${resolve(path)}`);
	const added = plugin.map(absolutePlugin);
	return {
		...list,
		specifications: list.specifications.map((one) => ({
			...one,
			...(one.agent ? { agent: { path: one.agent.path, added, without } } : {}),
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
	const manifest = readJson(agentManifestOf(target), agentManifest, "agent's manifest");
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
