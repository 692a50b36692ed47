// What two runs want to set up at once: real processes, one after another.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { FolderInUse, lock, unlock } from "../../../orchestrator/process/lock.ts";
import { measuringProcess, takeMeasuringTurn } from "../../../orchestrator/process/measuring-turn.ts";

const root = mkdtempSync(join(tmpdir(), "eliza-benchmark-lock-"));
after(() => rmSync(root, { recursive: true, force: true }));

const MODULE = new URL("../../../orchestrator/targets/in-turn.ts", import.meta.url).href;
/** Notes when its work begins and ends; says on standard error that it waits. */
const SCRIPT = `
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { inTurn } from ${JSON.stringify(MODULE)};
const [notes, locks, name, ms] = process.argv.slice(1);
await inTurn(name, console.error, async () => {
	appendFileSync(notes, \`begin \${process.pid}\\n\`);
	await sleep(Number(ms));
	appendFileSync(notes, \`end \${process.pid}\\n\`);
}, locks);`;

function worker(
	notes: string,
	name: string,
	ms: number,
): { child: ChildProcess; ended: Promise<{ status: number | null; said: string }> } {
	const args = [
		"--import",
		"tsx",
		"--input-type=module",
		"--eval",
		SCRIPT,
		notes,
		join(root, "locks"),
		name,
		String(ms),
	];
	const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
	let said = "";
	child.stderr?.setEncoding("utf8").on("data", (text: string) => {
		said += text;
	});
	return { child, ended: once(child, "close").then(([status]) => ({ status, said })) };
}

const linesOf = (path: string) => readFileSync(path, "utf8").trim().split("\n");

test("three processes that set up the same thing do it one after another, and those that wait say so", {
	timeout: 60_000,
}, async () => {
	const notes = join(root, "three");
	const outcomes = await Promise.all([1, 2, 3].map(() => worker(notes, "one-thing", 1500).ended));
	assert.deepEqual(
		outcomes.map(({ status }) => status),
		[0, 0, 0],
		outcomes.map(({ said }) => said).join("\n"),
	);
	const lines = linesOf(notes);
	assert.equal(lines.length, 6);
	for (const [index, line] of lines.entries())
		if (index % 2 === 0) assert.equal(lines[index + 1], line.replace("begin", "end"), lines.join("\n"));
	for (const { said } of outcomes)
		assert.match(said, /^(Waiting for another run, which sets up one-thing\n)?$/);
	assert.ok(outcomes.some(({ said }) => said !== ""));
	assert.deepEqual(readdirSync(join(root, "locks/one-thing")), []);
});

test("a process that is killed in the middle of a set-up does not keep others waiting", {
	timeout: 60_000,
}, async () => {
	const notes = join(root, "killed");
	writeFileSync(notes, "");
	const first = worker(notes, "another", 600_000);
	while (readFileSync(notes, "utf8") === "") await sleep(50);
	first.child.kill("SIGKILL");
	await first.ended;
	const { status } = await worker(notes, "another", 1).ended;
	assert.equal(status, 0);
	assert.deepEqual(
		linesOf(notes).map((line) => line.split(" ")[0]),
		["begin", "begin", "end"],
	);
});

test("a folder is locked while its process lives, and free once another process has its number", () => {
	const folder = mkdtempSync(join(root, "folder-"));
	const path = join(folder, "run.lock");
	// Of the test runner, which lives: with the moment at which it began, as this process would have written
	// it.
	const start = readFileSync(`/proc/${process.ppid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[19];
	writeFileSync(path, `${process.ppid} ${start}`);
	assert.throws(
		() => lock(folder),
		(error) => error instanceof FolderInUse && error.message.includes(`process ${process.ppid}`),
	);
	writeFileSync(path, `${process.ppid} 1`);
	lock(folder);
	assert.equal(readFileSync(path, "utf8").split(" ")[0], String(process.pid));
	unlock(folder);
	assert.deepEqual(readdirSync(folder), []);
});

test("a lock of another container, whose processes are not seen from here, counts while it is written again", () => {
	const folder = mkdtempSync(join(root, "container-"));
	const path = join(folder, "run.lock");
	// Its process 1 would be another one here.
	writeFileSync(path, "1 100 another-boot/pid:[4026531836]");
	assert.throws(
		() => lock(folder),
		(error) => error instanceof FolderInUse && error.pid === 1,
	);
	const longAgo = new Date(Date.now() - 10 * 60_000);
	utimesSync(path, longAgo, longAgo);
	lock(folder);
	assert.equal(readFileSync(path, "utf8").split(" ")[0], String(process.pid));
	unlock(folder);
});

test("one run measures at a time, those that wait say for whom, and one that is told to does not wait", {
	timeout: 60_000,
}, async () => {
	const folders = [join(root, "measuring"), join(root, "measuring-too")];
	const module = new URL("../../../orchestrator/process/measuring-turn.ts", import.meta.url).href;
	const script = `
		import { takeMeasuringTurn } from ${JSON.stringify(module)};
		const end = await takeMeasuringTurn(false, console.error, ${JSON.stringify(folders)});
		console.log("measures");
		process.stdin.once("data", () => { end(); process.exit(0); });`;
	const { ELIZA_BENCHMARK_BESIDE: beside, ...env } = process.env;
	const args = ["--import", "tsx", "--input-type=module", "--eval", script];
	const other: ChildProcess = spawn(process.execPath, args, { env, stdio: ["pipe", "pipe", "inherit"] });
	await once(other.stdout as NodeJS.ReadableStream, "data");
	delete process.env.ELIZA_BENCHMARK_BESIDE;
	try {
		assert.equal(measuringProcess(folders), other.pid);
		const said: string[] = [];
		(await takeMeasuringTurn(true, (line) => said.push(line), folders))();
		assert.equal(said.length, 0);
		const waiting = takeMeasuringTurn(false, (line) => said.push(line), folders);
		await sleep(1500);
		assert.equal(said.length, 1);
		assert.match(said[0] ?? "", new RegExp(`process ${other.pid}.*--beside`));
		other.stdin?.write("end\n");
		const end = await waiting;
		assert.equal(measuringProcess(folders), null, "a process's own turn is none of another's");
		end();
		end();
		for (const one of folders) assert.deepEqual(readdirSync(one), []);
	} finally {
		if (beside !== undefined) process.env.ELIZA_BENCHMARK_BESIDE = beside;
		other.kill();
	}
});

test("a folder that cannot be used does not keep anybody from measuring", async () => {
	const file = join(root, "no-folder");
	writeFileSync(file, "");
	const said: string[] = [];
	(await takeMeasuringTurn(false, (line) => said.push(line), [join(file, "below")]))();
	assert.deepEqual(said, []);
});
