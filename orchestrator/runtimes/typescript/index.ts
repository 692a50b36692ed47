/** The TypeScript runtime: on Bun, or as a variant on Node.js. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { microOutput } from "../../../shared/types.ts";
import { refuseUnbuilt } from "../../agent/built-plugins.ts";
import { refuseUnknownWithout } from "../../agent/without.ts";
import { diskUsage } from "../../content.ts";
import { harnessEnvironment } from "../../environment/environment.ts";
import { EXIT, UserError } from "../../errors.ts";
import { ROOT } from "../../files.ts";
import { runGuarded } from "../../process/guarded.ts";
import { askForVersions, readToolOutput, runTool } from "../run-tool.ts";
import type { Executable, Runtime, Tools } from "../runtime.ts";
import { checkout } from "./checkout.ts";
import { BUN_FLAGS, install, installLocked, NODE_BUNDLE } from "./install.ts";
import { AGENT_MANIFEST } from "./install-agent.ts";
import { LOCKED_WITH_SQL, SQL_PLUGIN } from "./sql-plugin.ts";

/** The file that Bun loads, where a version has it there. */
const CORE_BUNDLE = "typescript/node_modules/@elizaos/core/dist/node/index.node.js";
/** The bootstrap of a version that publishes it as a package of its own. */
const BOOTSTRAP_BUNDLE = "typescript/node_modules/@elizaos/plugin-bootstrap/dist/index.js";
/** Core imports these only when asked to, and does not bring them. */
const OPTIONAL = ["--external", "sharp"];

const bunIn = (root: string) => join(root, "typescript/node_modules/.bin/bun");
const harnessOnBun = (root: string): Executable => ({
	file: bunIn(root),
	args: [...BUN_FLAGS, join(root, "typescript/src/bench.ts")],
});

const npmVersions = z.union([z.array(z.string()), z.string()]);

const tools: Tools = {
	microLibrary: "tinybench",
	async runMicro(_folder, quick) {
		const script = join(ROOT, "typescript/src/micro.ts");
		const options = ["--json", ...(quick ? ["--time-ms", "100"] : [])];
		const output = await runTool(bunIn(ROOT), [...BUN_FLAGS, script, ...options], harnessEnvironment());
		return readToolOutput("tinybench's results", () => microOutput.parse(JSON.parse(output)));
	},
	async takeProfile(scenario, iterations, folder) {
		mkdirSync(folder, { recursive: true });
		const { file, args } = harnessOnBun(ROOT);
		const batch = ["--scenarios", scenario, "--iterations", String(iterations)];
		const output = ["--output", join(folder, "measurement.json")];
		const profiled = ["--cpu-prof", `--cpu-prof-dir=${folder}`, ...args, ...batch, ...output];
		await runTool(file, profiled, harnessEnvironment());
		const profile = readdirSync(folder).find((name) => name.endsWith(".cpuprofile"));
		if (!profile) throw new UserError(`Bun wrote no profile into ${folder}`, EXIT.failed);
		return join(folder, profile);
	},
	isFramework: ({ file }) => file.includes("@elizaos/core"),
};

export const typescript: Runtime = {
	toolchain: {
		name: "Node.js",
		commands: ["node"],
		minimum: [20, 12],
		advice: "install Node.js 20.12 or newer",
		// Bun and the packages come with the set-up, in the build for this system.
		identify: async () => "",
	},
	setUp: {
		inputs: ["typescript/package.json", "typescript/package-lock.json"],
		product: bunIn(ROOT),
		follow: (_toolchain, log) => installLocked(join(ROOT, "typescript"), log),
	},
	toolsSetUp: null,
	products: ["typescript/node_modules"],
	harnessFiles: [
		"typescript/package.json",
		"typescript/package-lock.json",
		LOCKED_WITH_SQL,
		"typescript/.npmrc",
		"typescript/tsconfig.json",
		"typescript/src",
		"tsconfig.json",
	],
	executable(root, _role, variants) {
		const { file, args } = variants.includes("node")
			? // Without the orchestrator's own options: a loader would be part of what is measured.
				{ file: process.execPath, args: [join(root, "typescript", NODE_BUNDLE)] }
			: harnessOnBun(root);
		const evaluators = variants.includes("no-evaluators") ? ["--no-evaluators"] : [];
		const database = variants.find((variant) => variant === "postgres" || variant === "pglite");
		return { file, args: [...args, ...evaluators, ...(database ? ["--database", database] : [])] };
	},
	listContents(root) {
		const modules = join(root, "typescript/node_modules");
		const names = readdirSync(modules).flatMap((name) =>
			name.startsWith("@") ? readdirSync(join(modules, name)).map((own) => join(name, own)) : [name],
		);
		const packages = names.filter((name) => !name.startsWith(".")).map((name) => join(name, "package.json"));
		return [".bin/bun", ...packages].map((path) => join("typescript/node_modules", path));
	},
	async measureSize(root) {
		return {
			frameworkBundleBytes: measureFrameworkBundle(root),
			minifiedBundleBytes: await measureMinifiedBundle(root),
			binaryBytes: null,
			installedBytes: diskUsage(join(root, "typescript/node_modules")),
		};
	},
	variants: [
		{
			name: "no-evaluators",
			label: "no evaluators",
			about: "with the framework's evaluators taken out, which reflect on the conversation by the model",
		},
		{
			name: "node",
			label: "Node.js",
			about: "on the Node.js that runs the benchmark instead of Bun",
			engine: "node",
		},
		{
			name: "postgres",
			label: "PostgreSQL",
			about: "on a PostgreSQL server, by the framework's own SQL plugin, instead of in memory",
			database: SQL_PLUGIN,
		},
		{
			name: "pglite",
			label: "PGlite",
			about: "on PGlite, which is PostgreSQL within the process, by the framework's own SQL plugin",
			database: SQL_PLUGIN,
		},
	],
	published: {
		needsSetUp: false,
		async list(name) {
			const text = await askForVersions("npm", ["view", name, "versions", "--json"]);
			const read = () => npmVersions.parse(JSON.parse(text || "[]"));
			return [readToolOutput(`npm's list of versions of ${name}`, read)].flat();
		},
	},
	checkout,
	installation: {
		buildsOnLocked: false,
		install: (place) => install(place, bunIn(place.root), bunIn(ROOT)),
	},
	agents: {
		manifest: AGENT_MANIFEST,
		takesProjects: true,
		refuseUnusable(source, without) {
			refuseUnbuilt(source);
			refuseUnknownWithout(source, without);
		},
	},
	tools,
};

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? null;

function measureFrameworkBundle(root: string): number | null {
	const core = sizeOf(join(root, CORE_BUNDLE));
	return core === null ? null : core + (sizeOf(join(root, BOOTSTRAP_BUNDLE)) ?? 0);
}

/**
 * Bundles the harness with everything it reaches, and a bootstrap of its own, and minifies it. What both
 * reach is in it once.
 * @returns null when the bundler cannot
 */
async function measureMinifiedBundle(root: string): Promise<number | null> {
	const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-bundle-"));
	try {
		const bootstrap = join(root, BOOTSTRAP_BUNDLE);
		const entries = [join(root, "typescript/src/bench.ts"), ...(existsSync(bootstrap) ? [bootstrap] : [])];
		const shared = entries.length > 1 ? ["--splitting"] : [];
		const args = [
			"build",
			...entries,
			"--minify",
			"--target=bun",
			...OPTIONAL,
			...shared,
			`--outdir=${folder}`,
		];
		const options = { cwd: join(root, "typescript"), env: harnessEnvironment(), captures: false };
		const { problem } = await runGuarded(bunIn(root), args, options);
		return problem === null ? sizeOfFiles(folder) : null;
	} finally {
		rmSync(folder, { recursive: true });
	}
}

function sizeOfFiles(folder: string): number {
	return readdirSync(folder, { recursive: true, encoding: "utf8" })
		.map((name) => statSync(join(folder, name)))
		.reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
}
