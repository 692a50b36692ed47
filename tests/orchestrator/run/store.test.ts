// A run that was refused or interrupted before it measured leaves no folder behind.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../../orchestrator/files.ts";
import { temporaryFolder } from "../../support/real.ts";

/** Makes a run's folder in a process of its own, which ends after that. */
function runOnce(folder: string, then: string): void {
	const store = JSON.stringify(join(ROOT, "orchestrator/run/store.ts"));
	const program = `import { RunStore } from ${store};
		const store = RunStore.create(${JSON.stringify(folder)}, new Date());
		${then}`;
	const loader = join(ROOT, "node_modules/tsx/dist/esm/index.mjs");
	const args = ["--import", loader, "--input-type=module", "--eval", program];
	const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
	assert.equal(status, 0, stderr);
}

test("an empty folder goes with the process that made it, whether or not it had time to close it", () => {
	for (const then of ["store.close()", "process.exit(0)"]) {
		const folder = join(temporaryFolder(), "run");
		runOnce(folder, then);
		assert.equal(existsSync(folder), false);
	}
});

test("a folder that holds something, or was there before, stays", () => {
	const filled = join(temporaryFolder(), "run");
	runOnce(filled, "store.makeLogs()");
	assert.ok(existsSync(join(filled, "logs")));
	const before = join(temporaryFolder(), "run");
	mkdirSync(before);
	runOnce(before, "store.close()");
	assert.ok(existsSync(before));
});
