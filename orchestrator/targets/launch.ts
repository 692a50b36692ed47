/** Says how the harness of a target is started. */
import type { ProcessRecord, RuntimeName, Target } from "../../shared/types.ts";
import { rewriteFile } from "../content.ts";
import { harnessEnvironment } from "../environment/environment.ts";
import type { Launch } from "../process/launch.ts";
import { RUNTIMES } from "../runtimes/index.ts";
import { agentManifestOf, rootOf } from "./folder.ts";

/**
 * @param target a target that has been set up
 * @returns how its harness is started
 */
export function launchOf(target: Target, role: ProcessRecord["role"] = "measure"): Launch {
	const { runtime, variants = [], agent } = target;
	const root = rootOf(target);
	const { file, args } = RUNTIMES[runtime].executable(root, role, variants);
	return {
		file,
		args: [...args, ...(agent ? agentArguments(target, agent) : [])],
		env: harnessEnvironment(),
	};
}

function agentArguments(target: Target, { without }: NonNullable<Target["agent"]>): string[] {
	const manifest = ["--agent", agentManifestOf(target)];
	return without.length === 0 ? manifest : [...manifest, "--without", without.join(",")];
}

/**
 * As {@link launchOf}, and an executable of the target's own is written anew for every process. Which pages
 * of memory it gets can change its speed by some per cent, and they stay its own until it is written again:
 * so that is scatter between processes, instead of a bias of one install.
 */
export function launchRewritten(target: Target, role: ProcessRecord["role"] = "measure"): Launch {
	const launch = launchOf(target, role);
	if (target.engine !== "native") return launch;
	try {
		rewriteFile(launch.file);
	} catch {
		// The disk is full or may not be written. The file is as it was.
	}
	return launch;
}

/** @returns how the harness of a runtime, without variants, is started below a folder */
export function launchIn(
	root: string,
	runtime: RuntimeName,
	role: ProcessRecord["role"] = "measure",
): Launch {
	return { ...RUNTIMES[runtime].executable(root, role, []), env: harnessEnvironment() };
}
