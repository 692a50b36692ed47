/**
 * A harness process of its own session, whose end is awaited and whose descendants never outlive the check.
 */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { listOptional, NS_PER_TICK, parseProcess, readOptional } from "../machine/kernel.ts";
import type { Launch } from "../process/launch.ts";
import type { Watchdog } from "../process/watchdog.ts";

export interface Exit {
	code: number | null;
	signal: string | null;
}

/**
 * What a child has written may still be in its pipes when it is gone; descendants may hold them open for
 * ever.
 */
const DRAIN_MS = 500;
const GROUP_LOOK_MS = 20;

export class Child {
	readonly process: ChildProcess;
	readonly spawnedAt = performance.now();
	exit: Exit | null = null;
	/** Why it could not be started. */
	spawnError: string | null = null;
	/** When the process is gone and its output read. */
	readonly ended: Promise<void>;

	constructor(
		launch: Launch,
		args: readonly string[],
		options: Pick<SpawnOptions, "cwd" | "stdio">,
		watchdog: Watchdog,
	) {
		this.process = spawn(launch.file, [...launch.args, ...args], {
			...options,
			env: launch.env,
			detached: true,
		});
		const { pid } = this.process;
		if (pid !== undefined) watchdog.watch(pid);
		const closed = once(this.process, "close").catch(() => {});
		this.ended = new Promise((resolve) => {
			this.process.once("error", (error) => {
				this.spawnError = error.message;
				resolve();
			});
			this.process.once("exit", async (code, signal) => {
				this.exit = { code, signal };
				if (pid !== undefined) watchdog.release(pid);
				await Promise.race([closed, sleep(DRAIN_MS)]);
				resolve();
			});
		});
	}

	get pid(): number | undefined {
		return this.process.pid;
	}

	/** Whether it ended by itself within this time. */
	async endsWithin(milliseconds: number): Promise<boolean> {
		const timer = new AbortController();
		const late = sleep(milliseconds, false, { signal: timer.signal }).catch(() => false);
		const inTime = await Promise.race([this.ended.then(() => true), late]);
		timer.abort();
		return inTime;
	}

	/** To all of its process group; false: there is none any more. */
	signalGroup(signal: NodeJS.Signals | 0): boolean {
		try {
			return this.pid !== undefined && process.kill(-this.pid, signal);
		} catch {
			return false;
		}
	}

	/** Whether its descendants, if it has any, soon follow it. */
	async groupEnds(): Promise<boolean> {
		const until = performance.now() + DRAIN_MS;
		while (this.#groupLives()) {
			if (performance.now() > until) return false;
			await sleep(GROUP_LOOK_MS);
		}
		return true;
	}

	/** Ends it and its descendants, if there are any left. */
	async kill(): Promise<void> {
		this.signalGroup("SIGKILL");
		await this.ended;
	}

	/**
	 * User and system time of the group's living processes in ns, in steps of 10 ms; null where /proc does
	 * not tell.
	 */
	cpuNs(): number | null {
		const ticks = this.#groupStats().map((stat) => parseProcess(stat)?.cpuTicks ?? 0);
		return ticks.length === 0 ? null : ticks.reduce((sum, one) => sum + one, 0) * NS_PER_TICK;
	}

	/** /proc/PID/stat of every process of the group. */
	#groupStats(): string[] {
		const stats = listOptional("/proc")
			.filter((name) => /^\d+$/.test(name))
			.map((name) => readOptional(`/proc/${name}/stat`));
		return stats.filter((stat) => stat !== null).filter((stat) => Number(fieldsOf(stat)[2]) === this.pid);
	}

	/**
	 * A process that has ended stays in its group until somebody asks how: it does not count where that can
	 * be seen.
	 */
	#groupLives(): boolean {
		if (!this.signalGroup(0)) return false;
		const stats = this.#groupStats();
		return stats.length === 0 || stats.some((stat) => fieldsOf(stat)[0] !== "Z");
	}

	inWords(): string {
		if (this.spawnError !== null) return `could not be started: ${this.spawnError}`;
		if (this.exit === null) return "is running";
		return this.exit.signal === null
			? `exited with status ${this.exit.code}`
			: `was killed by ${this.exit.signal}`;
	}
}

/** Those of /proc/PID/stat after the name: state, parent, process group, ... (man 5 proc_pid_stat). */
function fieldsOf(stat: string): string[] {
	return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}
