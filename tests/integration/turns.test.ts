// Runs in which targets are measured against themselves, and in which single messages take turns.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { readJson } from "../../orchestrator/files.ts";
import { renderHead } from "../../report/console/head.ts";
import { comparisonFile, measurementFile, runFile } from "../../shared/types.ts";
import { LIMIT_MS } from "../support/program.ts";
import { measure, wordsOf } from "../support/real.ts";
import { stubLaunch, stubTarget } from "../support/stub-target.ts";

test("every target is measured against itself, which gives a floor and the number of false alarms", {
	timeout: LIMIT_MS,
}, async () => {
	const { comparison } = await measure({
		scenarios: "single-message,with-actions",
		iterations: 5,
		warmup: 2,
		settings: { blocks: 3, aa: true },
	});
	assert.ok(comparison);
	comparisonFile.parse(comparison);
	assert.equal(
		comparison.false_alarms?.comparisons,
		comparison.scenarios.flatMap(({ noise }) => Object.keys(noise)).length,
	);
	for (const { noise } of comparison.scenarios) {
		for (const { aa, floor, floor_source, floor_blocks } of Object.values(noise)) {
			assert.equal(floor_source, "this run");
			assert.equal(floor_blocks, 3);
			assert.ok(aa?.interval && floor !== null);
			const { low, high } = aa.interval;
			const differs = low > 1 || high < 1;
			const found = differs ? Math.max(aa.ratio, 1 / aa.ratio) - 1 : 0;
			assert.ok(Math.abs(floor - found) < 1e-9, `a floor of ${floor}, ${JSON.stringify(aa)}`);
		}
	}
});

test("messages of one runtime take turns, are verified like those in a row, and the report says that they came after pauses", {
	timeout: LIMIT_MS,
}, async () => {
	for (const target of ["typescript", "python", "rust"]) {
		const { comparison } = await measure({
			scenarios: "with-should-respond-no-name,provider-scaling-10",
			targets: target,
			iterations: 2,
			warmup: 1,
			settings: { blocks: 2, aa: true, alternate: "messages" },
		});
		assert.ok(comparison);
		for (const { cells, noise } of comparison.scenarios) {
			if (cells[target]?.status === "divergent") continue;
			assert.equal(cells[target]?.status, "comparable", wordsOf(cells[target]?.reasons));
			assert.equal(noise[target]?.aa?.blocks, 2);
		}
		assert.match(renderHead(comparison), /message by message/);
	}
});

test("a scenario without warm-up is fitted to the time by its first round, and not by its cold start", {
	timeout: LIMIT_MS,
}, async () => {
	const { folder } = await measure({
		scenarios: "single-message",
		targets: [stubTarget("slow-start", false)],
		// Turns take two seconds in any case: one cold start would fit, and many iterations.
		settings: { budgetSeconds: 1 },
		iterations: 100,
		warmup: 0,
		launch: (target) => {
			const launch = stubLaunch(target);
			return { ...launch, args: [...launch.args, "--cold-ms", "1500"] };
		},
	});
	const { processes } = readJson(join(folder, "run.json"), runFile, "run file");
	const { file } = processes.find(({ role }) => role === "measure") ?? assert.fail();
	const { cells } = readJson(join(folder, file ?? ""), measurementFile, "measurement file");
	const done = cells[0]?.iterations.filter(({ phase }) => phase === "plain").length ?? 0;
	assert.ok(done > 5, `${done} iterations`);
});
