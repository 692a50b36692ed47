/** Adds packages to a harness's folder, by the package manager whose lock file lies there. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NPM_FLAGS } from "../../environment/passed-on.mjs";
import type { CommandLog } from "../runtime.ts";

export const FLAGS = [
	...NPM_FLAGS,
	"--ignore-scripts",
	"--include=dev",
	"--include=optional",
	"--include=peer",
];
/** What a project needs to be developed is not installed. */
const PROJECT_FLAGS = [
	...NPM_FLAGS,
	"--ignore-scripts",
	"--omit=dev",
	"--include=optional",
	"--include=peer",
];
const BUN_LOCK = "bun.lock";
/** The one setting of a project's own that decides whether its lock file can be installed. */
const LEGACY_PEERS = /^\s*legacy-peer-deps\s*=\s*["']?true["']?\s*$/m;

export interface Packages {
	/** Installs what the lock file names; without one, what `package.json` asks for. */
	installProject(): Promise<void>;
	/** Adds packages as they are named: `NAME@VERSION`, or a folder. */
	add(wanted: readonly string[]): Promise<void>;
	/** The file that lists every package with its version. */
	readonly lock: string;
}

/**
 * @param folder of the harness
 * @param bun the engine that the repository's own set-up has brought; it is used where bun has made the lock
 * @param project the folder of the user's project whose `package.json` it is; null: it is the harness's
 */
export function packagesIn(folder: string, bun: string, log: CommandLog, project: string | null): Packages {
	if (project !== null && existsSync(join(folder, BUN_LOCK))) return bunPackages(folder, bun, log);
	const flags = project === null ? FLAGS : [...PROJECT_FLAGS, ...settingsOf(project)];
	const run = (args: readonly string[]) =>
		log.run({ file: "npm", args: [...args, ...flags, "--prefix", folder], cwd: folder });
	return {
		lock: join(folder, "package-lock.json"),
		installProject: () => run([existsSync(join(folder, "package-lock.json")) ? "ci" : "install"]),
		// The packages are packed and copied. A link would be followed, and would find the dependencies
		// of its own folder.
		add: (wanted) =>
			log.run({
				file: "npm",
				args: ["install", "--install-links", "--save-exact", ...flags, "--prefix", folder, "--", ...wanted],
				cwd: folder,
			}),
	};
}

/** Of its `.npmrc` nothing else is followed: it may name registries and hold keys. */
export function settingsOf(project: string): string[] {
	const path = join(project, ".npmrc");
	return existsSync(path) && LEGACY_PEERS.test(readFileSync(path, "utf8")) ? ["--legacy-peer-deps"] : [];
}

function bunPackages(folder: string, bun: string, log: CommandLog): Packages {
	const flags = ["--ignore-scripts", "--backend=copyfile", "--linker=hoisted"];
	return {
		lock: join(folder, BUN_LOCK),
		installProject: () =>
			log.run({
				file: bun,
				args: ["install", "--frozen-lockfile", "--production", ...flags],
				cwd: folder,
			}),
		add: (wanted) =>
			log.run({
				file: bun,
				// For production it would refuse to change the lock file, and so a second package.
				args: ["add", "--exact", "--omit=dev", ...flags, ...wanted.map(asFolder)],
				cwd: folder,
			}),
	};
}

function asFolder(wanted: string): string {
	return wanted.startsWith("/") ? `file:${wanted}` : wanted;
}
