/** Records in a verification iteration what each plugin and each of its parts does. */
import { setTimeout as sleep } from "node:timers/promises";
import type { AgentRuntime, HandlerCallback, InMemoryDatabaseAdapter, ProviderResult } from "@elizaos/core";
import type { AgentLedger, IdleWork, Owner, OwnerWork, PluginStart } from "../../../shared/types.ts";
import type { Instrument } from "../agent.ts";
import { NS_PER_MS, now, nsSince, readCpuNs } from "../clocks.ts";
import type { Sender } from "../iteration.ts";
import type { LoadedPlugin } from "./load.ts";
import { wrapMethods } from "./methods.ts";
import { FRAMEWORK, Owners } from "./owners.ts";
import { type Doing, wrapParts, wrapService } from "./parts.ts";
import { PluginStarts } from "./starts.ts";
import { watchTimers } from "./timers.ts";

type Method = (...args: never[]) => unknown;
type ModelCalls = AgentLedger["prompts"];

/** What one message's providers have said so far, by provider. */
interface MessageTexts {
	texts: Map<OwnerWork, string>;
}

const KEPT_ERRORS = 10;
const IDLE_MS = 2000;
/** An adapter's other methods run within such ones. */
const ENCLOSING = /^with[A-Z]/;

export class OwnerRecorder implements Instrument {
	readonly #owners = new Owners<MessageTexts>();
	readonly #starts: PluginStarts;
	readonly #work = new Map<string, OwnerWork>();
	readonly #idle = new Map<string, IdleWork>();
	readonly #prompts: ModelCalls = [];
	#isIdle = false;
	#restoreTimers = () => {};

	constructor() {
		this.#starts = new PluginStarts({
			around: (plugin, service, work) =>
				this.#owners.runFor(
					{ plugin, part: service === null ? null : { kind: "service", name: service } },
					work,
				),
			started: (plugin, name, instance) =>
				wrapService(plugin, name, instance, (owner, doing, method) => this.#wrap(owner, doing, method)),
		});
	}

	/** Is called before the runtime is constructed. */
	begin(): void {
		this.#restoreTimers = watchTimers(
			() => this.#owners.context.getStore()?.owner ?? FRAMEWORK,
			(owner, ms) => {
				if (!this.#isIdle) return;
				const row = this.#idleOf(owner);
				row.timerRuns++;
				row.timerNs += Math.round(ms * NS_PER_MS);
			},
		);
	}

	instrumentPlugins(plugins: LoadedPlugin[]): LoadedPlugin[] {
		this.#owners.note(plugins);
		return this.#starts.wrap(plugins);
	}

	instrumentConstructed(runtime: AgentRuntime): void {
		this.#owners.hearRegistrations(runtime);
	}

	instrumentAdapter(adapter: InMemoryDatabaseAdapter): void {
		wrapMethods(adapter, [], (name, method) =>
			ENCLOSING.test(name)
				? method
				: (...args: never[]) => {
						const result = method(...args);
						// What is answered at once has asked no database.
						if (result instanceof Promise) this.#noteDatabase(name);
						return result;
					},
		);
	}

	instrumentRuntime(runtime: AgentRuntime): void {
		wrapParts(runtime, this.#owners, (owner, doing, method) => this.#wrap(owner, doing, method));
	}

	wrapCallback(callback: HandlerCallback): HandlerCallback {
		return callback;
	}

	/** Everything that a message starts belongs to it. */
	wrapSender(sender: Sender): Sender {
		return (outgoing) =>
			this.#owners.context.run({ owner: FRAMEWORK, message: { texts: new Map() } }, () => sender(outgoing));
	}

	/** Listens to the mock model. */
	readonly onModelCall = (modelType: string, template: string, prompt: string, answer: string): void => {
		const running = this.#owners.context.getStore();
		const owner = running?.owner ?? FRAMEWORK;
		if (this.#isIdle) this.#idleOf(owner).modelCalls++;
		if (!running?.message) return;
		const [promptChars, answerChars] = [countCharacters(prompt), countCharacters(answer)];
		const call = { modelType, template, promptChars, answerChars };
		addCall(this.#prompts, call);
		addCall(this.#workOf(owner).modelCalls, call);
		for (const [work, text] of running.message.texts)
			if (prompt.includes(text)) addText(work, template, text);
	};

	/** Watches what goes on without messages, and ends the recording. */
	async finish(messages: number): Promise<AgentLedger> {
		const watching = now();
		const cpu = readCpuNs();
		this.#isIdle = true;
		await sleep(IDLE_MS);
		this.#isIdle = false;
		const idle = { watchedNs: nsSince(watching), cpuNs: readCpuNs() - cpu };
		this.#restoreTimers();
		return {
			messages,
			starts: this.starts,
			prompts: this.#prompts,
			work: [...this.#work.values()],
			idle: { ...idle, work: [...this.#idle.values()] },
		};
	}

	get starts(): PluginStart[] {
		return this.#starts.rows;
	}

	#wrap(owner: Owner, doing: Doing, method: Method): Method {
		const isProvider = owner.part?.kind === "provider";
		return (...args: never[]) => {
			const running = this.#owners.context.getStore();
			if (!running?.message) return this.#owners.runFor(owner, () => method(...args));
			const work = this.#workOf(owner);
			if (doing === "validate") work.validations++;
			// A service that calls itself is at work once.
			else if (!isSame(running.owner, owner)) work.runs++;
			const { message } = running;
			return this.#owners.runFor(owner, () =>
				this.#follow(work, isProvider ? message : null, () => method(...args)),
			);
		};
	}

	/** Looks at what a part returns or raises, and changes nothing about it. */
	#follow(work: OwnerWork, message: MessageTexts | null, call: () => unknown): unknown {
		let result: unknown;
		try {
			result = call();
		} catch (error) {
			noteError(work, error);
			throw error;
		}
		if (!(result instanceof Promise)) return result;
		result.then(
			(found) => {
				const text = message === null ? undefined : (found as ProviderResult | undefined)?.text;
				if (!text || !message) return;
				work.textChars += countCharacters(text);
				message.texts.set(work, text.trim());
			},
			(error) => noteError(work, error),
		);
		return result;
	}

	#noteDatabase(name: string): void {
		const running = this.#owners.context.getStore();
		const owner = running?.owner ?? FRAMEWORK;
		if (this.#isIdle) this.#idleOf(owner).databaseCalls++;
		if (!running?.message) return;
		const { databaseCalls } = this.#workOf(owner);
		const method = toSnakeCase(name);
		databaseCalls[method] = (databaseCalls[method] ?? 0) + 1;
	}

	#workOf(owner: Owner): OwnerWork {
		return findOrAdd(this.#work, owner, () => ({
			...owner,
			runs: 0,
			validations: 0,
			textChars: 0,
			prompts: [],
			modelCalls: [],
			databaseCalls: {},
			errors: [],
		}));
	}

	#idleOf(owner: Owner): IdleWork {
		return findOrAdd(this.#idle, owner, () => ({
			...owner,
			timerRuns: 0,
			timerNs: 0,
			modelCalls: 0,
			databaseCalls: 0,
		}));
	}
}

function keyOf({ plugin, part }: Owner): string {
	return JSON.stringify([plugin, part?.kind, part?.name]);
}

function isSame(one: Owner, other: Owner): boolean {
	return one === other || keyOf(one) === keyOf(other);
}

function findOrAdd<Row>(rows: Map<string, Row>, owner: Owner, make: () => Row): Row {
	const key = keyOf(owner);
	const row = rows.get(key) ?? make();
	rows.set(key, row);
	return row;
}

function addCall(rows: ModelCalls, call: Omit<ModelCalls[number], "calls">): void {
	const { modelType, template, promptChars, answerChars } = call;
	const row = rows.find((one) => one.modelType === modelType && one.template === template);
	if (!row) rows.push({ modelType, template, calls: 1, promptChars, answerChars });
	else {
		row.calls++;
		row.promptChars += promptChars;
		row.answerChars += answerChars;
	}
}

function addText({ prompts }: OwnerWork, template: string, text: string): void {
	const chars = countCharacters(text);
	const row = prompts.find((one) => one.template === template);
	if (!row) prompts.push({ template, prompts: 1, chars });
	else {
		row.prompts++;
		row.chars += chars;
	}
}

function noteError({ errors }: OwnerWork, error: unknown): void {
	if (errors.length < KEPT_ERRORS) errors.push(error instanceof Error ? error.message : String(error));
}

/** A string is iterated by code points. */
function countCharacters(text: string): number {
	let count = 0;
	for (const _ of text) count++;
	return count;
}

function toSnakeCase(name: string): string {
	return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
