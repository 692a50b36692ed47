// The action and the workflow of shards, run here as GitHub would run them, on cases as small as can be.
import assert from "node:assert/strict";
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { parse } from "yaml";
import { ROOT, readJson, SHARED } from "../../orchestrator/files.ts";
import { comparisonFile, runFile, scenarioFile } from "../../shared/types.ts";
import {
	action,
	checkOut,
	commitAll,
	type Ended,
	evaluate,
	examples,
	git,
	makeWorkspace,
	readYaml,
	runSteps,
	stepsOf,
	workflow,
} from "../support/github-steps.ts";
import { later, shortResults } from "../support/many-runs.ts";
import { LIMIT_MS } from "../support/program.ts";
import { temporaryFolder } from "../support/real.ts";

const folder = temporaryFolder();
after(() => rmSync(folder, { recursive: true, force: true }));
const CORE = join(ROOT, "typescript/node_modules/@elizaos/core");
const TOOLS = ["actions/setup-node", "actions/setup-python", "oven-sh/setup-bun"];

/**
 * @param given inputs of the action
 * @param github the repository, the commit of the event, and its kind
 */
function runAction(
	name: string,
	given: Record<string, string>,
	{ repository, sha, event = "pull_request" }: { repository: string; sha: string; event?: string },
): Ended & { uploaded: string[]; workspace: string } {
	const { inputs, runs } = readYaml("action.yml", action);
	const workspace = join(folder, name);
	mkdirSync(workspace);
	const github = { sha, action_path: ROOT, event_name: event };
	const defaults = Object.entries(inputs).map(([input, { default: value }]) => [
		input,
		evaluate(String(value), { github }),
	]);
	const uploaded: string[] = [];
	const contexts = { github, inputs: { ...Object.fromEntries(defaults), ...given } };
	const ended = runSteps(runs.steps, contexts, workspace, (used, values) => {
		if (used === "actions/checkout") checkOut(repository, join(workspace, values.path ?? ""), values);
		else if (used === "actions/upload-artifact") uploaded.push(...readdirSync(values.path ?? ""));
		else assert.ok(TOOLS.includes(used), used);
	});
	return { ...ended, uploaded, workspace };
}

/** A repository in which a pull request was begun from the first commit. @returns what GitHub tests: the merge */
function makePullRequest(fill: (path: string) => void): { repository: string; sha: string; base: string } {
	const repository = mkdtempSync(join(folder, "repository-"));
	git(repository, "init", "--quiet", "--initial-branch=main");
	fill(repository);
	commitAll(repository, "first");
	git(repository, "switch", "--quiet", "--create", "change");
	writeFileSync(join(repository, "slow"), "");
	commitAll(repository, "the change");
	git(repository, "switch", "--quiet", "main");
	writeFileSync(join(repository, "news"), "");
	const base = commitAll(repository, "what others did meanwhile");
	git(repository, "merge", "--quiet", "--no-edit", "change");
	return { repository, sha: git(repository, "rev-parse", "HEAD"), base };
}

/** Blocks that are short on a machine with other work too. */
function shortScenario(): string {
	const file = scenarioFile.parse(JSON.parse(readFileSync(join(SHARED, "scenarios.json"), "utf8")));
	const scenarios = file.scenarios.filter(({ id }) => id === "single-message");
	const path = join(folder, "scenarios.json");
	const short = scenarios.map((one) => ({ ...one, iterations: 3, warmup: 1 }));
	writeFileSync(path, JSON.stringify({ ...file, scenarios: short }));
	return path;
}

/** The head waits in every composition of a state. */
const WAIT = "for (const until = performance.now() + 5; performance.now() < until; );";
const SLOW = String.raw`[ ! -f slow ] || sed -i -E 's/^( *async composeState\([^)]*\) \{)$/\1 ${WAIT}/' core/dist/node/index.node.js`;

test("the action builds both checkouts, measures them in the same blocks, and fails on a head that is slower", {
	timeout: LIMIT_MS,
}, () => {
	const pullRequest = makePullRequest((path) => cpSync(CORE, join(path, "core"), { recursive: true }));
	const given = {
		package: "core",
		build: SLOW,
		budget: "90s",
		precision: "40%",
		"fail-on": "slower:20%\n",
		options: `--scenario-file ${shortScenario()}\n`,
	};
	const ended = runAction("slower", given, pullRequest);
	assert.equal(ended.status, 1, ended.output);
	assert.equal(ended.outputs.measure?.status, "1");
	// What others did is in the base too, so that it is no part of the difference.
	assert.equal(ended.outputs.commits?.base, pullRequest.base);
	for (const side of ["base", "head"])
		assert.ok(existsSync(join(ended.workspace, "eliza-benchmark", side, "news")));
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
	const pullRequest = makePullRequest(() => {});
	const first = git(pullRequest.repository, "rev-list", "--max-parents=0", "HEAD");
	const none = runAction("none", { head: first }, pullRequest);
	assert.equal(none.status, 2);
	assert.match(none.output, /::error::the head has no parent/);
	const target = runAction("target", {}, { ...pullRequest, event: "pull_request_target" });
	assert.equal(target.status, 2);
	assert.match(target.output, /::error::pull_request_target has no commit of the pull request/);
	const missing = runAction("missing", { package: "no/such" }, pullRequest);
	assert.equal(missing.status, 2);
	assert.match(missing.output, /::error::the base has no folder no\/such/);
	const unbuilt = runAction("unbuilt", { build: "[ -f slow ] || exit 7" }, pullRequest);
	assert.equal(unbuilt.status, 7);
	assert.match(unbuilt.output, /::error::the build of the base ended with status 7/);
	const wrong = runAction("wrong", { scenarios: "nonsense", artifact: "" }, pullRequest);
	assert.equal(wrong.status, 2, wrong.output);
	assert.match(wrong.output, /^error: /m);
	assert.match(wrong.summary, /ended with status 2 and compared nothing/);
});

test("the workflow shares a run among runners, and merges what the artefacts hold", {
	timeout: LIMIT_MS,
}, () => {
	const { jobs, env } = readYaml(".github/workflows/sharded.yml", workflow);
	const artefacts = join(folder, "artefacts");
	const what = "--targets typescript --scenarios single-message,conversation-10";
	const options = `${what} --blocks 2\n--iterations 2 --warmup 1 --observe 0`;
	const inputs = { shards: 2, by: "blocks", options, runners: '["one","another"]', "allow-missing": false };
	const contexts = { inputs, env, github: { repository: "a/b", sha: "" } };
	const runJob = (name: string, workspace: string, more: Record<string, unknown>) => {
		const at = makeWorkspace(join(folder, workspace));
		const job = jobs[name] ?? assert.fail(name);
		const ended = runSteps(job.steps, { ...contexts, ...more }, at, (used, values) => {
			const place = join(at, values.path ?? "");
			if (used === "actions/upload-artifact") {
				if (existsSync(place)) cpSync(place, join(artefacts, values.name ?? ""), { recursive: true });
			} else if (used === "actions/download-artifact") {
				assert.equal(values.pattern, "shard-*");
				const found = readdirSync(artefacts).filter((artefact) => artefact.startsWith("shard-"));
				// The only one has no folder of its own.
				for (const one of found)
					cpSync(join(artefacts, one), found.length === 1 ? place : join(place, one), { recursive: true });
			} else assert.ok([...TOOLS, "actions/checkout"].includes(used), used);
		});
		const outputs = Object.entries(job.outputs ?? {}).map(([output, text]) => [
			output,
			evaluate(text, { steps: stepsOf(ended) }),
		]);
		return { ...ended, needs: { [name]: { outputs: Object.fromEntries(outputs), result: "success" } } };
	};
	const succeed = (...job: Parameters<typeof runJob>) => {
		const ended = runJob(...job);
		assert.equal(ended.status, 0, ended.output);
		return ended;
	};
	for (const [wrong, why] of [
		[{ shards: 300 }, /::error::shards is 300: name a whole number/],
		[{ runners: "ubuntu-latest" }, /::error::runners is no JSON list/],
	] as const) {
		const refused = runJob("plan", `plan-${Object.keys(wrong)}`, { inputs: { ...inputs, ...wrong } });
		assert.equal(refused.status, 2);
		assert.match(refused.output, why);
	}
	const { needs } = succeed("plan", "plan", {});
	const { matrix = "", commit } = needs.plan?.outputs ?? assert.fail();
	assert.match(commit, /^[0-9a-f]{40}$/);
	assert.deepEqual(JSON.parse(matrix), {
		include: [
			{ shard: 1, runner: "one" },
			{ shard: 2, runner: "another" },
		],
	});
	const [one, two] = JSON.parse(matrix).include;
	succeed("shard", "runner-1", { needs, matrix: one });
	const broken = runJob("shard", "broken", {
		needs,
		matrix: two,
		inputs: { ...inputs, options: "--nonsense" },
	});
	assert.equal(broken.status, 2);
	assert.match(
		runJob("merge", "too-early", { needs }).output,
		/1 shard of 2 is missing, 2: .*--allow-missing/,
	);
	const partly = succeed("merge", "partly", { needs, inputs: { ...inputs, "allow-missing": true } });
	assert.match(partly.output, /Missing: 1 shard, 2/);
	succeed("shard", "runner-2", { needs, matrix: two });
	rmSync(join(artefacts, "merged"), { recursive: true });
	const { summary } = succeed("merge", "merge", { needs });
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

test("the example of the docs keeps results on a branch of their own, and makes a site of all that are there", () => {
	const text = examples().find((one) => one.startsWith("# .github/workflows/site.yml")) ?? assert.fail();
	const { steps } = workflow.parse(parse(text)).jobs.publish ?? assert.fail();
	const repository = join(folder, "keeps.git");
	git(makeWorkspace(join(folder, "main")), "clone", "--quiet", "--bare", ".", repository);
	let pages: string[] = [];
	for (const day of [1, 2]) {
		const at = join(folder, `day-${day}`);
		makeWorkspace(join(at, "benchmark"));
		mkdirSync(join(at, "run"));
		for (const result of shortResults())
			writeFileSync(join(at, "run", `${result.target.id}.json`), JSON.stringify(later(result, day)));
		// The recorded run stands for the one that would be measured.
		const others = steps.filter(({ run }) => !run?.includes("--output run"));
		assert.equal(others.length, steps.length - 1);
		const contexts = { github: { sha: "" }, env: { GITHUB_RUN_ID: String(day), GITHUB_RUN_ATTEMPT: "1" } };
		const ended = runSteps(others, contexts, at, (used, values) => {
			if (used === "actions/checkout" && values.path === "kept")
				checkOut(repository, join(at, "kept"), values);
			else if (used === "actions/upload-pages-artifact")
				pages = readdirSync(join(at, values.path ?? "", "runs"));
			else assert.match(used, /^actions\/(checkout|deploy-pages)$/);
		});
		assert.equal(ended.status, 0, ended.output);
		assert.equal(pages.length, day);
	}
	assert.equal(git(repository, "rev-list", "--count", "results"), "2");
	assert.match(git(repository, "ls-tree", "-r", "--name-only", "results"), /^runs\/1-1\/python.json\n/);
});
