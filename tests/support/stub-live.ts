/**
 * A live harness that starts no framework: one server with a fixed service time, whose queue it computes
 * instead of spending it, so that neither timers nor neighbours are in its figures. Options (times in
 * microseconds): `--service-us`; `--growth-us` more for every message that is stored; `--stall-at N
 * --stall-us` stops before the N-th message; `--lose N`, `--wrong N`, `--raise N` do so to every N-th
 * message; `--die N` ends the process at the N-th; `--hoard-kb` is kept of every message. With `--empty`
 * every message takes no time.
 */
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import type { LiveCommand, LiveEvent } from "../../shared/types.ts";
import { BYTES_PER_KB, NS_PER_MS, NS_PER_S, NS_PER_US } from "../../shared/units.ts";

export const STUB_REPLY = "This is a fixed benchmark response.";
const EVENTS_FD = 3;

/** A message that is being handled. */
interface Open {
	atNs: number;
	event: LiveEvent;
}

class StubLive {
	readonly #empty = process.argv.includes("--empty");
	readonly #modelNs = numberOf("--model-delay-ms") * NS_PER_MS;
	readonly #hoard: Buffer[] = [];
	/** Ascending by time: the server takes messages in turn. */
	readonly #open: Open[] = [];
	#timer: NodeJS.Timeout | null = null;
	#freeAtNs = 0;
	#busyNs = 0;
	#handled = 0;
	#agents = 0;
	#users = 0;
	#fromUser: number[] = [];

	begin(): void {
		const digest = "0".repeat(64);
		const version = { framework: "1.0.0", database: "1.0.0", lockDigest: digest };
		const versions = { ...version, language: "none", engine: "none", build: "none" };
		say({ event: "ready", pid: process.pid, importNs: 1, versions });
	}

	obey(command: LiveCommand): void {
		if (command.cmd === "message") this.#message(command);
		else if (command.cmd === "agents") {
			this.#agents += command.count;
			const each = Array.from({ length: command.count }, () => 1);
			const times = { constructNs: each, initializeNs: each, seedNs: each };
			say({ event: "agents", alive: this.#agents, ...times });
		} else if (command.cmd === "users") {
			this.#users = command.count;
			this.#fromUser = Array.from({ length: command.count }, () => 0);
			say({ event: "done", cmd: "users", elapsedNs: 1 });
		} else if (command.cmd === "stored")
			say({ event: "stored", agent: command.agent, fromUser: this.#fromUser, fromAgent: this.#fromUser });
		else if (command.cmd === "read") this.#read();
		else if (command.cmd === "stores") say({ event: "stores", stores: [] });
		else if (command.cmd === "empty") say({ event: "done", cmd: "empty", elapsedNs: 1 });
		else if (command.cmd === "drop") {
			[this.#agents, this.#users, this.#fromUser] = [0, 0, []];
			say({ event: "done", cmd: "drop", elapsedNs: 1 });
		} else {
			say({ event: "finished" });
			process.exit(0);
		}
	}

	#message({ id, user }: Extract<LiveCommand, { cmd: "message" }>): void {
		const readAtNs = now();
		const number = ++this.#handled;
		if (this.#empty) {
			const times = { readAtNs, sentAtNs: readAtNs, returnedAtNs: readAtNs, modelNs: 0 };
			say({ event: "reply", id, ...times, replies: [STUB_REPLY] });
			return;
		}
		if (user >= this.#users) throw new RangeError(`user ${user} of ${this.#users}`);
		if (number === numberOf("--die")) process.kill(process.pid, "SIGKILL");
		this.#hoard.push(Buffer.alloc(numberOf("--hoard-kb") * BYTES_PER_KB, 1));
		const stall = number === numberOf("--stall-at") ? numberOf("--stall-us") : 0;
		const stored = this.#fromUser.reduce((total, count) => total + count, 0);
		const serviceNs = (numberOf("--service-us") + numberOf("--growth-us") * stored) * NS_PER_US;
		this.#fromUser[user] = (this.#fromUser[user] ?? 0) + 1;
		this.#busyNs += serviceNs;
		this.#freeAtNs = Math.max(this.#freeAtNs, readAtNs) + stall * NS_PER_US + serviceNs;
		const returnedAtNs = this.#freeAtNs + this.#modelNs;
		const every = (option: string) => numberOf(option) > 0 && number % numberOf(option) === 0;
		const times = { readAtNs, sentAtNs: readAtNs, returnedAtNs, modelNs: this.#modelNs };
		const replies = every("--lose") ? [] : [every("--wrong") ? "Something else." : STUB_REPLY];
		const failure = { phase: "message", type: "StubError", message: "told to", stack: "" };
		const event: LiveEvent = every("--raise")
			? { event: "raised", id, readAtNs, returnedAtNs, failure }
			: { event: "reply", id, ...times, replies };
		this.#open.push({ atNs: returnedAtNs, event });
		this.#wait();
	}

	/** Tells what is due by now, and sets the timer for the rest. */
	#wait(): void {
		if (this.#timer !== null) return;
		const [next] = this.#open;
		if (next === undefined) return;
		this.#timer = setTimeout(
			() => {
				this.#timer = null;
				while (this.#open[0] !== undefined && this.#open[0].atNs <= now()) {
					const due = this.#open.shift();
					if (due) say(due.event);
				}
				this.#wait();
			},
			Math.max(0, (next.atNs - now()) / NS_PER_MS),
		);
	}

	#read(): void {
		const { rss, heapUsed } = process.memoryUsage();
		say({
			event: "read",
			rssBytes: rss,
			rssPeakBytes: rss,
			heapBytes: heapUsed,
			cpuNs: Math.round(this.#busyNs),
			modelCalls: {},
			embeddings: 0,
			open: this.#open.length,
		});
	}
}

const options = new Map(process.argv.map((word, index, words) => [word, Number(words[index + 1])]));

function numberOf(option: string): number {
	return options.get(option) ?? 0;
}

function now(): number {
	const [seconds, rest] = process.hrtime();
	return seconds * NS_PER_S + rest;
}

function say(event: LiveEvent): void {
	writeSync(EVENTS_FD, `${JSON.stringify(event)}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
	const stub = new StubLive();
	stub.begin();
	for await (const line of createInterface({ input: process.stdin })) stub.obey(JSON.parse(line));
	// The end of its input without `finish`.
	process.exit(1);
}
