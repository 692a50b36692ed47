/** Takes a CPU profile of a scenario with each runtime's own profiler. */
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "../../../analysis/tools/hot-functions.ts";
import type { RuntimeName } from "../../../shared/types.ts";
import { UserError } from "../../errors.ts";
import { ROOT } from "../../files.ts";
import type { Say } from "../../targets/provision.ts";
import { HARNESS, launchIn } from "../launch.ts";
import { pythonWithTools } from "./python-tools.ts";
import { runTool } from "./run-tool.ts";
import { protoc } from "./rust-tools.ts";

export interface Profiler {
	/** @returns the profile's file, in a format that speedscope opens */
	take(scenario: string, iterations: number, folder: string, say: Say): Promise<string>;
	/** Whether a frame is the framework's own code. */
	isFramework(frame: Frame): boolean;
}

export const PROFILERS: Record<RuntimeName, Profiler> = {
	typescript: {
		async take(scenario, iterations, folder) {
			mkdirSync(folder, { recursive: true });
			const { file, args, env } = launchIn(ROOT, "typescript");
			const measured = [
				"--scenarios",
				scenario,
				"--iterations",
				String(iterations),
				"--output",
				join(folder, "measurement.json"),
			];
			await runTool(file, ["--cpu-prof", `--cpu-prof-dir=${folder}`, ...args, ...measured], env);
			const profile = readdirSync(folder).find((name) => name.endsWith(".cpuprofile"));
			if (!profile) throw new UserError(`Bun wrote no profile into ${folder}`, 1);
			return join(folder, profile);
		},
		isFramework: ({ file }) => file.includes("@elizaos/core"),
	},
	python: {
		async take(scenario, iterations, folder, say) {
			mkdirSync(folder, { recursive: true });
			const file = join(folder, "profile.speedscope.json");
			const script = join(ROOT, "python/src/profile_run.py");
			const { env } = launchIn(ROOT, "python");
			await runTool(
				await pythonWithTools(say),
				[script, "--scenario", scenario, "--iterations", String(iterations), "--output", file],
				env,
			);
			return file;
		},
		isFramework: ({ file }) => /elizaos/.test(file),
	},
	rust: {
		async take(scenario, iterations, folder, say) {
			mkdirSync(folder, { recursive: true });
			const file = join(folder, "profile.folded");
			say("Building Rust's profiler (once)");
			const manifest = ["--release", "--locked", "--manifest-path", join(ROOT, "rust/Cargo.toml")];
			await runTool("cargo", ["build", ...manifest, "--features", "profile", "--example", "profile"], {
				...process.env,
				PROTOC: await protoc(),
			});
			const { env } = launchIn(ROOT, "rust");
			const binary = join(HARNESS.rust.file, "../examples/profile");
			await runTool(
				binary,
				["--scenario", scenario, "--iterations", String(iterations), "--output", file],
				env,
			);
			return file;
		},
		isFramework: ({ name }) => /\belizaos/.test(name),
	},
};
