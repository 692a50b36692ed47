// On a terminal every line fits, the summary stands first, and splitting tables loses nothing.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { compare } from "../../analysis/compare/comparison.ts";
import { renderNoise } from "../../report/console/noise.ts";
import { renderPipeline } from "../../report/console/pipeline.ts";
import { renderComparison } from "../../report/console/report.ts";
import { inTables } from "../../report/console/table.ts";
import { comparisonMarkdown } from "../../report/exporters/markdown.ts";
import { renderPage } from "../../report/html/page.ts";
import { decidingRow } from "../../report/text/metrics.ts";
import { detectableDifference } from "../../report/text/noise.ts";
import { percentText } from "../../report/text/units.ts";
import { type BenchmarkResult, comparisonFile } from "../../shared/types.ts";
import { evidenceOf, processOf, resultOf, scenarioOf, targets } from "../support/evidence.ts";
import { recordedComparison } from "../support/recorded.ts";

const SCENARIOS = ["single-message", "burst-100", "with-should-respond-no-name"];

function results(count: number): BenchmarkResult[] {
	return Array.from({ length: count }, (_, index) => {
		const target = targets[index % targets.length];
		assert.ok(target);
		const named = { ...target, id: `${target.id}-${index}`, label: `${target.label} number ${index}` };
		const cells = SCENARIOS.map((id) => {
			const scenario = scenarioOf(id);
			const processes = [0, 1, 2].map((block) =>
				processOf(named, scenario, [1e6 * (index + 1) + 1e4 * block, 1.1e6 * (index + 1)], { block }),
			);
			return evidenceOf(
				scenario,
				processes,
				id === "with-should-respond-no-name" && index === 1 ? "divergent" : "comparable",
			);
		});
		return resultOf(named, cells);
	});
}

test("no line is longer than the terminal, with one target or eight, at 80 and at 120 columns", () => {
	for (const count of [1, 2, 3, 5, 8])
		for (const width of [80, 120]) {
			const lines = stripVTControlCharacters(renderComparison(compare(results(count)), { width })).split(
				"\n",
			);
			const longest = Math.max(...lines.map((line) => line.length));
			assert.ok(
				longest <= width,
				`${longest} characters with ${count} targets at ${width}: ${lines.find((line) => line.length === longest)}`,
			);
		}
});

test("every target has its column, however many tables that takes", () => {
	const text = renderComparison(compare(results(8)), { width: 120 });
	for (let index = 0; index < 8; index++) assert.match(text, new RegExp(`number ${index}`));
	for (const [count, width, tables] of [
		[3, 80, 1],
		[4, 80, 2],
		[6, 120, 1],
		[8, 120, 2],
	] as const)
		assert.equal(inTables(Array.from({ length: count }), { width }).length, tables);
});

test("the summary comes before the scenarios, and a cell that is not compared is listed with its reason", () => {
	const text = renderComparison(compare(results(3)));
	const order = [
		"Eliza Framework Benchmark Results",
		"Summary",
		"Deciding metric",
		"Not compared",
		"Noise floor,",
		"Scenario: single-message",
	];
	const places = order.map((part) => text.indexOf(part));
	assert.ok(
		places.every((place, index) => place >= 0 && place > (places[index - 1] ?? -1)),
		JSON.stringify(places),
	);
	assert.match(text.replace(/[║\s]+/g, " "), /divergent: no control of the decision/);
});

test("a stage that was not called takes 0.0 %; only one that could not be observed has a dash", () => {
	const { targets, pipelines } = recordedComparison();
	const unseen = ["state_serialization", "should_respond", "event_emit"];
	assert.deepEqual(
		pipelines.map(({ not_observable }) => not_observable),
		unseen.map((stage) => [stage]),
	);
	assert.ok(!("evaluator" in (pipelines.find(({ target }) => target === "rust")?.shares ?? {})));
	const text = stripVTControlCharacters(renderPipeline({ targets, pipelines }, { width: 120 }));
	const cellsOf = (stage: string) =>
		text
			.split("\n")
			.find((line) => line.includes(` ${stage} `))
			?.split("║")
			.slice(2, -1)
			.map((cell) => cell.trim().split(" ").at(-1));
	assert.equal(cellsOf("evaluator")?.at(-1), "0.0%");
	for (const [index, stage] of unseen.entries()) assert.equal(cellsOf(stage)?.[index], "-");
	assert.equal(text.match(/ - /g)?.length, unseen.length);
});

test("a whole is 100 %, and more is only said to be more", () => {
	assert.deepEqual([0.994, 1, 1.0000000437, 1.01, 5].map(percentText), [
		"99%",
		"100%",
		"100%",
		">100%",
		">100%",
	]);
});

test("terminal and page give one detectable difference: to another target, or to itself where none competes", () => {
	const comparison = recordedComparison();
	const differences = comparison.scenarios.flatMap((scenario) =>
		comparison.targets.flatMap(({ id }) => {
			const pairs = decidingRow(scenario)?.standing?.pairs.filter(({ a, b }) => a === id || b === id) ?? [];
			const found = detectableDifference(scenario, id);
			if (pairs.length === 0)
				assert.equal(
					found,
					scenario.noise[id]?.aa?.minimum_detectable_effect ?? null,
					`${scenario.id} ${id}`,
				);
			else
				assert.ok(pairs.every(({ minimum_detectable_effect: one }) => one === null || (found ?? 0) <= one));
			return found === null ? [] : [[scenario.id, id, percentText(found)] as const];
		}),
	);
	assert.ok(differences.length > 0);
	const terminal = stripVTControlCharacters(renderNoise(comparison, { width: 120 }));
	const page = renderPage(comparison).slice(
		renderPage(comparison).indexOf('aria-label="Noise, cell by cell"'),
	);
	for (const [scenario, , text] of differences) {
		assert.match(terminal, new RegExp(`${scenario.slice(0, 18)}.*, ${text.replace(/[.%>]/g, "\\$&")}`));
		assert.ok(page.includes(`<td>${text.replace(">", "&gt;")}</td>`), text);
	}
	assert.match(terminal, /Detectable difference: /);
});

test("every format for people lists a target that could not be set up, with the reason", () => {
	const reason = "npm: No matching version found for @elizaos/core@9.9.9";
	const found = compare(
		results(2).map((result) => ({
			...result,
			left_out: [{ id: "typescript-9-9-9", label: "TypeScript 9.9.9", reason }],
		})),
	);
	assert.equal(comparisonFile.parse(found).left_out.length, 1, "once, though every result names it");
	for (const text of [
		renderComparison(found).replace(/[║\s]+/g, " "),
		comparisonMarkdown(found).replaceAll("&#8203;", ""),
		renderPage(found),
	]) {
		assert.match(text, /TypeScript 9\.9\.9/);
		assert.match(text, /No matching version found/);
	}
	assert.deepEqual(compare(results(2)).left_out, []);
});

test("colour comes on when asked for, and never into a pipe or with NO_COLOR", () => {
	const script =
		"import('./report/console/table.ts').then(({ statusText }) => console.log(statusText('failed')))";
	const shown = (env: Record<string, string>) =>
		spawnSync(process.execPath, ["--import", "tsx", "-e", script], {
			encoding: "utf8",
			env: { PATH: process.env.PATH ?? "", ...env },
		}).stdout.trim();
	assert.equal(shown({}), "failed");
	assert.equal(shown({ FORCE_COLOR: "1" }), "\u001b[31mfailed\u001b[39m");
	assert.equal(shown({ FORCE_COLOR: "1", NO_COLOR: "1" }), "failed");
});
