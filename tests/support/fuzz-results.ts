/** Readers of the files that runs leave. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scenarioResult } from "../../analysis/cell/result.ts";
import { judge } from "../../analysis/cell/verification.ts";
import { compareChange } from "../../analysis/change/change.ts";
import { gate } from "../../analysis/change/gate.ts";
import { history } from "../../analysis/change/history.ts";
import { versionHistory } from "../../analysis/change/versions.ts";
import { compare } from "../../analysis/compare/comparison.ts";
import { floorOf } from "../../analysis/compare/noise.ts";
import { soakFigures } from "../../analysis/growth/soak.ts";
import { AGENT_FILE, readAgentCosts } from "../../orchestrator/agent/report.ts";
import { gateRules } from "../../orchestrator/commands/compare.ts";
import { shapeFault } from "../../orchestrator/conformance/measurement-file.ts";
import { UserError } from "../../orchestrator/errors.ts";
import { readJson } from "../../orchestrator/files.ts";
import { FleetFolder } from "../../orchestrator/fleet/fleet-folder.ts";
import { arrayScript, mergeScript, readTemplate, TEMPLATE } from "../../orchestrator/fleet/job-script.ts";
import { NoiseHistory } from "../../orchestrator/run/noise-history.ts";
import { costKey, noiseKey } from "../../orchestrator/run/noise-key.ts";
import { readResults } from "../../orchestrator/run/results.ts";
import { readInterruptedRun } from "../../orchestrator/run/resume.ts";
import { namesOf, readShards } from "../../orchestrator/run/shards.ts";
import { RunStore } from "../../orchestrator/run/store.ts";
import { renderAgent } from "../../report/console/agent.ts";
import { renderChange } from "../../report/console/change.ts";
import { renderSoak } from "../../report/console/growth-tables.ts";
import { renderHistory } from "../../report/console/history.ts";
import { renderComparison } from "../../report/console/report.ts";
import { CHANGE_EXPORTERS, COMPARISON_EXPORTERS } from "../../report/exporters/index.ts";
import { agentMarkdown } from "../../report/exporters/markdown-agent.ts";
import { soakMarkdown } from "../../report/exporters/markdown-growth.ts";
import { renderAgentPage } from "../../report/html/agent-page.ts";
import { renderSoakPage } from "../../report/html/growth-page.ts";
import { changeSentences } from "../../report/text/change.ts";
import {
	benchmarkResult,
	type FleetFile,
	measurementFile,
	SCHEMA_VERSION,
	type Shard,
	soakFile,
} from "../../shared/types.ts";
import { agentExample } from "./agent-files.ts";
import { evidenceOf, fixtures, recordOf, scenarioOf, targets } from "./evidence.ts";
import { fixture, furnish, PAGE_EVERY, python, type Reader, run, rust, side } from "./fuzz-reader.ts";
import { soakExample } from "./growth-files.ts";

const SHARD: Shard = {
	index: 1,
	of: 3,
	by: "scenarios",
	plan: { scenarios: "a" },
	scenarios: run.scenarios.map(({ id }) => id),
	targets: run.targets.map(({ id }) => id),
	seed: run.seed,
};

const FLEET: FleetFile = {
	schemaVersion: SCHEMA_VERSION,
	kind: "fleet",
	createdAt: run.startedAt,
	of: 3,
	by: "blocks",
	words: ["--blocks", "6"],
	request: { partition: "main", time: "1:00:00", atOnce: 2, headers: ["--account=lab"] },
	program: { kind: "copied", digest: "0123456789abcdef", local: "/tmp/fleet" },
	jobs: [{ id: "17", work: "shards", shards: [1, 2, 3], submittedAt: run.startedAt }],
};

/** One plugin left out says what all would. */
const agent = { ...agentExample(), leaveOneOut: agentExample().leaveOneOut?.slice(0, 1) };

export const RESULTS: Reader[] = [
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
		name: "a shard, among those that are merged",
		text: JSON.stringify({ ...run, shard: SHARD }),
		file: "run.json",
		use: (_, __, folder) => {
			const { shards, machines, missing } = readShards([folder], true);
			return [
				JSON.stringify(shards.map(({ machine }) => machine)),
				String(machines.length),
				namesOf(missing),
			];
		},
	},
	{
		name: "a fleet file, made into jobs",
		text: JSON.stringify(FLEET),
		file: "fleet.json",
		use: (_, __, folder) => {
			const fleet = FleetFolder.open(folder);
			const file = fleet.read();
			const template = readTemplate(TEMPLATE);
			const scripts = [arrayScript(template, fleet, file, [1, 2]), mergeScript(template, fleet, file)];
			return scripts.flatMap((script) => script.split("\n"));
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
				furnish(folder, ".", { "rust.json": fixture("rust.json"), "python.json": fixture("python.json") });
			return [String(readResults(folder).length)];
		},
	},
	{
		name: "a soak file, resumed",
		text: JSON.stringify(soakExample()),
		use: (path, seed) => {
			const file = readJson(path, soakFile, "soak file");
			const targets = file.targets.map((one) => ({ ...one, figures: soakFigures(one.processes) }));
			const again = { ...file, targets };
			const page = seed % PAGE_EVERY === 0 ? [renderSoakPage(again)] : [];
			return [renderSoak(file), renderSoak(again), soakMarkdown(again), ...page];
		},
	},
	{
		name: "an agent file, reported",
		text: JSON.stringify(agent),
		file: AGENT_FILE,
		use: (_path, seed, folder) => {
			const costs = readAgentCosts(folder);
			if (costs === null) return null;
			// Tables of a terminal take longer than all the rest.
			const printed = seed % 5 === 0 ? [renderAgent(costs)] : [];
			return [agentMarkdown(costs), renderAgentPage(costs), ...printed];
		},
	},
	{
		name: "a run file, resumed",
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
		name: "a measurement, judged and made into a result",
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
		text: JSON.stringify(historyOf(run)),
		use: (path, seed, folder) => {
			const earlier = NoiseHistory.at(path);
			const [first] = rust;
			if (!first) return assert.fail();
			const known = run.scenarios.map((scenario) => ({
				scenario,
				costs: earlier.costs(first.target, scenario, run),
				aa: earlier.earlierAa({ ...first.target, versions: first.versions }, scenario, run),
			}));
			if (known.every(({ costs, aa }) => costs === null && Object.keys(aa).length === 0)) return null;
			const cells = known.map(({ scenario, aa }) => {
				const cell = first.scenarios[scenario.id] ?? assert.fail();
				return [scenario.id, { ...cell, earlier_aa: aa }] as const;
			});
			for (const { costs } of known)
				for (const seconds of Object.values(costs ?? {})) assert.ok(seconds >= 0 && seconds <= 1e6);
			for (const [, cell] of cells)
				for (const metric of Object.keys(cell.earlier_aa))
					assert.ok((floorOf(cell, metric).log ?? 0) < 1e3, metric);
			if (seed % 10 !== 0) return [];
			const stored = join(folder, "rust.json");
			writeFileSync(stored, JSON.stringify({ ...first, scenarios: Object.fromEntries(cells) }));
			// What the history holds may never make a result unreadable.
			return [
				renderComparison(
					compare([readJson(stored, benchmarkResult, "result of a run with this history"), ...python]),
				),
			];
		},
	},
];

/** The noise history that the recorded run would leave if it had measured its targets against themselves. */
function historyOf(record: typeof run) {
	const cells = record.targets.flatMap((target) =>
		record.scenarios.map((scenario) => ({ target, scenario, versions: target.versions ?? assert.fail() })),
	);
	return {
		machine: record.machine,
		aa: Object.fromEntries(
			cells.map(({ target, scenario, versions }) => [
				noiseKey(target, versions, scenario, record),
				{ latency_p50_ms: [0.01, -0.02, 0.005], memory_rss_peak_mb: [0.001, -0.002] },
			]),
		),
		costs: Object.fromEntries(
			cells.map(({ target, scenario }) => [
				costKey(target, scenario, record),
				{ setupSeconds: 0.8, iterationSeconds: 0.01 },
			]),
		),
	};
}
