/** Reads the processor time of a process from outside, so that the reading costs the process nothing. */
import { sum } from "../../analysis/stats/statistics.ts";
import {
	listOptional,
	MACHINE,
	NS_PER_TICK,
	parseProcess,
	parseRun,
	type Roots,
	readShort,
} from "./kernel.ts";

/** Adds up what the threads of a process take, those that have ended too. */
export class ProcessCpu {
	readonly #pid: number;
	readonly #proc: string;
	/** What each thread had taken when it was last seen. */
	readonly #threads = new Map<string, number>();
	/** What those had taken whose ids others have now. */
	#earlierNs = 0;

	constructor(pid: number, { proc }: Roots = MACHINE) {
		this.#pid = pid;
		this.#proc = proc;
	}

	/**
	 * Reads /proc/PID/task/TID/schedstat. A thread that has ended takes its time out of there: it counts with
	 * what it had taken when it was last seen. Where the kernel does not give it, the time is that of
	 * /proc/PID/stat, in steps of 10 ms.
	 * @returns nanoseconds; null when the process has ended
	 */
	read(): number | null {
		let alive = 0;
		for (const id of listOptional(`${this.#proc}/${this.#pid}/task`)) {
			const ns = parseRun(readShort(`${this.#proc}/${this.#pid}/task/${id}/schedstat`));
			if (ns === null) continue;
			alive++;
			const before = this.#threads.get(id) ?? 0;
			if (ns < before) this.#earlierNs += before;
			this.#threads.set(id, ns);
		}
		if (alive > 0) return this.#earlierNs + sum([...this.#threads.values()]);
		const ticks = parseProcess(readShort(`${this.#proc}/${this.#pid}/stat`))?.cpuTicks;
		return ticks === undefined ? null : ticks * NS_PER_TICK;
	}
}
