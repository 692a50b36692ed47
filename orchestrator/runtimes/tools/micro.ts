/**
 * Runs each language's micro-benchmarks with that language's own library and brings the results to one form.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fromCriterion, fromPyperf } from "../../../analysis/tools/micro.ts";
import { type MicroBenchmark, microOutput, type RuntimeName } from "../../../shared/types.ts";
import { ROOT } from "../../files.ts";
import type { Say } from "../../targets/provision.ts";
import { launchIn } from "../launch.ts";
import { pythonWithTools } from "./python-tools.ts";
import { runTool, understood } from "./run-tool.ts";
import { protoc } from "./rust-tools.ts";

export interface MicroRun {
	library: string;
	benchmarks: MicroBenchmark[];
}

/** The libraries do not all allow a space in a name. */
function named(row: MicroBenchmark): MicroBenchmark {
	return {
		...row,
		name: row.name.replace(
			/^provider_run[ _/](.+)$/,
			(_, provider: string) => `provider_run ${provider.toUpperCase()}`,
		),
	};
}

/** @param folder an empty folder for the library's own files */
export const MICRO: Record<RuntimeName, (folder: string, say: Say) => Promise<MicroRun>> = {
	async typescript() {
		const { file, env } = launchIn(ROOT, "typescript");
		const output = await runTool(file, [join(ROOT, "typescript/src/micro.ts"), "--json"], env);
		return {
			library: "tinybench",
			benchmarks: understood("tinybench's results", () => microOutput.parse(JSON.parse(output))).map(named),
		};
	},
	async python(folder, say) {
		const file = join(folder, "pyperf.json");
		const { env } = launchIn(ROOT, "python");
		await runTool(await pythonWithTools(say), [join(ROOT, "python/src/micro.py"), "--fast", "-o", file], env);
		return { library: "pyperf", benchmarks: pyperfResults(file).map(named) };
	},
	async rust(_folder, say) {
		const results = join(ROOT, "rust/target/criterion");
		// Results of earlier code must not pass for this one's.
		rmSync(results, { recursive: true, force: true });
		say("Building Rust's micro-benchmarks (once)");
		const manifest = ["--locked", "--manifest-path", join(ROOT, "rust/Cargo.toml")];
		await runTool("cargo", ["bench", ...manifest, "--features", "micro", "--bench", "micro"], {
			...process.env,
			PROTOC: await protoc(),
		});
		return { library: "criterion", benchmarks: criterionResults(results).map(named) };
	},
};

/** @throws {UserError} for a file that is none of pyperf's */
export function pyperfResults(path: string): MicroBenchmark[] {
	return understood(`pyperf's results in ${path}`, () => fromPyperf(JSON.parse(readFileSync(path, "utf8"))));
}

/** @throws {UserError} for a file that is none of criterion's */
export function criterionResult(name: string, path: string): MicroBenchmark {
	return understood(`criterion's results in ${path}`, () =>
		fromCriterion(name, JSON.parse(readFileSync(path, "utf8"))),
	);
}

/** Every `new/sample.json` below a criterion folder, named by its path. */
function criterionResults(folder: string, name: string[] = []): MicroBenchmark[] {
	const sample = join(folder, "new/sample.json");
	if (existsSync(sample)) return [criterionResult(name.join("/"), sample)];
	return readdirSync(folder, { withFileTypes: true })
		.filter((entry) => entry.isDirectory() && entry.name !== "report")
		.flatMap((entry) => criterionResults(join(folder, entry.name), [...name, entry.name]));
}
