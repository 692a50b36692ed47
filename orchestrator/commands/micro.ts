/**
 * `./run.sh micro` measures each framework's single operations with each language's own benchmark library,
 * and prints one table.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { renderMicro } from "../../report/console/micro.ts";
import { type MicroBenchmark, type MicroFile, SCHEMA_VERSION } from "../../shared/types.ts";
import { loadTargets, select } from "../contract.ts";
import { describeMachine } from "../machine/describe.ts";
import { takeMeasuringTurn } from "../process/measuring-turn.ts";
import { RunStore } from "../run/store.ts";
import { RUNTIMES } from "../runtimes/index.ts";
import type { Say } from "../runtimes/runtime.ts";
import { setUpRuntimes, setUpTools } from "../targets/set-up.ts";

export async function microCommand(flags: {
	targets: string;
	beside?: true;
	quick?: true;
	output?: string;
	json?: true;
}): Promise<void> {
	const targets = select(loadTargets(), flags.targets, "target");
	const startedAt = new Date();
	const store = RunStore.create(flags.output, startedAt, "-micro");
	const say: Say = (line) => console.error(line);
	const endTurn = await takeMeasuringTurn(flags.beside === true, say);
	await setUpRuntimes(
		targets.map(({ runtime }) => runtime),
		say,
	);
	const file: MicroFile = {
		schemaVersion: SCHEMA_VERSION,
		kind: "micro",
		timestamp: startedAt.toISOString(),
		machine: describeMachine(),
		targets: [],
	};
	for (const { id, label, runtime, framework } of targets) {
		say(`[${file.targets.length + 1}/${targets.length}] ${id}`);
		const folder = join(store.folder, id);
		mkdirSync(folder, { recursive: true });
		await setUpTools(runtime, say);
		const { microLibrary, runMicro } = RUNTIMES[runtime].tools;
		const benchmarks = await runMicro(folder, flags.quick === true, say);
		file.targets.push({
			id,
			label,
			runtime,
			framework: framework.version,
			library: microLibrary,
			benchmarks: benchmarks.map(unifyName),
		});
		store.save("micro.json", file);
	}
	endTurn();
	console.log(flags.json ? JSON.stringify(file) : `${renderMicro(file)}\nResults: ${store.folder}`);
}

/** The libraries do not all allow a space in a name. */
function unifyName(row: MicroBenchmark): MicroBenchmark {
	const withSpace = (_: string, provider: string) => `provider_run ${provider.toUpperCase()}`;
	return { ...row, name: row.name.replace(/^provider_run[ _/](.+)$/, withSpace) };
}
