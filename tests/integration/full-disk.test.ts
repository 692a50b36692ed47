// There is no room for what a run writes: the system limits its files, or a harness fills the disk.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ROOT, readJson } from "../../orchestrator/files.ts";
import { readResults } from "../../orchestrator/run/results.ts";
import { measurementFile, runFile } from "../../shared/types.ts";
import type { FullDisk } from "../support/full-disk.ts";
import { processesOn } from "../support/processes.ts";
import { LIMIT_MS } from "../support/program.ts";
import { NO_MOUNTS, onDisk } from "../support/small-disk.ts";

const RUN = join(ROOT, "run.sh");
const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-disk-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("a file that may not grow any more ends the run with one line, and without the limit the run is resumed", {
	timeout: LIMIT_MS,
}, () => {
	const output = join(folder, "limited");
	const scenarios = ["--targets", "rust", "--scenarios", "single-message,conversation-10"];
	const amount = ["--blocks", "40", "--iterations", "2", "--warmup", "1", "--observe", "0"];
	// In blocks of 512 bytes. A measurement has less, the record of so many processes has more.
	const limit = 'ulimit -f 60 && exec "$@"';
	const { status, stderr } = spawnSync(
		"sh",
		["-c", limit, "sh", RUN, ...scenarios, ...amount, "--output", output],
		{ encoding: "utf8" },
	);
	assert.equal(status, 1, stderr);
	const errors = stderr.split("\n").filter((line) => line.startsWith("error: "));
	assert.equal(errors.length, 1, stderr);
	assert.match(errors[0] ?? "", /EFBIG.*what was saved is whole.*--resume/);
	const record = readJson(join(output, "run.json"), runFile, "run file");
	assert.ok(record.processes.length > 10, `${record.processes.length} processes`);
	for (const { file } of record.processes)
		if (file !== null) readJson(join(output, file), measurementFile, "measurement file");
	const partial = readdirSync(output, { recursive: true, encoding: "utf8" }).filter((name) =>
		name.includes("partial"),
	);
	assert.deepEqual(partial, []);
	assert.deepEqual(processesOn(output), []);
	const resumed = spawnSync(RUN, ["--resume", output], { encoding: "utf8" });
	assert.equal(resumed.status, 0, resumed.stderr);
	const [rust] = readResults(output);
	for (const id of ["single-message", "conversation-10"])
		assert.equal(rust?.scenarios[id]?.processes, 40, id);
});

test("a harness that fills the disk ends the run with one line, what was measured before is whole, and no process is left", {
	timeout: LIMIT_MS,
	skip: NO_MOUNTS,
}, () => {
	const disk = join(folder, "disk");
	mkdirSync(disk);
	const script = fileURLToPath(new URL("../support/full-disk.ts", import.meta.url));
	const [file, args] = onDisk(disk, 4096, [process.execPath, "--import", "tsx", script]);
	const { status, stdout, stderr } = spawnSync(file, args, {
		cwd: ROOT,
		encoding: "utf8",
		env: { ...process.env, TMPDIR: disk },
	});
	assert.equal(status, 0, stderr);
	const { error, processes, partial }: FullDisk = JSON.parse(stdout);
	assert.equal(error.exitCode, 1);
	assert.match(error.message, /^ENOSPC.*what was saved is whole.*--resume/);
	assert.deepEqual(partial, []);
	// Both scenarios were verified, the first was measured.
	assert.ok(processes.recorded >= 6, JSON.stringify(processes));
	assert.equal(processes.measured, 2, JSON.stringify(processes));
	assert.deepEqual(processesOn(disk), []);
});
