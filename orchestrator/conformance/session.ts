/**
 * One worker session from spawn to exit, recorded: what was said and when. It judges nothing; the checks do.
 */
import {
	closeSync,
	existsSync,
	fstatSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	readSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { WorkerCommand, WorkerEvent } from "../../shared/types.ts";
import type { Launch } from "../process/launch.ts";
import type { Watchdog } from "../process/watchdog.ts";
import { Child, type Exit } from "./child.ts";
import { EventLog } from "./events.ts";

/** After `finished`, the end of standard input or a garbled command. */
export const EXIT_GRACE_MS = 10_000;
const STALE = "an older file\n";

/** A command; or a pause, in which the harness is watched or stopped. */
export type Action = WorkerCommand | { pauseMs: number; frozen: boolean };

export interface SessionPlan {
	args: readonly string[];
	script: readonly Action[];
	/** How it ends: by `finish`, by closing standard input, or by sending this text instead of a command. */
	end: "finish" | "close" | { text: string };
	eventsFd: number;
	/** An older file lies at the output path, and is held open. */
	stale: boolean;
}

export interface Exchange {
	command: WorkerCommand;
	answer: WorkerEvent;
	/** From writing the command to reading its answer, on this process's clock. */
	seenNs: number;
}

export interface SessionRecord {
	pid: number | null;
	ready: { event: WorkerEvent; seenNs: number } | null;
	exchanges: Exchange[];
	pauses: { seenNs: number; cpuNs: number | null; frozen: boolean }[];
	garbage: string[];
	unasked: WorkerEvent[];
	/** Why the session could not go on; null: it came to its end. */
	problem: string | null;
	exit: Exit | null;
	/** Something of its process group outlived it. */
	leftBehind: boolean;
	/**
	 * Names in the output folder, and whether the older file was untouched, just before the end was asked
	 * for.
	 */
	before: { names: string[]; untouched: boolean };
	/** The same when the process was gone; `untouched`: the older file's own content, under whatever name. */
	after: { names: string[]; untouched: boolean; replaced: boolean };
	/** The measurement file's text. */
	file: string | null;
	stderr: string;
}

/** It did not answer, or it died. */
class SessionProblem extends Error {}

export interface Subject {
	launch: Launch;
	watchdog: Watchdog;
	/** For one answer. */
	timeoutMs: number;
}

export async function holdSession(
	subject: Subject,
	folder: string,
	plan: SessionPlan,
): Promise<SessionRecord> {
	const output = join(folder, "output");
	const path = join(output, "measurement.json");
	mkdirSync(output, { recursive: true });
	const older = plan.stale ? olderFile(path) : null;
	const logs = ["stdout", "stderr"].map((name) => openSync(join(folder, name), "w"));
	// The descriptors in between are as an ordinary parent leaves them.
	const between = Array.from({ length: plan.eventsFd - 3 }, () => "ignore" as const);
	const args = [
		"--worker",
		...plan.args,
		"--output",
		path,
		...(plan.eventsFd === 3 ? [] : ["--events-fd", String(plan.eventsFd)]),
	];
	const child = new Child(
		subject.launch,
		args,
		{ cwd: folder, stdio: ["pipe", ...logs, ...between, "pipe"] },
		subject.watchdog,
	);
	for (const log of logs) closeSync(log);
	const look = () => ({ names: readdirSync(output), untouched: older?.untouched() ?? !existsSync(path) });
	const record: SessionRecord = {
		pid: child.pid ?? null,
		ready: null,
		exchanges: [],
		pauses: [],
		garbage: [],
		unasked: [],
		problem: null,
		exit: null,
		leftBehind: false,
		before: look(),
		after: { ...look(), replaced: false },
		file: null,
		stderr: "",
	};
	const stdin = child.process.stdin;
	stdin?.on("error", () => {});
	const events = new EventLog(child.process.stdio[plan.eventsFd] as unknown as Readable);
	const session = new Session(child, events, subject.timeoutMs);
	try {
		const { event, at } = await session.answer("start", () => {});
		record.ready = { event, seenNs: nanoseconds(at - child.spawnedAt) };
		await session.follow(plan.script, record);
		record.before = look();
		if (plan.end === "finish") await session.ask({ cmd: "finish" }, record);
		else if (plan.end === "close") stdin?.end();
		else stdin?.write(plan.end.text);
		if (!(await child.endsWithin(EXIT_GRACE_MS)))
			record.problem = `did not exit within ${EXIT_GRACE_MS / 1000} s after ${inWords(plan.end)}`;
	} catch (error) {
		if (!(error instanceof SessionProblem)) throw error;
		record.problem = error.message;
	}
	record.exit = child.exit;
	record.leftBehind = record.problem === null && !(await child.groupEnds());
	await child.kill();
	record.garbage = events.garbage;
	record.unasked = events.unasked;
	record.after = { ...look(), replaced: older?.replaced() ?? true };
	record.stderr = readFileSync(join(folder, "stderr"), "utf8");
	if (record.problem !== null && record.stderr.trim() !== "")
		record.problem += `; its log ends: ${record.stderr.trim().split("\n").at(-1)}`;
	record.file = existsSync(path) ? readFileSync(path, "utf8") : null;
	older?.close();
	return record;
}

class Session {
	readonly #child: Child;
	readonly #events: EventLog;
	readonly #timeoutMs: number;

	constructor(child: Child, events: EventLog, timeoutMs: number) {
		this.#child = child;
		this.#events = events;
		this.#timeoutMs = timeoutMs;
	}

	/** Goes through the script; a failure of the framework ends it early, as only `finish` may follow. */
	async follow(script: readonly Action[], record: SessionRecord): Promise<void> {
		for (const action of script) {
			if ("cmd" in action) await this.ask(action, record);
			else await this.#pause(action, record);
			if (record.exchanges.at(-1)?.answer.event === "failed") return;
		}
	}

	async ask(command: WorkerCommand, record: SessionRecord): Promise<void> {
		const asked = performance.now();
		const { event, at } = await this.answer(command.cmd, () =>
			this.#child.process.stdin?.write(`${JSON.stringify(command)}\n`),
		);
		record.exchanges.push({ command, answer: event, seenNs: nanoseconds(at - asked) });
	}

	async answer(to: string, ask: () => void): Promise<{ event: WorkerEvent; at: number }> {
		const arrival = this.#events.next();
		ask();
		const timer = new AbortController();
		const late = sleep(this.#timeoutMs, "late" as const, { signal: timer.signal }).catch(
			() => "late" as const,
		);
		const answer = await Promise.race([arrival, this.#child.ended.then(() => "ended" as const), late]);
		timer.abort();
		this.#events.forget();
		if (answer === "late")
			throw new SessionProblem(`gave no answer to '${to}' within ${this.#timeoutMs / 1000} s`);
		if (answer === "ended") throw new SessionProblem(`${this.#child.inWords()} instead of answering '${to}'`);
		return answer;
	}

	async #pause(
		{ pauseMs, frozen }: { pauseMs: number; frozen: boolean },
		record: SessionRecord,
	): Promise<void> {
		const started = performance.now();
		const before = this.#child.cpuNs();
		if (frozen) this.#child.process.kill("SIGSTOP");
		await sleep(pauseMs);
		const after = this.#child.cpuNs();
		if (frozen) this.#child.process.kill("SIGCONT");
		const cpuNs = before === null || after === null ? null : after - before;
		record.pauses.push({ seenNs: nanoseconds(performance.now() - started), cpuNs, frozen });
	}
}

/** A file at `path` whose content stays readable when another takes its name. */
function olderFile(path: string) {
	writeFileSync(path, STALE);
	const file = openSync(path, "r");
	return {
		untouched: () => contentOf(file) === STALE,
		replaced: () => fstatSync(file).nlink === 0,
		close: () => closeSync(file),
	};
}

function contentOf(file: number): string {
	const buffer = Buffer.alloc(STALE.length + 1);
	return buffer.toString("utf8", 0, readSync(file, buffer, 0, buffer.length, 0));
}

function inWords(end: SessionPlan["end"]): string {
	if (end === "finish") return "it had finished";
	return end === "close" ? "the end of standard input" : `the line ${end.text.trim()}`;
}

function nanoseconds(milliseconds: number): number {
	return Math.round(milliseconds * 1e6);
}
