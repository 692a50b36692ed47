/** Finds the true size of an edit without the benchmark's measuring code. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ratioEstimate, studentInterval } from "../../analysis/stats/intervals.ts";
import { mean, median, standardDeviation } from "../../analysis/stats/statistics.ts";
import { ROOT } from "../../orchestrator/files.ts";
import { comparisonFile, type ResultLedger, type RuntimeName } from "../../shared/types.ts";
import { NS_PER_MS } from "../../shared/units.ts";
import { Script, type ScriptCommand, typescriptScript } from "../support/script.ts";
import { makeProbe } from "./copies.ts";
import type { Edit } from "./edit.ts";
import type { Outcome } from "./outcome.ts";

/** A process's peak memory does not depend on what else the machine does: few pairs are enough. */
const MEMORY_PAIRS = 6;
const PROBE_BLOCKS = 8;

/** What `ab` measured at the base, and how. */
export interface Measured {
	/** Where the copies are set up. */
	roots: readonly [base: string, head: string];
	/** Messages of a process before those that count. */
	warmup: number;
	/** Messages of a process that count. */
	rounds: number;
	/** The median message of the base. */
	baseNs: number;
	/** The peak memory of the base. */
	basePeakBytes: number;
	/** Of the base. */
	ledger: ResultLedger;
	/** How long the edit's wait is; null where it has none. */
	waitNs: number | null;
	/** For the script. */
	pairs: number;
}

export async function trueSize(edit: Edit, measured: Measured): Promise<Outcome["truth"]> {
	const { size } = edit;
	switch (size.by) {
		case "nothing":
			return { by: size.by, ratio: 1, interval: null };
		case "wait": {
			const { waitNs, ledger, baseNs } = measured;
			if (waitNs === null) throw new RangeError("an edit with a wait has been made without one");
			return { by: size.by, ratio: 1 + (size.waits(ledger) * waitNs) / baseNs, interval: null };
		}
		case "script": {
			const { value, low, high } =
				size.messages === undefined
					? await timeByScript(edit.runtime, measured)
					: weighByScript(edit.runtime, size.messages, measured);
			return { by: size.by, ratio: value, interval: { low, high } };
		}
		case "probe":
			return { by: size.by, ratio: timeByProbe(edit), interval: null };
	}
}

/**
 * Times messages at base and head by a script that shares no measuring code with the benchmark. Its messages are
 * in the state of the benchmark's. Its processes are as old: an engine compiles what runs often, so a hot spot's
 * share changes with age. And they are frozen between their turns: a message that follows the last one at once
 * finds its data in the processor's caches, and what is all computation has a larger share of it.
 */
async function timeByScript(
	runtime: RuntimeName,
	{ roots, warmup, rounds, pairs }: Measured,
): Promise<{ value: number; low: number; high: number }> {
	const logs: number[] = [];
	for (let pair = 0; pair < pairs; pair++) {
		const scripts = roots.map((root) => new Script(scriptIn(runtime, root)));
		const ratios: number[] = [];
		try {
			for (const script of scripts) {
				for (let message = 0; message < warmup; message++) await script.message(message);
				script.freeze();
			}
			for (let round = 0; round < rounds; round++) {
				const elapsed = [0, 0];
				for (const side of round % 2 === 0 ? [0, 1] : [1, 0]) {
					const script = scripts[side];
					await script?.thaw();
					elapsed[side] = (await script?.message(warmup + round)) ?? 0;
					script?.freeze();
				}
				ratios.push(Math.log((elapsed[1] ?? 0) / (elapsed[0] ?? 0)));
			}
		} finally {
			for (const script of scripts) script.end();
		}
		logs.push(median(ratios));
	}
	const estimate = ratioEstimate(logs);
	if (!estimate) throw new RangeError(`${pairs} pairs of processes give no interval`);
	return estimate;
}

/**
 * Measures the peak memory of a script that sends so many messages, in processes of base and head in turn. What
 * the head takes more is set against the base's peak in the benchmark, whose processes do other things as well.
 */
function weighByScript(
	runtime: RuntimeName,
	messages: number,
	{ roots, basePeakBytes }: Measured,
): { value: number; low: number; high: number } {
	const differences = Array.from({ length: MEMORY_PAIRS }, () => {
		const [base, head] = roots.map((root) => {
			const [file, args] = scriptIn(runtime, root);
			return Number(execFileSync(file, [...args, String(messages)], { encoding: "utf8" }));
		});
		return (head ?? 0) - (base ?? 0);
	});
	const standardError = (standardDeviation(differences) ?? 0) / Math.sqrt(MEMORY_PAIRS);
	const { value, low, high } = studentInterval(mean(differences), standardError, MEMORY_PAIRS - 1);
	const ratio = (bytes: number) => 1 + bytes / basePeakBytes;
	return { value: ratio(value), low: ratio(low), high: ratio(high) };
}

/** @param root the folder below which the target is set up */
function scriptIn(runtime: RuntimeName, root: string): ScriptCommand {
	switch (runtime) {
		case "typescript":
			return typescriptScript(root);
		case "python":
			return [join(root, "python/.venv/bin/python"), [join(ROOT, "tests/independent/single_message.py")]];
		case "rust":
			throw new RangeError("no script is built for copies of the Rust framework: use a probe");
	}
}

/**
 * Times what the edit takes away in a run of the base and of the copy with the clock. They take turns as the
 * targets of `ab` do, so that messages are in the same state: after a pause what is timed takes longer.
 * @returns how many times as long a message would take without it
 */
function timeByProbe({ runtime, scenario, size }: Edit): number {
	if (size.by !== "probe") throw new RangeError("this edit has no probe");
	const { base, probe, file } = makeProbe(runtime, size.changes);
	const args = ["--targets", `${runtime}=path:${base},${runtime}=path:${probe}`, "--scenarios", scenario];
	const text = execFileSync(
		join(ROOT, "run.sh"),
		[...args, "--blocks", String(PROBE_BLOCKS), "--observe", "0", "--json"],
		{ encoding: "utf8", maxBuffer: 2 ** 28, stdio: ["ignore", "pipe", "ignore"] },
	);
	const comparison = comparisonFile.parse(JSON.parse(text));
	const row = comparison.scenarios[0]?.rows.find(({ metric }) => metric === "message_latency_p50_ms");
	const messageMs = row?.values[comparison.targets[0]?.id ?? ""];
	if (!messageMs) throw new RangeError("the base has no messages");
	const tookNs = readFileSync(file, "utf8").trim().split("\n").map(Number);
	return 1 - median(tookNs) / (messageMs * NS_PER_MS);
}
