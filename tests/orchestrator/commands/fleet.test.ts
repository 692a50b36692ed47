// A task of a fleet begins, resumes or begins anew, and a merge takes the place of the one before or leaves it.
import assert from "node:assert/strict";
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { fleetMergeCommand } from "../../../orchestrator/commands/fleet-merge.ts";
import { fleetTaskCommand } from "../../../orchestrator/commands/fleet-task.ts";
import { EXIT, UserError } from "../../../orchestrator/errors.ts";
import { FleetFolder } from "../../../orchestrator/fleet/fleet-folder.ts";
import type { RunFile } from "../../../shared/types.ts";
import { makeShards, readRecord, writeRecord } from "../../support/shards.ts";

const root = mkdtempSync(join(tmpdir(), "fleet-commands-"));
after(() => rmSync(root, { recursive: true, force: true }));
let made = 0;

function newFleet(of: number): FleetFolder {
	const fleet = FleetFolder.plan(join(root, String(made++)), new Date());
	fleet.make({
		schemaVersion: 2,
		kind: "fleet",
		createdAt: "2026-11-26T10:00:00.000Z",
		of,
		by: "blocks",
		words: ["--blocks", "2"],
		request: { partition: null, time: null, atOnce: null, headers: [] },
		program: { kind: "in-place", root: "/somewhere" },
		jobs: [],
	});
	return fleet;
}

/** Runs a command without a word on the terminal. @returns its exit status */
async function quietly(context: TestContext, command: () => Promise<void>): Promise<number> {
	context.mock.method(console, "log", () => {});
	context.mock.method(console, "error", () => {});
	process.exitCode = 0;
	try {
		await command();
		return Number(process.exitCode);
	} finally {
		process.exitCode = 0;
		context.mock.restoreAll();
	}
}

const [whole] = makeShards(join(root, "stored"), { by: "blocks", of: 2 });
const complete = readRecord(whole ?? "");
const interrupted: RunFile = { ...complete, status: "interrupted" };
const lacking: RunFile = { ...complete, leftOut: [{ id: "rust", label: "Rust", reason: "no network" }] };
const BEGIN = ["--blocks", "2", "--shard", "1/2", "--shard-by", "blocks", "--output"];

/**
 * Runs a task of shard 1.
 * @param before what its folder holds
 * @param runs what the runs that it begins leave behind, or throw
 */
async function runTask(
	context: TestContext,
	before: RunFile | "leftovers" | null,
	runs: (RunFile | Error)[],
) {
	const fleet = newFleet(2);
	const folder = fleet.shard(1);
	if (before === "leftovers") {
		mkdirSync(join(folder, "logs"), { recursive: true });
		writeFileSync(join(folder, "logs/old.log"), "");
	} else if (before) writeRecord(folder, before);
	const words: string[][] = [];
	const command = () =>
		fleetTaskCommand(fleet.folder, 1, async (line) => {
			words.push(line.map((word) => (word === folder ? "FOLDER" : word)));
			assert.ok(!existsSync(join(folder, "logs/old.log")), "leftovers are gone");
			const next = runs.shift();
			if (next instanceof Error) throw next;
			if (next) writeRecord(folder, next);
		});
	const status = await quietly(context, command).catch((error) => error);
	const aside = join(fleet.folder, "set-aside");
	const task = fleet.readTask(1);
	assert.ok(task?.endedAt);
	return { status, words, problem: task.problem, aside: existsSync(aside) ? readdirSync(aside) : [] };
}

const unlike = new UserError("it was begun on another machine", EXIT.notComparable);

test("a task begins its shard, resumes it, or does nothing where it is whole", async (context) => {
	const begun = { status: 0, words: [[...BEGIN, "FOLDER"]], problem: null, aside: [] };
	assert.deepEqual(await runTask(context, null, [complete]), begun);
	assert.deepEqual(await runTask(context, "leftovers", [complete]), begun);
	const resumed = { ...begun, words: [["--resume", "FOLDER"]] };
	assert.deepEqual(await runTask(context, interrupted, [complete]), resumed);
	assert.deepEqual(await runTask(context, complete, []), { ...begun, words: [] });
});

test("a shard that was begun on another machine, or lacks a target, begins anew, and what there was is kept", async (context) => {
	const anew = { status: 0, problem: null, aside: ["shard-1-1"] };
	assert.deepEqual(await runTask(context, interrupted, [unlike, complete]), {
		...anew,
		words: [
			["--resume", "FOLDER"],
			[...BEGIN, "FOLDER"],
		],
	});
	assert.deepEqual(await runTask(context, lacking, [complete]), { ...anew, words: [[...BEGIN, "FOLDER"]] });
});

test("a task that has no whole shard at its end says why", async (context) => {
	const stopped = await runTask(context, null, [interrupted]);
	assert.deepEqual([stopped.status, stopped.problem], [1, "it was told to end before it was complete"]);
	const without = await runTask(context, null, [lacking]);
	assert.deepEqual([without.status, without.problem], [1, "Rust could not be set up: no network"]);
	const failed = await runTask(context, null, [new UserError("the disk is full", EXIT.failed)]);
	assert.ok(failed.status instanceof UserError);
	assert.equal(failed.problem, "the disk is full");
	await assert.rejects(
		fleetTaskCommand(newFleet(2).folder, 3, async () => {}),
		/there is no shard 3/,
	);
});

test("a merge takes what there is, a later one takes its place, and one that fails leaves it", async (context) => {
	const fleet = newFleet(3);
	const merge = () => quietly(context, () => fleetMergeCommand(fleet.folder, {}));
	await assert.rejects(merge, /has measured anything yet/);
	makeShards(fleet.folder, { by: "blocks", of: 3, copies: 3 });
	const run = readFileSync(join(fleet.shard(3), "run.json"));
	rmSync(join(fleet.shard(3), "run.json"));
	assert.equal(await merge(), EXIT.failed);
	assert.deepEqual(fleet.readMerged()?.merged?.missing, [3]);
	writeFileSync(join(fleet.shard(3), "run.json"), run);
	assert.equal(await merge(), EXIT.done);
	assert.deepEqual([fleet.readMerged()?.status, fleet.readMerged()?.merged?.missing], ["complete", []]);
	writeRecord(fleet.shard(3), { ...readRecord(fleet.shard(3)), startedAt: "never" });
	await assert.rejects(merge, /wrong field startedAt: it is no time/);
	assert.equal(fleet.readMerged()?.status, "complete");
	assert.ok(!existsSync(join(fleet.folder, "merged-before")));
});
