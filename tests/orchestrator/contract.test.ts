import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadContract, loadTargets, select } from "../../orchestrator/contract.ts";
import { UserError } from "../../orchestrator/errors.ts";
import { ROOT, readJson, SHARED } from "../../orchestrator/files.ts";
import { messagesPerIteration } from "../../orchestrator/run/profiles.ts";
import { calibrationFile, mockResponsesFile, scaling, scenarioFile } from "../../shared/types.ts";

const PLANNED = [
	"single-message",
	"conversation-10",
	"conversation-100",
	"burst-100",
	"burst-1000",
	"with-should-respond",
	"with-should-respond-no-name",
	"with-actions",
	"provider-scaling-10",
	"provider-scaling-50",
	"provider-scaling-100",
	"history-scaling-100",
	"history-scaling-1000",
	"history-scaling-10000",
	"concurrent-10",
	"concurrent-50",
	"concurrent-same-room-10",
	"fresh-rooms-100",
	"many-entities-room",
	"db-write-throughput",
	"db-read-throughput",
	"startup-cold",
	"restart-with-history",
	"multi-step",
	"minimal-bootstrap",
	"calibration",
	"many-actions-40",
	"long-message-64k",
	"many-users-1000",
	"tool-loop-1",
	"tool-loop-3",
	"tool-loop-10",
	"action-chain-3",
	"action-chain-10",
	"failing-model",
	"streaming-10",
	"streaming-100",
	"streaming-1000",
];

const contract = loadContract({});

function broken(change: (file: { scenarios: Record<string, unknown>[] }) => void): string {
	const file = JSON.parse(readFileSync(join(SHARED, "scenarios.json"), "utf8"));
	change(file);
	const path = join(mkdtempSync(join(tmpdir(), "scenarios-")), "mine.json");
	writeFileSync(path, JSON.stringify(file));
	return path;
}

test("the JSON Schemas are current with the zod schemas they are generated from", () => {
	execFileSync(process.execPath, ["--import", "tsx", join(ROOT, "shared/generate-schema.ts"), "--check"], {
		cwd: ROOT,
		stdio: "pipe",
	});
});

test("the contract has every planned scenario once, and no other", () => {
	assert.deepEqual(contract.scenarios.map(({ id }) => id).toSorted(), PLANNED.toSorted());
});

test("the sizes of a series are warmed up with the same number of messages, so that they are alike", () => {
	for (const series of scaling.shape.series.options) {
		const warmups = contract.scenarios
			.filter((scenario) => scenario.scaling?.series === series)
			.map((scenario) => scenario.warmup * messagesPerIteration(scenario));
		assert.ok(new Set(warmups).size <= 1, `${series}: ${warmups}`);
	}
});

test("every answer that a scenario asks for exists, and gives the expected replies", () => {
	const mock = readJson(join(SHARED, "mock-responses.json"), mockResponsesFile, "mock answers");
	for (const { id, config, expect } of contract.scenarios) {
		for (const [name, chosen] of Object.entries(config.answers))
			for (const variant of [chosen].flat())
				for (const { answers } of mock.templates.filter(({ template }) => template === name))
					assert.ok(answers[variant] !== undefined, `${id}: ${name}.${variant}`);
		const said =
			mock.templates.flatMap(({ answers }) => Object.values(answers)).join() +
			contract.character.fixtures.benchmarkAction.text;
		for (const reply of expect.replies)
			assert.ok(said.includes(reply), `${id} expects '${reply}', which no answer says`);
	}
});

test("the calibration's results are those of its inputs, which are a model's answer and ten KB of state", () => {
	const { answer, template, state, records } = readJson(
		join(SHARED, "calibration.json"),
		calibrationFile,
		"calibration",
	);
	const json = JSON.stringify(state);
	let prompt = template.text;
	for (const [name, value] of Object.entries(template.values))
		prompt = prompt.split(`{{${name}}}`).join(value);
	const shown = records.filter(({ hidden }) => !hidden);
	const inOrder = [...shown.keys()].toSorted(
		(a, b) => (shown[a]?.createdAt as number) - (shown[b]?.createdAt as number),
	);
	const texts = {
		parse_answer: answer.fields
			.map((field) => `${field}=${new RegExp(`<${field}>\\s*(.*?)\\s*</`, "s").exec(answer.text)?.[1]}\n`)
			.join(""),
		render_template: prompt,
		state_to_json: json,
		state_from_json: json,
		sort_records: inOrder
			.map((index) => `${shown[index]?.author} (${shown[index]?.createdAt}): ${shown[index]?.text}`)
			.join("\n"),
	};
	const digests = Object.entries(texts).map(([name, text]) => [
		name,
		createHash("sha256").update(text).digest("hex"),
	]);
	const scenario = contract.scenarios.find(({ kind }) => kind === "calibration");
	assert.deepEqual(scenario?.expect.results, Object.fromEntries(digests));
	const mock = readJson(join(SHARED, "mock-responses.json"), mockResponsesFile, "mock answers");
	assert.ok(mock.templates.some(({ answers }) => answers.default === answer.text));
	assert.ok(json.length > 9000 && json.length < 12_000 && records.length === 100 && !prompt.includes("{{"));
	assert.equal(new Set(records.map(({ createdAt }) => createdAt)).size, records.length);
});

test("all benchmark messages name the agent, except where the model has to decide", () => {
	for (const { id, messages } of contract.scenarios) {
		const named = messages.every(({ content }) => content.includes(contract.character.character.name));
		assert.equal(named, id !== "with-should-respond-no-name", id);
	}
});

test("a scenario file with a wrong field is refused by the field's name", () => {
	const path = broken((file) => {
		(file.scenarios[3] as { config: { history: unknown } }).config.history = "many";
	});
	assert.throws(() => loadContract({ scenarioFile: path }), {
		name: "UserError",
		message: /scenarios\.3\.config\.history/,
	});
});

test("a scenario file with an unknown field is refused", () => {
	const path = broken((file) => {
		(file.scenarios[0] as { surprise?: number }).surprise = 1;
	});
	assert.throws(() => loadContract({ scenarioFile: path }), { name: "UserError", message: /surprise/ });
});

test("two scenarios with the same id are refused", () => {
	const path = broken((file) => file.scenarios.push(file.scenarios[0] as Record<string, unknown>));
	assert.throws(() => loadContract({ scenarioFile: path }), {
		name: "UserError",
		message: /two scenarios with the id single-message/,
	});
});

test("a truncated or missing file gives one line that says which", () => {
	const path = join(mkdtempSync(join(tmpdir(), "scenarios-")), "cut.json");
	writeFileSync(path, '{"schemaVersion": 1, "scen');
	assert.throws(() => readJson(path, scenarioFile, "scenario file"), {
		name: "UserError",
		message: /cut\.json is not complete JSON/,
	});
	assert.throws(() => readJson(`${path}.nowhere`, scenarioFile, "scenario file"), {
		name: "UserError",
		message: /cannot read/,
	});
});

test("a selection keeps the user's order, drops repetitions and refuses what it does not know", () => {
	const targets = loadTargets();
	assert.deepEqual(
		select(targets, "rust, typescript,rust", "target").map(({ id }) => id),
		["rust", "typescript"],
	);
	assert.equal(select(targets, "all", "target").length, targets.length);
	assert.throws(() => select(targets, "perl", "target"), UserError);
	assert.throws(() => select(targets, ",", "target"), UserError);
});
