/** Live mode holds agents alive and handles messages as they come. */
import type { LiveCommand, LiveEvent, Scenario } from "../../shared/types.ts";
import type { Session } from "./cell.ts";
import type { LiveOptions } from "./cli.ts";
import { readyMonotonicClock } from "./clocks.ts";
import type { Contract } from "./contract.ts";
import { EXIT_UNSUPPORTED, FrameworkError, InputError } from "./failure.ts";
import { importDatabase } from "./frameworks/database-import.ts";
import { readCommands } from "./live/commands.ts";
import { EmptyHost } from "./live/empty.ts";
import { type LiveEvents, openEvents } from "./live/events.ts";
import { FrameworkHost, type Host } from "./live/host.ts";
import { readVersions } from "./versions.ts";

const EXIT_ABANDONED = 1;

/** @returns the exit status */
export async function runLive(
	session: Session,
	scenario: Scenario,
	options: LiveOptions,
	importNs: number,
): Promise<number> {
	const { framework } = session;
	if (scenario.database) throw new InputError(`live mode sends messages, and ${scenario.id} sends none`);
	const host = new FrameworkHost(session, scenario);
	await importDatabase(framework);
	const versions = readVersions(framework, options.database);
	return await serve(host, options, { event: "ready", pid: process.pid, importNs, versions });
}

/** @returns the exit status */
export async function runEmpty(
	contract: Contract,
	scenario: Scenario,
	options: LiveOptions,
): Promise<number> {
	const versions = readVersions(null, options.database);
	const ready = { event: "ready", pid: process.pid, importNs: 0, versions } as const;
	return await serve(new EmptyHost(contract, scenario), options, ready);
}

/** Tells that the framework cannot be imported, and waits for `finish`. */
export async function reportNoFramework(
	failure: Extract<LiveEvent, { event: "failed" }>["failure"],
	options: LiveOptions,
): Promise<number> {
	return await serve(null, options, { event: "failed", cmd: "start", failure });
}

/**
 * @param host null after a failure at the start
 * @returns the exit status
 */
async function serve(host: Host | null, { eventsFd }: LiveOptions, first: LiveEvent): Promise<number> {
	await readyMonotonicClock();
	return await new Promise((resolve, reject) => {
		const events = openEvents(eventsFd, (error) => {
			// Nobody is left who could stop this process.
			if (error.code === "EPIPE") process.exit(EXIT_ABANDONED);
			reject(new InputError(`no event can be written to descriptor ${eventsFd}: ${error.message}`));
		});
		events.send(first);
		const queue = new CommandQueue(host, events, resolve);
		readCommands(
			(command, readAtNs) => void queue.take(command, readAtNs).catch(reject),
			reject,
			// A command may hang, so this does not wait for one.
			() => void (queue.isFinishing || process.exit(EXIT_ABANDONED)),
		);
	});
}

/** Messages begin at once. Every other command, and what comes after it, waits until the last one is done. */
class CommandQueue {
	readonly #host: Host | null;
	readonly #events: LiveEvents;
	readonly #waiting: [LiveCommand, number][] = [];
	readonly #exit: (status: number) => void;
	#isWorking = false;
	#hasFailed: boolean;
	isFinishing = false;
	readonly #send = (event: LiveEvent) => this.#events.send(event);

	constructor(host: Host | null, events: LiveEvents, exit: (status: number) => void) {
		this.#host = host;
		this.#hasFailed = host === null;
		this.#events = events;
		this.#exit = exit;
	}

	async take(command: LiveCommand, readAtNs: number): Promise<void> {
		if (this.isFinishing) return;
		this.isFinishing = command.cmd === "finish";
		this.#waiting.push([command, readAtNs]);
		if (this.#isWorking) return;
		this.#isWorking = true;
		for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
			const [command, readAtNs] = next;
			if (command.cmd === "finish") await this.#finish();
			else if (!this.#host || (this.#hasFailed && command.cmd !== "drop"))
				throw new InputError(`after a failure only 'drop' and 'finish' may follow, not '${command.cmd}'`);
			else if (command.cmd === "message") this.#host.begin(command, readAtNs, this.#send);
			else await this.#answer(this.#host, command);
		}
		this.#isWorking = false;
	}

	async #answer(host: Host, command: Exclude<LiveCommand, { cmd: "message" | "finish" }>): Promise<void> {
		try {
			this.#send(await host.answer(command));
		} catch (error) {
			if (!(error instanceof FrameworkError)) throw error;
			this.#hasFailed = true;
			this.#send({ event: "failed", cmd: command.cmd, failure: error.toFailure(command.cmd) });
		}
	}

	async #finish(): Promise<void> {
		this.#send({ event: "finished" });
		await this.#events.flush();
		this.#exit(this.#hasFailed ? EXIT_UNSUPPORTED : 0);
	}
}
