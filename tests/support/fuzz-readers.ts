/** Every reader of files that come from outside, with a valid file, and what is done with what it reads. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { scenarioResult } from "../../analysis/cell/result.ts";
import { judge } from "../../analysis/cell/verification.ts";
import { compareChange } from "../../analysis/change/change.ts";
import { gate } from "../../analysis/change/gate.ts";
import { history } from "../../analysis/change/history.ts";
import { versionHistory } from "../../analysis/change/versions.ts";
import { compare } from "../../analysis/compare/comparison.ts";
import { floorOf } from "../../analysis/compare/noise.ts";
import { findHotFunctions } from "../../analysis/tools/hot-functions.ts";
import { gateRules } from "../../orchestrator/commands/compare.ts";
import { shapeFault } from "../../orchestrator/conformance/measurement-file.ts";
import { loadContract } from "../../orchestrator/contract.ts";
import { UserError } from "../../orchestrator/errors.ts";
import { readJson, SHARED } from "../../orchestrator/files.ts";
import { keyOf, NoiseHistory } from "../../orchestrator/run/noise-history.ts";
import { readResults } from "../../orchestrator/run/results.ts";
import { readInterruptedRun } from "../../orchestrator/run/resume.ts";
import { RunStore } from "../../orchestrator/run/store.ts";
import { findPythonProjects, readPyperfResults } from "../../orchestrator/runtimes/python.ts";
import { readToolOutput } from "../../orchestrator/runtimes/run-tool.ts";
import { findCrates } from "../../orchestrator/runtimes/rust/checkout.ts";
import { readCriterionResult } from "../../orchestrator/runtimes/rust/tools.ts";
import { findNpmPackages, resolveWorkspaceRanges } from "../../orchestrator/runtimes/typescript/checkout.ts";
import { loadNames } from "../../orchestrator/targets/names.ts";
import { parseSpecifications } from "../../orchestrator/targets/specification.ts";
import { renderChange } from "../../report/console/change.ts";
import { renderHistory } from "../../report/console/history.ts";
import { renderHotFunctions } from "../../report/console/hot-functions.ts";
import { renderComparison } from "../../report/console/report.ts";
import { CHANGE_EXPORTERS, COMPARISON_EXPORTERS } from "../../report/exporters/index.ts";
import { changeSentences } from "../../report/text/change.ts";
import { durationText } from "../../report/text/units.ts";
import {
	benchmarkResult,
	measurementFile,
	mockResponsesFile,
	runFile,
	SCHEMA_VERSION,
	targetsFile,
	versionsFile,
} from "../../shared/types.ts";
import { evidenceOf, fixtures, recordOf, scenarioOf, targets } from "./evidence.ts";

export interface Reader {
	name: string;
	/** A valid file. */
	text: string;
	/** Where it lies in its folder; default: file.json. */
	file?: string;
	/**
	 * Reads the file, and does whatever is done with what it holds. @param folder its own @returns texts for
	 * people; null: it counts as no file
	 */
	use: (path: string, seed: number, folder: string) => string[] | null;
}

/** Pages with charts take their time: one in so many of what can be read. */
const PAGE_EVERY = 50;

const pathOf = (path: string) => fileURLToPath(new URL(`../fixtures/small-run/${path}`, import.meta.url));
const fixture = (path: string) => readFileSync(pathOf(path), "utf8");
const shared = (name: string) => readFileSync(join(SHARED, name), "utf8");

const python = readResults(pathOf("python.json"));
const rust = readResults(pathOf("rust.json"));
const side = (name: string, results: typeof python) => ({ name, results });
const slower = compareChange(side("base", rust), side("head", python), {
	pairs: [["rust", "python"]],
	paired: false,
});
const run = readJson(pathOf("run.json"), runFile, "run file");
const { scenarios } = loadContract({});

/** A folder in which there is the rest of what a reader wants, written once. */
function furnished(folder: string, name: string, files: Record<string, string>): string {
	const path = join(folder, name);
	mkdirSync(path, { recursive: true });
	for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
	return path;
}

const RESULTS: Reader[] = [
	{
		name: "a result, shown beside another",
		text: fixture("rust.json"),
		use: (path, seed) => {
			const comparison = compare([...readResults(path), ...python]);
			const formats = COMPARISON_EXPORTERS.filter(
				({ format }) => format !== "html" || seed % PAGE_EVERY === 0,
			);
			return [renderComparison(comparison), ...formats.map(({ render }) => render(comparison))];
		},
	},
	{
		name: "a result, compared with a base and in a history",
		text: fixture("rust.json"),
		use: (path, seed) => {
			const results = readResults(path);
			const ids = results.map(({ target }): [string, string] => ["rust", target.id]);
			const change = gate(
				compareChange(side("base", rust), side("head", results), { pairs: ids, paired: seed % 2 === 0 }),
				gateRules({}),
			);
			const formats = CHANGE_EXPORTERS.filter(({ format }) => format !== "html" || seed % PAGE_EVERY === 0);
			const found = [history([...results, ...rust]), versionHistory([...rust, ...results])].map((one) =>
				renderHistory(one),
			);
			return [
				renderChange(change),
				...changeSentences(change),
				...formats.map(({ render }) => render(change)),
				...found,
			];
		},
	},
	{
		name: "a run file, read for a report",
		text: fixture("run.json"),
		file: "run.json",
		use: (_path, seed, folder) => {
			if (seed % PAGE_EVERY === 0)
				furnished(folder, ".", { "rust.json": fixture("rust.json"), "python.json": fixture("python.json") });
			return [String(readResults(folder).length)];
		},
	},
	{
		name: "a run file, gone on with",
		text: fixture("run.json").replace('"status":"complete"', '"status":"interrupted"'),
		file: "run.json",
		use: (_path, _seed, folder) => {
			const store = RunStore.open(folder);
			try {
				const { processes, targets: all } = readInterruptedRun(store);
				for (const { file, log } of processes)
					for (const name of [file, log])
						assert.ok(name === null || join(folder, name).startsWith(join(folder, "/")), String(name));
				for (const { id } of all) assert.ok(join(folder, `${id}.json`).startsWith(join(folder, "/")), id);
				return [];
			} finally {
				store.close();
			}
		},
	},
	{
		name: "a measurement, judged and made a result of",
		text: fixture("measurements/single-message/rust.measure-1.json"),
		use: (path) => {
			const measurement = readJson(path, measurementFile, "measurement file");
			const [target, scenario] = [targets[2] ?? assert.fail(), scenarioOf("single-message")];
			const judged = measurement.cells.map((cell) =>
				cell.ledger ? judge(scenario, fixtures, cell.ledger) : null,
			);
			const evidence = {
				...evidenceOf(scenario, [{ record: recordOf(target, scenario), measurement }]),
				ledger: measurement.cells[0]?.ledger ?? null,
			};
			return [JSON.stringify(judged), JSON.stringify(scenarioResult(evidence, fixtures))];
		},
	},
	{
		name: "a measurement that a harness of another maker wrote",
		text: fixture("measurements/single-message/python.measure-1.json"),
		use: (path) => {
			const fault = shapeFault(readFileSync(path, "utf8"));
			if (fault !== null) throw new UserError(fault);
			return [];
		},
	},
	{
		name: "the noise history of earlier runs",
		text: JSON.stringify(notesOf(run)),
		use: (path, seed, folder) => {
			const notes = NoiseHistory.at(path);
			const [first] = rust;
			if (!first) return assert.fail();
			const noted = run.scenarios.map((scenario) => ({
				scenario,
				costs: notes.costs(first.target, scenario, run.settings),
				aa: notes.earlierAa(first.target, scenario, run.settings),
			}));
			if (noted.every(({ costs, aa }) => costs === null && Object.keys(aa).length === 0)) return null;
			const cells = noted.map(({ scenario, aa }) => {
				const cell = first.scenarios[scenario.id] ?? assert.fail();
				return [scenario.id, { ...cell, earlier_aa: aa }] as const;
			});
			for (const { costs } of noted)
				for (const seconds of Object.values(costs ?? {})) assert.ok(seconds >= 0 && seconds <= 1e6);
			for (const [, cell] of cells)
				for (const metric of Object.keys(cell.earlier_aa)) assert.ok(floorOf(cell, metric).log < 1e3, metric);
			if (seed % 10 !== 0) return [];
			const stored = join(folder, "rust.json");
			writeFileSync(stored, JSON.stringify({ ...first, scenarios: Object.fromEntries(cells) }));
			// What was noted may never keep a result from being read.
			return [
				renderComparison(
					compare([readJson(stored, benchmarkResult, "result of a run with these notes"), ...python]),
				),
			];
		},
	},
];

/** Of the recorded run, as if it had measured its targets against themselves. */
function notesOf({ targets: all, scenarios: of, settings }: typeof run) {
	const keys = all.flatMap((target) => of.map((scenario) => keyOf(target, scenario, settings)));
	return {
		aa: Object.fromEntries(
			keys.map((key) => [key, { latency_p50_ms: [0.01, -0.02, 0.005], memory_rss_peak_mb: [0.001, -0.002] }]),
		),
		costs: Object.fromEntries(keys.map((key) => [key, { setupSeconds: 0.8, iterationSeconds: 0.01 }])),
	};
}

const INPUTS: Reader[] = [
	{
		name: "a scenario file",
		text: JSON.stringify({
			schemaVersion: SCHEMA_VERSION,
			scenarios: scenarios.filter((_, index) => index % 8 === 0),
		}),
		use: (path) => {
			for (const { id } of loadContract({ scenarioFile: path }).scenarios) assert.match(id, /^[a-z0-9-]+$/);
			return [];
		},
	},
	{
		name: "a character file",
		text: shared("character.json"),
		file: "character.json",
		use: (_path, seed, folder) => {
			if (seed % PAGE_EVERY === 0)
				furnished(folder, ".", {
					"scenarios.json": JSON.stringify({
						schemaVersion: SCHEMA_VERSION,
						scenarios: scenarios.slice(0, 1),
					}),
				});
			return [loadContract({ shared: folder }).character.character.name.slice(0, 0)];
		},
	},
	{
		name: "mock answers",
		text: shared("mock-responses.json"),
		use: (path) => [String(readJson(path, mockResponsesFile, "mock answers").schemaVersion)],
	},
	{
		name: "a target file",
		text: shared("targets.json"),
		use: (path) => [String(readJson(path, targetsFile, "target file").targets.length)],
	},
	{
		name: "a list of versions",
		text: shared("versions.json"),
		use: (path) => [String(Object.keys(readJson(path, versionsFile, "list of versions").lists).length)],
	},
	{
		name: "a file of named targets",
		text: JSON.stringify({
			schemaVersion: 1,
			named: { mine: "rust+mimalloc", "a-copy": "python=path:x", "a-version": "typescript@1.0.0" },
		}),
		use: (path, _seed, folder) => {
			const names = loadNames(path, targets);
			for (const name of names.keys()) {
				const { specifications } = parseSpecifications(name, { locked: targets, folder, named: names });
				const [found] = specifications;
				assert.match(found?.id ?? "", /^[a-z0-9-]+$/);
			}
			return [];
		},
	},
	{
		name: "thresholds",
		text: JSON.stringify({
			schemaVersion: 1,
			rules: [
				{ scenario: "*", metric: "*", slower: 0.05 },
				{ scenario: "single-message", metric: "memory_rss_peak_mb", slower: 0 },
			],
		}),
		use: (path, seed) => {
			const judged = gate(slower, gateRules({ thresholds: path }));
			return seed % PAGE_EVERY === 0 ? [renderChange(judged)] : [JSON.stringify(judged.gate)];
		},
	},
];

const PACKAGES: Reader[] = [
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
				furnished(folder, ".", { "package.json": '{"workspaces":["packages/*"]}' });
				furnished(folder, "packages/core/dist", { "index.js": "" });
				furnished(folder, "packages/logger", {
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
		text: '[build-system]\nrequires = ["setuptools"]\n\n[project]\nname = "elizaos"\nversion = "2.0.0a4"\ndependencies = ["uuid6"]\n\n[tool.ruff]\nline-length = 100\n',
		file: "pyproject.toml",
		use: (_path, _seed, folder) => findPythonProjects(folder).map(() => ""),
	},
	{
		name: "the manifest of a local copy in Rust",
		text: '[package]\nname = "elizaos"\nversion = "2.0.0"\nedition = "2021"\n\n[dependencies]\nserde = { version = "1" }\n\n[features]\ndefault = []\n',
		file: "Cargo.toml",
		use: (_path, _seed, folder) => Object.keys(findCrates(folder)).map(() => ""),
	},
];

const TOOLS: Reader[] = [
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
		use: profiled,
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
		use: profiled,
	},
	{
		name: "collapsed stacks",
		text: "main;run;elizaos::runtime::process 12\nmain;run;elizaos::prompt::render 30\nmain;tokio::park 4\n",
		file: "profile.folded",
		use: profiled,
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

function profiled(path: string): string[] {
	const text = readFileSync(path, "utf8");
	const hot = (wanted: boolean) =>
		readToolOutput(`the profile ${path}`, () =>
			findHotFunctions(text, ({ name }) => (name === "render") === wanted, 5),
		);
	return [renderHotFunctions("x", { functions: hot(true), outside: hot(false) }, path)];
}

export const READERS: readonly Reader[] = [...RESULTS, ...INPUTS, ...PACKAGES, ...TOOLS];
