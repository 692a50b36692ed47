/**
 * `./run.sh doctor` says what this machine has and lacks, and what makes it noisy, before a long run finds
 * out.
 */

import { tmpdir } from "node:os";
import { join } from "node:path";
import { contamination } from "../../analysis/cell/contamination.ts";
import { disturbanceText } from "../../report/text/reasons.ts";
import { countedText } from "../../report/text/units.ts";
import type { Machine } from "../../shared/types.ts";
import { BYTES_PER_GB } from "../../shared/units.ts";
import { packageState } from "../database/package.ts";
import { EXIT, messageOf } from "../errors.ts";
import { ROOT } from "../files.ts";
import { describeMachine } from "../machine/describe.ts";
import {
	BUSY_FOREIGN,
	examine,
	type Finding,
	gigabytesText,
	megabytesText,
	ok,
	warning,
} from "../machine/doctor/checks.ts";
import { watchConsumers } from "../machine/doctor/consumers.ts";
import { freeDisk, readFacts } from "../machine/doctor/facts.ts";
import { type Probe, probe } from "../machine/doctor/probe.ts";
import { MACHINE } from "../machine/kernel.ts";
import { measuringProcess } from "../process/measuring-turn.ts";
import { RUNTIME_NAMES } from "../runtimes/index.ts";
import { countSetUps } from "../targets/install.ts";
import { isCurrent } from "../targets/set-up.ts";
import { findToolchain } from "../targets/toolchain.ts";

/** In this time a use of a few per cent shows in ticks of 10 ms. */
const WATCH_MS = 1000;
/** Timers and interrupts take less time than this share in slow loops. */
const STEADY_SHARE = 0.01;

/** A server with two templates and sixteen databases takes 0.3 GB, and up to 1 GB of a log of changes. */
const LEAST_SERVER_BYTES = 2 * BYTES_PER_GB;

/** The ratio of the median loop to a fast one. On a steady machine the two are within 10 %. */
const STEADY_RATIO = 1.25;

export interface DoctorFlags {
	json?: true;
	/** False with --no-probe. */
	probe?: boolean;
}

/**
 * Prints the findings and sets the exit status: 2 when something is missing that a run needs, 0 otherwise.
 */
export async function doctorCommand(flags: DoctorFlags): Promise<void> {
	const machine = describeMachine();
	const findings = [
		...(await checkToolchains()),
		...checkOtherTargets(),
		...checkPostgres(),
		...examine(readFacts(MACHINE, join(ROOT, "results"), await watchConsumers(MACHINE, WATCH_MS))),
	];
	const measuring = measuringProcess();
	if (measuring !== null) findings.push(measuringFinding(measuring, flags.probe !== false));
	const probes = flags.probe !== false && measuring === null;
	const probed = probes ? await probe() : null;
	if (probes) findings.push(...judgeProbe(probed));
	if (flags.json) console.log(JSON.stringify({ machine, findings, probe: probed }, null, 2));
	else for (const line of [title(machine), ...findings.map(lineOf)]) console.log(line);
	process.exitCode = findings.some(({ status }) => status === "missing") ? EXIT.wrongInput : EXIT.done;
}

async function checkToolchains(): Promise<Finding[]> {
	const settled = await Promise.allSettled(RUNTIME_NAMES.map((runtime) => findToolchain(runtime)));
	const there = RUNTIME_NAMES.filter((_, index) => settled[index]?.status === "fulfilled");
	const without = there.length > 0 ? `or leave it out with --targets ${there.join(",")}` : null;
	return Promise.all(
		RUNTIME_NAMES.map(async (runtime): Promise<Finding> => {
			try {
				const { version } = await findToolchain(runtime);
				const harness = (await isCurrent(runtime)) ? "set up" : "not set up yet (./run.sh does it)";
				return ok(runtime, `${runtime}: toolchain ${version}, harness ${harness}`);
			} catch (error) {
				return { check: runtime, status: "missing", finding: messageOf(error), advice: without };
			}
		}),
	);
}

/** The probe would disturb a run that measures, and the run the probe. */
function measuringFinding(process: number, probes: boolean): Finding {
	const without = probes ? ", so the probe is left out" : "";
	return warning(
		"runs",
		`a run (process ${process}) measures now${without}`,
		"run the doctor again after it",
	);
}

/** Reports set-ups beside the locked ones, which may be removed. */
function checkOtherTargets(): Finding[] {
	const { count, bytes } = countSetUps();
	if (count === 0) return [];
	return [
		ok(
			"targets",
			`${countedText(count, "other target")} set up, ${gigabytesText(bytes)}: ./run.sh clean makes room`,
		),
	];
}

/** Reports PostgreSQL, which no run needs unless one of its targets does. */
function checkPostgres(): Finding[] {
	const found = packageState();
	switch (found.state) {
		case "absent":
			return [ok("postgres", "PostgreSQL not set up (a run does it when a target on it asks)")];
		case "broken":
			return [
				warning("postgres", "the set-up of PostgreSQL is not whole", "the next run that needs it repeats it"),
			];
		case "there":
			return [ok("postgres", `PostgreSQL set up, ${megabytesText(found.bytes)}`), ...checkServerPlace()];
	}
}

/** Reports the disk on which a run's server stores. It need not be that of the results. */
function checkServerPlace(): Finding[] {
	const place = tmpdir();
	const free = freeDisk(place);
	if (free === null) return [];
	const finding = `${gigabytesText(free)} free in ${place}, where a database server stores`;
	return [
		free < LEAST_SERVER_BYTES
			? warning("server's disk", finding, "a run's server may take 1 GB: make room, or set TMPDIR")
			: ok("server's disk", finding),
	];
}

/** @param probed null: its process failed */
export function judgeProbe(probed: Probe | null): Finding[] {
	if (probed === null) return [warning("probe", "the probe's process failed", "run the doctor again")];
	const { p50Ms, p50OverP5, p95OverP50, slowShare, slowTimeShare, autocorrelation } = probed.steadiness;
	const bursts = autocorrelation === null ? "" : `, autocorrelation ${autocorrelation.toFixed(2)}`;
	const slow = `${percent(slowShare)} slower than 1.5 x p50`;
	const figures = `a loop of ${p50Ms.toFixed(2)} ms: p95/p50 ${p95OverP50.toFixed(2)}, ${slow}${bursts}`;
	const reasons = contamination(probed.monitor);
	// No process here was busy meanwhile, so the disturbance comes from outside this system.
	const { foreignCpuNs, wallNs } = probed.monitor;
	const alone = reasons.length === 0 && foreignCpuNs !== null && foreignCpuNs < BUSY_FOREIGN * wallNs;
	const who = alone ? "a neighbour, unseen from here," : "something";
	return [
		ok("probe", figures),
		...reasons.map((reason) =>
			warning("probe", `while the probe ran, ${disturbanceText(reason)}`, "see the findings above"),
		),
		slowTimeShare >= STEADY_SHARE
			? warning(
					"steadiness",
					`${who} slows this machine down ${percent(slowTimeShare)} of the time`,
					expectation(probed),
				)
			: p50OverP5 >= STEADY_RATIO
				? warning(
						"steadiness",
						`${who} slows this machine down, most loops to ${p50OverP5.toFixed(1)} times the fastest`,
						expectation(probed),
					)
				: ok("steadiness", `steady just now: ${expectation(probed)}`),
	];
}

function expectation({ steadiness: { expectedError } }: Probe): string {
	if (expectedError === null) return "measure its noise with --aa";
	const error = Math.max(0.1, Math.expm1(expectedError) * 100).toFixed(1);
	return (
		`expect +-${error} % per block from the machine alone; ` +
		"--aa measures it, the processes' own differences included"
	);
}

function percent(share: number): string {
	return `${Number((share * 100).toFixed(1))} %`;
}

function title({ os, kernel, arch, cpus, cpuModel, memoryBytes }: Machine): string {
	return `${os} ${kernel} ${arch}, ${cpus} x ${cpuModel}, ${Math.round(memoryBytes / BYTES_PER_GB)} GB`;
}

function lineOf({ status, finding, advice }: Finding): string {
	return `${status.padEnd(8)} ${finding}${advice === null ? "" : `: ${advice}`}`;
}
