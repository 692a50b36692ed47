// A block that other programs disturbed is measured again where the time allows it, and never lost.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { contamination } from "../../analysis/cell/contamination.ts";
import { readJson } from "../../orchestrator/files.ts";
import type { Launch } from "../../orchestrator/process/launch.ts";
import type { RunListener } from "../../orchestrator/run/run.ts";
import { launchOf } from "../../orchestrator/targets/launch.ts";
import { type ProcessRecord, type RunSettings, runFile } from "../../shared/types.ts";
import { LONG } from "../support/long.ts";
import { LIMIT_MS } from "../support/program.ts";
import { faultyLaunch, measure, type RealRun, temporaryFolder } from "../support/real.ts";

const [one, two] = ["burst-100", "fresh-rooms-100"];
const SCENARIOS = [one, two];

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
	settings: Partial<RunSettings>,
	options: Partial<RealRun> = {},
): Promise<ProcessRecord[]> {
	const { folder } = await measure({
		scenarios: SCENARIOS.join(),
		targets: "rust",
		settings,
		iterations: 12,
		warmup: 1,
		...options,
	});
	const { processes } = readJson(join(folder, "run.json"), runFile, "run file");
	const blocks = processes.filter(({ role }) => role === "measure");
	for (const { cut, problem, monitor } of blocks)
		if (!cut && problem === null)
			assert.ok(monitor !== null && contamination(monitor).length > 0, "nothing disturbed it");
	return blocks;
}

function placesOf(blocks: readonly ProcessRecord[]): string[] {
	return blocks.map(
		({ scenario, block, superseded }) => `${scenario} ${block}${superseded ? " repeated" : ""}`,
	);
}

/** Launches as usual until so many processes have been started to be timed. */
function launchUntil(most: number, then: (launch: Launch) => Launch): typeof launchOf {
	let started = 0;
	return (target, role) => {
		const launch = launchOf(target, role);
		return role === "measure" && ++started > most ? then(launch) : launch;
	};
}

for (const budgetSeconds of [600, null])
	test(
		`with ${budgetSeconds === null ? "no" : "a long"} budget first blocks are repeated after the first round, and once`,
		budgetSeconds === null ? LONG : { timeout: LIMIT_MS },
		async () => {
			const stop = { requested: false };
			const launch = launchUntil(2 * SCENARIOS.length, (usual) => {
				stop.requested = true;
				return usual;
			});
			const output = temporaryFolder();
			const listener: Partial<RunListener> = {
				beginScenario: (_scenario, number) => {
					if (number === 1) return;
					const { processes } = readJson(join(output, "run.json"), runFile, "run file");
					const measured = processes.filter(({ role }) => role === "measure");
					assert.deepEqual(placesOf(measured), [`${one} 0`]);
				},
			};
			const blocks = await measureBeside(
				{ budgetSeconds, blocks: 5, precision: 0.01 },
				{ launch, stop, listener, output },
			);
			const places = placesOf(blocks.slice(0, -1));
			assert.deepEqual(places.slice(0, 2), [`${one} 0 repeated`, `${two} 0 repeated`]);
			// These were disturbed too, and count nevertheless.
			assert.deepEqual(places.slice(2).toSorted(), [`${one} 1`, `${two} 1`]);
			assert.equal(blocks.at(-1)?.cut, true);
		},
	);

test("where the budget has no time for it, a disturbed block counts", { timeout: LIMIT_MS }, async () => {
	assert.deepEqual(
		placesOf(await measureBeside({ budgetSeconds: 1, fixedIterations: true })),
		SCENARIOS.map((id) => `${id} 0`),
	);
});

test("a repeated block that the user cuts short does not take the place of the first", {
	timeout: LIMIT_MS,
}, async () => {
	const stop = { requested: false };
	const launch = launchUntil(SCENARIOS.length, (usual) => {
		stop.requested = true;
		return usual;
	});
	const blocks = await measureBeside({ budgetSeconds: 600 }, { launch, stop });
	assert.deepEqual(placesOf(blocks.slice(0, -1)), [`${one} 0`, `${two} 0`]);
	assert.equal(blocks.at(-1)?.cut, true);
});

test("a repeated block that loses a process does not take the place of the first", LONG, async () => {
	const launch = launchUntil(SCENARIOS.length, () => faultyLaunch("rust", "crash"));
	const blocks = await measureBeside({ budgetSeconds: 600 }, { launch });
	assert.deepEqual(placesOf(blocks.slice(0, SCENARIOS.length)), [`${one} 0`, `${two} 0`]);
	assert.ok(blocks.slice(SCENARIOS.length).every(({ problem }) => problem !== null));
});
