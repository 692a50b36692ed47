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
	if (scenario.database || scenario.calibration)
		throw new InputError(`live mode sends messages, and ${scenario.id} sends none`);
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

/** Stands in where the framework could not be imported. */
const NO_HOST: Host = {
	begin() {},
	answer: async ({ cmd }) => ({ event: "done", cmd, elapsedNs: 0 }),
};

/** While one of these is under way, messages begin. They wait for the others, which make or change agents. */
const LOOKS: readonly LiveCommand["cmd"][] = ["read", "stored", "stores"];

/** Messages begin at once. The other commands are done one after another. */
class CommandQueue {
	readonly #host: Host;
	readonly #events: LiveEvents;
	readonly #waiting: [LiveCommand, number][] = [];
	readonly #exit: (status: number) => void;
	/** The command that is being done. */
	#current: LiveCommand["cmd"] | null = null;
	#hasFailed: boolean;
	isFinishing = false;
	#hasFinished = false;
	/** Messages that are open at the end are not waited for, and nothing is told of them. */
	readonly #send = (event: LiveEvent) => {
		if (!this.#hasFinished) this.#events.send(event);
	};

	constructor(host: Host | null, events: LiveEvents, exit: (status: number) => void) {
		this.#host = host ?? NO_HOST;
		this.#hasFailed = host === null;
		this.#events = events;
		this.#exit = exit;
	}

	async take(command: LiveCommand, readAtNs: number): Promise<void> {
		if (this.isFinishing) return;
		this.isFinishing = command.cmd === "finish";
		const mayBegin = this.#current === null || (LOOKS.includes(this.#current) && this.#waiting.length === 0);
		if (command.cmd === "message" && mayBegin) {
			this.#hostFor(command).begin(command, readAtNs, this.#send);
			return;
		}
		this.#waiting.push([command, readAtNs]);
		if (this.#current === null) await this.#work();
	}

	async #work(): Promise<void> {
		for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
			const [command, readAtNs] = next;
			this.#current = command.cmd;
			if (command.cmd === "finish") await this.#finish();
			else if (command.cmd === "message") this.#hostFor(command).begin(command, readAtNs, this.#send);
			else await this.#answer(this.#hostFor(command), command);
		}
		this.#current = null;
	}

	/** @throws {InputError} if the command may not follow */
	#hostFor({ cmd }: LiveCommand): Host {
		if (!this.#hasFailed || cmd === "drop") return this.#host;
		throw new InputError(`after a failure only 'drop' and 'finish' may follow, not '${cmd}'`);
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
		this.#hasFinished = true;
		await this.#events.flush();
		this.#exit(this.#hasFailed ? EXIT_UNSUPPORTED : 0);
	}
}
