// The program ends well when its reader goes away, and when Ctrl-C interrupts a conformance test.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT, readJson } from "../../orchestrator/files.ts";
import { readResults } from "../../orchestrator/run/results.ts";
import { launchOf } from "../../orchestrator/targets/launch.ts";
import { runFile } from "../../shared/types.ts";
import { targets } from "../support/evidence.ts";
import { processesWith } from "../support/processes.ts";
import { LIMIT_MS } from "../support/program.ts";

const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-endings-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command whose standard output has no reader any more, as after `| head`. */
async function runUnread(...args: string[]): Promise<{ status: number | null; stderr: string }> {
	const child = spawn(join(ROOT, "run.sh"), args, { stdio: ["ignore", "pipe", "pipe"] });
	child.stdout.destroy();
	let stderr = "";
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		stderr += text;
	});
	const [status] = await once(child, "close");
	return { status, stderr };
}

test("a command whose reader goes away ends as it would have ended, and does not mention it", {
	timeout: LIMIT_MS,
}, async () => {
	assert.deepEqual(await runUnread("list"), { status: 0, stderr: "" });
	assert.deepEqual(await runUnread("--help"), { status: 0, stderr: "" });
	const { status, stderr } = await runUnread("doctor");
	assert.equal(status, 0);
	assert.doesNotMatch(stderr, /EPIPE|Error|\bat /);
});

test("a run whose reader goes away is measured and stored all the same", {
	timeout: LIMIT_MS,
}, async () => {
	const output = join(folder, "run");
	const small = [
		"--targets",
		"rust",
		"--scenarios",
		"single-message,conversation-10",
		"--iterations",
		"2",
		"--warmup",
		"1",
	];
	const { status, stderr } = await runUnread(...small, "--blocks", "2", "--output", output);
	assert.equal(status, 0, stderr);
	assert.doesNotMatch(stderr, /EPIPE/);
	assert.equal(readJson(join(output, "run.json"), runFile, "run file").status, "complete");
	const [rust] = readResults(output);
	assert.deepEqual(Object.keys(rust?.scenarios ?? {}), ["single-message", "conversation-10"]);
});

test("Ctrl-C in the middle of a harness's conformance test leaves no process and no temporary folder", {
	timeout: LIMIT_MS,
}, async () => {
	const temporary = mkdtempSync(join(folder, "tmp-"));
	const { file, args } = launchOf(targets[0] ?? assert.fail());
	const child = spawn(join(ROOT, "run.sh"), ["conformance", file, ...args], {
		env: { ...process.env, TMPDIR: temporary },
		stdio: ["ignore", "ignore", "pipe"],
	});
	const exited = once(child, "exit");
	let seen = "";
	await new Promise<void>((resolve, reject) => {
		child.stderr?.setEncoding("utf8").on("data", (text: string) => {
			seen += text;
			if (seen.includes("[ 4/")) resolve();
		});
		child.once("exit", () => reject(new Error(`ended early: ${seen}`)));
	});
	const conformance = () => readdirSync(temporary).filter((name) => name.startsWith("eliza-conformance-"));
	assert.equal(conformance().length, 1);
	child.kill("SIGINT");
	const [status] = await exited;
	assert.equal(status, 130);
	assert.deepEqual(conformance(), []);
	for (let waited = 0; processesWith(`TMPDIR=${temporary}`).length > 0 && waited < 5000; waited += 50)
		await sleep(50);
	assert.deepEqual(processesWith(`TMPDIR=${temporary}`), []);
});
