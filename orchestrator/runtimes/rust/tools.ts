/** Cargo's tools for the Rust harness: the protobuf compiler of its build, micro-benchmarks, the profiler. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseCriterion } from "../../../analysis/tools/micro.ts";
import type { MicroBenchmark } from "../../../shared/types.ts";
import { harnessEnvironment, setUpEnvironment } from "../../environment/environment.ts";
import { ROOT } from "../../files.ts";
import { readToolOutput, runTool } from "../run-tool.ts";
import type { Command, Tools } from "../runtime.ts";
import { cargoEnvironment, LOCKED_BUILD, PROTOC_BUILD } from "./cargo.ts";

const MANIFEST = ["--locked", "--manifest-path", join(ROOT, "rust/Cargo.toml")];
/** The features of both tools at once: cargo builds the framework anew for every other set of features. */
const FEATURES = ["--features", "micro,profile"];
/** Seconds for each operation. Criterion takes 3 and 5 by default. */
const QUICK = ["--warm-up-time", "0.5", "--measurement-time", "1"];
const CRITERION_RESULTS = join(LOCKED_BUILD, "criterion");

/** Prints the path of the protobuf compiler that the framework's build needs; it comes inside a crate. */
export function protocCommand(cargo: string): Command {
	const manifest = join(ROOT, "rust/protoc/Cargo.toml");
	const args = ["run", "--quiet", "--locked", "--manifest-path", manifest, "--target-dir", PROTOC_BUILD];
	return { file: cargo, args, env: cargoEnvironment() };
}

export const tools: Tools = {
	microLibrary: "criterion",
	async runMicro(_folder, quick, say) {
		// Results of earlier code must not be taken for those of this code.
		rmSync(CRITERION_RESULTS, { recursive: true, force: true });
		say("Building Rust's micro-benchmarks (once)");
		const sampling = quick ? ["--", ...QUICK] : [];
		await runCargo(["bench", ...MANIFEST, ...FEATURES, "--bench", "micro", ...sampling]);
		return readCriterionFolder(CRITERION_RESULTS);
	},
	async takeProfile(scenario, iterations, folder, say) {
		mkdirSync(folder, { recursive: true });
		const file = join(folder, "profile.folded");
		say("Building Rust's profiler (once)");
		await runCargo(["build", "--release", ...MANIFEST, ...FEATURES, "--example", "profile"]);
		const binary = join(LOCKED_BUILD, "release/examples/profile");
		const options = ["--scenario", scenario, "--iterations", String(iterations), "--output", file];
		await runTool(binary, options, harnessEnvironment());
		return file;
	},
	isFramework: ({ name }) => /\belizaos/.test(name),
};

async function runCargo(args: readonly string[]): Promise<void> {
	const environment = { ...setUpEnvironment(), ...cargoEnvironment() };
	const protoc = protocCommand("cargo");
	const PROTOC = (await runTool(protoc.file, protoc.args, environment)).trim();
	const [verb = "", ...rest] = args;
	await runTool("cargo", [verb, "--target-dir", LOCKED_BUILD, ...rest], { ...environment, PROTOC });
}

/** Reads every `new/sample.json` below a criterion folder, named by its path. */
function readCriterionFolder(folder: string, name: string[] = []): MicroBenchmark[] {
	const sample = join(folder, "new/sample.json");
	if (existsSync(sample)) return [readCriterionResult(name.join("/"), sample)];
	return readdirSync(folder, { withFileTypes: true })
		.filter((entry) => entry.isDirectory() && entry.name !== "report")
		.flatMap((entry) => readCriterionFolder(join(folder, entry.name), [...name, entry.name]));
}

/** @throws {UserError} for a file that is none of criterion's */
export function readCriterionResult(name: string, path: string): MicroBenchmark {
	const read = () => parseCriterion(name, JSON.parse(readFileSync(path, "utf8")));
	return readToolOutput(`criterion's results in ${path}`, read);
}
