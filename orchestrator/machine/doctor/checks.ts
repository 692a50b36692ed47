/** Judges a machine by what was read of it. Every check gives at most one line. */
import { BYTES_PER_GB, BYTES_PER_MB, NS_PER_US } from "../../../shared/units.ts";
import type { Facts } from "./facts.ts";

export interface Finding {
	check: string;
	/** missing: a run cannot do without it. warning: a run can, but its figures are worse for it. */
	status: "ok" | "warning" | "missing";
	finding: string;
	/** Advice; null where there is nothing to do. */
	advice: string | null;
}

type Check = (facts: Facts) => Finding | null;

/** A load above what one waiting shell makes. */
const BUSY_LOAD = 0.5;
/**
 * A share of one processor: more than the housekeeping of an idle desktop takes, less than what shows in an
 * A/A comparison.
 */
export const BUSY_FOREIGN = 0.1;
/** Per cent of the last ten seconds. */
const BUSY_PRESSURE = { cpu: 10, memory: 1, io: 10 };
/** A share of all processors' time since the start, idle hours included. */
const BUSY_STEAL = 0.01;
/** Twice what the frameworks take with their dependencies and builds. A run itself takes some 10 MB. */
const LEAST_DISK_BYTES = 4 * BYTES_PER_GB;
/** Every target of a block is alive at once. */
const LEAST_MEMORY_BYTES = 2 * BYTES_PER_GB;
/** The kernel moves so much out even on a machine that has enough memory. */
const HARMLESS_SWAP_BYTES = 64 * BYTES_PER_MB;
/**
 * These clocks are read through a device or a tick instead of a register. A look takes 1 us and more, and
 * instrumentation looks thousands of times.
 */
const SLOW_CLOCKS = ["hpet", "acpi_pm", "pit", "jiffies", "refined-jiffies"];
const COARSE_TIMER_NS = NS_PER_US;

/** Runs every check that this machine gives an answer to, in the order of the list. */
export function examine(facts: Facts): Finding[] {
	return CHECKS.map((check) => check(facts)).filter((finding) => finding !== null);
}

const CHECKS: readonly Check[] = [
	({ procfs }) =>
		procfs
			? null
			: warning(
					"kernel",
					"no /proc",
					"resident memory, load and disturbances cannot be read here: prefer Linux for results to publish",
				),
	({ procfs, pressure }) =>
		!procfs || pressure.cpu !== null
			? null
			: warning(
					"kernel",
					"no pressure figures (/proc/pressure)",
					"start the kernel with psi=1, if it has them",
				),
	({ processors, usable }) => {
		if (usable < 2)
			return warning(
				"processors",
				"one processor",
				"the orchestrator shares it with the process it measures: use a machine with two",
			);
		if (usable < processors)
			return ok("processors", `${usable} of ${processors} processors are left to this process`);
		return ok("processors", `${processors} processors`);
	},
	({ load, foreign }) => {
		if (load === null) return null;
		const finding = `load average ${load.toFixed(2)}`;
		// The next check knows better what runs now. A load may come from something that has just ended.
		return foreign === null && load > BUSY_LOAD
			? warning("load", finding, "close what else runs")
			: ok("load", finding);
	},
	({ foreign }) => {
		if (foreign === null) return null;
		const names = foreign.top
			.map(({ name, pid, share }) => `${name} (${pid}) ${percentText(share)}`)
			.join(", ");
		if (foreign.processors <= BUSY_FOREIGN)
			return ok("others", `other processes use ${percentText(foreign.processors)} of a processor`);
		const advice = names === "" ? "many small ones: wait until they are done" : `end them, or wait: ${names}`;
		return warning("others", `other processes use ${foreign.processors.toFixed(1)} processors`, advice);
	},
	({ pressure }) =>
		pressureFinding("cpu", pressure.cpu, "more wants to run than there are processors: end what else runs"),
	({ pressure }) => pressureFinding("memory", pressure.memory, "memory is short: end what takes it"),
	({ pressure }) =>
		pressureFinding("io", pressure.io, "something reads or writes much: wait until it is done"),
	({ stealShare }) => {
		if (stealShare === null) return null;
		const finding = `${percentText(stealShare)} of the time stolen by the host since the machine started`;
		return stealShare > BUSY_STEAL
			? warning("steal", finding, "the host is overbooked: use another, or dedicated processors")
			: ok("steal", finding);
	},
	({ quota, usable }) => {
		if (quota === null || quota >= usable) return null;
		const advice =
			"a process that uses it up stands still for up to 100 ms: lift the limit " +
			"(docker run without --cpus, no CPU limit in Kubernetes)";
		return warning("quota", `the cgroup may use ${Number(quota.toFixed(2))} of ${usable} processors`, advice);
	},
	({ governors }) => {
		const others = governors.filter((governor) => governor !== "performance");
		if (governors.length === 0) return null;
		if (others.length === 0) return ok("governor", "CPU frequency governor 'performance'");
		return warning(
			"governor",
			`CPU frequency governor '${others.join("', '")}'`,
			"sudo cpupower frequency-set -g performance",
		);
	},
	({ boost }) =>
		boost === null
			? null
			: boost
				? warning(
						"boost",
						"turbo is on: the clock follows temperature and neighbours",
						"switch it off in the firmware, or in cpufreq/boost or intel_pstate/no_turbo",
					)
				: ok("boost", "turbo is off"),
	({ siblings }) =>
		siblings === null
			? null
			: siblings
				? warning(
						"siblings",
						"two processors share a core (SMT)",
						"echo off | sudo tee /sys/devices/system/cpu/smt/control",
					)
				: ok("siblings", "no two processors share a core, as far as this system sees"),
	({ hypervisor }) =>
		hypervisor === null
			? null
			: hypervisor
				? warning(
						"hypervisor",
						"a virtual machine: neighbours slow it down unseen",
						"trust ratios, not milliseconds, and measure the noise with --aa",
					)
				: ok("hypervisor", "no hypervisor"),
	({ swapUsedBytes }) => {
		if (swapUsedBytes === null) return null;
		if (swapUsedBytes <= HARMLESS_SWAP_BYTES)
			return ok("swap", `${megabytesText(swapUsedBytes)} of swap in use`);
		return warning(
			"swap",
			`${megabytesText(swapUsedBytes)} of swap in use`,
			"free memory, then sudo swapoff -a && sudo swapon -a",
		);
	},
	({ memoryAvailableBytes }) => {
		if (memoryAvailableBytes === null) return null;
		const finding = `${gigabytesText(memoryAvailableBytes)} of memory available`;
		return memoryAvailableBytes < LEAST_MEMORY_BYTES
			? warning("memory", finding, "all targets are alive at once: end what takes it")
			: ok("memory", finding);
	},
	({ hugePages }) => {
		if (hugePages === null) return null;
		const finding = `transparent huge pages '${hugePages}'`;
		return hugePages === "always"
			? warning(
					"huge pages",
					finding,
					"resident memory comes in steps of 2 MB: 'madvise' shows what the runtimes ask for",
				)
			: ok("huge pages", finding);
	},
	({ randomisedAddresses }) =>
		randomisedAddresses === null
			? null
			: ok(
					"addresses",
					randomisedAddresses
						? "addresses are randomised: fresh processes average it out"
						: "addresses are not randomised: all processes share one layout",
				),
	({ onBattery }) =>
		onBattery === null
			? null
			: onBattery
				? warning("power", "on battery", "plug it in: processors save power")
				: ok("power", "not on battery"),
	({ freeDiskBytes }) => {
		if (freeDiskBytes === null) return null;
		const finding = `${gigabytesText(freeDiskBytes)} free where results go`;
		return freeDiskBytes < LEAST_DISK_BYTES
			? warning("disk", finding, "setting all runtimes up takes about 2 GB: make room")
			: ok("disk", finding);
	},
	({ clockSource }) => {
		if (clockSource === null) return null;
		if (!SLOW_CLOCKS.includes(clockSource)) return ok("clock", `clock source '${clockSource}'`);
		return warning(
			"clock",
			`clock source '${clockSource}' is slow to read`,
			"the kernel distrusts the processor's own (dmesg says why): tsc=reliable, or another machine",
		);
	},
	({ timerResolutionNs }) => {
		const finding = `timer resolution ${timerResolutionNs} ns`;
		return timerResolutionNs > COARSE_TIMER_NS
			? warning("timer", finding, "short stages cannot be told apart: use another machine")
			: ok("timer", finding);
	},
];

export function ok(check: string, finding: string): Finding {
	return { check, status: "ok", finding, advice: null };
}

export function warning(check: string, finding: string, advice: string): Finding {
	return { check, status: "warning", finding, advice };
}

function pressureFinding(
	resource: keyof typeof BUSY_PRESSURE,
	average: number | null,
	advice: string,
): Finding | null {
	if (average === null) return null;
	const finding = `${resource} pressure ${average} % in the last 10 s`;
	return average > BUSY_PRESSURE[resource]
		? warning(`${resource} pressure`, finding, advice)
		: ok(`${resource} pressure`, finding);
}

function percentText(share: number): string {
	return `${Number((share * 100).toFixed(share < 0.01 ? 2 : 0))} %`;
}

export function megabytesText(bytes: number): string {
	return `${Math.round(bytes / BYTES_PER_MB)} MB`;
}

export function gigabytesText(bytes: number): string {
	return `${(bytes / BYTES_PER_GB).toFixed(1)} GB`;
}
