/**
 * `./run.sh profile` takes a CPU profile per target and scenario, and lists the framework's hottest
 * functions.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Frame, findHotFunctions, type HotFunction } from "../../analysis/tools/hot-functions.ts";
import { renderHotFunctions } from "../../report/console/hot-functions.ts";
import { loadContract, loadTargets, select } from "../contract.ts";
import { takeMeasuringTurn } from "../process/measuring-turn.ts";
import { RunStore } from "../run/store.ts";
import { RUNTIMES } from "../runtimes/index.ts";
import { readToolOutput } from "../runtimes/run-tool.ts";
import type { Say } from "../runtimes/runtime.ts";
import { setUpRuntimes, setUpTools } from "../targets/set-up.ts";

const LISTED = 10;
const LISTED_OUTSIDE = 5;

export async function profileCommand(flags: {
	targets: string;
	scenarios: string;
	iterations: number;
	beside?: true;
	output?: string;
	json?: true;
}): Promise<void> {
	const targets = select(loadTargets(), flags.targets, "target");
	const scenarios = select(loadContract({}).scenarios, flags.scenarios, "scenario");
	const store = RunStore.create(flags.output, new Date(), "-profile");
	const say: Say = (line) => console.error(line);
	const endTurn = await takeMeasuringTurn(flags.beside === true, say);
	await setUpRuntimes(
		targets.map(({ runtime }) => runtime),
		say,
	);
	const found: {
		target: string;
		scenario: string;
		file: string;
		functions: HotFunction[];
		outside: HotFunction[];
	}[] = [];
	for (const { id, label, runtime } of targets) {
		const { isFramework, takeProfile } = RUNTIMES[runtime].tools;
		await setUpTools(runtime, say);
		for (const { id: scenario } of scenarios) {
			say(`Profiling ${scenario} on ${id}`);
			const file = await takeProfile(scenario, flags.iterations, join(store.folder, id, scenario), say);
			const profile = readFileSync(file, "utf8");
			const hot = (belongs: (frame: Frame) => boolean, most: number) =>
				readToolOutput(`the profile ${file}`, () => findHotFunctions(profile, belongs, most));
			const functions = hot((frame) => isFramework(frame), LISTED);
			// Work that the framework has others do is its cost too: serialization, for instance.
			const outside = hot((frame) => !isFramework(frame), LISTED_OUTSIDE);
			found.push({ target: id, scenario, file, functions, outside });
			if (!flags.json)
				console.log(
					renderHotFunctions(
						`${label}, ${scenario}: hottest functions by self time`,
						{ functions, outside },
						file,
					),
				);
		}
	}
	endTurn();
	if (flags.json) console.log(JSON.stringify(found));
}
