/**
 * Holds one worker session from start to exit, and records what was said and when. It judges nothing; the
 * checks do.
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
import { setTimeout as sleep } from "node:timers/promises";
import type { WorkerCommand, WorkerEvent } from "../../shared/types.ts";
import { MS_PER_S } from "../../shared/units.ts";
import { type Exit, HarnessProcess } from "../process/harness-process.ts";
import type { Launch } from "../process/launch.ts";
import { Log } from "../process/log.ts";
import type { Watchdog } from "../process/watchdog.ts";
import { type Arrival, EventLog } from "./event-log.ts";

/** The time to exit after `finished`, the end of standard input or a garbled command. */
export const EXIT_GRACE_MS = 10_000;
const STALE = "an older file\n";

/** A command, or a pause in which the harness is watched or stopped. */
export type Action = WorkerCommand | { pauseMs: number; frozen: boolean };

export interface SessionPlan {
	args: readonly string[];
	script: readonly Action[];
	/** How it ends: by `finish`, by closing standard input, or by sending this text instead of a command. */
	end: "finish" | "close" | { text: string };
	eventsFd: number;
	/** True if an older file lies at the output path and is held open. */
	stale: boolean;
}

export interface Exchange {
	command: WorkerCommand;
	answer: WorkerEvent;
	/** The time from writing the command to reading its answer, on this process's clock. */
	seenNs: number;
}

export interface SessionRecord {
	pid: number | null;
	ready: { event: WorkerEvent; seenNs: number } | null;
	exchanges: Exchange[];
	pauses: { seenNs: number; cpuNs: number | null; frozen: boolean }[];
	garbage: string[];
	unasked: WorkerEvent[];
	/** Why the session could not continue; null: it came to its end. */
	problem: string | null;
	exit: Exit | null;
	/** Something that it had started outlived it. */
	leftBehind: boolean;
	/**
	 * Names in the output folder, and whether the older file was untouched, just before the end was asked
	 * for.
	 */
	before: { names: string[]; untouched: boolean };
	/** The same when the process has ended. `untouched` is about the older file, under whatever name. */
	after: { names: string[]; untouched: boolean; replaced: boolean };
	/** The measurement file's text. */
	file: string | null;
	stderr: string;
}

/** Thrown when the harness did not answer, or died. */
class SessionProblem extends Error {}

export interface Subject {
	launch: Launch;
	watchdog: Watchdog;
	/** The time for one answer. */
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
	const look = () => ({ names: readdirSync(output), untouched: older?.untouched() ?? !existsSync(path) });
	const harness = startHarness(subject, folder, plan, path);
	const record = newRecord(harness.pid ?? null, look());
	const events = new EventLog(harness.events);
	const session = new Session(harness, events, subject.timeoutMs);
	try {
		const { event, atNs } = await session.answer("start", () => {});
		record.ready = { event, seenNs: Number(atNs - harness.spawnedNs) };
		await session.follow(plan.script, record);
		record.before = look();
		await session.end(plan.end, record);
	} catch (error) {
		if (!(error instanceof SessionProblem)) throw error;
		record.problem = error.message;
	}
	record.exit = harness.exit;
	await harness.kill();
	record.leftBehind = record.problem === null && harness.leftBehind;
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

function startHarness(
	{ launch, watchdog }: Subject,
	folder: string,
	plan: SessionPlan,
	output: string,
): HarnessProcess {
	const args = ["--worker", ...plan.args, "--output", output];
	if (plan.eventsFd !== 3) args.push("--events-fd", String(plan.eventsFd));
	return new HarnessProcess({
		launch,
		watchdog,
		args,
		cwd: folder,
		stdin: "pipe",
		stdout: new Log(join(folder, "stdout")),
		stderr: new Log(join(folder, "stderr")),
		eventsFd: plan.eventsFd,
	});
}

function newRecord(pid: number | null, seen: SessionRecord["before"]): SessionRecord {
	return {
		pid,
		ready: null,
		exchanges: [],
		pauses: [],
		garbage: [],
		unasked: [],
		problem: null,
		exit: null,
		leftBehind: false,
		before: seen,
		after: { ...seen, replaced: false },
		file: null,
		stderr: "",
	};
}

class Session {
	readonly #process: HarnessProcess;
	readonly #events: EventLog;
	readonly #timeoutMs: number;

	constructor(harness: HarnessProcess, events: EventLog, timeoutMs: number) {
		this.#process = harness;
		this.#events = events;
		this.#timeoutMs = timeoutMs;
	}

	/**
	 * Follows the script. A failure of the framework ends it early, because only `finish` may come after one.
	 */
	async follow(script: readonly Action[], record: SessionRecord): Promise<void> {
		for (const action of script) {
			if ("cmd" in action) await this.ask(action, record);
			else await this.#pause(action, record);
			if (record.exchanges.at(-1)?.answer.event === "failed") return;
		}
	}

	async ask(command: WorkerCommand, record: SessionRecord): Promise<void> {
		const askedNs = process.hrtime.bigint();
		const { event, atNs } = await this.answer(command.cmd, () =>
			this.#process.stdin?.write(`${JSON.stringify(command)}\n`),
		);
		record.exchanges.push({ command, answer: event, seenNs: Number(atNs - askedNs) });
	}

	/** Asks for the end and waits for it. */
	async end(how: SessionPlan["end"], record: SessionRecord): Promise<void> {
		const { stdin, ended } = this.#process;
		if (how === "finish") await this.ask({ cmd: "finish" }, record);
		else if (how === "close") stdin?.end();
		else stdin?.write(how.text);
		if (!(await this.#process.within(EXIT_GRACE_MS, ended)))
			throw new SessionProblem(`did not exit within ${EXIT_GRACE_MS / MS_PER_S} s after ${inWords(how)}`);
	}

	async answer(to: string, ask: () => void): Promise<Arrival> {
		const arrival = this.#events.next();
		ask();
		let answer: Arrival | null = null;
		const answered = arrival.then((found) => {
			answer = found;
		});
		const inTime = await this.#process.within(this.#timeoutMs, Promise.race([answered, this.#process.ended]));
		this.#events.forget();
		if (answer !== null) return answer;
		throw new SessionProblem(
			inTime
				? `${this.#process.describeEnd()} instead of answering '${to}'`
				: `gave no answer to '${to}' within ${this.#timeoutMs / MS_PER_S} s`,
		);
	}

	async #pause(
		{ pauseMs, frozen }: { pauseMs: number; frozen: boolean },
		record: SessionRecord,
	): Promise<void> {
		const startedNs = process.hrtime.bigint();
		const before = this.#process.cpuNs();
		if (frozen) this.#process.signal("SIGSTOP");
		await sleep(pauseMs);
		const after = this.#process.cpuNs();
		if (frozen) this.#process.signal("SIGCONT");
		const cpuNs = before === null || after === null ? null : after - before;
		record.pauses.push({ seenNs: Number(process.hrtime.bigint() - startedNs), cpuNs, frozen });
	}
}

/** Writes a file at `path` whose content stays readable when another file takes its name. */
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
