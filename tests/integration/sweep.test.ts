// A sweep of each dimension does on every runtime what its scenarios say, and is a run like any other.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { loadContract } from "../../orchestrator/contract.ts";
import { readJson } from "../../orchestrator/files.ts";
import { PROFILES, type Profile } from "../../orchestrator/run/profiles.ts";
import { DIMENSIONS, sweepScenarios } from "../../orchestrator/run/sweep.ts";
import { RUNTIME_NAMES } from "../../orchestrator/runtimes/index.ts";
import { comparisonFile, runFile, SCHEMA_VERSION, type WorkLedger } from "../../shared/types.ts";
import { LIMIT_MS, RUN, runProgram, succeed } from "../support/program.ts";
import { temporaryFolder } from "../support/real.ts";

const folder = temporaryFolder();
const { scenarios, character } = loadContract({});

interface Cell {
	scenario: string;
	target: string;
	status: string;
	reasons: unknown[];
	ledger: WorkLedger | null;
}

test("every runtime does two sizes of every dimension as its base scenario, and more of what the size counts", {
	timeout: LIMIT_MS,
}, () => {
	const baseOf = ({ base }: { base: string }) => scenarios.find(({ id }) => id === base) ?? assert.fail(base);
	const made = DIMENSIONS.flatMap((dimension) => {
		const base = baseOf(dimension);
		const sizes = [dimension.least, dimension.least + 7];
		return sweepScenarios(dimension, base, sizes, PROFILES.quick as Profile, character);
	});
	const path = join(folder, "sweeps.json");
	const streamed = baseOf({ base: "streaming-10" });
	writeFileSync(path, JSON.stringify({ schemaVersion: SCHEMA_VERSION, scenarios: [...made, streamed] }));
	const { cells }: { cells: Cell[] } = JSON.parse(succeed("verify", "--scenario-file", path, "--json"));
	assert.equal(cells.length, (made.length + 1) * RUNTIME_NAMES.length);
	const statusOf = (target: string, id: string) =>
		cells.find((cell) => cell.target === target && cell.scenario === id)?.status;
	for (const { scenario, target, status, reasons } of cells) {
		// Not every runtime streams. One that does streams any number of chunks.
		const wanted = scenario.includes("chunks") ? statusOf(target, streamed.id) : "comparable";
		if (scenario !== streamed.id)
			assert.equal(status, wanted, `${scenario} of ${target}: ${JSON.stringify(reasons)}`);
	}
	assert.equal(statusOf("typescript", streamed.id), "comparable");
	const ledgerOf = (target: string, id: string) =>
		cells.find((cell) => cell.target === target && cell.scenario === id)?.ledger ?? assert.fail(id);
	for (const target of RUNTIME_NAMES) {
		assert.deepEqual(ledgerOf(target, "sweep-actions-7").provided, { dummyActions: 7, characterChars: 0 });
		assert.deepEqual(ledgerOf(target, "sweep-character-length-7").provided, {
			dummyActions: 0,
			characterChars: 7,
		});
		assert.equal(ledgerOf(target, "sweep-history-7").history.seeded, 7);
		assert.equal(ledgerOf(target, "sweep-senders-8").messages, 8);
		assert.equal(new Set(ledgerOf(target, "sweep-rooms-8").stored.map(({ roomId }) => roomId)).size, 8);
	}
});

test("an interrupted sweep reports what there is, and is resumed to its end", {
	timeout: LIMIT_MS,
}, async () => {
	const output = join(folder, "interrupted");
	const words = ["sweep", "history", "--sizes", "0,20,40", "--targets", "python", "--profile", "quick"];
	const child = spawn(RUN, [...words, "--output", output], { stdio: ["ignore", "pipe", "pipe"] });
	const closed = once(child, "close");
	let [printed, errors, isStopped] = ["", "", false];
	child.stdout.on("data", (chunk: Buffer) => {
		printed += chunk;
	});
	child.stderr.on("data", (chunk: Buffer) => {
		errors += chunk;
		if (!isStopped && errors.includes("[2/3 ")) isStopped = child.kill("SIGINT");
	});
	const [status] = await closed;
	assert.equal(status, 130, errors);
	assert.match(errors, /To resume it: .\/run.sh --resume/);
	assert.match(printed, /Python: 2/);
	assert.ok(printed.includes(`Results: ${output}`));
	succeed("--resume", output);
	const { command } = readJson(join(output, "run.json"), runFile, "run file");
	assert.ok(command.includes(join(output, "scenarios.json")), "the command names where its scenarios are");
	const { growth } = comparisonFile.parse(JSON.parse(succeed("report", output, "--json")));
	assert.deepEqual(
		growth.map(({ dimension, target, points }) => [dimension, target, points.map(({ size }) => size)]),
		[["history", "python", [0, 20, 40]]],
	);
});

test("sizes and words that make no sweep are one line that says why, and exit with 2", () => {
	for (const [args, reason] of [
		[["provider"], /unknown dimension 'provider', did you mean providers\?/],
		[["providers", "--sizes", "5"], /a single size/],
		[["providers", "--sizes", "5,10,5"], /--sizes has 5 twice/],
		[["providers", "--sizes", "0,1001"], /'1001': a size of providers is a whole number from 0 to 1000/],
		[["senders", "--sizes", "0,5"], /'0': a size of senders/],
		[["history", "--sizes", "1,-2"], /'-2'/],
		[["history", "--sizes", "1,,2"], /''/],
		[["history", "--base", "startup-cold"], /sends no messages/],
		[["history", "--base", "nothing"], /has no scenario 'nothing'/],
		[["history", "--format", "pdf"], /unknown format 'pdf'/],
	] as const) {
		const { status, stderr } = runProgram("sweep", ...args);
		assert.equal(status, 2, stderr);
		assert.match(stderr, reason);
		assert.equal(stderr.trim().split("\n").length, 1);
	}
});
