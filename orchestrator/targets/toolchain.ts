/** Finds the runtimes' toolchains on this machine. */
import type { RuntimeName } from "../../shared/types.ts";
import { MS_PER_S } from "../../shared/units.ts";
import { UserError } from "../errors.ts";
import { ROOT } from "../files.ts";
import { runGuarded } from "../process/guarded.ts";
import { RUNTIMES } from "../runtimes/index.ts";

export interface FoundToolchain {
	command: string;
	version: string;
	/**
	 * What a set-up depends on: interpreter or compiler, the system's C library, settings that cannot be
	 * overruled. A set-up that was made with another one is made again.
	 */
	identity: string;
}

/** A toolchain that says nothing for so long hangs. The first question may make it read much from a disk. */
const ANSWER_MS = 20 * MS_PER_S;

/** Asked once a process: a toolchain does not change while a run goes on. */
const known = new Map<RuntimeName, Promise<FoundToolchain>>();

/** @throws {UserError} with what to install */
export function findToolchain(runtime: RuntimeName): Promise<FoundToolchain> {
	const found = known.get(runtime) ?? searchToolchain(runtime);
	known.set(runtime, found);
	return found;
}

/**
 * @param runtimes those that the user has asked for
 * @throws {UserError} that names all that are missing, with what to install, and the flag that leaves
 *   them out
 */
export async function findToolchains(
	runtimes: readonly RuntimeName[],
): Promise<ReadonlyMap<RuntimeName, FoundToolchain>> {
	const wanted = [...new Set(runtimes)];
	const settled = await Promise.allSettled(wanted.map(findToolchain));
	const found = new Map<RuntimeName, FoundToolchain>();
	const problems: string[] = [];
	for (const [index, outcome] of settled.entries()) {
		const runtime = wanted[index] as RuntimeName;
		if (outcome.status === "fulfilled") found.set(runtime, outcome.value);
		else if (outcome.reason instanceof UserError) problems.push(outcome.reason.message);
		else throw outcome.reason;
	}
	if (problems.length === 0) return found;
	const what = problems.length === 1 ? "it" : "them";
	const without =
		found.size > 0 ? `, or leave ${what} out with --targets ${[...found.keys()].join(",")}` : "";
	throw new UserError(`${problems.join("; ")}${without}`);
}

async function searchToolchain(runtime: RuntimeName): Promise<FoundToolchain> {
	const { name, commands, minimum, advice, identify } = RUNTIMES[runtime].toolchain;
	const old: string[] = [];
	const silent: string[] = [];
	for (const command of commands) {
		const { stdout, tooLate } = await ask(command, ["--version"]);
		if (tooLate) silent.push(`${command} gives no answer`);
		const version = /(\d+)\.(\d+)(\.\d+)?/.exec(stdout);
		if (!version) continue;
		const [major, minor] = [Number(version[1]), Number(version[2])];
		if (major < minimum[0] || (major === minimum[0] && minor < minimum[1])) {
			old.push(version[0]);
			continue;
		}
		const parts = [process.platform, process.arch, libraryOfC(), await identify(command, outputOf)];
		return { command, version: version[0], identity: parts.join("\n") };
	}
	const there = [...silent, ...(old.length > 0 ? [`found ${old.join(", ")}`] : [])].join(", ") || "not found";
	throw new UserError(
		`the target ${runtime} needs ${name} ${minimum.join(".")} or newer (${there}): ${advice}`,
	);
}

/** @returns what a program prints on standard output; empty where it fails or is not there */
async function outputOf(file: string, args: readonly string[]): Promise<string> {
	return (await ask(file, args)).stdout;
}

/**
 * Asks in the repository's folder: version files in the folder that the user stands in choose another version
 * than a set-up gets.
 */
async function ask(file: string, args: readonly string[]): Promise<{ stdout: string; tooLate: boolean }> {
	const options = { cwd: ROOT, captures: true, limitMs: ANSWER_MS };
	const { problem, stdout, tooLate } = await runGuarded(file, args, options);
	return { stdout: problem === null ? stdout : "", tooLate };
}

/** The C library and its version; of another than glibc nothing is known but that it is none. */
function libraryOfC(): string {
	if (process.report === undefined) return "unknown";
	// Without this it looks names up in the network. Older versions of Node.js do not know it.
	Object.assign(process.report, { excludeNetwork: true });
	const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
	return header?.glibcVersionRuntime ?? "no glibc";
}
