/** Lists the processes that are alive on this machine, as the kernel knows them. */
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

/** Ids of the living processes, other than this one, that were started with `NAME=VALUE` in their environment. */
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
