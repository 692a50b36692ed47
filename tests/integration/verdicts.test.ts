// A verdict on a real run: a known change of 5 % is found where it is, and nowhere else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadTargets } from "../../orchestrator/contract.ts";
import { launchOf } from "../../orchestrator/targets/launch.ts";
import type { ScenarioComparison, Target } from "../../shared/types.ts";
import { LIMIT_MS } from "../support/program.ts";
import { faultyLaunch, measure } from "../support/real.ts";

const SLOWED = "provider-scaling-10";
const UNTOUCHED = ["single-message", "with-actions"];

const decidingRow = ({ rows, deciding_metric }: ScenarioComparison) =>
	rows.find(({ metric }) => metric === deciding_metric);

test("a TypeScript provider that makes a message 5 % slower is found where it runs, and nowhere else", {
	timeout: LIMIT_MS,
}, async () => {
	const typescript = loadTargets().find(({ id }) => id === "typescript");
	assert.ok(typescript);
	const alone = await measure({
		scenarios: SLOWED,
		targets: "typescript",
		iterations: 10,
		warmup: 3,
		settings: { blocks: 3 },
	});
	const messageMs = alone.comparison?.scenarios[0]?.rows.find(
		({ metric }) => metric === "message_latency_p50_ms",
	)?.values.typescript;
	assert.ok(messageMs);
	const slower: Target = { ...typescript, id: "typescript-slower", label: "Slower" };
	const fault = `slow-provider:${Math.round(0.05 * messageMs * 1000)}` as const;
	const measureBoth = async (scenarios: string, precision: number, budgetSeconds: number) => {
		const { comparison } = await measure({
			scenarios,
			targets: [typescript, slower],
			iterations: 10,
			warmup: 3,
			settings: { blocks: 5, precision, budgetSeconds },
			launch: (target, role) =>
				target.id === slower.id ? faultyLaunch("typescript", fault) : launchOf(target, role),
		});
		return comparison?.scenarios ?? [];
	};
	const [slowed] = await measureBoth(SLOWED, 0.015, 100);
	const found = slowed && decidingRow(slowed)?.standing;
	assert.equal(found?.winner, "typescript", JSON.stringify(found));
	const [pair] = found.pairs;
	assert.ok(
		pair?.interval && pair.interval.low < 1 / 1.02 && pair.interval.high > 1 / 1.09,
		JSON.stringify(pair),
	);
	// Known to about 2 %, a change of 5 % would show.
	const untouched = await measureBoth(UNTOUCHED.join(","), 0.02, 80);
	assert.deepEqual(
		untouched.map((scenario) => [scenario.id, decidingRow(scenario)?.standing?.winner]),
		UNTOUCHED.map((id) => [id, null]),
	);
});
