/** Drives a live harness that runs as a process. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { liveEvent } from "../../shared/schemas/live.ts";
import type { LiveCommand, LiveEvent } from "../../shared/types.ts";

const BENCH = fileURLToPath(new URL("../src/bench.ts", import.meta.url));

export type EventOf<Name extends LiveEvent["event"]> = Extract<LiveEvent, { event: Name }>;

export class LiveProcess {
	/** The exit status and what was written to stderr. */
	readonly ended: Promise<{ status: number | null; stderr: string }>;
	readonly #child: ChildProcess;
	readonly #lines: AsyncIterator<string>;

	constructor(...args: string[]) {
		this.#child = spawn(process.execPath, [BENCH, "--live", ...args], {
			stdio: ["pipe", "inherit", "pipe", "pipe"],
		});
		let stderr = "";
		this.#child.stderr?.on("data", (text) => {
			stderr += text;
		});
		this.ended = new Promise((resolve) => {
			this.#child.once("close", (status) => resolve({ status, stderr }));
		});
		this.#lines = createInterface({ input: this.#child.stdio[3] as Readable })[Symbol.asyncIterator]();
	}

	/** Writes lines as they are. */
	write(text: string): void {
		(this.#child.stdin as Writable).write(text);
	}

	tell(...commands: LiveCommand[]): void {
		this.write(commands.map((command) => `${JSON.stringify(command)}\n`).join(""));
	}

	/** @throws if the next event is another one, or does not have its shape */
	async next<Name extends LiveEvent["event"]>(name: Name): Promise<EventOf<Name>> {
		const { value, done } = await this.#lines.next();
		if (done) throw new Error(`no '${name}': ${JSON.stringify(await this.ended)}`);
		const event = liveEvent.parse(JSON.parse(value));
		if (event.event !== name) throw new Error(`not '${name}' but ${value}`);
		return event as EventOf<Name>;
	}

	async nextOnes<Name extends LiveEvent["event"]>(count: number, name: Name): Promise<EventOf<Name>[]> {
		const events: EventOf<Name>[] = [];
		while (events.length < count) events.push(await this.next(name));
		return events;
	}

	/** Sends a command that has an answer. */
	async ask<Name extends LiveEvent["event"]>(command: LiveCommand, name: Name): Promise<EventOf<Name>> {
		this.tell(command);
		return await this.next(name);
	}

	/** Ends it properly. */
	async finish(): Promise<number | null> {
		await this.ask({ cmd: "finish" }, "finished");
		return (await this.ended).status;
	}

	closeStdin(): void {
		(this.#child.stdin as Writable).end();
	}
}
