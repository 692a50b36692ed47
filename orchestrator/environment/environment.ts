/**
 * Makes the environment of every child process. It is named, not inherited, so that neither a user's settings
 * nor those of another tool change what is set up or measured.
 */
import { ROOT } from "../files.ts";
import { setUpVariables } from "./passed-on.mjs";

const OF_HARNESS = ["PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ"];

/** The environment of what is measured. */
export function harnessEnvironment(): Record<string, string> {
	return Object.fromEntries(
		OF_HARNESS.flatMap((name) => {
			const value = process.env[name];
			return value === undefined ? [] : [[name, value]];
		}),
	);
}

/** The environment of package managers and compilers: it also says how the registries are reached. */
export function setUpEnvironment(): Record<string, string> {
	return setUpVariables(process.env, ROOT);
}
