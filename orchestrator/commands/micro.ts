/**
 * `./run.sh micro`: each framework's single operations, by each language's own benchmark library, in one
 * table.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { renderMicro } from "../../report/console/micro.ts";
import { type MicroFile, SCHEMA_VERSION } from "../../shared/types.ts";
import { loadTargets, select } from "../contract.ts";
import { describeMachine } from "../machine/describe.ts";
import { RunStore } from "../run/store.ts";
import { MICRO } from "../runtimes/tools/micro.ts";
import { provision, type Say } from "../targets/provision.ts";

export async function microCommand(flags: { targets: string; output?: string; json?: true }): Promise<void> {
	const targets = select(loadTargets(), flags.targets, "target");
	const startedAt = new Date();
	const store = RunStore.create(flags.output, startedAt, "-micro");
	const say: Say = (line) => console.error(line);
	await provision([...new Set(targets.map(({ runtime }) => runtime))], say);
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
		file.targets.push({
			id,
			label,
			runtime,
			framework: framework.version,
			...(await MICRO[runtime](folder, say)),
		});
		store.save("micro.json", file);
	}
	console.log(flags.json ? JSON.stringify(file) : `${renderMicro(file)}\nResults: ${store.folder}`);
}
