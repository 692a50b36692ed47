/** The commands that measure more than a run of the smallest size. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readJson } from "../../../orchestrator/files.ts";
import { changeFile, comparisonFile, historyFile, microFile } from "../../../shared/types.ts";
import { CHARACTERS, measureAgent } from "../agent-run.ts";
import { runProgram, succeed } from "../program.ts";
import { temporaryFolder } from "../real.ts";
import { cellOf } from "../small-runs.ts";
import type { Rows } from "./rows.ts";

const OPERATIONS = [
	"compose_state",
	"memory_create",
	"memory_get",
	"prompt_render",
	"provider_run CHARACTER",
	"provider_run RECENT_MESSAGES",
	"response_parse",
];

const folder = temporaryFolder();

export const MEASURING: Rows = {
	ab: (runtime) => {
		// Beside itself on a real database.
		const targets = [runtime, `${runtime}+postgres`];
		const amount = ["--budget", "1s", "--precision", "50%", "--fail-on", "none"];
		const output = join(folder, `ab-${runtime}`);
		const { cells } = changeFile.parse(
			JSON.parse(succeed("ab", ...targets, ...amount, "--output", output, "--json")),
		);
		assert.deepEqual(
			cells.map(({ scenario, change }) => [scenario, change === "not comparable"]),
			[["single-message", false]],
		);
		const { databases } = readJson(join(output, "comparison.json"), comparisonFile, "comparison");
		assert.equal(databases?.[0]?.scenarios[0]?.scenario, "single-message");
	},
	agent: (runtime) => {
		if (runtime === "rust") {
			const { status, stderr } = runProgram("agent", CHARACTERS.typescript, "--on", runtime);
			assert.equal(status, 2, stderr);
			assert.match(stderr, /^error: agents are not measured on rust: their plugins are compiled into/);
			return;
		}
		const words = runtime === "python" ? "spins" : "wordy";
		const { costs, command } = measureAgent([words, "nothing"], ["--blocks", "1", "--no-growth"], runtime);
		const [scenario] = costs.scenarios;
		assert.deepEqual(
			scenario?.plugins.flatMap(({ plugin, promptChars }) =>
				plugin?.startsWith("fixture") ? [[plugin, promptChars]] : [],
			),
			[
				[`fixture-${words}`, 3000],
				["fixture-nothing", 0],
			],
		);
		assert.deepEqual(
			costs.ranking.map(({ plugin }) => plugin),
			[`fixture-${words}`],
		);
		assert.deepEqual(command.slice(0, 3), ["./run.sh", "agent", CHARACTERS[runtime]]);
	},
	sweep: (runtime) => {
		const output = join(folder, `sweep-${runtime}`);
		const amount = ["--sizes", "0,5", "--targets", runtime, "--profile", "quick", "--format", "markdown"];
		const text = succeed("sweep", "providers", ...amount, "--output", output, "--json");
		const { growth } = comparisonFile.parse(JSON.parse(text));
		assert.deepEqual(
			growth.map(({ dimension, target, points }) => [dimension, target, points.map(({ size }) => size)]),
			[["providers", runtime, [0, 5]]],
		);
		assert.ok(growth[0]?.points.every(({ value_ms, warmup_messages }) => value_ms > 0 && warmup_messages));
		assert.match(readFileSync(join(output, "report.md"), "utf8"), /ms at dummy providers/);
		assert.match(readFileSync(join(output, "report.html"), "utf8"), /Growth with size/);
	},
	versions: (runtime) => {
		const words = {
			typescript: "2.0.0-alpha.3 2.0.0-alpha.32",
			python: "2.0.0a4 2.0.0a5",
			rust: "2.0.0 9.9.9",
		};
		const output = join(folder, `versions-${runtime}`);
		const args = [
			"versions",
			runtime,
			...words[runtime].split(" "),
			"--profile",
			"quick",
			"--output",
			output,
		];
		if (runtime === "rust") {
			// One version of it is published, so that there is nothing to compare.
			const { status, stderr } = runProgram(...args);
			assert.equal(status, 2, stderr);
			assert.match(stderr, /^The target rust-9-9-9 is left out of this run$/m);
			assert.equal(cellOf(output, "rust-2-0-0").status, "comparable");
		} else {
			const { series } = historyFile.parse(JSON.parse(succeed(...args, "--json")));
			const latency = series.find(({ metric }) => metric === "message_latency_p50_ms");
			assert.deepEqual(
				latency?.points.map(({ value }) => value !== null),
				[true, true],
			);
		}
	},
	micro: (runtime) => {
		const output = join(folder, `micro-${runtime}`);
		const text = succeed("micro", "--targets", runtime, "--quick", "--output", output, "--json");
		const [target] = microFile.parse(JSON.parse(text)).targets;
		assert.deepEqual(target?.benchmarks.map(({ name }) => name).toSorted(), OPERATIONS);
		for (const { name, medianNs, p5Ns, p95Ns, samples } of target?.benchmarks ?? [])
			assert.ok(p5Ns > 0 && p5Ns <= medianNs && medianNs <= p95Ns && samples >= 10, name);
	},
	profile: (runtime) => {
		// A sampling profiler sees little of a fast program in a short time.
		const amount = ["--scenarios", "burst-100", "--iterations", runtime === "rust" ? "150" : "5"];
		const output = join(folder, `profile-${runtime}`);
		const [profile] = JSON.parse(
			succeed("profile", "--targets", runtime, ...amount, "--output", output, "--json"),
		);
		assert.ok(existsSync(profile.file));
		assert.equal(profile.functions.length, 10);
		const shares: number[] = [...profile.functions, ...profile.outside].map(({ selfShare }) => selfShare);
		assert.ok(shares.every((share) => share > 0));
		assert.ok(shares.reduce((sum, share) => sum + share, 0) <= 1.000001);
	},
};
