/** Does what commands ask for, with agents of the framework. */
import type { LiveCommand, LiveEvent, Scenario } from "../../../shared/types.ts";
import { OTHER_ANSWER } from "../agents/models.ts";
import type { Session } from "../cell.ts";
import { now, nsSince, readCpuNs, readMonotonicNs, readPeakRssBytes, readRssBytes } from "../clocks.ts";
import { giveBackMemory } from "../collector.ts";
import { FrameworkError, InputError } from "../failure.ts";
import { weighTarget } from "../frameworks/database-import.ts";
import { makeCallback } from "../frameworks/replies.ts";
import { MockLlm } from "../mock-llm-plugin.ts";
import { type AddressedMessage, type AgentTimes, LiveAgents } from "./agents.ts";
import { ModelTime, ModelWaits } from "./model-time.ts";

export type MessageCommand = Extract<LiveCommand, { cmd: "message" }>;
/** The commands that are done one after another. */
export type OrderedCommand = Exclude<LiveCommand, { cmd: "message" | "finish" }>;

/** What stands behind a live harness's commands. */
export interface Host {
	/** Begins to handle a message. */
	begin(command: MessageCommand, readAtNs: number, send: (event: LiveEvent) => void): void;
	/** Does what is asked, and resolves to the answer. */
	answer(command: OrderedCommand): Promise<LiveEvent>;
}

export class FrameworkHost implements Host {
	readonly #session: Session;
	readonly #scenario: Scenario;
	readonly #mock: MockLlm;
	readonly #agents: LiveAgents;
	/** Null where a model takes no time. */
	readonly #modelTime: ModelTime | null;
	/** Messages that have not returned. */
	#open = 0;

	/** @throws {InputError} if the scenario names answers that the mock does not have */
	constructor(session: Session, scenario: Scenario) {
		const { framework, contract, modelDelayMs } = session;
		this.#session = session;
		this.#scenario = scenario;
		this.#modelTime = modelDelayMs > 0 ? new ModelTime() : null;
		this.#mock = new MockLlm(contract, scenario.config.answers, modelDelayMs, null, 0, {
			notesQuestions: false,
			otherAnswer: framework.agent ? OTHER_ANSWER : undefined,
			...(this.#modelTime ? { wait: this.#modelTime.wait } : {}),
		});
		this.#agents = new LiveAgents({ framework, contract, scenario, mock: this.#mock });
	}

	/** @throws {InputError} if there is no such agent or user */
	begin(command: MessageCommand, readAtNs: number, send: (event: LiveEvent) => void): void {
		const { id, agent, user } = command;
		const addressed = this.#agents.address(agent, id, user);
		void this.#handle(addressed, id, readAtNs).then(send);
	}

	async answer(command: OrderedCommand): Promise<LiveEvent> {
		const started = now();
		const done = (): LiveEvent => ({ event: "done", cmd: command.cmd, elapsedNs: nsSince(started) });
		switch (command.cmd) {
			case "agents":
				return await this.#makeAgents(command.count);
			case "users":
				await this.#agents.addUsers(command.agent, command.count, command.history);
				return done();
			case "stored":
				return {
					event: "stored",
					agent: command.agent,
					...(await this.#agents.countStored(command.agent)),
				};
			case "read":
				return await this.#read(command.collect);
			case "stores":
				return { event: "stores", stores: this.#agents.stores.list(this.#agents.all) };
			case "empty":
				if (!this.#agents.stores.empty(this.#agents.all, command.store))
					throw new InputError(`there is no store '${command.store}': 'stores' lists them`);
				return done();
			case "drop":
				await this.#agents.drop();
				return done();
		}
	}

	async #makeAgents(count: number): Promise<LiveEvent> {
		const times: AgentTimes[] = [];
		for (let made = 0; made < count; made++) times.push(await this.#agents.make());
		return {
			event: "agents",
			alive: this.#agents.all.length,
			constructNs: times.map(({ constructNs }) => constructNs),
			initializeNs: times.map(({ initializeNs }) => initializeNs),
			seedNs: times.map(({ seedNs }) => seedNs),
		};
	}

	/** @returns what became of the message */
	async #handle({ runtime, message }: AddressedMessage, id: number, readAtNs: number): Promise<LiveEvent> {
		const { framework, sender } = this.#session;
		const texts: string[] = [];
		const callback = makeCallback(framework, runtime, message, texts);
		const outgoing = {
			runtime,
			message,
			callback,
			index: id,
			scenario: this.#scenario,
			phase: "live",
		} as const;
		const waits = this.#modelTime ? new ModelWaits() : null;
		this.#open++;
		const sentAtNs = readMonotonicNs();
		try {
			await (waits && this.#modelTime
				? this.#modelTime.follow(waits, () => sender(outgoing))
				: sender(outgoing));
			const returnedAtNs = readMonotonicNs();
			const replies = texts.filter((text) => text !== "");
			return { event: "reply", id, readAtNs, sentAtNs, returnedAtNs, modelNs: waits?.totalNs ?? 0, replies };
		} catch (error) {
			const returnedAtNs = readMonotonicNs();
			const failure = new FrameworkError(error).toFailure("message");
			return { event: "raised", id, readAtNs, returnedAtNs, failure };
		} finally {
			this.#open--;
		}
	}

	async #read(collect: boolean): Promise<LiveEvent> {
		const { framework } = this.#session;
		const reading = await readProcess(collect);
		return {
			event: "read",
			...reading,
			rssBytes: weighTarget(framework, "rssBytes", reading.rssBytes),
			rssPeakBytes: weighTarget(framework, "rssBytes", reading.rssPeakBytes),
			heapBytes: weighTarget(framework, "heapBytes", reading.heapBytes),
			modelCalls: { ...this.#mock.calls },
			embeddings: this.#mock.embeddings,
			open: this.#open,
		};
	}
}

/** @param collect first collects all garbage */
export async function readProcess(collect: boolean): Promise<{
	rssBytes: number | null;
	rssPeakBytes: number | null;
	heapBytes: number;
	cpuNs: number;
}> {
	if (collect) await giveBackMemory();
	return {
		rssBytes: readRssBytes(),
		rssPeakBytes: readPeakRssBytes(),
		heapBytes: process.memoryUsage().heapUsed,
		cpuNs: readCpuNs(),
	};
}
