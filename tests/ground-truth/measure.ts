/** Asks `./run.sh ab` about an edit, as a maintainer would, and finds the edit's true size. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT, readJson } from "../../orchestrator/files.ts";
import { describeMachine } from "../../orchestrator/machine/describe.ts";
import { rootOf } from "../../orchestrator/targets/folder.ts";
import {
	benchmarkResult,
	type CellChange,
	changeFile,
	comparisonFile,
	type RuntimeName,
	runFile,
	scenarioFile,
} from "../../shared/types.ts";
import { BYTES_PER_MB, MS_PER_S, NS_PER_MS } from "../../shared/units.ts";
import { makeCopies } from "./copies.ts";
import type { Edit } from "./edit.ts";
import type { Outcome } from "./outcome.ts";
import { type Measured, trueSize } from "./true-size.ts";

/** Relative to the repository, where the program is started. */
const SCENARIOS = "tests/ground-truth/scenarios.json";
/** What `ab` measures where nothing is said. */
const AB_SCENARIO = "single-message";

export interface Effort {
	/** Seconds for `ab --budget`; by default its own. */
	budget?: number;
	/** Pairs of processes of the independent script. */
	pairs: number;
}

/** The median message of a scenario, as it was last measured here. */
const messages = new Map<string, number>();

/** @throws {Error} when the program ends with an error, or by a signal */
export async function measureEdit(name: string, edit: Edit, { budget, pairs }: Effort): Promise<Outcome> {
	const { answer, measured } = await askAb(name, edit, budget);
	return { ...answer, truth: await trueSize(edit, { ...measured, pairs }) };
}

/**
 * Makes the copies, sets them up, and asks `ab`.
 * @param budget in seconds; by default that of `ab`
 * @returns what it answered, and what its truth is found from
 */
export async function askAb(
	name: string,
	edit: Edit,
	budget?: number,
): Promise<{ answer: Omit<Outcome, "truth">; measured: Omit<Measured, "pairs"> }> {
	const { runtime, scenario, expected, about, precision, size } = edit;
	const waitNs = size.by === "wait" ? twoDigits(size.share * (await messageNs(runtime, scenario))) : null;
	const copies = makeCopies(edit, waitNs);
	const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-truth-"));
	try {
		const targets = [copies.base, copies.head].map((path) => `${runtime}=path:${path}`);
		const setUp = await runProgram(
			...["verify", "--targets", targets.join(), "--output", join(folder, "verified")],
			...scenarioWords(scenario),
		);
		if (setUp.status !== 0) throw new Error(`${name} could not be set up:\n${setUp.stdout}${setUp.stderr}`);
		const options = [
			...(scenario === AB_SCENARIO ? [] : scenarioWords(scenario)),
			...(precision === undefined ? [] : ["--precision", precision]),
			...(budget === undefined ? [] : ["--budget", `${budget}s`]),
		];
		const startedAt = new Date().toISOString();
		const [loadAverage = 0] = loadavg();
		const output = join(folder, "run");
		const ab = await runProgram("ab", ...targets, ...options, "--format", "json", "--output", output);
		if (ab.status !== 0 && ab.status !== 1) throw new Error(`ab of ${name} failed:\n${ab.stderr}`);
		const { targets: made } = readJson(join(output, "run.json"), runFile, "run file");
		const [cell] = readJson(join(output, "change.json"), changeFile, "change file").cells;
		const [base, head] = made;
		if (!cell || !base || !head) throw new Error(`ab of ${name} left no cell`);
		const result = readJson(join(output, `${base.id}.json`), benchmarkResult, "result file");
		const measured = result.scenarios[scenario];
		if (!measured?.latency || !measured.iterations || !measured.processes || !measured.ledger)
			throw new Error(`${scenario} has no messages at the base`);
		const baseNs = measured.latency.median_ms * NS_PER_MS;
		messages.set(`${runtime} ${scenario}`, baseNs);
		return {
			answer: {
				edit: name,
				runtime,
				about,
				scenario,
				expected: expected && { metric: cell.deciding_metric ?? "", ...expected },
				command: ["./run.sh", "ab", "BASE", "HEAD", ...options].join(" "),
				startedAt,
				machine: describeMachine(),
				loadAverage,
				versions: {
					framework: base.versions?.framework ?? "unknown",
					engine: base.versions?.engine ?? "unknown",
				},
				setUpSeconds: setUp.seconds,
				seconds: ab.seconds,
				found: foundIn(cell, expected?.metric ?? cell.deciding_metric, ab.status === 1),
			},
			measured: {
				roots: [rootOf(base), rootOf(head)],
				warmup: measured.warmup ?? 0,
				rounds: Math.round(measured.iterations / measured.processes),
				baseNs,
				basePeakBytes: (measured.resources?.memory_rss_peak_mb ?? 0) * BYTES_PER_MB,
				ledger: measured.ledger,
				waitNs,
			},
		};
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function foundIn(cell: CellChange, metric: string | null, regression: boolean): Outcome["found"] {
	const row = cell.rows.find((one) => one.metric === metric);
	const others = cell.rows.filter(
		(one) => one !== row && (one.change === "faster" || one.change === "slower"),
	);
	return {
		change: row?.change ?? cell.change,
		ratio: row?.ratio ?? null,
		interval: row?.interval ?? null,
		stage: cell.stage,
		others: others.map((one) => one.metric),
		regression,
	};
}

/** @returns nanoseconds that a message of the published framework takes here */
async function messageNs(runtime: RuntimeName, scenario: string): Promise<number> {
	const known = messages.get(`${runtime} ${scenario}`);
	if (known !== undefined) return known;
	const { status, stdout, stderr } = await runProgram(
		...["--targets", runtime, "--blocks", "3", "--observe", "0", "--json", ...scenarioWords(scenario)],
	);
	if (status !== 0) throw new Error(`${runtime} could not be measured:\n${stderr}`);
	const { scenarios } = comparisonFile.parse(JSON.parse(stdout));
	const row = scenarios[0]?.rows.find(({ metric }) => metric === scenarios[0]?.deciding_metric);
	const value = row?.values[runtime];
	if (value === undefined || value === null || row?.unit !== "ms")
		throw new Error(`${scenario} is not decided by a time`);
	return value * NS_PER_MS;
}

function scenarioWords(scenario: string): string[] {
	const isOurs = readJson(join(ROOT, SCENARIOS), scenarioFile, "scenario file").scenarios.some(
		({ id }) => id === scenario,
	);
	return ["--scenarios", scenario, ...(isOurs ? ["--scenario-file", SCENARIOS] : [])];
}

/** Of a wait of the same length, the copy is set up already. */
function twoDigits(value: number): number {
	return Number(value.toPrecision(2));
}

export interface Ended {
	status: number | null;
	stdout: string;
	stderr: string;
	seconds: number;
}

/** Runs `./run.sh`, and passes Ctrl-C on to it. */
export function runProgram(...args: string[]): Promise<Ended> {
	const started = performance.now();
	const child = spawn(join(ROOT, "run.sh"), args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
	let [stdout, stderr] = ["", ""];
	child.stdout.setEncoding("utf8").on("data", (text) => {
		stdout += text;
	});
	child.stderr.setEncoding("utf8").on("data", (text) => {
		stderr += text;
	});
	const onInterrupt = () => child.kill("SIGINT");
	process.on("SIGINT", onInterrupt);
	return new Promise((resolve, reject) => {
		child.on("error", reject);
		child.on("close", (status) => {
			process.off("SIGINT", onInterrupt);
			resolve({ status, stdout, stderr, seconds: (performance.now() - started) / MS_PER_S });
		});
	});
}
