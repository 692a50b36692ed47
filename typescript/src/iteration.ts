/** An iteration constructs, initializes and seeds an agent, sends the messages and tears the agent down. */
import { setImmediate as waitOneTurn } from "node:timers/promises";
import type { AgentRuntime, HandlerCallback, Memory } from "@elizaos/core";
import type { CalibrationFile, CallSequence, IterationRecord, Scenario } from "../../shared/types.ts";
import { type Agent, type Instrument, startAgent, stopAgent } from "./agent.ts";
import { CalibrationRun } from "./calibration.ts";
import { divideQuestions } from "./call-sequence.ts";
import { now, nsBetween, nsSince, readCpuNs } from "./clocks.ts";
import type { Contract } from "./contract.ts";
import { DatabaseRun } from "./database.ts";
import { buildMemory, seedDatabase } from "./database-setup.ts";
import { callFramework } from "./failure.ts";
import { planFilling, planRooms } from "./filling.ts";
import { forgetCaches } from "./frameworks/caches.ts";
import type { Framework } from "./frameworks/framework.ts";
import { makeCallback } from "./frameworks/replies.ts";
import { digestReplies, type Id, type MessagePlan, makeMessageId } from "./messages.ts";
import type { MockLlm } from "./mock-llm-plugin.ts";
import { StreamWatch } from "./streaming.ts";

/** A `decision` checks a decision to answer, after a verification. In live mode there are no iterations. */
export type Phase = IterationRecord["phase"] | "cold" | "verify" | "decision" | "live";

/**
 * Due timers of the framework run off the clock in these turns of the event loop. During a sleep the
 * processor would idle and its caches would cool. Services of some versions start one turn after
 * initialization, and a stop before that would leave them running.
 */
const SETTLE_TURNS = 3;

export async function settle(): Promise<void> {
	for (let turns = 0; turns < SETTLE_TURNS; turns++) await waitOneTurn();
}

/** This is a message with everything that is needed to send it. */
export interface OutgoingMessage {
	runtime: AgentRuntime;
	message: Memory;
	callback: HandlerCallback;
	/** Receives the chunks of a streamed answer. Absent: answers come whole. */
	onStreamChunk?: StreamWatch["receive"];
	index: number;
	scenario: Scenario;
	phase: Phase;
}

/** Hands a message to the framework and resolves to the framework's own flag of whether it answered. */
export type Sender = (outgoing: OutgoingMessage) => Promise<{ didRespond?: boolean | undefined }>;

export interface IterationOptions {
	framework: Framework;
	contract: Contract;
	scenario: Scenario;
	plan: MessagePlan;
	/** The inputs of a calibration; null in every other scenario. */
	kernelInputs?: CalibrationFile | null;
	mock: MockLlm;
	sender: Sender;
	instrument: Instrument | null;
	phase: Phase;
	/** The number of the iteration in its process. The ids of its messages contain it. */
	number: number;
}

export class Iteration {
	readonly agent: Agent;
	readonly plan: MessagePlan;
	/** Holds the texts that each message's callbacks got. A callback without a text adds an empty one. */
	readonly replies: string[][];
	/** The clock is read before and after each message. */
	readonly sentAt: number[];
	readonly returnedAt: number[];
	readonly responded: (boolean | undefined)[];
	/** One for each message; null where the scenario streams nothing. */
	readonly streams: StreamWatch[] | null;
	readonly database: DatabaseRun | null;
	readonly kernel: CalibrationRun | null;
	seedNs = 0;
	readonly #options: IterationOptions;
	#outbox: { message: Memory; callback: HandlerCallback }[] = [];
	#next = 0;
	/** The number of questions that the model was asked before each message. */
	readonly #askedBefore: number[] = [];
	#wallNs = 0;
	#cpuNs = 0;
	/** Of all spans; null once one of them could not be read. */
	#serverCpuNs: number | null = 0;

	private constructor(options: IterationOptions, agent: Agent) {
		this.#options = options;
		this.agent = agent;
		this.plan = options.plan;
		const { scenario, kernelInputs } = options;
		const { database, calibration } = scenario;
		this.database = database ? new DatabaseRun(options.contract, scenario, database, options.plan) : null;
		this.kernel = calibration && kernelInputs ? new CalibrationRun(kernelInputs, calibration) : null;
		const total = this.database || this.kernel ? 0 : options.plan.messages.length;
		this.replies = Array.from({ length: total }, () => []);
		this.sentAt = new Array(total).fill(0);
		this.returnedAt = new Array(total).fill(0);
		this.responded = new Array(total).fill(undefined);
		this.streams =
			options.scenario.config.streamedChunks === undefined
				? null
				: Array.from({ length: total }, () => new StreamWatch());
	}

	/** Constructs, initializes and seeds a fresh agent, and builds the messages. */
	static async open(options: IterationOptions): Promise<Iteration> {
		const { framework, contract, scenario, plan, mock, instrument } = options;
		const { lasting } = framework.database;
		const [agentId, worldId] = [contract.fixtures.agentId as Id, contract.fixtures.worldId as Id];
		forgetCaches(framework, { agentId, worldId, rooms: plan.rooms });
		if (lasting) await lasting.clear();
		const agent = await startAgent(framework, contract, scenario, mock, instrument);
		const iteration = new Iteration(options, agent);
		const seeded = planRooms(plan, iteration.database, framework);
		const fillings = planFilling(agent, framework, contract, scenario, plan, iteration.database);
		const seeding = now();
		await seedDatabase(agent, framework, contract, seeded, { id: worldId, number: options.number });
		for (const fill of fillings) await fill();
		iteration.seedNs = nsSince(seeding);
		iteration.#outbox = iteration.replies.map((texts, index) => {
			const message = iteration.#buildMessage(index);
			const callback = makeCallback(framework, agent.runtime, message, texts);
			return { message, callback: instrument?.wrapCallback(callback) ?? callback };
		});
		await settle();
		return iteration;
	}

	/** The times of the messages sent so far. */
	get messageNs(): number[] {
		return this.sentAt
			.slice(0, this.#next)
			.map((sent, index) => nsBetween(sent, this.returnedAt[index] as number));
	}

	/** How often the model was asked for a stream. */
	get streamsAsked(): number {
		return this.#options.mock.streamsAsked;
	}

	get unsent(): number {
		return this.#outbox.length - this.#next;
	}

	/** What each message has asked the text models up to now. */
	get callSequence(): CallSequence {
		const { mock, scenario } = this.#options;
		return this.database || this.kernel
			? []
			: divideQuestions(mock.questions, this.#askedBefore, scenario.config.delivery === "concurrent");
	}

	/** Sends all messages in the scenario's way of delivery, or runs its operations. */
	async run(): Promise<void> {
		const { scenario, phase } = this.#options;
		await this.#measureSpan(() => {
			if (this.kernel) return this.kernel.run(phase === "verify");
			if (this.database) return this.database.run(this.agent, phase === "verify");
			return scenario.config.delivery === "concurrent"
				? this.#sendAtOnce()
				: this.#sendInTurn(scenario.config.delivery === "conversation");
		});
	}

	/** Sends the next message alone. The time between two such calls is not measured. */
	async sendNext(): Promise<void> {
		// The worker has waited since the last message and may have been frozen, so timers are due.
		await settle();
		await this.#measureSpan(() => this.#send(this.#next++));
	}

	/** @param index the number of the iteration within its phase */
	async tearDown(phase: IterationRecord["phase"], index: number): Promise<IterationRecord> {
		const { constructNs, initializeNs } = this.agent;
		// Calls that the framework makes while it stops belong to no message.
		const modelCalls = { ...this.#options.mock.calls };
		const { actionRuns } = this.#options.mock;
		const { callSequence, streams } = this;
		const { database } = this.#options.framework;
		const { teardownNs, settleNs } = await stopAgent(this.agent, this.#options.framework);
		const databaseServer =
			settleNs === null ? undefined : database.lasting?.record(this.#serverCpuNs, settleNs);
		return {
			phase,
			index,
			constructNs,
			initializeNs,
			seedNs: this.seedNs,
			wallNs: this.#wallNs,
			cpuNs: this.#cpuNs,
			teardownNs,
			messageNs: this.messageNs,
			...(streams
				? {
						streams: streams
							.slice(0, this.#next)
							.map((watch, index) => watch.record(this.sentAt[index] as number)),
					}
				: {}),
			operations: (this.database ?? this.kernel)?.timings ?? [],
			replyDigest: digestReplies(this.replies),
			modelCalls,
			callSequence,
			actionRuns,
			bridgeNs: null,
			rssBytes: null,
			...(databaseServer ? { databaseServer } : {}),
			stages: null,
		};
	}

	async #measureSpan(work: () => unknown): Promise<void> {
		const { lasting } = this.#options.framework.database;
		const meter = lasting ? await lasting.beforeSpan() : null;
		const cpu = readCpuNs();
		const started = now();
		await work();
		this.#wallNs += nsSince(started);
		this.#cpuNs += readCpuNs() - cpu;
		if (lasting) this.#addServerCpu(meter ? await meter.stop() : null);
	}

	#addServerCpu(ns: number | null): void {
		this.#serverCpuNs = ns === null || this.#serverCpuNs === null ? null : this.#serverCpuNs + ns;
	}

	async #sendInTurn(conversation: boolean): Promise<void> {
		while (this.unsent > 0) {
			await this.#send(this.#next++);
			if (conversation && this.unsent > 0) await waitOneTurn();
		}
	}

	async #sendAtOnce(): Promise<void> {
		this.#next = this.#outbox.length;
		await Promise.all(this.#outbox.map((_, index) => this.#send(index)));
	}

	async #send(index: number): Promise<void> {
		const { scenario, phase, sender, mock } = this.#options;
		const outgoing = this.#outbox[index];
		if (!outgoing) throw new RangeError(`there is no message ${index}`);
		const message: OutgoingMessage = {
			runtime: this.agent.runtime,
			...outgoing,
			index,
			scenario,
			phase,
		};
		const watch = this.streams?.[index];
		if (watch) {
			mock.watch = watch;
			message.onStreamChunk = watch.receive;
		}
		this.#askedBefore[index] = mock.questions.length;
		this.sentAt[index] = now();
		const result = await callFramework(() => sender(message));
		this.returnedAt[index] = now();
		this.responded[index] = result.didRespond;
	}

	#buildMessage(index: number): Memory {
		const { contract, number } = this.#options;
		const planned = this.plan.messages[index];
		if (!planned) throw new RangeError(`there is no message ${index}`);
		return buildMemory(contract, { id: makeMessageId(number, index), ...planned, createdAt: Date.now() });
	}
}
