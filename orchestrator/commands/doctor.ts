/** `./run.sh doctor`: what this machine has and lacks, before a long run finds out. */
import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { loadTargets } from "../contract.ts";
import { messageOf } from "../errors.ts";
import { describeMachine } from "../machine.ts";
import { findToolchain, isCurrent } from "../provision/index.ts";

/** A load that one waiting shell does not make. */
const BUSY_LOAD = 0.5;

export async function doctorCommand(): Promise<void> {
	const machine = describeMachine();
	console.log(
		`${machine.os} ${machine.kernel} ${machine.arch}, ${machine.cpus} x ${machine.cpuModel}, ${Math.round(machine.memoryBytes / 2 ** 30)} GB`,
	);
	const runtimes = [...new Set(loadTargets().map(({ runtime }) => runtime))];
	let missing = 0;
	for (const runtime of runtimes) {
		try {
			const { version } = await findToolchain(runtime, runtimes);
			console.log(
				`ok       ${runtime}: toolchain ${version}, harness ${isCurrent(runtime) ? "set up" : "not set up yet (./run.sh does it)"}`,
			);
		} catch (error) {
			missing++;
			console.log(`missing  ${messageOf(error)}`);
		}
	}
	const load = loadavg()[0] ?? 0;
	if (load > BUSY_LOAD) console.log(`warning  load average ${load.toFixed(2)}: close what else runs, figures will be noisy`);
	if (machine.cpus < 2) console.log("warning  one processor: the orchestrator shares it with the process it measures");
	const governor = readOptional("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
	if (governor !== null && governor !== "performance")
		console.log(`warning  CPU frequency governor '${governor}': 'performance' is steadier`);
	if (readOptional("/proc/self/status") === null)
		console.log("warning  no /proc: resident memory cannot be read here and is reported as not measured");
	process.exitCode = missing > 0 ? 2 : 0;
}

function readOptional(path: string): string | null {
	try {
		return readFileSync(path, "utf8").trim();
	} catch {
		return null;
	}
}
