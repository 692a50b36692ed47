/** Readers of what local copies of a framework and tools of others have written. */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { findHotFunctions } from "../../analysis/tools/hot-functions.ts";
import { findPythonProjects, readPyperfResults } from "../../orchestrator/runtimes/python/index.ts";
import { readToolOutput } from "../../orchestrator/runtimes/run-tool.ts";
import { findCrates } from "../../orchestrator/runtimes/rust/checkout.ts";
import { readCriterionResult } from "../../orchestrator/runtimes/rust/tools.ts";
import { findNpmPackages, resolveWorkspaceRanges } from "../../orchestrator/runtimes/typescript/checkout.ts";
import { renderHotFunctions } from "../../report/console/hot-functions.ts";
import { durationText } from "../../report/text/units.ts";
import { furnish, PAGE_EVERY, type Reader } from "./fuzz-reader.ts";

export const PACKAGES: Reader[] = [
	{
		name: "the manifest of a local copy in TypeScript",
		text: JSON.stringify({
			name: "@elizaos/core",
			version: "1.2.3",
			main: "dist/index.js",
			exports: {
				".": { types: "./dist/index.d.ts", import: { bun: "./dist/index.js", default: "./dist/index.js" } },
			},
			dependencies: { zod: "^4.0.0" },
			optionalDependencies: { "@elizaos/logger": "workspace:*" },
			peerDependencies: { typescript: "5" },
		}),
		file: "packages/core/package.json",
		use: (path, seed, folder) => {
			if (seed % PAGE_EVERY === 0) {
				furnish(folder, ".", { "package.json": '{"workspaces":["packages/*"]}' });
				furnish(folder, "packages/core/dist", { "index.js": "" });
				furnish(folder, "packages/logger", {
					"package.json": '{"name":"@elizaos/logger","version":"1.0.0"}',
				});
			}
			const packages = findNpmPackages(dirname(path));
			return packages.map(({ manifest }) =>
				JSON.stringify(resolveWorkspaceRanges(manifest, packages).version ?? ""),
			);
		},
	},
	{
		name: "the manifest of a local copy in Python",
		text: `[build-system]
requires = ["setuptools"]

[project]
name = "elizaos"
version = "2.0.0a4"
dependencies = ["uuid6"]

[tool.ruff]
line-length = 100
`,
		file: "pyproject.toml",
		use: (_path, _seed, folder) => findPythonProjects(folder).map(() => ""),
	},
	{
		name: "the manifest of a local copy in Rust",
		text: `[package]
name = "elizaos"
version = "2.0.0"
edition = "2021"

[dependencies]
serde = { version = "1" }

[features]
default = []
`,
		file: "Cargo.toml",
		use: (_path, _seed, folder) => Object.keys(findCrates(folder)).map(() => ""),
	},
];

export const TOOLS: Reader[] = [
	{
		name: "a CPU profile of V8 or JavaScriptCore",
		text: JSON.stringify({
			nodes: ["(root)", "render", ""].map((functionName, index) => ({
				id: index + 1,
				callFrame: { functionName, url: "core.js", lineNumber: 3 },
			})),
			samples: [2, 2, 3, 1],
			timeDeltas: [100, 500, 300, 100],
		}),
		use: showHotFunctions,
	},
	{
		name: "a CPU profile of speedscope",
		text: JSON.stringify({
			shared: { frames: [{ name: "main" }, { name: "render", file: "elizaos/runtime.py" }] },
			profiles: [
				{ type: "sampled", samples: [[0], [0, 1], [0, 1]], weights: [1, 2, 1] },
				{
					type: "evented",
					events: [
						{ type: "O", frame: 0, at: 0 },
						{ type: "O", frame: 1, at: 1 },
						{ type: "C", frame: 1, at: 4 },
						{ type: "C", frame: 0, at: 5 },
					],
				},
			],
		}),
		use: showHotFunctions,
	},
	{
		name: "collapsed stacks",
		text: "main;run;elizaos::runtime::process 12\nmain;run;elizaos::prompt::render 30\nmain;tokio::park 4\n",
		file: "profile.folded",
		use: showHotFunctions,
	},
	{
		name: "results of pyperf",
		text: JSON.stringify({
			metadata: { name: "compose_state" },
			benchmarks: [
				{
					runs: [
						{ warmups: [[1, 0.1]] },
						{ values: [1e-6, 2e-6] },
						{ metadata: { name: "x" }, values: [3e-6] },
					],
				},
			],
		}),
		use: (path) =>
			readPyperfResults(path).map(({ medianNs, p5Ns, p95Ns }) =>
				[medianNs, p5Ns, p95Ns].map(durationText).join(),
			),
	},
	{
		name: "samples of criterion",
		text: JSON.stringify({ sampling_mode: "Linear", iters: [10, 20, 30], times: [1000, 4000, 9000] }),
		use: (path) =>
			[readCriterionResult("x", path)].map(({ medianNs, p5Ns, p95Ns }) =>
				[medianNs, p5Ns, p95Ns].map(durationText).join(),
			),
	},
];

function showHotFunctions(path: string): string[] {
	const text = readFileSync(path, "utf8");
	const hot = (wanted: boolean) =>
		readToolOutput(`the profile ${path}`, () =>
			findHotFunctions(text, ({ name }) => (name === "render") === wanted, 5),
		);
	return [renderHotFunctions("x", { functions: hot(true), outside: hot(false) }, path)];
}
