// Profiles and micro-benchmarks of the real frameworks, by the command line.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../orchestrator/files.ts";
import { microFile } from "../../shared/types.ts";

const newFolder = () => join(mkdtempSync(join(tmpdir(), "eliza-benchmark-tools-")), "run");
const OPERATIONS =
	"compose_state memory_create memory_get prompt_render provider_run_CHARACTER provider_run_RECENT_MESSAGES response_parse";

/** Runs a command with `--json` and gives back what it printed. */
function run(...args: string[]): unknown {
	const { status, stdout, stderr } = spawnSync(
		join(ROOT, "run.sh"),
		[...args, "--json", "--output", newFolder()],
		{ encoding: "utf8" },
	);
	assert.equal(status, 0, stderr);
	return JSON.parse(stdout);
}

for (const target of ["typescript", "python"]) {
	test(`a CPU profile of ${target} names the framework's functions, and its shares are shares`, {
		timeout: 300_000,
	}, () => {
		const [profile] = run(
			"profile",
			"--targets",
			target,
			"--scenarios",
			"burst-100",
			"--iterations",
			"5",
		) as {
			functions: { name: string; selfShare: number }[];
			outside: { selfShare: number }[];
		}[];
		assert.equal(profile?.functions.length, 10);
		const shares = [...(profile?.functions ?? []), ...(profile?.outside ?? [])].map(
			({ selfShare }) => selfShare,
		);
		assert.ok(
			shares.every((share) => share > 0) && shares.reduce((sum, share) => sum + share, 0) <= 1.000001,
		);
	});
}

test("the micro-benchmarks of TypeScript measure every operation", { timeout: 300_000 }, () => {
	const [target] = microFile.parse(run("micro", "--targets", "typescript")).targets;
	assert.equal(
		target?.benchmarks
			.map(({ name }) => name.replace(" ", "_"))
			.toSorted()
			.join(" "),
		OPERATIONS,
	);
	for (const { name, medianNs, p5Ns, p95Ns, samples } of target?.benchmarks ?? []) {
		assert.ok(p5Ns > 0 && p5Ns <= medianNs && medianNs <= p95Ns && samples >= 10, name);
	}
});
