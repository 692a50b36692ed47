/** What is alive on this machine, as the kernel tells. */
import { readdirSync, readFileSync } from "node:fs";

/** Ids of the processes, other than this one, with `NAME=VALUE` in the environment that they were started with; of such as have ended: none. */
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
