// Whatever a file holds, its reader gives a result or one line that says what is wrong: never a crash, never
// a hang, never a figure that is none.

import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Job, Outcome } from "../support/fuzz.ts";
import { READERS } from "../support/fuzz-readers.ts";
import { isLong } from "../support/long.ts";

/** The same files every time; another seed tries others. */
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const FILES = Number(process.env.FUZZ_FILES ?? (isLong ? 4000 : 150));
/** Of all files of a reader: else one of them hangs. */
const LONGEST_MS = 180_000;

const script = fileURLToPath(new URL("../support/fuzz.ts", import.meta.url));
const idle: ChildProcess[] = [];
after(() => {
	for (const child of idle) child.disconnect();
});

function fuzzed(job: Job): Promise<Outcome> {
	const child = idle.pop() ?? fork(script, { execArgv: ["--import", "tsx"] });
	return new Promise((resolve) => {
		const ended = (code: number | null, signal: string | null) =>
			resolve({ fault: `ended with ${signal ?? code}` });
		const timer = setTimeout(() => child.kill("SIGKILL"), LONGEST_MS);
		child.once("exit", ended);
		child.once("message", (outcome: Outcome) => {
			clearTimeout(timer);
			child.off("exit", ended);
			idle.push(child);
			resolve(outcome);
		});
		child.send(job);
	});
}

describe(`of ${FILES} mutated files each (seed ${SEED}) every one gives a result or one line`, {
	concurrency: availableParallelism(),
}, () => {
	for (const { name } of READERS)
		test(name, async () => {
			const outcome = await fuzzed({ reader: name, seed: SEED * 1_000_003, files: FILES });
			if ("fault" in outcome) assert.fail(`npx tsx tests/support/fuzz.ts '${name}' SEED: ${outcome.fault}`);
			// Else nothing but the parser would have been tried.
			assert.ok(outcome.read > FILES / 200, `${outcome.read} could be read`);
			assert.ok(outcome.read < FILES, "some are refused");
		});
});
