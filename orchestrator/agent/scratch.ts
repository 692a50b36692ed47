/**
 * Makes the folders that a measured agent has instead of the user's own, and its environment. Nothing of the
 * user's environment is passed on but what finds programs and says the language and the time zone.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PASSED_ON = ["PATH", "LANG", "LC_ALL", "TZ"];

export interface Scratch {
	/** What plugins write is in it. */
	root: string;
	/** The process works in it. */
	folder: string;
	/** The engine keeps there what it has compiled. */
	engine: string;
	env: Record<string, string>;
}

/**
 * @param root a folder of the run, which is made
 * @param engine a folder that processes of the run share, which is made: without what the engine has compiled
 * before, an import takes twice as long. Default: one of this scratch's own
 */
export function makeScratch(
	root: string,
	environment: Readonly<Record<string, string | undefined>> = process.env,
	engine = join(root, "engine"),
): Scratch {
	const [home, temporary, folder] = [join(root, "home"), join(root, "tmp"), join(root, "work")];
	for (const path of [home, temporary, folder, engine]) mkdirSync(path, { recursive: true });
	// Frameworks and plugins look for the next such file above the folder they work in, and take its keys.
	for (const name of [".env", ".env.local"]) writeFileSync(join(folder, name), "");
	const passedOn = PASSED_ON.flatMap((name) => {
		const value = environment[name];
		return value === undefined ? [] : [[name, value] as const];
	});
	const env = {
		...Object.fromEntries(passedOn),
		HOME: home,
		TMPDIR: temporary,
		// Bun would keep it below the home, which is a new one here. Node.js keeps nothing.
		BUN_RUNTIME_TRANSPILER_CACHE_PATH: engine,
	};
	return { root, folder, engine, env };
}
