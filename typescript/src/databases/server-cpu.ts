/** Reads the processor time of a server's processes, where the server runs on this machine. */
import { readFileSync } from "node:fs";
import type { ServerMeter } from "./database.ts";

/** The name that the kernel has for every process of a server. */
const SERVER_NAME = "postgres";

/** @returns the processes that serve the framework's connections */
export type ListProcesses = () => Promise<number[]>;
/** @returns nanoseconds since a process began, null where they cannot be read */
export type ReadCpu = (pid: number) => number | null;

/** Begins to measure. The processes are listed before the clock of a span, and read right at its ends. */
export async function startMeter(
	list: ListProcesses,
	read: ReadCpu = readProcessCpuNs,
): Promise<ServerMeter> {
	const known = await list();
	const before = new Map(known.map((pid) => [pid, read(pid)]));
	return {
		async stop() {
			const after = new Map(known.map((pid) => [pid, read(pid)]));
			// What a process that has begun since then has used, it has used in this span.
			for (const pid of await list()) if (!after.has(pid)) after.set(pid, read(pid));
			return sumUsed(before, after);
		},
	};
}

function sumUsed(before: ReadonlyMap<number, number | null>, after: ReadonlyMap<number, number | null>) {
	let total = 0;
	for (const [pid, ended] of after) {
		const started = before.has(pid) ? (before.get(pid) ?? null) : 0;
		// One that has ended took what it had used with it.
		if (started === null || ended === null || ended < started) return null;
		total += ended - started;
	}
	return total;
}

/**
 * The server may run on another machine or have a numbering of its own: a number that is no server's process
 * here tells nothing. Nor does 0, which a kernel writes that does not count.
 */
export function readProcessCpuNs(pid: number): number | null {
	try {
		if (readFileSync(`/proc/${pid}/comm`, "utf8").trim() !== SERVER_NAME) return null;
		const [used = ""] = readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ");
		return parseUsed(used);
	} catch {
		return null;
	}
}

function parseUsed(text: string): number | null {
	const used = Number(text);
	return /^\d+$/.test(text) && used > 0 ? used : null;
}
