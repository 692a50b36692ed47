/**
 * Measures how much of the difference between two installs of one program is layout: what the size of the
 * environment, the place of an install, and another install in a place alike change.
 *
 *   node --import tsx tests/support/layout.ts rust single-message 45 20
 *
 * (runtime, scenarios, blocks, iterations). All processes of a block take turns, so that every pair has met
 * the same machine.
 */
import { join } from "node:path";
import { blockLogRatios } from "../../analysis/compare/pairs.ts";
import { decidingMetricOf } from "../../analysis/metrics.ts";
import { ratioEstimate } from "../../analysis/stats/intervals.ts";
import { loadTargets } from "../../orchestrator/contract.ts";
import { readJson } from "../../orchestrator/files.ts";
import type { Launch } from "../../orchestrator/process/launch.ts";
import { installTargets } from "../../orchestrator/targets/install.ts";
import { launchOf } from "../../orchestrator/targets/launch.ts";
import { benchmarkResult, type Target } from "../../shared/types.ts";
import { measure } from "./real.ts";

/** So much longer is another user's environment: no multiple of a cache line. */
const GROWN_BYTES = 1000;

const [runtime, scenarios = "single-message", blocks = "30", iterations = "10"] = process.argv.slice(2);
const inRepository = loadTargets().find((target) => target.runtime === runtime);
if (!inRepository) throw new Error("name a runtime: typescript, python or rust");

// Another id makes another install of the same content, beside the one in the repository.
const twins = ["twin-one", "twin-two"].map((id): Target => ({ ...inRepository, id, aside: true }));
const [locked, one, two] = (await installTargets([inRepository, ...twins], console.error)).targets;
if (!locked || !one || !two) throw new Error(`${runtime} could not be set up three times`);

interface Arm {
	target: Target;
	/** Bytes more in its environment; null: what every process of a run has, another size each. */
	bytes: number | null;
}
const ARMS: Record<string, Arm> = {
	repository: { target: locked, bytes: 0 },
	"repository-grown": { target: locked, bytes: GROWN_BYTES },
	"one-bare": { target: one, bytes: 0 },
	"two-bare": { target: two, bytes: 0 },
	one: { target: one, bytes: null },
	two: { target: two, bytes: null },
};
const PAIRS = [
	["repository-grown", "repository", "an environment longer by 1,000 bytes"],
	["one-bare", "repository", "an install with a longer path"],
	["two-bare", "repository", "another one with a longer path"],
	["two-bare", "one-bare", "two installs alike, environments alike"],
	["two", "one", "two installs alike, environments of random size"],
] as const;

/** The program `env` starts all of them, so that it costs all of them alike. */
function launchArm({ id }: Target): Launch {
	const arm = ARMS[id];
	if (!arm) throw new Error(`no arm ${id}`);
	const { file, args, env } = launchOf(arm.target);
	const sized = arm.bytes === null ? [] : ["-u", "ELIZA_BENCHMARK_PADDING", `GROWN=${"x".repeat(arm.bytes)}`];
	return { file: "/usr/bin/env", args: [...sized, file, ...args], env };
}

const { folder, comparison } = await measure({
	scenarios,
	targets: Object.entries(ARMS).map(([id, { target }]) => ({ ...target, id, label: id })),
	iterations: Number(iterations),
	warmup: 3,
	settings: { blocks: Number(blocks) },
	launch: launchArm,
});
for (const { id: scenario, rows } of comparison?.scenarios ?? []) {
	const results = new Map(
		Object.keys(ARMS).map((id) => [
			id,
			readJson(join(folder, `${id}.json`), benchmarkResult, "result").scenarios[scenario],
		]),
	);
	const [cell] = results.values();
	const deciding = cell && decidingMetricOf(cell, (id) => rows.some((row) => row.metric === id));
	// CPU time is less noisy than wall time where others are at work.
	const metrics = [...new Set([deciding?.id ?? [], "cpu_per_message_ms"].flat())];
	for (const metric of metrics)
		for (const [a, b, what] of PAIRS) {
			const logs = blockLogRatios(results.get(a)?.samples ?? [], results.get(b)?.samples ?? [], metric);
			const found = ratioEstimate(logs);
			if (!found) continue;
			const percent = (ratio: number) => ((ratio - 1) * 100).toFixed(2);
			const verdict = found.low > 1 || found.high < 1 ? "differ" : "alike";
			const range = `${percent(found.low)} to ${percent(found.high)}`;
			console.log(`${scenario}, ${metric}: ${what}: ${percent(found.value)} % (${range}), ${verdict}`);
		}
}
