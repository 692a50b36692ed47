// The action and the workflow of shards, run here as GitHub would run them, on cases as small as can be.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT, readJson } from "../../orchestrator/files.ts";
import { comparisonFile, runFile } from "../../shared/types.ts";
import {
	action,
	type Ended,
	evaluate,
	makeWorkspace,
	readYaml,
	runSteps,
	workflow,
} from "../support/github-steps.ts";
import { LIMIT_MS } from "../support/program.ts";
import { temporaryFolder } from "../support/real.ts";

const folder = temporaryFolder();
const CORE = join(ROOT, "typescript/node_modules/@elizaos/core");
const TOOLS = ["actions/setup-node", "actions/setup-python", "oven-sh/setup-bun"];

/**
 * @param given inputs of the action
 * @param checkout fills the folder of a side
 */
function runAction(
	name: string,
	given: Record<string, string>,
	checkout: (path: string, side: string) => void,
): Ended & { uploaded: string[] } {
	const { inputs, runs } = readYaml("action.yml", action);
	const workspace = join(folder, name);
	mkdirSync(workspace);
	const github = {
		workspace,
		action_path: ROOT,
		event: { pull_request: { base: { sha: "1".repeat(40) }, head: { sha: "2".repeat(40) } } },
	};
	const defaults = Object.entries(inputs).map(([input, { default: value }]) => [
		input,
		evaluate(String(value), { github }),
	]);
	const uploaded: string[] = [];
	const contexts = { github, inputs: { ...Object.fromEntries(defaults), ...given } };
	const ended = runSteps(runs.steps, contexts, workspace, (used, values) => {
		if (used === "actions/checkout") {
			assert.match(values.ref ?? "", /^(1{40}|2{40})$/);
			checkout(join(workspace, values.path ?? ""), values.ref?.startsWith("1") ? "base" : "head");
		} else if (used === "actions/upload-artifact") uploaded.push(...readdirSync(values.path ?? ""));
		else assert.ok(TOOLS.includes(used), used);
	});
	return { ...ended, uploaded };
}

/** The head waits in every composition of a state. */
const WAIT = "for (const until = performance.now() + 5; performance.now() < until; );";
const SLOW = String.raw`[ ! -f slow ] || sed -i -E 's/^( *async composeState\([^)]*\) \{)$/\1 ${WAIT}/' core/dist/node/index.node.js`;

test("the action builds both checkouts, measures them in the same blocks, and fails on a head that is slower", {
	timeout: LIMIT_MS,
}, () => {
	const given = { package: "core", build: SLOW, budget: "10s", precision: "10%", "fail-on": "slower:20%\n" };
	const ended = runAction("slower", given, (path, side) => {
		cpSync(CORE, join(path, "core"), { recursive: true });
		if (side === "head") writeFileSync(join(path, "slow"), "");
	});
	assert.equal(ended.status, 1, ended.output);
	assert.equal(ended.outputs.measure?.status, "1");
	assert.match(ended.output, /::error::the head is worse than the base/);
	assert.match(ended.summary, /single-message/);
	assert.match(ended.summary, /Median latency.*worse by/);
	for (const name of ["change.md", "change.html", "change.junit.xml", "report.html", "run.json"])
		assert.ok(ended.uploaded.includes(name), name);
	const run = readJson(join(ended.outputs.measure?.report ?? "", "run.json"), runFile, "run file");
	assert.deepEqual(
		run.targets.map(({ id }) => id),
		["typescript-base", "typescript-head"],
	);
});

test("the action says why it measured nothing, and its status is that of the benchmark", {
	timeout: LIMIT_MS,
}, () => {
	const empty = (path: string) => mkdirSync(path, { recursive: true });
	const none = runAction("none", { base: "" }, empty);
	assert.equal(none.status, 2);
	assert.match(none.output, /::error::this is no pull request/);
	const missing = runAction("missing", { package: "no/such" }, empty);
	assert.equal(missing.status, 2);
	assert.match(missing.output, /::error::the base has no folder no\/such/);
	const unbuilt = runAction("unbuilt", { build: "exit 7" }, empty);
	assert.equal(unbuilt.status, 7);
	const wrong = runAction("wrong", { scenarios: "nonsense", artifact: "" }, empty);
	assert.equal(wrong.status, 2, wrong.output);
	assert.match(wrong.output, /^error: /m);
	assert.match(wrong.summary, /ended with status 2 and compared nothing/);
});

test("the workflow shares a run among runners, and merges what the artefacts hold", {
	timeout: LIMIT_MS,
}, () => {
	const { jobs } = readYaml(".github/workflows/sharded.yml", workflow);
	const artefacts = join(folder, "artefacts");
	const what = "--targets typescript --scenarios single-message,conversation-10";
	const options = `${what} --blocks 2 --iterations 2 --warmup 1 --observe 0`;
	const inputs = { shards: 2, by: "blocks", options, runners: '["one","another"]', "allow-missing": false };
	const contexts = { inputs, github: { repository: "a/b" } };
	const runJob = (name: string, workspace: string, more: Record<string, unknown>) => {
		const at = makeWorkspace(join(folder, workspace));
		const ended = runSteps(jobs[name]?.steps ?? [], { ...contexts, ...more }, at, (used, values) => {
			const place = join(at, values.path ?? "");
			if (used === "actions/upload-artifact")
				cpSync(place, join(artefacts, values.name ?? ""), { recursive: true });
			else if (used === "actions/download-artifact") {
				assert.equal(values.pattern, "shard-*");
				for (const one of readdirSync(artefacts).filter((artefact) => artefact.startsWith("shard-")))
					cpSync(join(artefacts, one), join(place, one), { recursive: true });
			} else assert.ok([...TOOLS, "actions/checkout"].includes(used), used);
		});
		assert.equal(ended.status, 0, ended.output);
		return ended;
	};
	const { outputs } = runJob("plan", "plan", {});
	const matrix = outputs.plan?.matrix ?? "";
	assert.deepEqual(JSON.parse(matrix), {
		include: [
			{ shard: 1, runner: "one" },
			{ shard: 2, runner: "another" },
		],
	});
	for (const one of JSON.parse(matrix).include) runJob("shard", `runner-${one.shard}`, { matrix: one });
	const { summary } = runJob("merge", "merge", {});
	assert.match(summary, /conversation-10/);
	const merged = join(artefacts, "merged");
	const { scenarios } = readJson(join(merged, "comparison.json"), comparisonFile, "comparison");
	assert.deepEqual(
		scenarios.map(({ id, cells }) => [id, cells.typescript?.processes]),
		[
			["single-message", 2],
			["conversation-10", 2],
		],
	);
	assert.ok(existsSync(join(merged, "report.html")));
	assert.match(readFileSync(join(merged, "report.md"), "utf8"), /single-message/);
});
