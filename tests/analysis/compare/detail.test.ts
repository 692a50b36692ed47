import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { summarizeLedger, textModelCalls } from "../../../analysis/cell/ledger-summary.ts";
import { scenarioResult } from "../../../analysis/cell/result.ts";
import { compare } from "../../../analysis/compare/comparison.ts";
import { cellDetail, messagesByProcess } from "../../../analysis/compare/detail.ts";
import { findingsOf } from "../../../analysis/compare/findings.ts";
import { MODEL_LATENCIES_MS, turnBesideModel } from "../../../analysis/compare/model-share.ts";
import { workLines, workText } from "../../../report/text/ledger.ts";
import { toSnakeCase } from "../../../shared/snake-case.ts";
import { comparisonFile, type WorkItem, workLedger } from "../../../shared/types.ts";
import { evidenceOf, fixtures, processOf, resultOf, scenarioOf, targets } from "../../support/evidence.ts";
import { faithfulLedger } from "../../support/ledger.ts";

const [typescript] = targets;
assert.ok(typescript);
const target = typescript;

function cellOf(id: string, processes: readonly (readonly number[])[]) {
	const scenario = scenarioOf(id);
	return scenarioResult(
		evidenceOf(
			scenario,
			processes.map((iterations, block) => processOf(target, scenario, iterations, { block })),
		),
		fixtures,
	);
}

test("raw messages are divided among the processes they come from, none lost and none twice", () => {
	fc.assert(
		fc.property(
			fc.array(fc.array(fc.integer({ min: 1000, max: 1e9 }), { minLength: 1, maxLength: 5 }), {
				minLength: 1,
				maxLength: 6,
			}),
			(processes) => {
				const cell = cellOf("conversation-10", processes);
				const divided = messagesByProcess(cell);
				assert.deepEqual(
					divided.flatMap(({ messages }) => [...messages]),
					cell.latency?.raw_ms,
				);
				assert.deepEqual(
					divided.map(({ messages }) => messages.length),
					processes.map((iterations) => 10 * iterations.length),
				);
				assert.deepEqual(
					divided.map(({ block }) => block),
					processes.map((_, block) => block),
				);
			},
		),
	);
});

test("a repeated block's messages are in no distribution", () => {
	const scenario = scenarioOf("single-message");
	const processes = [
		processOf(target, scenario, [9e6], { block: 0, superseded: true }),
		processOf(target, scenario, [1e6, 2e6], { block: 1 }),
	];
	const { distributions, timeline } = cellDetail(
		"single-message",
		scenarioResult(evidenceOf(scenario, processes), fixtures),
		[],
	);
	assert.deepEqual(
		distributions.map(({ block, messages }) => [block, messages]),
		[[1, 2]],
	);
	assert.deepEqual(timeline, [
		{
			block: 1,
			points: [
				{ message: 1, median_ms: 1 },
				{ message: 2, median_ms: 2 },
			],
		},
	]);
});

test("a process that was stopped before its first message has no distribution, and the others keep theirs", () => {
	const scenario = scenarioOf("single-message");
	const processes = [
		processOf(target, scenario, [1e6, 2e6], { block: 0 }),
		processOf(target, scenario, [], { block: 1 }),
		processOf(target, scenario, [3e6], { block: 2 }),
	];
	const cell = scenarioResult(evidenceOf(scenario, processes), fixtures);
	const { distributions, timeline } = cellDetail("single-message", cell, []);
	assert.deepEqual(
		distributions.map(({ block, messages, quantiles_ms }) => [block, messages, quantiles_ms[0]]),
		[
			[0, 2, 1],
			[2, 1, 3],
		],
	);
	assert.deepEqual(
		timeline.map(({ block }) => block),
		[0, 2],
	);
	comparisonFile.parse(compare([resultOf(target, [evidenceOf(scenario, processes)])]));
});

test("quantiles rise from the least to the greatest message, and a long series is thinned to 100 points with its ends", () => {
	const { distributions, timeline, by_position } = cellDetail(
		"burst-1000",
		cellOf("burst-1000", [[1e6, 3e6]]),
		["./run.sh"],
	);
	const [{ quantiles_ms } = { quantiles_ms: [] }] = distributions;
	assert.equal(quantiles_ms.length, 41);
	assert.deepEqual([quantiles_ms[0], quantiles_ms[40]], [1, 3]);
	assert.ok(quantiles_ms.every((value, index) => index === 0 || value >= (quantiles_ms[index - 1] ?? 0)));
	const points = timeline[0]?.points ?? [];
	assert.equal(points.length, 100);
	assert.deepEqual(
		[points[0], points.at(-1)],
		[
			{ message: 10.5, median_ms: 1 },
			{ message: 1990.5, median_ms: 3 },
		],
	);
	assert.equal(by_position?.length, 100);
	assert.ok(by_position.every(({ median_ms }) => median_ms === 2));
});

test("a cell without figures has an empty detail, without a zero in it", () => {
	const scenario = scenarioOf("single-message");
	const cell = scenarioResult(evidenceOf(scenario, [], "unsupported"), fixtures);
	const detail = cellDetail("single-message", cell, ["./run.sh", "--seed", "1"]);
	assert.deepEqual(
		[
			detail.distributions,
			detail.timeline,
			detail.by_position,
			detail.phases,
			detail.pipeline,
			detail.resources,
		],
		[[], [], null, null, null, null],
	);
	assert.deepEqual(detail.model_shares, []);
	assert.deepEqual(detail.command, ["./run.sh", "--seed", "1", "--scenarios", "single-message"]);
});

test("the framework's share of a turn falls with the model's latency and is unknown where no model is called", () => {
	const detail = cellDetail("single-message", cellOf("single-message", [[4e6, 4e6]]), []);
	assert.deepEqual(
		detail.model_shares.map(({ model_latency_ms }) => model_latency_ms),
		MODEL_LATENCIES_MS,
	);
	assert.equal(detail.model_shares[0]?.share, 4 / 204);
	assert.ok(
		detail.model_shares.every(({ share }, index, all) => index === 0 || share < (all[index - 1]?.share ?? 0)),
	);
	assert.equal(turnBesideModel(4, 0, 200), null);
	assert.deepEqual(turnBesideModel(100, 2, 450), { turn_ms: 1000, share: 0.1 });
	assert.equal(turnBesideModel(3, 5, 1000)?.turn_ms, 5003, "five calls of a second are five seconds");
});

test("the work ledger is per message, and a user does not wait for embeddings", () => {
	const ledger = {
		...faithfulLedger(scenarioOf("conversation-10"), fixtures),
		modelCalls: [
			{ modelType: "TEXT_LARGE", template: "messageHandler", calls: 10, promptChars: 5000 },
			{ modelType: "TEXT_EMBEDDING", template: "none", calls: 30, promptChars: 100 },
		],
		history: { seeded: 5, returned: 3, newest: false },
		afterwards: { atRest: true, lastCallNs: 1.5e9, cpuNs: 2e6, calls: 60, embeddings: 40 },
	};
	const inResult = toSnakeCase(workLedger, ledger);
	const items = summarizeLedger(inResult);
	const itemOf = (name: WorkItem["item"], of: string | null = null) =>
		items.find((one) => one.item === name && one.of === of);
	assert.equal(itemOf("model_calls", "messageHandler")?.value, 1);
	assert.equal(itemOf("model_calls", "embedding")?.value, 3);
	assert.equal(itemOf("prompt_characters")?.value, 500);
	assert.equal(workText(itemOf("history_returned")), "3 (oldest)");
	assert.equal(workText(undefined), "0");
	assert.equal(textModelCalls(inResult), 1);
	assert.equal(itemOf("embeddings")?.value, 4);
	assert.equal(itemOf("work_after_last_message_ms")?.value, 1500, "a total, and not per message");
	assert.equal(itemOf("cpu_after_last_message_ms")?.value, 2);
	const { afterwards: _, ...unseen } = inResult;
	const lines = workLines([items, summarizeLedger(unseen)]);
	const cellsOf = (label: string) => lines.find((line) => line.label === label)?.cells;
	assert.deepEqual(cellsOf("Work after the last (ms)"), ["1,500", null]);
	assert.equal(cellsOf("Not at rest after 20 s"), undefined);
});

test("findings are figures of the run: without any figure there is none, and a figure that a target lacks is null", () => {
	const scenario = scenarioOf("single-message");
	const results = targets.slice(0, 2).map((one, index) => {
		const evidence = evidenceOf(scenario, [processOf(one, scenario, [1e6])]);
		const ledger = evidence.ledger && { ...evidence.ledger, readsCopied: index === 0 ? true : null };
		return resultOf(one, [{ ...evidence, ledger }]);
	});
	const found = new Map(findingsOf(results).map((finding) => [finding.finding, finding]));
	assert.deepEqual(found.get("copies_on_read")?.values, { typescript: 1, python: null });
	assert.deepEqual(found.get("copies_on_read")?.readings, { typescript: "read-copies" });
	assert.equal(found.has("provider_overlap"), false);
	assert.equal(found.has("concurrency_gain"), false);
	comparisonFile.parse(compare(results));
});
