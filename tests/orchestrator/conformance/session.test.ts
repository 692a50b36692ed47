// Conformance starts a harness as a run does: whatever the harness starts is gone when the session is over.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runBatch } from "../../../orchestrator/conformance/batch-run.ts";
import { holdSession, type SessionPlan, type Subject } from "../../../orchestrator/conformance/session.ts";
import { harnessEnvironment } from "../../../orchestrator/environment/environment.ts";
import { Watchdog } from "../../../orchestrator/process/watchdog.ts";
import { processesWith } from "../../support/processes.ts";

/** Answers every command; before that it starts a process in a session of its own, which leaves its group. */
const HARNESS = `
import { spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";

if (process.env.LEAVES === "yes")
	spawn("setsid", ["sleep", "600"], {
		stdio: "ignore",
		env: { ...process.env, SLEEPER: process.env.NAME },
	}).unref();
const say = (event) => writeSync(3, JSON.stringify(event) + "\\n");
const names = ["framework", "database", "language", "engine", "build"];
const versions = {
	...Object.fromEntries(names.map((name) => [name, "1"])),
	lockDigest: "0".repeat(64),
};
if (!process.argv.includes("--worker")) process.exit(0);
console.log("x".repeat(Number(process.env.CHATTER ?? 0)));
// The sleeper is to have its own session before the harness ends.
setTimeout(() => say({ event: "ready", pid: process.pid, importNs: 1, versions }), 100);
for await (const line of createInterface({ input: process.stdin })) {
	const { cmd } = JSON.parse(line);
	if (process.env.DEAF === cmd) continue;
	if (cmd === "finish") {
		say({ event: "finished" });
		process.exit(0);
	}
	say({ event: "done", cmd });
}
`;

const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-session-"));
const script = join(folder, "harness.mjs");
writeFileSync(script, HARNESS);
const watchdog = new Watchdog();
after(() => watchdog.close());

const PLAN: SessionPlan = { args: [], script: [{ cmd: "cold" }], end: "finish", eventsFd: 3, stale: false };

function subject(env: Record<string, string>): Subject {
	const launch = { file: process.execPath, args: [script], env: { ...harnessEnvironment(), ...env } };
	return { launch, watchdog, timeoutMs: 5000 };
}

/** Names of this test run only. */
const nameOf = (what: string) => `${what}-${process.pid}`;

test("a process that has left the harness's session is gone after a conformance session, and is a fault", async () => {
	const NAME = nameOf("session");
	const record = await holdSession(subject({ LEAVES: "yes", NAME }), join(folder, NAME), PLAN);
	assert.equal(record.problem, null);
	assert.deepEqual(record.exit, { code: 0, signal: null });
	assert.equal(record.leftBehind, true);
	assert.deepEqual(processesWith(`SLEEPER=${NAME}`), []);
});

test("a process that has left the harness's session is gone after a harness that gave no answer", async () => {
	const NAME = nameOf("deaf");
	const deaf = { ...subject({ LEAVES: "yes", NAME, DEAF: "cold" }), timeoutMs: 500 };
	const record = await holdSession(deaf, join(folder, NAME), PLAN);
	assert.match(record.problem ?? "", /^gave no answer to 'cold' within 0\.5 s/);
	assert.deepEqual(processesWith(`SLEEPER=${NAME}`), []);
});

test("a process that has left the harness's session is gone after a run in batch mode", async () => {
	const NAME = nameOf("batch");
	const run = await runBatch(subject({ LEAVES: "yes", NAME }), join(folder, NAME), []);
	assert.equal(run.code, 0);
	assert.deepEqual(processesWith(`SLEEPER=${NAME}`), []);
});

test("a harness that starts nothing leaves nothing behind, and its output is kept within bounds", async () => {
	const NAME = nameOf("chatter");
	const record = await holdSession(subject({ CHATTER: "2000000" }), join(folder, NAME), PLAN);
	assert.equal(record.problem, null);
	assert.equal(record.leftBehind, false);
	assert.equal(record.exchanges.length, 2);
	const printed = readFileSync(join(folder, NAME, "stdout"), "utf8");
	assert.ok(printed.length < 700_000, `${printed.length} bytes`);
	assert.match(printed, /\[cut: \d+ bytes are left out here\]/);
});

test("a harness that cannot be started is a problem of the session, not of this program", async () => {
	const launch = { file: join(folder, "nowhere"), args: [], env: {} };
	const record = await holdSession({ launch, watchdog, timeoutMs: 5000 }, join(folder, "missing"), PLAN);
	assert.match(record.problem ?? "", /^could not be started: .*ENOENT.* instead of answering 'start'$/);
	assert.equal(record.exit, null);
});
