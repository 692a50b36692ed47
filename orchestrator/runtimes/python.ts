/** The Python runtime: on CPython with asyncio's event loop, or as a variant on uvloop. */
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parsePyperf } from "../../analysis/tools/micro.ts";
import type { MicroBenchmark } from "../../shared/types.ts";
import { copyContent, diskUsage } from "../content.ts";
import { UserError } from "../errors.ts";
import { ROOT } from "../files.ts";
import { harnessEnvironment } from "../process/launch.ts";
import { findFolder, missingPackage, readManifest, tomlTable, tomlText } from "./local-copy.ts";
import { askForVersions, readToolOutput, runTool } from "./run-tool.ts";
import type { Installation, InstallationPlace, Runtime, Tools } from "./runtime.ts";

const FRAMEWORK = "elizaos";
const DATABASE = "elizaos-plugin-inmemorydb";

const PIP = ["-m", "pip"];
const QUIET = "--disable-pip-version-check";
const TOOL_LOCKS = ["python/requirements.lock", "python/requirements-tools.lock"];

const inRoot = (path: string) => join(ROOT, path);
const interpreterIn = (root: string) => join(root, "python/.venv/bin/python");
/** The measured environment and tools beside it. Nothing is measured for a result in it. */
const TOOLS_ENVIRONMENT = inRoot("python/.venv-tools");
const TOOLS_INTERPRETER = join(TOOLS_ENVIRONMENT, "bin/python");

const tools: Tools = {
	microLibrary: "pyperf",
	async runMicro(folder) {
		const file = join(folder, "pyperf.json");
		const args = [inRoot("python/src/micro.py"), "--fast", "-o", file];
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
	},
	setUp: {
		inputs: ["python/requirements.lock"],
		product: interpreterIn(ROOT),
		steps: (toolchain) => [
			{ file: toolchain, args: ["-m", "venv", "--clear", inRoot("python/.venv")] },
			{
				file: interpreterIn(ROOT),
				args: [...PIP, "install", QUIET, "--require-hashes", "-r", inRoot("python/requirements.lock")],
			},
		],
	},
	toolsSetUp: {
		inputs: TOOL_LOCKS,
		product: TOOLS_INTERPRETER,
		steps: (toolchain) => [
			{ file: toolchain, args: ["-m", "venv", "--clear", TOOLS_ENVIRONMENT] },
			{
				file: TOOLS_INTERPRETER,
				args: [
					...PIP,
					"install",
					QUIET,
					"--require-hashes",
					...TOOL_LOCKS.flatMap((lock) => ["-r", inRoot(lock)]),
				],
			},
		],
	},
	products: ["python/.venv"],
	harnessFiles: ["python/requirements.lock", "python/requirements-uvloop.lock", "python/src"],
	executable: (root, _role, variants) => ({
		file: interpreterIn(root),
		args: [
			join(root, "python/src/bench.py"),
			...(variants.includes("uvloop") ? ["--event-loop", "uvloop"] : []),
		],
	}),
	async measureSize(root) {
		return {
			frameworkBundleBytes: null,
			minifiedBundleBytes: null,
			binaryBytes: null,
			installedBytes: diskUsage(join(root, "python/.venv")),
		};
	},
	variants: [{ name: "uvloop", label: "uvloop", about: "on uvloop's event loop instead of asyncio's own" }],
	published: {
		needsSetUp: true,
		async list(name) {
			const args = [...PIP, "index", "versions", name, "--pre", QUIET];
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
	tools,
};

/** Sets up the harness with another version or a local copy of the framework. */
async function install(place: InstallationPlace): Promise<Installation> {
	const { target, source, variants, root, toolchain, staging, log } = place;
	const folder = join(root, "python");
	const lock = join(folder, "requirements.lock");
	const interpreter = interpreterIn(root);
	const pipInstall = [...PIP, "install", QUIET, "--no-input"];
	await log.run({ file: toolchain, args: ["-m", "venv", "--clear", join(folder, ".venv")] });
	const locked = variants.includes("uvloop") ? join(folder, "requirements-uvloop.lock") : lock;
	await log.run({ file: interpreter, args: [...pipInstall, "--require-hashes", "-r", locked] });
	const names = [target.framework.package, target.database.package];
	if (source?.kind === "version") {
		const pinned = names.map((name) => `${name}==${source.version}`);
		try {
			await log.run({ file: interpreter, args: [...pipInstall, ...pinned] });
		} catch (error) {
			if (!(error instanceof UserError)) throw error;
			// Some versions of the framework have no database of the same version. The locked one stays then.
			await log.run({ file: interpreter, args: [...pipInstall, ...pinned.slice(0, 1)] });
		}
	} else if (source !== null) {
		// Copies are installed, because some build tools leave their products in the folder that they build
		// from.
		const copies = findPythonProjects(realpathSync(source.path)).map((project, index) => {
			const copy = join(staging, String(index));
			copyContent(project, copy);
			return copy;
		});
		await log.run({ file: interpreter, args: [...pipInstall, ...copies] });
	}
	const script = `from importlib.metadata import version; print(*map(version, ${JSON.stringify(names)}))`;
	const versions = await log.outputOf({ file: interpreter, args: ["-c", script] });
	const [framework = "", database = ""] = versions.split(" ");
	const packages = await log.outputOf({ file: interpreter, args: [...PIP, "freeze", QUIET, "--all"] });
	// The measurement names this file as its lock file. Where it lies is no part of what is installed.
	writeFileSync(lock, `${packages.replaceAll(root, "")}\n`);
	return { framework, database, lock, seeded: false };
}

/**
 * Finds the folders of the framework and, where it is there too, of its in-memory database.
 * @param path the folder of the framework, or that of a repository
 * @throws {UserError} when there is no framework in it
 */
export function findPythonProjects(path: string): string[] {
	const find = (name: string) => findFolder(path, (folder) => projectName(folder) === name);
	const framework = find(FRAMEWORK);
	if (framework === null) throw missingPackage(path, `pyproject.toml of ${FRAMEWORK}`);
	const database = find(DATABASE);
	return database === null ? [framework] : [framework, database];
}

function projectTable(folder: string): string {
	return tomlTable(readManifest(join(folder, "pyproject.toml")), "project");
}

/** Returns the name of a project, spelled as pip compares names. */
function projectName(folder: string): string | undefined {
	return tomlText(projectTable(folder), "name")
		?.toLowerCase()
		.replaceAll(/[-_.]+/g, "-");
}

/** @throws {UserError} for a file that is none of pyperf's */
export function readPyperfResults(path: string): MicroBenchmark[] {
	const read = () => parsePyperf(JSON.parse(readFileSync(path, "utf8")));
	return readToolOutput(`pyperf's results in ${path}`, read);
}
