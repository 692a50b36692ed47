/**
 * Micro-benchmarks of single steps of the framework, without a scenario: `bun src/micro.ts [--json]
 * [--shared DIR]`. This is a tool for maintainers, and no measurement file contains its results.
 */
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { Memory, Provider, State } from "@elizaos/core";
import { Bench } from "tinybench";
import type { Scenario } from "../../shared/types.ts";
import { type Agent, startAgent } from "./agent.ts";
import { NS_PER_MS } from "./clocks.ts";
import { type Contract, chooseScenarios, DEFAULT_SHARED, loadContract } from "./contract.ts";
import { buildMemory, MESSAGES, seedDatabase } from "./database-setup.ts";
import { importDatabase } from "./frameworks/database-import.ts";
import { setEnvironment } from "./frameworks/environment.ts";
import { completeFramework, type Framework } from "./frameworks/framework.ts";
import {
	type Id,
	insertNumber,
	type MessagePlan,
	makeId,
	makeMessageId,
	type PlannedMessage,
	planMessages,
} from "./messages.ts";
import { MockLlm } from "./mock-llm-plugin.ts";

/** The scenario sends one message into a room with 100 others. */
const SCENARIO = "history-scaling-100";
const SAMPLE_TIME_MS = 500;
const WARMUP_TIME_MS = 250;
/** A short step runs this many times in a sample, so that reading the clock does not count. */
const SHORT_RUNS = 100;
const READ_LIMIT = 20;
const [LOW, MIDDLE, HIGH] = [0.05, 0.5, 0.95];

export interface MicroResult {
	name: string;
	medianNs: number;
	p5Ns: number;
	p95Ns: number;
	samples: number;
}

interface Step {
	name: string;
	/** A sample consists of this many runs. */
	runs: number;
	run: () => unknown;
	/** This is called off the clock before every sample. */
	prepare?: () => void;
}

interface Subject extends Agent {
	framework: Framework;
	contract: Contract;
	plan: MessagePlan;
	message: Memory;
}

/** @param timeMs the time for each step */
export async function measureSteps(shared: string, timeMs = SAMPLE_TIME_MS): Promise<MicroResult[]> {
	setEnvironment();
	const subject = await openSubject(shared);
	const results: MicroResult[] = [];
	for (const step of await prepareSteps(subject)) results.push(await measureStep(step, timeMs));
	await subject.runtime.stop();
	return results;
}

async function openSubject(shared: string): Promise<Subject> {
	const framework = await completeFramework(await import("@elizaos/core"));
	await importDatabase(framework);
	const contract = loadContract(shared);
	const scenario = chooseScenarios(contract, [SCENARIO])[0] as Scenario;
	const plan = planMessages(scenario, contract.fixtures);
	const agent = await startAgent(framework, contract, scenario, new MockLlm(contract, {}, 0, null), null);
	await seedDatabase(agent, framework, contract, plan, { id: contract.fixtures.worldId as Id, number: 1 });
	const message = buildMemory(contract, {
		...(plan.messages[0] as PlannedMessage),
		id: makeMessageId(1, 0),
		createdAt: Date.now(),
	});
	await agent.adapter.createMemory(message, MESSAGES);
	return { ...agent, framework, contract, plan, message };
}

async function prepareSteps(subject: Subject): Promise<Step[]> {
	const { framework, contract, plan, message, runtime, adapter } = subject;
	const { core } = framework;
	const state: State = await runtime.composeState(message);
	const answer = contract.responses.templates.find(({ template }) => template === "messageHandler")?.answers
		.default;
	if (typeof answer !== "string")
		throw new Error("mock-responses.json has no default answer for messageHandler");
	const prepareProvider = (name: string, runs: number): Step => {
		const found = runtime.providers.find((one) => one.name === name) as Provider;
		return { name: `provider_run ${name}`, runs, run: () => found.get(runtime, message, state) };
	};
	// Every sample writes to a fresh store, so that the last sample finds what the first one found.
	const createStore = () => framework.database.createAdapter(contract.fixtures.agentId as Id);
	let store = createStore();
	const records = Array.from({ length: SHORT_RUNS }, (_, index) =>
		buildMemory(contract, {
			id: makeId(contract.fixtures.recordIdPrefix, index),
			entityId: plan.entities[0] as Id,
			roomId: message.roomId as Id,
			text: insertNumber(contract.fixtures.historyText, index + 1),
			createdAt: Date.now(),
		}),
	);
	let written = 0;
	return [
		// Skips the cache, which would only merge the state of the same message.
		{ name: "compose_state", runs: 1, run: () => runtime.composeState(message, null, false, true) },
		{
			name: "prompt_render",
			runs: 1,
			run: () => core.composePromptFromState({ state, template: core.messageHandlerTemplate }),
		},
		{ name: "response_parse", runs: SHORT_RUNS, run: () => core.parseKeyValueXml(answer) },
		{
			name: "memory_create",
			runs: SHORT_RUNS,
			run: () => store.createMemory(records[written++ % SHORT_RUNS] as Memory, MESSAGES),
			prepare: () => {
				store = createStore();
				written = 0;
			},
		},
		{
			name: "memory_get",
			runs: SHORT_RUNS,
			run: () => adapter.getMemories({ tableName: MESSAGES, roomId: message.roomId, count: READ_LIMIT }),
		},
		prepareProvider("CHARACTER", SHORT_RUNS),
		prepareProvider("RECENT_MESSAGES", 1),
	];
}

async function measureStep({ name, runs, run, prepare }: Step, timeMs: number): Promise<MicroResult> {
	const bench = new Bench({
		time: timeMs,
		warmupTime: Math.min(WARMUP_TIME_MS, timeMs),
		retainSamples: true,
		throws: true,
	});
	const sample = async () => {
		for (let index = 0; index < runs; index++) await run();
	};
	bench.add(name, sample, prepare ? { async: true, beforeEach: prepare } : { async: true });
	await bench.run();
	const result = bench.tasks[0]?.result;
	const samples = result && "latency" in result ? result.latency.samples : undefined;
	if (!samples?.length) throw new Error(`${name} gave no samples`);
	const sorted = [...samples].sort((a, b) => a - b);
	const quantile = (part: number) =>
		Math.round(((sorted[Math.floor(part * (sorted.length - 1))] as number) * NS_PER_MS) / runs);
	return {
		name,
		medianNs: quantile(MIDDLE),
		p5Ns: quantile(LOW),
		p95Ns: quantile(HIGH),
		samples: sorted.length,
	};
}

function printResults(results: MicroResult[]): void {
	for (const { name, medianNs, p5Ns, p95Ns, samples } of results) {
		console.log(
			`${name.padEnd(30)} ${String(medianNs).padStart(10)} ns  (${p5Ns} to ${p95Ns}, ${samples} samples)`,
		);
	}
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
	const { values } = parseArgs({
		options: {
			json: { type: "boolean" },
			shared: { type: "string" },
			"time-ms": { type: "string", default: String(SAMPLE_TIME_MS) },
		},
	});
	const results = await measureSteps(values.shared ?? DEFAULT_SHARED, Number(values["time-ms"]));
	if (values.json) console.log(JSON.stringify(results));
	else printResults(results);
	// The framework keeps timers after `stop()`, and they would keep the process alive.
	process.exit(0);
}
