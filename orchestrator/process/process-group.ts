/**
 * Stops, wakes and ends a harness together with whatever it starts, so that no part of it works beside
 * another harness or outlives this one.
 */
import { readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { sum } from "../../analysis/stats/statistics.ts";
import {
	listOptional,
	NS_PER_TICK,
	type ProcessState,
	parseProcess,
	parseState,
	readOptional,
} from "../machine/kernel.ts";

/**
 * A variable in the environment of every process of a run. It identifies those that have left their group.
 */
export const MARK = "ELIZA_BENCHMARK_PROCESS";

/** A helper that ends by itself right after the harness is no fault. */
const LINGER_MS = 500;
const LOOK_MS = 20;
/** Processes that multiply while they are killed are looked for again, so many times. */
const MOST_LOOKS = 20;

export class ProcessGroup {
	readonly #leader: number;
	readonly #mark: string;
	/** The network namespace that is the leader's and not ours. Whoever is in it comes from the leader. */
	#namespace: string | null = null;

	/**
	 * @param leader a process that leads its group @param mark the value of {@link MARK} in its environment
	 */
	constructor(leader: number, mark: string) {
		this.#leader = leader;
		this.#mark = mark;
	}

	/**
	 * Called from time to time while the leader lives: it enters a namespace of its own after it was started,
	 * if it does.
	 */
	noteNamespace(): void {
		if (this.#namespace !== null) return;
		const found = networkOf(String(this.#leader));
		if (found !== networkOf("self")) this.#namespace = found;
	}

	/**
	 * Sends a signal to every process of the group.
	 * @returns false when there is none any more
	 */
	signal(signal: NodeJS.Signals): boolean {
		this.noteNamespace();
		return sendSignal(-this.#leader, signal);
	}

	/**
	 * Called when the leader has ended.
	 * @returns whether others stay on
	 */
	async outlivesItsLeader(): Promise<boolean> {
		const until = performance.now() + LINGER_MS;
		while (this.#living().length > 0) {
			if (performance.now() > until) return true;
			await sleep(LOOK_MS);
		}
		return false;
	}

	/** Kills the group and those that have left it. */
	async kill(): Promise<void> {
		this.signal("SIGKILL");
		for (let look = 0; look < MOST_LOOKS; look++) {
			const living = this.#living();
			if (living.length === 0) return;
			for (const pid of living) sendSignal(pid, "SIGKILL");
			await sleep(LOOK_MS);
		}
	}

	/** The processor time of the living processes, in steps of 10 ms; null where /proc does not give it. */
	cpuNs(): number | null {
		const known = this.#living().flatMap((pid) => parseProcess(readOptional(`/proc/${pid}/stat`)) ?? []);
		return known.length === 0 ? null : sum(known.map(({ cpuTicks }) => cpuTicks)) * NS_PER_TICK;
	}

	/** Lists the living processes. Without /proc the group stands for all: its leader's id, negated. */
	#living(): number[] {
		const inGroup = sendSignal(-this.#leader, 0);
		const pids = listOptional("/proc").filter((name) => /^\d+$/.test(name));
		if (pids.length === 0) return inGroup ? [-this.#leader] : [];
		return pids
			.filter(
				(pid) =>
					(inGroup && aliveIn(pid)?.group === this.#leader) ||
					((this.#isMarked(pid) || this.#isInNamespace(pid)) && aliveIn(pid)),
			)
			.map(Number);
	}

	#isMarked(pid: string): boolean {
		return readOptional(`/proc/${pid}/environ`)?.split("\0").includes(`${MARK}=${this.#mark}`) === true;
	}

	/** A process can leave its group and its environment, but this only for one that it makes itself. */
	#isInNamespace(pid: string): boolean {
		return this.#namespace !== null && networkOf(pid) === this.#namespace;
	}
}

/** Names the network namespace of a process; null where it is not to be seen. */
function networkOf(pid: string): string | null {
	try {
		return readlinkSync(`/proc/${pid}/ns/net`);
	} catch {
		return null;
	}
}

function aliveIn(pid: string): ProcessState | null {
	const state = parseState(readOptional(`/proc/${pid}/stat`));
	return state?.ended ? null : state;
}

/**
 * @param pid negative for a group
 * @returns false when there is none any more
 */
export function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
	try {
		return process.kill(pid, signal);
	} catch {
		return false;
	}
}
