/**
 * A live harness without a framework, for what processes keep. Options: `--message-bytes` are kept of every
 * message in the store `messages`, `--other-bytes` where no store knows of them, `--agent-bytes` of every agent;
 * `--work-ms` of processor time follow every message, 10 ms in every 100, once no message came for as long; with
 * `--most-queued N` what is behind the N-th message is dropped; `--wrong-agent N` answers as another would; `--die N` ends the process at the N-th
 * message. It needs `--expose-gc`.
 */
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import type { LiveCommand, LiveEvent } from "../../shared/types.ts";
import { NS_PER_S, NS_PER_US } from "../../shared/units.ts";
import { STUB_REPLY } from "./stub-live.ts";

const options = new Map(process.argv.map((word, index, words) => [word, Number(words[index + 1])]));
const optionOf = (name: string) => options.get(name) ?? 0;
const mostQueued = optionOf("--most-queued") || Number.POSITIVE_INFINITY;
const workMs = optionOf("--work-ms");

const agents: Uint8Array[] = [];
const kept: Uint8Array[] = [];
const lost: Uint8Array[] = [];
/** Memory is taken in pieces, so that what an array costs beside its content does not count. */
const PIECE = 16_384;
const owed = new Map<Uint8Array[], number>();
let [handled, queued, embeddings, lastAt] = [0, 0, 0, 0];
const stored = new Map<number, number>();
let alive = 0;

if (workMs > 0)
	setInterval(() => {
		if (performance.now() - lastAt < 100) return;
		for (const until = performance.now() + 10; queued > 0 && performance.now() < until; ) {
			queued--;
			embeddings++;
			for (const end = performance.now() + workMs; performance.now() < end; );
		}
	}, 100);

function keep(store: Uint8Array[], bytes: number): void {
	const all = (owed.get(store) ?? 0) + bytes;
	owed.set(store, all % PIECE);
	for (let piece = 0; piece < Math.floor(all / PIECE); piece++) store.push(new Uint8Array(PIECE).fill(1));
}

function obey(command: LiveCommand): void {
	switch (command.cmd) {
		case "agents": {
			const each = Array.from({ length: command.count }, () => 1);
			for (const _ of each) keep(agents, optionOf("--agent-bytes"));
			alive += command.count;
			say({ event: "agents", alive, constructNs: each, initializeNs: each, seedNs: each });
			return;
		}
		case "message":
			message(command);
			return;
		case "read":
			read(command.collect);
			return;
		case "stored": {
			const count = stored.get(command.agent) ?? 0;
			say({ event: "stored", agent: command.agent, fromUser: [count], fromAgent: [count] });
			return;
		}
		case "stores":
			say({ event: "stores", stores: [{ name: "messages", records: kept.length }] });
			return;
		case "sites": {
			const keptBytes = PIECE * kept.length;
			const sites = [{ name: "keeper.ts:1", bytes: keptBytes, objects: kept.length }];
			say({ event: "sites", how: "allocated-at", keptBytes, sites });
			return;
		}
		case "empty":
			kept.length = 0;
			break;
		case "drop":
			[agents.length, alive] = [0, 0];
			break;
		case "finish":
			say({ event: "finished" });
			process.exit(0);
	}
	say({ event: "done", cmd: command.cmd, elapsedNs: 1 });
}

function message({ id, agent }: Extract<LiveCommand, { cmd: "message" }>): void {
	if (++handled === optionOf("--die")) process.kill(process.pid, "SIGKILL");
	const atNs = now();
	lastAt = performance.now();
	keep(kept, optionOf("--message-bytes"));
	keep(lost, optionOf("--other-bytes"));
	if (workMs > 0) queued = Math.min(mostQueued, queued + 1);
	const isWrong = agent > 0 && agent === optionOf("--wrong-agent");
	const to = isWrong ? 0 : agent;
	stored.set(to, (stored.get(to) ?? 0) + 1);
	const replies = isWrong ? [] : [STUB_REPLY];
	say({ event: "reply", id, readAtNs: atNs, sentAtNs: atNs, returnedAtNs: now(), modelNs: 0, replies });
}

function read(collect: boolean): void {
	// The engine frees arrays in a thread. The next collection waits for what the last one has left to it.
	for (let time = 0; collect && time < 2; time++) globalThis.gc?.();
	const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
	const { user, system } = process.cpuUsage();
	say({
		event: "read",
		rssBytes: rss,
		rssPeakBytes: rss,
		heapBytes: heapUsed + arrayBuffers,
		cpuNs: (user + system) * NS_PER_US,
		modelCalls: {},
		embeddings,
		open: 0,
	});
}

function now(): number {
	const [seconds, rest] = process.hrtime();
	return seconds * NS_PER_S + rest;
}

function say(event: LiveEvent): void {
	writeSync(3, `${JSON.stringify(event)}\n`);
}

const version = { framework: "1.0.0", database: "1.0.0", lockDigest: "0".repeat(64) };
const versions = { ...version, language: "none", engine: "none", build: "none" };
say({ event: "ready", pid: process.pid, importNs: 1, versions });
for await (const line of createInterface({ input: process.stdin })) obey(JSON.parse(line));
