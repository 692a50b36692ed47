/** What is alive on this machine, as the kernel tells. */
import { readdirSync, readFileSync } from "node:fs";

/** Command lines of the living processes, other than this one, that name a path. */
export function processesOn(path: string): string[] {
	return readdirSync("/proc").flatMap((pid) => {
		if (!/^\d+$/.test(pid) || pid === String(process.pid)) return [];
		try {
			const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
			return words.includes(path) ? [words] : [];
		} catch {
			return [];
		}
	});
}

/**
 * Ids of the processes, other than this one, with `NAME=VALUE` in the environment that they were started
 * with; of such as have ended: none.
 */
export function processesWith(variable: string): string[] {
	return readdirSync("/proc").filter((pid) => {
		if (!/^\d+$/.test(pid) || pid === String(process.pid)) return false;
		try {
			return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(variable);
		} catch {
			return false;
		}
	});
}
