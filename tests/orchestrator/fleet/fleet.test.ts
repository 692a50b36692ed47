// What is said to Slurm, and what is understood of its answers and of a fleet's folder.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { FleetFolder } from "../../../orchestrator/fleet/fleet-folder.ts";
import {
	arrayScript,
	mergeScript,
	parseHeader,
	rangesText,
	readTemplate,
	TEMPLATE,
} from "../../../orchestrator/fleet/job-script.ts";
import { type ShardFacts, shardStatus } from "../../../orchestrator/fleet/shard-status.ts";
import { parseEndings, parseQueue } from "../../../orchestrator/fleet/slurm.ts";
import { renderFleet } from "../../../report/console/fleet.ts";
import type { FleetFile, FleetStatus, FleetTask, RunFile } from "../../../shared/types.ts";
import { readRecord, STORED_RUN } from "../../support/shards.ts";

const root = mkdtempSync(join(tmpdir(), "fleet-"));
after(() => rmSync(root, { recursive: true, force: true }));

const FILE: FleetFile = {
	schemaVersion: 2,
	kind: "fleet",
	createdAt: "2026-11-26T10:00:00.000Z",
	of: 4,
	by: "blocks",
	words: ["--blocks", "8"],
	request: { partition: "main", time: "1:00:00", atOnce: 2, headers: ["--account=lab"] },
	program: { kind: "copied", digest: "0123456789abcdef", local: "/tmp/it's here" },
	jobs: [],
};

test("an array has a node a task and is put back when that fails, and both jobs have the user's headers", () => {
	const fleet = FleetFolder.plan(join(root, "new"), new Date());
	const template = readTemplate(TEMPLATE);
	const array = arrayScript(template, fleet, FILE, [1, 2, 3, 7]);
	const merge = mergeScript(template, fleet, FILE);
	for (const line of ["--array=1-3,7%2", "--exclusive", "--mem=0", "--requeue", "--nodes=1", "--ntasks=1"])
		assert.ok(array.includes(`\n#SBATCH ${line}\n`), line);
	for (const script of [array, merge]) {
		for (const line of ["--account=lab", "--partition=main", "--time=1:00:00"])
			assert.ok(script.includes(`\n#SBATCH ${line}\n`), line);
		assert.doesNotMatch(script, /\{[a-z]+\}/);
		assert.equal(spawnSync("bash", ["-n"], { input: script }).status, 0);
	}
	assert.doesNotMatch(merge, /--array|--exclusive/);
	assert.ok(!existsSync(fleet.folder));
});

test("the words of a job reach the program as they are, whatever they hold", () => {
	fc.assert(
		fc.property(fc.stringMatching(/^[^\0\n]{1,20}$/), (local) => {
			const fleet = FleetFolder.plan(join(root, "new"), new Date());
			const file: FleetFile = { ...FILE, program: { kind: "copied", digest: "0123456789abcdef", local } };
			const script = mergeScript("#!\n{headers}\n{command}", fleet, file).replace(
				/^exec \S+/m,
				"printf '%s\\0'",
			);
			const { stdout } = spawnSync("bash", ["-s"], { input: script, encoding: "utf8" });
			assert.equal(stdout.split("\0")[1], local);
		}),
		{ numRuns: 20 },
	);
});

test("numbers are written as ranges that hold each once", () => {
	fc.assert(
		fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (numbers) => {
			const read = rangesText(numbers)
				.split(",")
				.flatMap((range) => {
					const [from = 0, to = from] = range.split("-").map(Number);
					return Array.from({ length: to - from + 1 }, (_, place) => from + place);
				});
			assert.deepEqual(
				read,
				numbers.toSorted((a, b) => a - b),
			);
		}),
	);
	assert.equal(rangesText([4, 1, 2, 3, 7]), "1-4,7");
});

test("a template without a place for headers or command is refused, and so is a header that is no option", () => {
	const path = join(root, "template");
	for (const [text, message] of [
		["echo", /does not begin with #!/],
		["#!/bin/bash\n{headers}", /has no \{command\}/],
		["#!/bin/bash\n{command}", /has no \{headers\}/],
	] as const) {
		writeFileSync(path, text);
		assert.throws(() => readTemplate(path), message);
	}
	assert.throws(() => readTemplate(join(root, "none")), /cannot read the template/);
	assert.equal(parseHeader("#SBATCH --qos=long"), "--qos=long");
	for (const line of ["qos=long", "--qos=long\n#SBATCH --x", ""])
		assert.throws(() => parseHeader(line), /is no option of sbatch/);
	assert.throws(() => FleetFolder.plan(join(root, "a b"), new Date()), /which Slurm reads as something else/);
});

test("the queue's lines are read, and those that are none are not", () => {
	const text =
		"17|3|PENDING||BeginTime\n17|1|RUNNING|n1|None\n18|N/A|PENDING||Dependency\n\nslurm_load: error\n";
	assert.deepEqual(parseQueue(text), [
		{ job: "17", task: 3, state: "PENDING", node: null, reason: "BeginTime" },
		{ job: "17", task: 1, state: "RUNNING", node: "n1", reason: null },
		{ job: "18", task: null, state: "PENDING", node: null, reason: "Dependency" },
	]);
	assert.deepEqual(
		[...parseEndings("17_2|TIMEOUT\n17_3|CANCELLED by 0\n17|FAILED\n")],
		[
			["17_2", "TIMEOUT"],
			["17_3", "CANCELLED by 0"],
		],
	);
});

const stored = readRecord(STORED_RUN);
const leftOut: RunFile["leftOut"] = [{ id: "rust", label: "Rust", reason: "no network" }];
const TASK: FleetTask = {
	schemaVersion: 2,
	kind: "fleet-task",
	shard: 1,
	node: "n1",
	restarts: 1,
	startedAt: "2026-11-26T10:00:00.000Z",
	endedAt: "2026-11-26T10:01:00.000Z",
	problem: null,
};
const NOTHING: ShardFacts = { shard: 1, run: null, task: null, row: null, ending: null, lastLine: null };
const pending = { job: "17", task: 1, state: "PENDING", node: null, reason: "Resources" };
const running: RunFile = { ...stored, status: "running" };

const STATES: [string, Partial<ShardFacts>, string, string | null][] = [
	["nothing is known", {}, "failed", null],
	["it waits", { row: pending }, "waiting", "Resources"],
	["it waits again", { row: pending, run: running, task: TASK }, "waiting", "Resources"],
	["it runs", { row: { ...pending, state: "RUNNING", node: "n2" }, run: running }, "running", null],
	[
		"it is whole, and its job ends",
		{ row: { ...pending, state: "COMPLETING" }, run: stored },
		"complete",
		null,
	],
	[
		"it lacks a target",
		{ run: { ...stored, leftOut } },
		"lacking",
		"without Rust, which could not be set up",
	],
	["it lacks a target and waits", { run: { ...stored, leftOut }, row: pending }, "waiting", "Resources"],
	["it was out of time", { run: running, task: TASK, ending: "TIMEOUT" }, "stopped", "Slurm says TIMEOUT"],
	[
		"it was told to end",
		{ run: running, task: { ...TASK, problem: "it was told to end" }, ending: "CANCELLED" },
		"stopped",
		"it was told to end",
	],
	[
		"its set-up failed",
		{ task: TASK, ending: "FAILED", lastLine: "npm: no network" },
		"failed",
		"npm: no network",
	],
];

test("a shard's state follows from its folder and the queue", () => {
	for (const [what, facts, state, why] of STATES) {
		const found = shardStatus({ ...NOTHING, ...facts });
		assert.deepEqual([found.state, found.why], [state, why], what);
	}
	const { row: _, ...unknown } = NOTHING;
	assert.equal(shardStatus({ ...unknown, run: running, task: { ...TASK, endedAt: null } }).state, "running");
	assert.deepEqual(shardStatus({ ...NOTHING, run: stored }).progress, { done: 4, of: 4, unit: "blocks" });
});

test("a fleet on the terminal has a line for each shard, or only for those that need a look", () => {
	const status = (count: number): FleetStatus => ({
		schemaVersion: 2,
		kind: "fleet-status",
		folder: root,
		of: count,
		by: "blocks",
		jobs: [],
		shards: Array.from({ length: count }, (_, place) => ({
			...shardStatus({ ...NOTHING, shard: place + 1, ...(place === 0 ? { task: TASK } : { run: stored }) }),
		})),
		merge: { state: "none", folder: null, why: null },
		queueProblem: null,
	});
	assert.match(renderFleet(status(4)), /failed .*n1 .*begun 2 times/);
	assert.match(renderFleet(status(4)), /3 of 4 shards complete, 1 failed/);
	const many = renderFleet(status(500));
	assert.ok(many.split("\n").length < 10, many);
	assert.match(many, /499 of 500 shards complete, 1 failed/);
});

test("two tasks that come to a node at once copy the program once and set it up once", async () => {
	const script = readFileSync(new URL("../../../orchestrator/fleet/node.sh", import.meta.url), "utf8");
	// A program that says when it is set up, which takes it a while, and what it was asked for.
	const program = join(root, "program");
	spawnSync("mkdir", ["-p", program]);
	const own = `#!/usr/bin/env bash
cd "$(dirname "$0")"
if [ "$1" = --help ]; then
  [ ! -f done ] || exit 0
  echo x >>set-ups; sleep 0.3; touch done
else echo "$@" >>asked; fi
`;
	writeFileSync(join(program, "run.sh"), own, { mode: 0o755 });
	const local = join(root, "local");
	const { spawn } = await import("node:child_process");
	const start = (shard: string) =>
		new Promise<number | null>((resolve) => {
			const words = ["-c", script, "node.sh", program, local, "0123456789abcdef", "task", "/fleet", shard];
			spawn("bash", words, { stdio: "ignore" }).once("exit", resolve);
		});
	assert.deepEqual(await Promise.all([start("1"), start("2")]), [0, 0]);
	const copy = join(local, "0123456789abcdef");
	assert.equal(readFileSync(join(copy, "set-ups"), "utf8"), "x\n");
	const asked = readFileSync(join(copy, "asked"), "utf8").trim().split("\n");
	assert.deepEqual(asked.toSorted(), ["fleet task /fleet 1", "fleet task /fleet 2"]);
	// A folder that somebody else has put there is not used.
	rmSync(local, { recursive: true });
	spawnSync("ln", ["-s", program, local]);
	assert.equal(await start("1"), 2);
});
