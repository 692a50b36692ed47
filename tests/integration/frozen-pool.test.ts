// A worker that waits for its turn is frozen, and the framework's pool has closed its connections when it
// wakes up.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT, SHARED } from "../../orchestrator/files.ts";
import { rootOf } from "../../orchestrator/targets/folder.ts";
import { installTargets } from "../../orchestrator/targets/install.ts";
import { launchOf } from "../../orchestrator/targets/launch.ts";
import { parseTargets, resolveTargets } from "../../orchestrator/targets/select.ts";
import { LIMIT_MS } from "../support/program.ts";
import { temporaryFolder } from "../support/real.ts";
import { TestServer } from "../support/server.ts";

const VARIABLE = "ELIZA_BENCHMARK_DATABASE_URL";
/** The pool closes what was idle for 30 seconds. */
const FROZEN_MS = 35_000;
const PROGRAM = "typescript/tests/watched-pool.ts";

test("after a long wait no message pays for a new connection", {
	timeout: LIMIT_MS,
}, async () => {
	const server = await TestServer.start();
	const url = await server.makeDatabase("frozen");
	const list = parseTargets("typescript+postgres");
	const { targets } = await installTargets(await resolveTargets(list), () => {});
	const [target] = targets;
	assert.ok(target);
	const { file, args, env } = launchOf(target);
	const copy = join(rootOf(target), PROGRAM);
	mkdirSync(dirname(copy), { recursive: true });
	copyFileSync(join(ROOT, PROGRAM), copy);
	const folder = temporaryFolder();
	const notes = join(folder, "notes");
	const program = args.map((word) => (word.endsWith("src/bench.ts") ? copy : word));
	const worker = ["--worker", "--scenario", "burst-100", "--shared", SHARED];
	const output = ["--output", join(folder, "measurement.json"), "--notes", notes];
	const child = spawn(file, [...program, ...worker, ...output], {
		env: { ...env, [VARIABLE]: url },
		stdio: ["pipe", "ignore", "inherit", "pipe"],
	});
	const answers = createInterface({ input: child.stdio[3] as Readable })[Symbol.asyncIterator]();
	const hear = async (event: string) => {
		const { value, done } = await answers.next();
		assert.ok(!done && JSON.parse(value).event === event, `${value} instead of ${event}`);
	};
	const tell = async (command: object) => {
		(child.stdio[0] as Writable).write(`${JSON.stringify(command)}\n`);
		await hear("done");
	};
	const noted = () => (existsSync(notes) ? readFileSync(notes, "utf8").split("\n").slice(0, -1) : []);
	try {
		await hear("ready");
		await tell({ cmd: "cold" });
		await tell({ cmd: "begin", phase: "plain" });
		for (let message = 0; message < 5; message++) await tell({ cmd: "message" });
		const before = noted().length;
		child.kill("SIGSTOP");
		await sleep(FROZEN_MS);
		child.kill("SIGCONT");
		await tell({ cmd: "message" });
		const since = noted().slice(before);
		assert.ok(since.includes("connected between"), "the pool has closed no connection: nothing was tried");
		// A message may need more connections than any before it, on a busy machine. It pays for no others.
		const countsOf = (notes: string[], word: string) =>
			notes.filter((note) => note.startsWith(word)).map((note) => Number(note.split(" ")[1]));
		const most = Math.max(...countsOf(noted().slice(0, before), "end"));
		const [start] = countsOf(since, "start");
		assert.ok(most > 0 && start !== undefined && start >= most, noted().join(", "));
	} finally {
		child.kill("SIGKILL");
		await server.stop();
	}
});
