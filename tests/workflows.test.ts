// What GitHub runs is what GitHub takes: the action, the workflows, and the examples of the docs.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { parseAction } from "@actions/workflow-parser/actions/action-parser";
import { parse } from "yaml";
import { ROOT } from "../orchestrator/files.ts";
import { action, examples, readYaml, type Step, workflow } from "./support/github-steps.ts";

const FOLDER = ".github/workflows";
const FILES = readdirSync(join(ROOT, FOLDER)).map((name) => `${FOLDER}/${name}`);
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const ci = read("docs/ci.md");
/** What GitHub's own parser says against it. */
async function problemsOf(content: string): Promise<string[]> {
	const { context, value } = parseWorkflow({ name: "workflow.yml", content }, new NoOperationTraceWriter());
	if (value) await convertWorkflowTemplate(context, value);
	return context.errors.getErrors().map(({ message }) => message);
}

function actionProblems(content: string): string[] {
	const { context } = parseAction({ name: "action.yml", content }, new NoOperationTraceWriter());
	return context.errors.getErrors().map(({ message }) => message);
}

test("GitHub's parser takes the action, every workflow and every workflow of the docs", async () => {
	assert.deepEqual(actionProblems(read("action.yml")), []);
	assert.match(actionProblems(read("action.yml").replace("shell: bash", "shelll: bash")).join(), /shelll/);
	for (const path of FILES) assert.deepEqual(await problemsOf(read(path)), [], path);
	assert.match((await problemsOf(read(FILES[0] ?? "").replace("runs-on:", "runs:"))).join(), /runs/);
	assert.ok(examples().length >= 4);
	for (const example of examples()) assert.deepEqual(await problemsOf(example), [], example.slice(0, 80));
});

test("no expression stands in the text of a shell, where it could be a command", () => {
	const steps: [string, Step][] = [
		...readYaml("action.yml", action).runs.steps.map((one): [string, Step] => ["action.yml", one]),
		...FILES.flatMap((path) =>
			Object.values(readYaml(path, workflow).jobs).flatMap((job) =>
				job.steps.map((one): [string, Step] => [path, one]),
			),
		),
	];
	assert.ok(steps.length > 15);
	for (const [path, one] of steps) assert.doesNotMatch(one.run ?? "", /\$\{\{/, path);
});

test("docs/ci.md names every input of the action and of the shared workflow, and its examples no other", () => {
	const { inputs } = readYaml("action.yml", action);
	const { on } = readYaml(`${FOLDER}/sharded.yml`, workflow);
	assert.ok(typeof on === "object" && on.workflow_call);
	const known = {
		"OWNER/framework-benchmark": Object.keys(inputs),
		"OWNER/framework-benchmark/.github/workflows/sharded.yml": Object.keys(on.workflow_call.inputs),
	};
	for (const name of Object.values(known).flat())
		assert.ok(ci.includes(`| \`${name}\` |`), `${name} has no row`);
	let uses = 0;
	const look = (node: unknown): void => {
		if (typeof node !== "object" || node === null) return;
		const { uses: used, with: given } = node as { uses?: unknown; with?: object };
		const names = Object.entries(known).find(
			([name]) => typeof used === "string" && used.split("@")[0] === name,
		);
		if (names) uses++;
		for (const name of names ? Object.keys(given ?? {}) : [])
			assert.ok(names?.[1].includes(name), `${name} is no input of ${names?.[0]}`);
		for (const value of Object.values(node)) look(value);
	};
	for (const example of examples()) look(parse(example));
	assert.ok(uses >= 2);
});
