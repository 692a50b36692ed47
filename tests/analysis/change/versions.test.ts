import assert from "node:assert/strict";
import { test } from "node:test";
import { compareChange } from "../../../analysis/change/change.ts";
import { versionHistory } from "../../../analysis/change/versions.ts";
import { renderHistory } from "../../../report/console/history.ts";
import { renderHistoryPage } from "../../../report/html/history.ts";
import { changeSentences } from "../../../report/text/change.ts";
import { Random } from "../../../shared/random.ts";
import {
	type BenchmarkResult,
	type CellStatus,
	historyFile,
	type ProcessSample,
} from "../../../shared/types.ts";
import {
	evidenceOf,
	processOf,
	RESULT_VERSIONS,
	resultOf,
	scenarioOf,
	targets,
} from "../../support/evidence.ts";

const BLOCKS = 6;
const [target] = targets;
assert.ok(target);
const typescript = target;

/** Makes a version whose message takes so many milliseconds, `promptMs` of them in the prompt. */
function versionOf(
	number: number,
	milliseconds: number,
	{ promptMs = 0.5, status = "comparable" as Exclude<CellStatus, "failed">, scatter = 0.02, seed = 0 } = {},
): BenchmarkResult {
	const random = new Random(number + 1000 * seed);
	const scenario = scenarioOf("single-message");
	const of = { ...typescript, id: `typescript-${number}`, label: `TypeScript 2.0.${number}` };
	const processes = Array.from({ length: BLOCKS }, (_, block) =>
		processOf(
			of,
			scenario,
			Array.from({ length: 8 }, () => Math.round(1e6 * milliseconds * (1 + scatter * (random.next() - 0.5)))),
			{ block },
		),
	);
	const result = resultOf(of, [evidenceOf(scenario, processes, status)]);
	const cell = result.scenarios["single-message"];
	assert.ok(cell);
	cell.samples = cell.samples.map((sample): ProcessSample => {
		const wave = 1 + 0.02 * (random.next() - 0.5);
		return { ...sample, stages_ms: { prompt: promptMs * wave, provider: 0.3 * wave, message: 0.1 * wave } };
	});
	return { ...result, versions: { ...RESULT_VERSIONS, framework: `2.0.${number}` } };
}

const medians = (results: BenchmarkResult[]) =>
	versionHistory(results).series.find(({ metric }) => metric === "message_latency_p50_ms");

test("a version that is slower is the only change, with its size, its neighbour and the stage", () => {
	const found = historyFile.parse(
		versionHistory([
			versionOf(1, 1),
			versionOf(2, 1),
			versionOf(3, 1.2, { promptMs: 0.7 }),
			versionOf(4, 1.2, { promptMs: 0.7 }),
		]),
	);
	const series = found.series.find(({ metric }) => metric === "message_latency_p50_ms");
	assert.equal(found.runs, 4);
	assert.equal(series?.changes.length, 1);
	const [change] = series.changes;
	assert.deepEqual(
		[change?.index, change?.version_before, change?.version, change?.change, change?.stage],
		[2, "2.0.2", "2.0.3", "slower", "prompt"],
	);
	assert.ok(change?.interval && change.interval.low < 1.2 && change.interval.high > 1.2);
	assert.ok(series.ends && Math.abs(series.ends.ratio - 1.2) < 0.03 && series.ends.change === "slower");
	const text = renderHistory(found).replace(/[║\s]+/g, " ");
	assert.match(
		text,
		/single-message, TypeScript: Median latency slower \d+% \([^)]*\), 2\.0\.2 to 2\.0\.3, in prompt/,
	);
	assert.match(renderHistoryPage(found), /2\.0\.2 to 2\.0\.3/);
});

test("versions that are alike have no change, and are drawn all the same", () => {
	const found = versionHistory([1, 2, 3, 4, 5, 6].map((number) => versionOf(number, 1)));
	assert.ok(found.series.length > 0);
	for (const { changes } of found.series) assert.deepEqual(changes, []);
	assert.match(renderHistory(found), /No change from one version to the next in 6 versions/);
});

test("of histories of versions that are alike, one in twenty has a change of its deciding metric at most", () => {
	const runs = 100;
	let alarms = 0;
	let others = 0;
	for (let seed = 1; seed <= runs; seed++) {
		const { series } = versionHistory(
			[1, 2, 3, 4, 5, 6].map((number) => versionOf(number, 1, { seed, scatter: 0.1 })),
		);
		const changed = series.filter(({ changes }) => changes.length > 0);
		const decides = changed.some(({ metric }) => metric === "message_latency_p50_ms");
		if (decides) alarms++;
		if (changed.length > Number(decides)) others++;
	}
	// Three standard errors above what is promised.
	const most = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs);
	assert.ok(alarms / runs <= most, `${alarms} of ${runs}`);
	assert.ok(others / runs <= most, `${others} of ${runs} in other metrics`);
});

test("a version that does other work is a gap, and its neighbours are compared with each other", () => {
	const series = medians([versionOf(1, 1), versionOf(2, 1, { status: "divergent" }), versionOf(3, 1.3)]);
	assert.deepEqual(
		series?.points.map(({ value, status }) => [value === null, status]),
		[
			[false, "comparable"],
			[true, "divergent"],
			[false, "comparable"],
		],
	);
	assert.deepEqual(
		series?.changes.map(({ index, version_before }) => [index, version_before]),
		[[2, "2.0.1"]],
	);
});

test("small steps that are each within the noise are reported as a whole", () => {
	const series = medians(
		[1, 1.008, 1.016, 1.024, 1.032, 1.04].map((time, index) => versionOf(index + 1, time, { scatter: 0.06 })),
	);
	assert.deepEqual(series?.changes, []);
	assert.equal(series?.ends?.change, "slower");
});

test("one version, or none that is comparable, is no history", () => {
	assert.equal(medians([versionOf(1, 1)]), undefined);
	assert.deepEqual(
		versionHistory([versionOf(1, 1, { status: "unsupported" }), versionOf(2, 1, { status: "divergent" })])
			.series,
		[],
	);
});

/** Puts the difference between two versions into words. */
function sentenceOf(base: BenchmarkResult, head: BenchmarkResult): string {
	const side = { name: "side", results: [base, head] };
	return changeSentences(
		compareChange(side, side, { pairs: [[base.target.id, head.target.id]], paired: true }),
	).join("\n");
}

test("a change is one sentence: how much, in which stage, and what else", () => {
	assert.match(
		sentenceOf(versionOf(1, 1), versionOf(2, 0.8, { promptMs: 0.3 })),
		/^single-message: faster by \d+% \([^)]*\), in prompt; nothing else changed$/,
	);
	assert.match(
		sentenceOf(versionOf(1, 1), versionOf(2, 1)),
		/^single-message: no difference above .*%; nothing else changed$/,
	);
	assert.match(
		sentenceOf(versionOf(1, 1), versionOf(2, 1.3)),
		/^single-message: slower by \d+% .*, in no single stage; nothing else changed$/,
	);
	assert.match(
		sentenceOf(versionOf(1, 1), versionOf(2, 1, { promptMs: 0.8 })),
		/no difference above .*%; also prompt slower \(\+0\.30? ms\)$/,
	);
	assert.match(
		sentenceOf(versionOf(1, 1), versionOf(2, 1, { status: "unsupported" })),
		/^single-message: not comparable: the head is unsupported: /,
	);
});
