/**
 * Asks how often the gate fails for nothing: two copies of a framework that differ in a comment are compared by
 * `./run.sh ab` over all scenarios, again and again.
 *
 * `npm run accuracy:gate -- --runs 10 --budget 600 --runtimes typescript,python,rust`. Ctrl-C ends it and prints
 * what there is.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { ROOT, readJson } from "../../orchestrator/files.ts";
import { RUNTIME_NAMES } from "../../orchestrator/runtimes/index.ts";
import { changeFile, type RuntimeName } from "../../shared/types.ts";
import { makeCopies } from "./copies.ts";
import { loadEdits } from "./edits.ts";
import { type GateRun, gateRun, gateRunText, gateSummary } from "./gate-runs.ts";
import { runProgram } from "./measure.ts";

const KEPT = join(ROOT, "results/accuracy-gate.json");

interface Flags {
	runs: number;
	budget: number;
	runtimes: string;
	scenarios: string;
}

const command = new Command("accuracy:gate")
	.description("Compares two builds that differ in a comment, and counts how often the gate fails.")
	.option("--runs <number>", "runs of each runtime", Number, 10)
	.option("--budget <seconds>", "for each run", Number, 600)
	.option("--runtimes <a,b>", "runtimes to try", RUNTIME_NAMES.join())
	.option("--scenarios <a,b>", "scenarios to compare", "all")
	.action(main);
await command.parseAsync();

async function main({ runs, budget, runtimes, scenarios }: Flags): Promise<void> {
	const names = runtimes
		.split(",")
		.filter((name): name is RuntimeName => RUNTIME_NAMES.includes(name as RuntimeName));
	if (names.join() !== runtimes)
		command.error(`error: --runtimes ${runtimes}: choose from ${RUNTIME_NAMES.join(", ")}`, { exitCode: 2 });
	let stopped = false;
	process.on("SIGINT", () => {
		stopped = true;
	});
	const done: GateRun[] = [];
	// Runtimes take turns, so that what the machine does in an hour is not one runtime's.
	for (let index = 0; index < runs; index++)
		for (const runtime of names) {
			const one = stopped ? null : await askGate(runtime, scenarios, budget);
			if (one === null || stopped) continue;
			done.push(one);
			console.log(gateRunText(one, index));
			mkdirSync(join(ROOT, "results"), { recursive: true });
			writeFileSync(KEPT, `${JSON.stringify(done, null, "\t")}\n`);
		}
	for (const runtime of names) {
		const own = done.filter((one) => one.runtime === runtime);
		if (own.length > 0) console.log(`${runtime}: ${gateSummary(own)}`);
	}
	if (done.length > 0) console.log(`all: ${gateSummary(done)}`);
}

/** @throws {Error} when `ab` ends with anything but its two verdicts */
async function askGate(runtime: RuntimeName, scenarios: string, budget: number): Promise<GateRun | null> {
	const edit = (await loadEdits()).get(`${runtime}-comment`);
	if (!edit) throw new Error(`there is no edit ${runtime}-comment`);
	const copies = makeCopies(edit, null);
	const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-gate-"));
	try {
		const output = join(folder, "run");
		const { status, stdout, stderr, seconds } = await runProgram(
			...["ab", `${runtime}=path:${copies.base}`, `${runtime}=path:${copies.head}`],
			...["--scenarios", scenarios, "--budget", `${budget}s`, "--format", "json", "--output", output],
		);
		if (status === 130) return null;
		if (status !== 0 && status !== 1)
			throw new Error(`ab of ${runtime} ended with ${status}:\n${stdout}${stderr}`);
		return gateRun(runtime, readJson(join(output, "change.json"), changeFile, "change file"), seconds);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
