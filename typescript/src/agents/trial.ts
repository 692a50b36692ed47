/**
 * Tries a user's agent before it is measured: its plugins are imported and started, and one message is sent.
 * What each is doing is told beforehand, so that whoever listens can name the one that ended the process or
 * never came back.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { AgentRuntime, HandlerCallback, InMemoryDatabaseAdapter } from "@elizaos/core";
import type { PluginFailure, Scenario, TrialEvent } from "../../../shared/types.ts";
import type { Instrument } from "../agent.ts";
import type { Session } from "../cell.ts";
import { FrameworkError } from "../failure.ts";
import { importDatabase } from "../frameworks/database-import.ts";
import { Iteration } from "../iteration.ts";
import { planMessages } from "../messages.ts";
import { MockLlm } from "../mock-llm-plugin.ts";
import { writeEvent } from "../protocol.ts";
import { type LoadedPlugin, listenToImports } from "./load.ts";
import { OTHER_ANSWER } from "./models.ts";
import { Owners } from "./owners.ts";
import { wrapParts, wrapService } from "./parts.ts";
import { PluginStarts } from "./starts.ts";

/** A plugin that calls it is caught in between. */
const endProcess = process.exit.bind(process);

type Method = (...args: never[]) => unknown;
type Phase = PluginFailure["phase"];

/** A plugin whose `init` takes longer is not waited for. */
const INIT_LIMIT_MS = 10_000;
/** Services start, and what a message has left behind goes wrong, within so long. */
const REST_MS = 500;

export class Trial implements Instrument {
	readonly #fd: number | null;
	readonly #owners = new Owners<true>();
	readonly #starts: PluginStarts;
	/** Those whose `init` has not ended. */
	readonly #open = new Set<string>();
	/** Of what parts have raised, whose it was. */
	readonly #raised = new Map<unknown, string>();
	/** Of all plugins, to find them in a stack. */
	#names: string[] = [];
	#importing: string | null = null;

	/** @param fd gets the events; null: nobody listens */
	constructor(fd: number | null) {
		this.#fd = fd;
		this.#starts = new PluginStarts({
			around: (plugin, service, work) => {
				this.#tell({ event: "doing", plugin, phase: service === null ? "init" : "service" });
				if (service === null) this.#open.add(plugin);
				return this.#owners.runFor({ plugin, part: null }, work);
			},
			ended: (plugin, service) => {
				if (service === null) this.#open.delete(plugin);
				this.#tell({ event: "done", plugin, phase: service === null ? "init" : "service" });
			},
			started: (plugin, name, instance) =>
				wrapService(plugin, name, instance, (owner, _, method) => this.#follow(owner.plugin, method)),
			failed: (plugin, failure) => this.#tell({ event: "failed", plugin, failure }),
		});
		this.#catchEnds();
		listenToImports({
			begin: (name) => {
				this.#names.push(name);
				this.#importing = name;
				this.#tell({ event: "doing", plugin: name, phase: "import" });
			},
			end: (name, failure) => {
				this.#importing = null;
				if (failure) this.#tell({ event: "failed", plugin: name, failure });
				this.#tell({ event: "done", plugin: name, phase: "import" });
			},
		});
	}

	/** @returns the exit status */
	async run(session: Session, scenario: Scenario): Promise<number> {
		const { framework, contract, sender } = session;
		await importDatabase(framework);
		const plan = planMessages(scenario, contract.fixtures);
		const mock = new MockLlm(contract, scenario.config.answers, 0, null, undefined, {
			otherAnswer: OTHER_ANSWER,
		});
		const limit = setTimeout(() => this.#giveUp(), INIT_LIMIT_MS);
		try {
			const iteration = await Iteration.open({
				framework,
				contract,
				scenario,
				plan,
				mock,
				sender: (outgoing) =>
					this.#owners.context.run({ owner: { plugin: null, part: null }, message: true }, () =>
						sender(outgoing),
					),
				instrument: this,
				phase: "verify",
				number: 1,
			});
			await sleep(REST_MS);
			await iteration.run();
			await sleep(REST_MS);
		} catch (error) {
			if (!(error instanceof FrameworkError)) throw error;
			this.#blame(error.original, "message");
		} finally {
			clearTimeout(limit);
		}
		return this.#end();
	}

	/** Tells why there is nothing to try. @returns the exit status */
	fail({ original }: FrameworkError): number {
		this.#blame(original, "import");
		return this.#end();
	}

	#end(): number {
		this.#tell({ event: "tried" });
		process.exit = endProcess;
		return 0;
	}

	instrumentPlugins(plugins: LoadedPlugin[]): LoadedPlugin[] {
		this.#names = plugins.map(({ name }) => name);
		this.#owners.note(plugins);
		return this.#starts.wrap(plugins);
	}

	instrumentConstructed(runtime: AgentRuntime): void {
		this.#owners.hearRegistrations(runtime);
	}

	instrumentAdapter(_adapter: InMemoryDatabaseAdapter): void {}

	instrumentRuntime(runtime: AgentRuntime): void {
		wrapParts(runtime, this.#owners, (owner, _, method) => {
			const followed = this.#follow(owner.plugin, method);
			return (...args: never[]) => this.#owners.runFor(owner, () => followed(...args));
		});
	}

	wrapCallback(callback: HandlerCallback): HandlerCallback {
		return callback;
	}

	/** Notes whose error it is, and changes nothing about it. */
	#follow(plugin: string | null, method: Method): Method {
		const note = (error: unknown) => {
			if (plugin !== null && !this.#raised.has(error)) this.#raised.set(error, plugin);
		};
		return (...args: never[]) => {
			try {
				const result = method(...args);
				if (result instanceof Promise) result.catch(note);
				return result;
			} catch (error) {
				note(error);
				throw error;
			}
		};
	}

	/** The event loop turns, so whatever waits is not blocked, but never ends. */
	#giveUp(): void {
		for (const plugin of this.#open) {
			const message = `its init had not ended after ${INIT_LIMIT_MS / 1000} s`;
			this.#tell({
				event: "failed",
				plugin,
				failure: { phase: "init", type: "Timeout", message, stack: "" },
			});
		}
		endProcess(0);
	}

	#blame(error: unknown, phase: Phase): void {
		const { type, message, stack } = new FrameworkError(error).toFailure(phase);
		// The framework passes on what a start has raised, as it is or in words of its own.
		const started = this.#starts.rows.find(({ failure }) => failure && message.includes(failure.message));
		if (started?.failure?.phase === "init") return;
		const plugin = started?.plugin ?? this.#whose(error, stack);
		this.#tell({ event: "failed", plugin, failure: { phase, type, message, stack } });
	}

	#whose(error: unknown, stack: string): string | null {
		return (
			this.#raised.get(error) ??
			this.#owners.context.getStore()?.owner.plugin ??
			this.#importing ??
			this.#names.find((name) => stack.includes(`node_modules/${name}/`)) ??
			null
		);
	}

	#catchEnds(): void {
		const end = (phase: Phase) => (error: unknown) => {
			this.#blame(error, phase);
			endProcess(0);
		};
		process.on("unhandledRejection", end("rejection"));
		process.on("uncaughtException", end("rejection"));
		process.exit = ((code?: number) =>
			end("exit")(new Error(`it ended the process with status ${code ?? 0}`))) as typeof process.exit;
	}

	#tell(event: TrialEvent): void {
		writeEvent(this.#fd, event);
	}
}
