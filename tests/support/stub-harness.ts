/**
 * A worker that keeps to the protocol and never starts a framework. Its ledger is what the scenario expects, and
 * its times are those of hashing a text. `stub-harness.ts --replies expect` repeats the expected replies,
 * `--replies answers` takes them from the mock's answers. With `--database postgres` its messages are stored on the
 * server that it is given.
 */
import { createHash } from "node:crypto";
import { readFileSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { loadContract } from "../../orchestrator/contract.ts";
import { messagesPerIteration } from "../../orchestrator/run/profiles.ts";
import {
	type CellMeasurement,
	type IterationRecord,
	type MeasurementFile,
	SCHEMA_VERSION,
	type Scenario,
	stageName,
} from "../../shared/types.ts";
import { faithfulLedger } from "./ledger.ts";
import { StubDatabase } from "./stub-database.ts";

const started = performance.now();
const output = optionOf("--output") ?? "";
if (!process.argv.includes("--worker")) refuse("it works as a worker only");
const { scenario, character, replies } = contractOf();
const delayMs = Number(optionOf("--model-delay-ms") ?? 0);
const digest = "0".repeat(64);
const versions = {
	framework: "1.0.0",
	database: "1.0.0",
	language: "none",
	engine: "none",
	build: "none",
	lockDigest: digest,
};
const cell: CellMeasurement = {
	scenario: scenario.id,
	status: "measured",
	failure: null,
	cold: null,
	ledger: null,
	iterations: [],
	resources: {
		rssReadyBytes: 1,
		rssStartBytes: 1,
		rssPeakBytes: 1,
		rssEndBytes: 1,
		heapBytes: null,
		gc: null,
	},
	stageSources: null,
	bootstrap: { providers: ["CHARACTER"], actions: [], evaluators: [] },
};
const database =
	optionOf("--database") === "postgres"
		? await StubDatabase.open(
				process.env.ELIZA_BENCHMARK_DATABASE_URL,
				scenario,
				optionOf("--database-fault"),
			)
		: null;
const importNs = since(started);
say({ event: "ready", pid: process.pid, importNs, versions });
let open: IterationRecord | null = null;

for await (const text of createInterface({ input: process.stdin })) {
	const command = commandOf(text);
	if (command.cmd === "finish") {
		const file: MeasurementFile = {
			schemaVersion: SCHEMA_VERSION,
			kind: "measurement",
			runtime: "rust",
			versions,
			modelDelayMs: delayMs,
			seed: Number(optionOf("--seed") ?? 1),
			importNs,
			cells: [cell],
		};
		writeFileSync(`${output}.partial`, JSON.stringify(file));
		renameSync(`${output}.partial`, output);
		say({ event: "finished" });
		process.exit(0);
	}
	try {
		await obey(command.cmd, command.phase);
		say({ event: "done", cmd: command.cmd });
	} catch (error) {
		const { name, message, stack = "" } = error as Error;
		say({
			event: "failed",
			cmd: command.cmd,
			failure: { phase: command.cmd, type: name, message, stack },
		});
	}
}
process.exit(1);

async function obey(cmd: string, phase: IterationRecord["phase"] = "plain"): Promise<void> {
	if (cmd === "verify") {
		await verifyDatabase();
		cell.ledger = {
			...faithfulLedger(scenario, character.fixtures),
			replyDigest: digestOf(),
			replies: repliesOf(),
		};
	} else if (cmd === "cold") {
		await sleep(Number(optionOf("--cold-ms") ?? 0));
		await database?.begin();
		const [constructNs, initializeNs, seedNs] = [await work(), await work(), await work()];
		cell.cold = { constructNs, initializeNs, seedNs, firstMessageNs: await message() };
	} else if (cmd === "begin") open = await opened(phase);
	else if (cmd === "message") open?.messageNs.push(await message());
	else if (cmd === "end" && open) {
		const unsent = messagesPerIteration(scenario) - open.messageNs.length;
		if (unsent > 0 && open.phase !== "warmup") refuse(`end: ${unsent} messages were not sent`);
		cell.iterations.push(closed(open));
	} else if (cmd === "iterate") {
		const iteration = await opened(phase);
		for (let sent = 0; sent < messagesPerIteration(scenario); sent++)
			iteration.messageNs.push(await message());
		cell.iterations.push(closed(iteration));
	} else refuse(`unknown command ${cmd}`);
}

async function verifyDatabase(): Promise<void> {
	if (database === null) return;
	await database.begin();
	await database.mark("messages");
	for (let sent = 0; sent < messagesPerIteration(scenario); sent++) await message();
	await database.mark("returned");
	await database.afterwards();
	await database.mark("settled");
}

async function opened(phase: IterationRecord["phase"]): Promise<IterationRecord> {
	await database?.begin();
	return {
		phase,
		index: cell.iterations.filter((one) => one.phase === phase).length,
		operations: [],
		messageNs: [],
		stages: null,
		constructNs: await work(),
		initializeNs: await work(),
		seedNs: await work(),
		teardownNs: await work(),
		wallNs: 0,
		cpuNs: 1,
		replyDigest: digestOf(),
		modelCalls: { messageHandler: messagesPerIteration(scenario) },
		callSequence: [{ messages: messagesPerIteration(scenario), calls: ["messageHandler"] }],
		actionRuns: 0,
		bridgeNs: null,
		rssBytes: 1,
	};
}

function closed(iteration: IterationRecord): IterationRecord {
	const wallNs = iteration.messageNs.reduce((sum, ns) => sum + ns, 0);
	if (iteration.phase === "warmup") {
		let left = iteration.messageNs.length;
		const callSequence = (iteration.callSequence ?? []).flatMap((row) => {
			const messages = Math.min(row.messages, left);
			left -= messages;
			return messages > 0 ? [{ ...row, messages }] : [];
		});
		return { ...iteration, wallNs, callSequence };
	}
	if (iteration.phase !== "observed") return { ...iteration, wallNs };
	cell.stageSources = stageName.options.map((stage) => ({ stage, observable: true, how: "made up" }));
	const root = {
		stage: "message" as const,
		name: null,
		calls: iteration.messageNs.length,
		inclusiveNs: wallNs,
		selfNs: wallNs,
	};
	return { ...iteration, wallNs, stages: [root] };
}

/** Does something that takes time. */
async function work(): Promise<number> {
	const from = performance.now();
	createHash("sha256").update("a message".repeat(1000)).digest();
	return since(from);
}

async function message(): Promise<number> {
	const from = performance.now();
	await work();
	await database?.message();
	if (delayMs > 0) await sleep(delayMs + 1);
	return since(from);
}

function repliesOf() {
	return [{ texts: replies, messages: messagesPerIteration(scenario) }];
}

function digestOf(): string {
	const hash = createHash("sha256");
	for (let sent = 0; sent < messagesPerIteration(scenario); sent++)
		hash.update(`${replies.join("\u001f")}\n`);
	return hash.digest("hex");
}

function contractOf(): {
	scenario: Scenario;
	character: ReturnType<typeof loadContract>["character"];
	replies: string[];
} {
	const contract = loadContract({ shared: optionOf("--shared"), scenarioFile: optionOf("--scenario-file") });
	const found = contract.scenarios.find(({ id }) => id === optionOf("--scenario"));
	if (!found) return refuse("unknown scenario");
	const answers = readFileSync(join(contract.shared, "mock-responses.json"), "utf8");
	const [, text = ""] = /"messageHandler"[\s\S]*?<text>(.*?)<\/text>/.exec(answers) ?? [];
	// The decoys in a contract's `expect` are used, or not.
	const expect = {
		...found.expect,
		replies: [text],
		modelCalls: { messageHandler: 1 },
		memoriesStored: { user: 1, agent: 1 },
	};
	const scenario = optionOf("--replies") === "answers" ? { ...found, expect } : found;
	return { scenario, character: contract.character, replies: scenario.expect.replies };
}

function commandOf(text: string): { cmd: string; phase?: IterationRecord["phase"] } {
	try {
		return JSON.parse(text);
	} catch {
		return refuse("a garbled command");
	}
}

function say(event: object): void {
	writeSync(Number(optionOf("--events-fd") ?? 3), `${JSON.stringify(event)}\n`);
}

function refuse(why: string): never {
	console.error(`error: ${why}`);
	process.exit(2);
}

function since(from: number): number {
	return Math.round((performance.now() - from) * 1e6);
}

function optionOf(option: string): string | undefined {
	const at = process.argv.indexOf(option);
	return at < 0 ? undefined : process.argv[at + 1];
}
