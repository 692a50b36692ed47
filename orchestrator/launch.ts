/** How each runtime's harness is started. The environment is named, not inherited, so that a user's settings cannot bend a measurement. */
import { join } from "node:path";
import type { ProcessRecord, RuntimeName } from "../shared/types.ts";
import { ROOT } from "./files.ts";

export interface Launch {
	file: string;
	args: string[];
	env: Record<string, string>;
}

const PASSED_ON = ["PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ"];

export const HARNESS = {
	typescript: {
		file: join(ROOT, "typescript/node_modules/.bin/bun"),
		// Bun would load a `.env` and a `bunfig.toml` of whatever folder the user is in, preloaded code included.
		args: ["--no-env-file", "--config=/dev/null", join(ROOT, "typescript/src/bench.ts")],
	},
	python: { file: join(ROOT, "python/.venv/bin/python"), args: [join(ROOT, "python/src/bench.py")] },
	rust: { file: join(ROOT, "rust/target/release/eliza-bench"), args: [] },
} as const satisfies Record<RuntimeName, Omit<Launch, "env">>;

/** Verification counts allocations where an allocator can: a binary of its own, so that the measured one counts nothing. */
const COUNTING_RUST = join(ROOT, "rust/target/release/eliza-bench-alloc");

export function launchOf(runtime: RuntimeName, role: ProcessRecord["role"] = "measure"): Launch {
	const env = Object.fromEntries(PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
	const { file, args } = HARNESS[runtime];
	return { file: runtime === "rust" && role === "verify" ? COUNTING_RUST : file, args: [...args], env };
}
