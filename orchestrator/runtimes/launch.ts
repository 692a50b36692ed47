/**
 * How each target's harness is started. The environment is named, not inherited, so that a user's settings
 * cannot bend a measurement.
 */
import { join } from "node:path";
import type { ProcessRecord, RuntimeName, Target } from "../../shared/types.ts";
import { ROOT } from "../files.ts";
import { rootOf } from "../targets/folder.ts";

export interface Launch {
	file: string;
	args: string[];
	env: Record<string, string>;
}

const PASSED_ON = ["PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ"];

/**
 * Where the harnesses are below a folder: the repository, or the folder of a target that was set up beside
 * it.
 */
export function harnessesIn(root: string) {
	return {
		typescript: {
			file: join(root, "typescript/node_modules/.bin/bun"),
			// Bun would load a `.env` and a `bunfig.toml` of whatever folder the user is in, preloaded code
			// included.
			args: ["--no-env-file", "--config=/dev/null", join(root, "typescript/src/bench.ts")],
		},
		python: { file: join(root, "python/.venv/bin/python"), args: [join(root, "python/src/bench.py")] },
		rust: { file: join(root, "rust/target/release/eliza-bench"), args: [] },
	} as const satisfies Record<RuntimeName, Omit<Launch, "env">>;
}

/** Those of the locked versions. */
export const HARNESS = harnessesIn(ROOT);

/**
 * Verification counts allocations where an allocator can: a binary of its own, so that the measured one
 * counts nothing.
 */
const COUNTING_RUST = "-alloc";

/** @param target a target that has been set up */
export function launchOf(target: Target, role: ProcessRecord["role"] = "measure"): Launch {
	const root = rootOf(target);
	const launch = launchIn(root, target.runtime, role);
	// Without the orchestrator's own options: a loader would be part of what is measured.
	if (target.engine === "node")
		return { ...launch, file: process.execPath, args: [join(root, "typescript/dist/bench.js")] };
	return target.variants?.includes("uvloop")
		? { ...launch, args: [...launch.args, "--event-loop", "uvloop"] }
		: launch;
}

/** The harness of a runtime below a folder. */
export function launchIn(
	root: string,
	runtime: RuntimeName,
	role: ProcessRecord["role"] = "measure",
): Launch {
	const env = Object.fromEntries(
		PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
	);
	const { file, args } = harnessesIn(root)[runtime];
	return {
		file: runtime === "rust" && role === "verify" ? `${file}${COUNTING_RUST}` : file,
		args: [...args],
		env,
	};
}
