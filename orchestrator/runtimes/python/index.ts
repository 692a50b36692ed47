/** The Python runtime: on CPython with asyncio's event loop and in memory, or on uvloop or PostgreSQL. */
import { mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parsePyperf } from "../../../analysis/tools/micro.ts";
import type { MicroBenchmark, Variant } from "../../../shared/types.ts";
import { readAgentSource } from "../../agent/source.ts";
import { copyContent, diskUsage } from "../../content.ts";
import { harnessEnvironment } from "../../environment/environment.ts";
import { UserError } from "../../errors.ts";
import { ROOT } from "../../files.ts";
import { findFolder, missingPackage, tomlText } from "../local-copy.ts";
import { askForVersions, readToolOutput, runTool } from "../run-tool.ts";
import type { CommandLog, Installation, InstallationPlace, Runtime, Tools } from "../runtime.ts";
import { AGENT_MANIFEST, installAgent } from "./install-agent.ts";
import { Pip } from "./pip.ts";
import { projectName, projectTable } from "./project.ts";

const FRAMEWORK = "elizaos";
const DATABASE = "elizaos-plugin-inmemorydb";
/** The version that `requirements-postgres.lock` has. */
const SQL_DATABASE = { package: "elizaos-plugin-sql", version: "2.0.0a4" };

const LOCK = "requirements.lock";
/** The lock files that variants are installed from, instead of the locked target's. */
const VARIANT_LOCKS: Partial<Record<Variant, string>> = {
	uvloop: "requirements-uvloop.lock",
	postgres: "requirements-postgres.lock",
};
/** What the harness is told of its variants. */
const VARIANT_OPTIONS: Partial<Record<Variant, string[]>> = {
	uvloop: ["--event-loop", "uvloop"],
	postgres: ["--database", "postgres"],
};

const TOOL_LOCKS = ["python/requirements.lock", "python/requirements-tools.lock"];

const inRoot = (path: string) => join(ROOT, path);
const interpreterIn = (root: string) => join(root, "python/.venv/bin/python");
/** The measured environment and tools beside it. Nothing is measured for a result in it. */
const TOOLS_ENVIRONMENT = inRoot("python/.venv-tools");
const TOOLS_INTERPRETER = join(TOOLS_ENVIRONMENT, "bin/python");

/** pyperf starts ten processes with three samples each when it is to be fast. */
const QUICK = "--processes=4";

const tools: Tools = {
	microLibrary: "pyperf",
	async runMicro(folder, quick) {
		const file = join(folder, "pyperf.json");
		const args = [inRoot("python/src/micro.py"), quick ? QUICK : "--fast", "-o", file];
		await runTool(TOOLS_INTERPRETER, args, harnessEnvironment());
		return readPyperfResults(file);
	},
	async takeProfile(scenario, iterations, folder) {
		mkdirSync(folder, { recursive: true });
		const file = join(folder, "profile.speedscope.json");
		const options = ["--scenario", scenario, "--iterations", String(iterations), "--output", file];
		const args = [inRoot("python/src/profile_run.py"), ...options];
		await runTool(TOOLS_INTERPRETER, args, harnessEnvironment());
		return file;
	},
	isFramework: ({ file }) => /elizaos/.test(file),
};

export const python: Runtime = {
	toolchain: {
		name: "Python",
		commands: ["python3", "python3.14", "python3.13", "python3.12", "python3.11"],
		minimum: [3, 11],
		advice: "install Python 3.11 or newer with its venv module",
		identify: (command, ask) =>
			ask(command, ["-c", "import sys; print(sys.version, sys.implementation.cache_tag, sys.base_prefix)"]),
	},
	setUp: {
		inputs: ["python/requirements.lock"],
		product: interpreterIn(ROOT),
		follow: async (toolchain, log) => {
			const pip = await makeEnvironment(toolchain, inRoot("python/.venv"), log);
			await pip.install("--require-hashes", "-r", inRoot("python/requirements.lock"));
		},
	},
	toolsSetUp: {
		inputs: TOOL_LOCKS,
		product: TOOLS_INTERPRETER,
		follow: async (toolchain, log) => {
			const pip = await makeEnvironment(toolchain, TOOLS_ENVIRONMENT, log);
			await pip.install("--require-hashes", ...TOOL_LOCKS.flatMap((lock) => ["-r", inRoot(lock)]));
		},
	},
	products: ["python/.venv"],
	harnessFiles: [
		...[LOCK, ...Object.values(VARIANT_LOCKS)].map((lock) => join("python", lock)),
		"python/src",
	],
	executable: (root, _role, variants) => ({
		file: interpreterIn(root),
		args: [
			join(root, "python/src/bench.py"),
			...variants.flatMap((variant) => VARIANT_OPTIONS[variant] ?? []),
		],
	}),
	listContents(root) {
		const environment = join(root, "python/.venv");
		const [version = ""] = readdirSync(join(environment, "lib"));
		const packages = join("lib", version, "site-packages");
		// Python writes what it has compiled into these folders.
		const names = readdirSync(join(environment, packages)).filter((name) => name !== "__pycache__");
		const paths = ["bin/python", "pyvenv.cfg", ...names.map((name) => join(packages, name))];
		return paths.map((path) => join("python/.venv", path));
	},
	async measureSize(root) {
		return {
			frameworkBundleBytes: null,
			minifiedBundleBytes: null,
			binaryBytes: null,
			installedBytes: diskUsage(join(root, "python/.venv")),
		};
	},
	variants: [
		{ name: "uvloop", label: "uvloop", about: "on uvloop's event loop instead of asyncio's own" },
		{
			name: "postgres",
			label: "PostgreSQL",
			about: "on PostgreSQL by elizaos-plugin-sql instead of in memory",
			database: SQL_DATABASE,
		},
	],
	published: {
		needsSetUp: true,
		async list(name) {
			const args = ["-m", "pip", "index", "versions", name, "--pre", "--disable-pip-version-check"];
			const text = await askForVersions(interpreterIn(ROOT), args);
			const newestFirst = /^Available versions: (.+)$/m.exec(text)?.[1]?.split(",") ?? [];
			return newestFirst.map((version) => version.trim()).toReversed();
		},
	},
	checkout: {
		builtInPlace: false,
		async read(path) {
			const folders = findPythonProjects(path);
			const [framework = path] = folders;
			return { version: tomlText(projectTable(framework), "version"), folders };
		},
	},
	installation: { buildsOnLocked: false, install },
	agents: { manifest: AGENT_MANIFEST, takesProjects: false },
	tools,
};

/** Makes an empty environment. What was there before is removed. */
async function makeEnvironment(toolchain: string, folder: string, log: CommandLog): Promise<Pip> {
	if (folder.includes(":"))
		throw new UserError(
			"the benchmark lies in a folder whose path has a colon, which Python makes no environment in: " +
				"move it, or leave the target python out with --targets",
		);
	await log.run({ file: toolchain, args: ["-m", "venv", "--clear", folder] });
	return Pip.of(join(folder, "bin/python"), log);
}

/** Sets up the harness with another version or a local copy of the framework. */
async function install(place: InstallationPlace): Promise<Installation> {
	const { target, source, variants, root, toolchain, staging, log } = place;
	const folder = join(root, "python");
	const lock = join(folder, LOCK);
	const interpreter = interpreterIn(root);
	const pip = await makeEnvironment(toolchain, join(folder, ".venv"), log);
	await pip.install("--require-hashes", ...lockFiles(variants).flatMap((name) => ["-r", join(folder, name)]));
	const names = [target.framework.package, target.database.package];
	if (source?.kind === "version") {
		const pinned = names.map((name) => `${name}==${source.version}`);
		try {
			await pip.install(...pinned);
		} catch (error) {
			if (!(error instanceof UserError)) throw error;
			// Some versions of the framework have no database of the same version. The locked one stays then.
			await pip.install(...pinned.slice(0, 1));
		}
	} else if (source !== null) {
		// Copies are installed, because some build tools leave their products in the folder that they build
		// from.
		const projects = findPythonProjects(realpathSync(source.path), [target.database.package]);
		const copies = projects.map((project, index) => {
			const copy = join(staging, String(index));
			copyContent(project, copy);
			return copy;
		});
		await pip.install(...copies);
	}
	const script = `from importlib.metadata import version; print(*map(version, ${JSON.stringify(names)}))`;
	const versions = await log.outputOf({ file: interpreter, args: ["-c", script] });
	const [framework = "", database = ""] = versions.split(" ");
	if (target.agent) {
		const agent = readAgentSource(target.agent.path, target.agent.added, target.framework.package);
		const pinned = names.map((name, index) => `${name}==${[framework, database][index]}`);
		await installAgent(agent, { folder, staging, interpreter, pinned, pip, log });
	}
	// The measurement names this file as its lock file. Where it lies is no part of what is installed.
	writeFileSync(lock, `${(await pip.list()).replaceAll(root, "")}\n`);
	return { framework, database, lock, seeded: false };
}

/** Each of a variant's lock files has all that the locked target has too: several of them agree. */
function lockFiles(variants: readonly Variant[]): string[] {
	const ofVariants = variants.flatMap((variant) => VARIANT_LOCKS[variant] ?? []);
	return ofVariants.length === 0 ? [LOCK] : ofVariants;
}

/**
 * Finds the folders of the framework and, where they are there too, of its databases.
 * @param path the folder of the framework, or that of a repository
 * @throws {UserError} when there is no framework in it
 */
export function findPythonProjects(
	path: string,
	databases: readonly string[] = [DATABASE, SQL_DATABASE.package],
): string[] {
	const find = (name: string) => findFolder(path, (folder) => projectName(folder) === name);
	const framework = find(FRAMEWORK);
	if (framework === null) throw missingPackage(path, `pyproject.toml of ${FRAMEWORK}`);
	return [framework, ...databases.map(find).filter((folder) => folder !== null)];
}

/** @throws {UserError} for a file that is none of pyperf's */
export function readPyperfResults(path: string): MicroBenchmark[] {
	const read = () => parsePyperf(JSON.parse(readFileSync(path, "utf8")));
	return readToolOutput(`pyperf's results in ${path}`, read);
}
