// Each harness beside a script that shares no measuring code with it: the same message must cost the same.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { median } from "../../analysis/stats/statistics.ts";
import { ROOT, readJson, SHARED } from "../../orchestrator/files.ts";
import type { Launch } from "../../orchestrator/process/launch.ts";
import { Watchdog } from "../../orchestrator/process/watchdog.ts";
import { Worker } from "../../orchestrator/process/worker.ts";
import { rootOf } from "../../orchestrator/targets/folder.ts";
import { installTargets } from "../../orchestrator/targets/install.ts";
import { launchIn, launchOf } from "../../orchestrator/targets/launch.ts";
import { parseTargets, resolveTargets } from "../../orchestrator/targets/select.ts";
import { measurementFile, type RuntimeName } from "../../shared/types.ts";
import { isLong } from "../support/long.ts";
import { LIMIT_MS } from "../support/program.ts";
import { temporaryFolder } from "../support/real.ts";
import { earlierScript, Script, type ScriptCommand, typescriptScript } from "../support/script.ts";

const TOLERANCE = 0.15;
/**
 * Two processes differ in layout and compiled code, by more than messages differ. So several pairs are
 * measured.
 */
const PAIRS = 5;
const WARMUP = 10;
const ROUNDS = 30;

const SCRIPTS: Record<RuntimeName, ScriptCommand> = {
	typescript: typescriptScript(ROOT),
	python: [launchIn(ROOT, "python").file, [join(ROOT, "tests/independent/single_message.py")]],
	rust: [join(ROOT, "rust/target/release/examples/independent"), []],
};

/** Nanoseconds, and their ratio. */
interface Pair {
	harness: number;
	independent: number;
	ratio: number;
}

/**
 * Times the median message of the harness and of the script, from one pair of live processes that take
 * turns.
 */
async function measurePair(launch: Launch, command: ScriptCommand): Promise<Pair> {
	const folder = temporaryFolder();
	const output = join(folder, "measurement.json");
	const watchdog = new Watchdog();
	const worker = new Worker({
		launch,
		logPath: join(folder, "log"),
		watchdog,
		timeoutMs: 60_000,
		args: ["--worker", "--scenario", "single-message", "--shared", SHARED, "--output", output],
	});
	const script = new Script(command);
	const independent: number[] = [];
	try {
		await worker.ready();
		await worker.command({ cmd: "cold" });
		for (let round = 0; round < WARMUP + ROUNDS; round++) {
			await worker.command({ cmd: "iterate", phase: round < WARMUP ? "warmup" : "plain" });
			const elapsed = await script.message(round);
			if (round >= WARMUP) independent.push(elapsed);
		}
		await worker.finish();
	} finally {
		script.end();
		await worker.kill();
		await watchdog.close();
	}
	const cell = readJson(output, measurementFile, "measurement file").cells[0];
	const harness = (cell?.iterations ?? [])
		.filter(({ phase }) => phase === "plain")
		.map(({ messageNs }) => messageNs[0] ?? 0);
	assert.equal(harness.length, ROUNDS);
	// What slows the machine down for longer than a round cancels.
	const ratios = harness.map((nanoseconds, round) => nanoseconds / (independent[round] ?? Number.NaN));
	return { harness: median(harness), independent: median(independent), ratio: median(ratios) };
}

async function assertSame(name: string, launch: Launch, command: ScriptCommand): Promise<void> {
	const pairs: Pair[] = [];
	const measureMore = async () => {
		for (let pair = 0; pair < PAIRS; pair++) pairs.push(await measurePair(launch, command));
		return median(pairs.map((pair) => pair.ratio));
	};
	// After a set-up the system may still be writing. A difference that is one stays with twice as many pairs.
	let ratio = await measureMore();
	if (Math.abs(ratio - 1) > TOLERANCE) ratio = await measureMore();
	const milliseconds = (side: "harness" | "independent") =>
		(median(pairs.map((pair) => pair[side])) / 1e6).toFixed(3);
	const times = `harness ${milliseconds("harness")} ms, script ${milliseconds("independent")} ms`;
	console.log(`${name}: ${times}, ratio ${ratio.toFixed(3)}`);
	assert.ok(Math.abs(ratio - 1) <= TOLERANCE, `${times}, ratio ${ratio.toFixed(3)}`);
}

for (const [runtime, command] of Object.entries(SCRIPTS) as [RuntimeName, ScriptCommand][]) {
	test(
		`a single ${runtime} message costs the same in the harness and in an independent script`,
		{
			timeout: LIMIT_MS,
		},
		() => assertSame(runtime, launchIn(ROOT, runtime), command),
	);
}

// Before 1.5 every runtime starts a thread for its log, which outlasts the start and delays the message
// at random.
const OWN_BOOTSTRAP = "typescript@2.0.0-alpha.537";
for (const word of [
	"typescript@1.5.8",
	"typescript@1.7.2",
	...(isLong ? ["typescript@1.7.3-alpha.4"] : []),
	OWN_BOOTSTRAP,
]) {
	test(`a single message of ${word} costs the same in the harness and in an independent script`, {
		timeout: LIMIT_MS,
	}, async () => {
		const { targets } = await installTargets(await resolveTargets(parseTargets(word)), () => {});
		const [target] = targets;
		assert.ok(target);
		const root = rootOf(target);
		const script = word === OWN_BOOTSTRAP ? typescriptScript(root) : earlierScript(root);
		await assertSame(word, launchOf(target), script);
	});
}
