/** Runs cargo by the settings of this repository, and knows the user's that it cannot overrule. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "smol-toml";
import { setUpEnvironment } from "../../environment/environment.ts";
import { messageOf, UserError } from "../../errors.ts";
import { ROOT, withoutMark } from "../../files.ts";

/** The protobuf compiler is built in a package and a folder of its own. */
export const PROTOC_BUILD = join(ROOT, "rust/protoc/target");
export const LOCKED_BUILD = join(ROOT, "rust/target");

/** Tables of cargo's configuration files that say nothing of what is built. */
const HARMLESS = [
	"alias",
	"cache",
	"cargo-new",
	"credential-alias",
	"doc",
	"future-incompat-report",
	"http",
	"install",
	"net",
	"registries",
	"registry",
	"source",
	"term",
];
/** Settings that the environment and the arguments overrule. */
const OVERRULED = [
	/^build\.(rustflags|rustdocflags|rustc-wrapper|rustc-workspace-wrapper|target-dir|incremental|jobs)$/,
	/^target\..*\.rustflags$/,
];
const MOST_CHARACTERS = 300;

/**
 * Set and empty, these variables overrule the configuration files (The Cargo Book, "Environment
 * variables").
 */
export function cargoEnvironment(): Record<string, string> {
	return {
		CARGO_ENCODED_RUSTFLAGS: "",
		RUSTC_WRAPPER: "",
		RUSTC_WORKSPACE_WRAPPER: "",
		CARGO_INCREMENTAL: "0",
		// The build records them, so that results name them.
		BENCH_CARGO_SETTINGS: foreignSettings(),
	};
}

/**
 * Returns the user's settings that shape a build and that nothing overrules, such as another linker:
 * `build.target="x86_64-unknown-linux-musl"; ...`. Empty without any.
 * @throws {UserError} for a configuration file that cargo cannot read either
 */
export function foreignSettings(folders = configurationFolders()): string {
	const settings = folders.flatMap((folder) => {
		const path = ["config", "config.toml"].map((name) => join(folder, name)).find((one) => existsSync(one));
		return path === undefined ? [] : shapingSettings(readConfiguration(path));
	});
	return [...new Set(settings)].toSorted().join("; ").slice(0, MOST_CHARACTERS);
}

/** The nearest first (The Cargo Book, "Configuration"). */
function configurationFolders(): string[] {
	const above: string[] = [];
	for (let folder = dirname(join(ROOT, "x")); ; folder = dirname(folder)) {
		above.push(join(folder, ".cargo"));
		if (dirname(folder) === folder) break;
	}
	const environment = setUpEnvironment();
	const home = environment.CARGO_HOME ?? join(environment.HOME ?? homedir(), ".cargo");
	return [...new Set([...above, home])];
}

function readConfiguration(path: string): Record<string, unknown> {
	try {
		return parse(withoutMark(readFileSync(path, "utf8")));
	} catch (error) {
		throw new UserError(`cannot read cargo's configuration ${path}: ${messageOf(error).split("\n")[0]}`);
	}
}

/** Returns the settings of one file that shape a build and are not overruled, each as `key=value`. */
export function shapingSettings(configuration: Record<string, unknown>): string[] {
	const settings: string[] = [];
	const add = (key: string, value: unknown) => {
		if (OVERRULED.some((pattern) => pattern.test(key))) return;
		if (typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date))
			for (const [name, inner] of Object.entries(value)) add(`${key}.${name}`, inner);
		else settings.push(`${key}=${JSON.stringify(value)}`);
	};
	for (const [key, value] of Object.entries(configuration)) if (!HARMLESS.includes(key)) add(key, value);
	return settings;
}
