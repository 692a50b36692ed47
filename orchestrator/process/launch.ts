/** Says how a harness process is started, and with which environment. */

export interface Launch {
	file: string;
	args: string[];
	env: Record<string, string>;
}

const PASSED_ON = ["PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ"];

/** The environment is named, not inherited, so that a user's settings cannot change a measurement. */
export function harnessEnvironment(): Record<string, string> {
	return Object.fromEntries(
		PASSED_ON.flatMap((name) => {
			const value = process.env[name];
			return value === undefined ? [] : [[name, value]];
		}),
	);
}
