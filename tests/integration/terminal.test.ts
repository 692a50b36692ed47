// However a command ends on a terminal, it ends, says why in one line, and leaves the terminal as it was.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readJson } from "../../orchestrator/files.ts";
import { runFile } from "../../shared/types.ts";
import { LIMIT_MS, RUN } from "../support/program.ts";
import { type Action, CTRL_C, isScreenRestored, runOnTerminal, type Session } from "../support/terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-terminal-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const SMALL = ["--targets", "rust", "--scenarios", "single-message,conversation-10", "--observe", "0"];
/** What is shown while a bar is up, once blocks are measured. */
const MEASURING = ", block 2";
const HIDE_CURSOR = "\u001b[?25l";

function measure(name: string, actions: readonly Action[], words: readonly string[] = []): Session {
	const output = join(folder, name);
	return runOnTerminal([RUN, ...SMALL, "--blocks", "60", ...words, "--output", output], actions);
}

const statusOf = (name: string) => readJson(join(folder, name, "run.json"), runFile, "run file").status;
const errorsIn = ({ output }: Session) => output.match(/error: [^\r\n]*/g) ?? [];

test("a disk that is full while the bar is up ends the command at once, with one line", {
	timeout: LIMIT_MS,
}, () => {
	const output = join(folder, "full");
	const limited = ["sh", "-c", 'ulimit -f 60 && exec "$@"', "sh", RUN, ...SMALL, "--blocks", "60"];
	const session = runOnTerminal([...limited, "--output", output]);
	assert.equal(session.status, 1, session.output);
	assert.ok(session.output.includes(HIDE_CURSOR), "there was no bar");
	assert.equal(errorsIn(session).length, 1, session.output);
	assert.ok(isScreenRestored(session.output));
});

test("Ctrl-C, and twice Ctrl-C, end the command and give the cursor back", { timeout: LIMIT_MS }, () => {
	const once = measure("once", [{ after: MEASURING, send: CTRL_C }]);
	assert.equal(once.status, 130, once.output);
	assert.ok(once.output.includes(HIDE_CURSOR) && isScreenRestored(once.output));
	assert.equal(statusOf("once"), "interrupted");
	assert.ok(existsSync(join(folder, "once/rust.json")));
	const twice = measure("twice", [
		{ after: MEASURING, send: CTRL_C },
		{ after: "Stopping after", send: CTRL_C },
	]);
	assert.equal(twice.status, 130, twice.output);
	assert.ok(twice.seconds < 2, `${twice.seconds} s`);
	assert.ok(isScreenRestored(twice.output));
});

test("a terminal that goes away ends the run in order", { timeout: LIMIT_MS }, () => {
	const gone = measure("gone", [{ after: MEASURING, close: true }]);
	assert.equal(gone.status, 130, gone.output);
	assert.equal(statusOf("gone"), "interrupted");
});

test("under nohup a run outlives its terminal", { timeout: LIMIT_MS }, () => {
	const output = join(folder, "nohup");
	const words = [...SMALL, "--blocks", "12", "--output", output];
	const log = join(folder, "nohup.log");
	const script = 'nohup "$@" >"$LOG" 2>&1 & echo begun; wait';
	const env = { LOG: log };
	const session = runOnTerminal(
		["bash", "-c", script, "bash", RUN, ...words],
		[{ after: "begun", pause: 4, close: true }],
		{ env },
	);
	// The shell is gone with the terminal. The run goes on.
	assert.ok(session.status !== null);
	const until = Date.now() + 120_000;
	const isOver = () => existsSync(join(output, "run.json")) && statusOf("nohup") !== "running";
	while (!isOver() && Date.now() < until) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
	assert.equal(statusOf("nohup"), "complete", readFileSync(log, "utf8"));
});

test("a dumb terminal, and one without a name, get plain lines, and FORCE_COLOR=0 no colours", {
	timeout: LIMIT_MS,
}, () => {
	const output = join(folder, "dumb");
	const words = [...SMALL, "--blocks", "2", "--output", output];
	for (const TERM of ["dumb", ""]) {
		const dumb = runOnTerminal([RUN, ...words], [], { env: { TERM } });
		assert.equal(dumb.status, 0, dumb.output);
		assert.ok(!dumb.output.includes("\u001b"), JSON.stringify(dumb.output.slice(0, 2000)));
		if (TERM === "dumb") rmSync(output, { recursive: true });
	}
	const coloured = (env: Record<string, string>) =>
		runOnTerminal([RUN, "report", output], [], { env }).output.includes("\u001b[");
	assert.deepEqual(
		[{}, { FORCE_COLOR: "0" }, { FORCE_COLOR: "false" }, { NO_COLOR: "1" }].map((env) =>
			coloured({ ...env }),
		),
		[true, false, false, false],
	);
});
