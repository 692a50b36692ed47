/** Says how the harness of a target is started. */
import type { ProcessRecord, RuntimeName, Target } from "../../shared/types.ts";
import { harnessEnvironment, type Launch } from "../process/launch.ts";
import { RUNTIMES } from "../runtimes/index.ts";
import { rootOf } from "./folder.ts";

/**
 * @param target a target that has been set up
 * @returns how its harness is started
 */
export function launchOf(target: Target, role: ProcessRecord["role"] = "measure"): Launch {
	const { runtime, variants = [] } = target;
	return {
		...RUNTIMES[runtime].executable(rootOf(target), role, variants),
		env: harnessEnvironment(),
	};
}

/** @returns how the harness of a runtime, without variants, is started below a folder */
export function launchIn(
	root: string,
	runtime: RuntimeName,
	role: ProcessRecord["role"] = "measure",
): Launch {
	return { ...RUNTIMES[runtime].executable(root, role, []), env: harnessEnvironment() };
}
