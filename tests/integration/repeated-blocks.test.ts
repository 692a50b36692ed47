// A block that other programs disturbed is measured again where the time allows it, and never lost.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { contamination } from "../../analysis/cell/contamination.ts";
import { readJson } from "../../orchestrator/files.ts";
import { launchOf } from "../../orchestrator/targets/launch.ts";
import { type ProcessRecord, runFile } from "../../shared/types.ts";
import { LIMIT_MS } from "../support/program.ts";
import { measure, type RealRun } from "../support/real.ts";

const SCENARIOS = ["burst-100", "fresh-rooms-100"];

const hogs: ChildProcess[] = [];
before(() => {
	for (let hog = 0; hog <= availableParallelism(); hog++)
		hogs.push(spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }));
});
after(() => {
	for (const hog of hogs) hog.kill("SIGKILL");
});

/** @returns what a run on the busy machine recorded of its blocks, in their order */
async function measureBeside(
	budgetSeconds: number,
	options: Pick<RealRun, "launch" | "stop"> = {},
): Promise<ProcessRecord[]> {
	const { folder } = await measure({
		scenarios: SCENARIOS.join(),
		targets: "rust",
		settings: { budgetSeconds },
		iterations: 8,
		warmup: 1,
		...options,
	});
	const { processes } = readJson(join(folder, "run.json"), runFile, "run file");
	const blocks = processes.filter(({ role }) => role === "measure");
	for (const { cut, monitor } of blocks)
		if (!cut) assert.ok(monitor !== null && contamination(monitor).length > 0, "nothing disturbed it");
	return blocks;
}

function placesOf(blocks: readonly ProcessRecord[]): string[] {
	return blocks.map(
		({ scenario, block, superseded }) => `${scenario} ${block}${superseded ? " repeated" : ""}`,
	);
}

test("first blocks that were disturbed are repeated after the first round, and once only", {
	timeout: LIMIT_MS,
}, async () => {
	const [one, two] = SCENARIOS;
	const places = placesOf(await measureBeside(600));
	assert.deepEqual(places.slice(0, 2), [`${one} 0 repeated`, `${two} 0 repeated`]);
	assert.deepEqual(places.slice(2).toSorted(), [`${one} 1`, `${two} 1`]);
});

test("where the budget has no time for it, a disturbed block counts", { timeout: LIMIT_MS }, async () => {
	assert.deepEqual(
		placesOf(await measureBeside(1)),
		SCENARIOS.map((id) => `${id} 0`),
	);
});

test("a repeated block that the user cuts short does not take the place of the first", {
	timeout: LIMIT_MS,
}, async () => {
	const stop = { requested: false };
	let started = 0;
	const launch: typeof launchOf = (target, role) => {
		if (role === "measure" && ++started > SCENARIOS.length) stop.requested = true;
		return launchOf(target, role);
	};
	const blocks = await measureBeside(600, { launch, stop });
	assert.deepEqual(
		placesOf(blocks.slice(0, -1)),
		SCENARIOS.map((id) => `${id} 0`),
	);
	assert.equal(blocks.at(-1)?.cut, true);
});
