// A fleet on a real Slurm: a task is killed and resumed, a node is drained, the merge waits for all of them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { RunStore } from "../../orchestrator/run/store.ts";
import {
	type FleetStatus,
	type FleetTask,
	fleetStatus,
	fleetTask,
	type ProcessRecord,
	type RunFile,
} from "../../shared/types.ts";
import { isLong } from "../support/long.ts";
import { LIMIT_MS, RUN, succeed } from "../support/program.ts";
import { readRecord } from "../support/shards.ts";
import { missingSlurm, Slurm } from "../support/slurm.ts";

/** Where Slurm has to be there, its absence is a fault and no reason to leave the tests out. */
const skip = process.env.BENCHMARK_NEEDS_SLURM ? false : (missingSlurm() ?? false);
const LOOK_MS = 50;
/** Those of the first fleet. A block that is disturbed is measured again, with a number beyond them. */
const BLOCKS = 12;
const RUN_WORDS = "--scenarios single-message --targets python --iterations 1 --warmup 0 --observe 0".split(
	" ",
);

describe("on a Slurm with two nodes", { skip, timeout: LIMIT_MS }, () => {
	const root = mkdtempSync(join(tmpdir(), "fleet-"));
	let slurm: Slurm;
	before(async () => {
		slurm = await Slurm.start(["n1", "n2"]);
		process.env.SLURM_CONF = slurm.environment.SLURM_CONF;
	});
	after(async () => {
		await slurm?.stop();
		rmSync(root, { recursive: true, force: true });
	});

	/** Submits a fleet. @returns its folder */
	function submit(name: string, shards: number, ...run: readonly string[]): string {
		const folder = join(root, name);
		const words = ["--shards", String(shards), "--shard-by", "blocks", "--in-place", "--output", folder];
		succeed("fleet", "slurm", ...words, "--", ...RUN_WORDS, ...run);
		return folder;
	}

	/** Slurm lets a task that was put back wait until nobody can hold its old credentials any more. */
	async function beginAtOnce(): Promise<void> {
		for (;;) {
			const waiting = slurm.run("squeue", "--noheader", "--array", "--format=%i %r").stdout;
			const [, task] = /^(\d+_\d+) BeginTime$/m.exec(waiting) ?? [];
			if (task !== undefined) {
				assert.equal(slurm.run("scontrol", "update", `jobid=${task}`, "starttime=now").status, 0);
				return;
			}
			await sleep(LOOK_MS);
		}
	}

	const statusOf = (folder: string): FleetStatus => {
		const { stdout } = spawnSync(RUN, ["fleet", "status", folder, "--json"], { encoding: "utf8" });
		return fleetStatus.parse(JSON.parse(stdout));
	};
	const watch = (...words: string[]) => spawnSync(RUN, ["fleet", ...words, "--watch"], { encoding: "utf8" });
	const taskOf = (folder: string, shard: number): FleetTask =>
		fleetTask.parse(JSON.parse(readFileSync(join(folder, `tasks/shard-${shard}.json`), "utf8")));

	/** Waits until a shard has measured a whole block and goes on. @returns its record */
	async function untilBlockOf(folder: string, shard: number): Promise<RunFile> {
		for (;;) {
			const record = recordOf(join(folder, `shard-${shard}`));
			assert.notEqual(record?.status, "complete", "it was whole before anybody looked");
			if (record && measuredIn(record).length > 0) return record;
			await sleep(LOOK_MS);
		}
	}

	test("an array of four shards, one killed and one node drained, becomes the run that it was cut from", async () => {
		const folder = submit("four", 4, "--blocks", String(BLOCKS));
		const begun = await untilBlockOf(folder, 1);
		const [first] = measuredIn(begun);
		assert.ok(first?.file);
		const measured = readFileSync(join(folder, "shard-1", first.file), "utf8");
		process.kill(programOf(folder, 1), "SIGKILL");
		slurm.run("scontrol", "update", "nodename=n2", "state=drain", "reason=test");
		await beginAtOnce();
		const { merge, shards: states } = statusOf(folder);
		assert.deepEqual([merge.state, states[3]?.state], ["waiting", "waiting"]);
		const watched = watch("status", folder);
		assert.equal(watched.status, 0, watched.stdout + watched.stderr);
		assert.match(watched.stdout, /^shard 1: complete/m);
		assert.match(watched.stdout, /^4 of 4 shards complete\.$/m);

		// The killed shard went on where it was.
		const shard = readRecord(join(folder, "shard-1"));
		assert.equal(shard.resumed.length, 1);
		assert.equal(taskOf(folder, 1).restarts, 1);
		assert.equal(readFileSync(join(folder, "shard-1", first.file), "utf8"), measured);
		assert.match(
			readFileSync(join(folder, "logs/shard-1.log"), "utf8"),
			/this task goes back into the queue/,
		);
		// Nothing was begun on the drained node, and no two tasks had one node at once.
		assert.deepEqual(
			[1, 3, 4].map((number) => taskOf(folder, number).node),
			["n1", "n1", "n1"],
		);
		assert.equal(taskOf(folder, 2).node, "n2");
		const times = [3, 4].map((number) => taskOf(folder, number));
		times.sort((a, b) => a.startedAt.localeCompare(b.startedAt));
		assert.ok((times[0]?.endedAt ?? "z") <= (times[1]?.startedAt ?? ""));

		// Merged by hand it is the same, and the plan is that of the same shard run by hand.
		const merged = readRecord(join(folder, "merged"));
		assert.equal(merged.status, "complete");
		const counted = new Set(
			measuredIn(merged).flatMap(({ block, superseded }) => (superseded ? [] : [block])),
		);
		assert.equal(counted.size, BLOCKS);
		const planned = measuredIn(merged).flatMap(({ block }) => (block < BLOCKS ? [block] : []));
		assert.equal(new Set(planned).size, BLOCKS);
		const shards = [1, 2, 3, 4].map((number) => join(folder, `shard-${number}`));
		const comparison = succeed("merge", ...shards, "--json", "--output", join(root, "by-hand"));
		assert.deepEqual(
			JSON.parse(comparison),
			JSON.parse(readFileSync(join(folder, "merged/comparison.json"), "utf8")),
		);
		for (const number of isLong ? [1, 2, 3, 4] : [1]) {
			const output = join(root, `by-hand-${number}`);
			const share = ["--shard", `${number}/4`, "--shard-by", "blocks", "--blocks", String(BLOCKS)];
			succeed(...RUN_WORDS, ...share, "--output", output);
			assert.deepEqual(planOf(readRecord(join(folder, `shard-${number}`))), planOf(readRecord(output)));
		}
	});

	test("what was cancelled is named with the command that runs only that again, and that makes it whole", async () => {
		slurm.run("scontrol", "update", "nodename=n2", "state=resume");
		// A model that takes its time leaves a block to cancel, on a fast machine too.
		const folder = submit("two", 2, "--blocks", "6", "--model-delay-ms", "500");
		await untilBlockOf(folder, 2);
		// Frozen until Slurm wakes it to end it, it cannot be faster than the command.
		process.kill(programOf(folder, 2), "SIGSTOP");
		assert.match(
			succeed("fleet", "cancel", folder),
			/Cancelled: \d tasks? of 2 jobs; what is measured is kept/,
		);
		while (slurm.run("squeue", "--noheader").stdout.trim() !== "") await sleep(LOOK_MS);
		const stopped = spawnSync(RUN, ["fleet", "status", folder], { encoding: "utf8" });
		assert.equal(stopped.status, 1);
		assert.ok(stopped.stdout.includes(`./run.sh fleet retry ${folder}`), stopped.stdout);
		const before = statusOf(folder).shards;
		assert.equal(before[1]?.state, "stopped");
		const retried = watch("retry", folder);
		assert.equal(retried.status, 0, retried.stdout + retried.stderr);
		const again = before.filter(({ state }) => state !== "complete").map(({ shard }) => shard);
		assert.match(retried.stdout, new RegExp(`shards? ${again.join(" and ")}\\)`));
		assert.equal(readRecord(join(folder, "merged")).status, "complete");
		assert.equal(readRecord(join(folder, "shard-2")).resumed.length, 1);
		assert.match(succeed("fleet", "retry", folder), /There is no shard to run again/);
	});
});

function recordOf(folder: string): RunFile | null {
	try {
		return readRecord(folder);
	} catch {
		return null;
	}
}

function measuredIn({ processes }: RunFile): ProcessRecord[] {
	return processes.filter(({ role, cut }) => role === "measure" && !cut);
}

/** What of a run follows from its seed and its options alone. Blocks that a noisy machine has added do not. */
function planOf({ processes, turns, shard }: RunFile): unknown {
	const isPlanned = ({ block, attempt }: { block: number; attempt: number }) =>
		block < BLOCKS && attempt === 1;
	const rows = processes.filter(isPlanned);
	return {
		shard,
		turns: turns.filter(isPlanned),
		processes: rows.map((row) => ({ ...RunStore.namesOf(row), padding: row.paddingBytes })),
	};
}

/** The process of a task's program. */
function programOf(folder: string, shard: number): number {
	const words = `fleet task ${folder} ${shard} `;
	const found = readdirSync("/proc").filter((pid) => {
		try {
			return (
				/^\d+$/.test(pid) &&
				readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").endsWith(words)
			);
		} catch {
			return false;
		}
	});
	assert.equal(found.length, 1, `${found.length} processes end with ${words}`);
	return Number(found[0]);
}
