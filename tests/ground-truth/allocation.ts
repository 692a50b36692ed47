/**
 * How near does a run come to the best it could do? Takes the spreads and costs that a run has measured as the
 * truth, spends its time anew with full knowledge of them, and prints the sharpness of both.
 *
 * npm run accuracy:allocation -- results/<run>
 */
import { join } from "node:path";
import { LEAST_PILOT, MOST_BLOCKS } from "../../analysis/stats/allocation.ts";
import { planBlocks } from "../../analysis/stats/plan-blocks.ts";
import { detectableShift } from "../../analysis/stats/power.ts";
import { median, sum } from "../../analysis/stats/statistics.ts";
import { readJson } from "../../orchestrator/files.ts";
import { comparisonFile, type RatioPair, runFile, type ScenarioComparison } from "../../shared/types.ts";
import { NS_PER_S } from "../../shared/units.ts";

/** As in `minimumDetectableEffect`. */
const [LEVEL, POWER] = [0.975, 0.9];
/** No ratio is known so well that more would be useless. */
const PRECISION = 1e-6;

const folder = process.argv[2];
if (folder === undefined) {
	console.error("Name the folder of a run: npm run accuracy:allocation -- results/<run>");
	process.exit(2);
}
const run = readJson(join(folder, "run.json"), runFile, "run file");
const { scenarios, sharpness } = readJson(join(folder, "comparison.json"), comparisonFile, "comparison");

/** A deciding ratio, on the log scale. */
interface Ratio {
	spread: number;
	floor: number;
}

const rows = scenarios.flatMap((scenario) => {
	const ratios = ratiosOf(scenario);
	const { blocks, seconds } = costOf(scenario.id);
	return ratios.length > 0 && blocks > 0
		? [{ id: scenario.id, ratios, blocks, blockSeconds: seconds / blocks }]
		: [];
});
const seconds = sum(rows.map(({ blocks, blockSeconds }) => blocks * blockSeconds));
const planned = planBlocks(
	rows.map(({ ratios, blockSeconds }) => ({
		done: 0,
		spread: Math.max(...ratios.map(({ spread }) => spread)),
		blockSeconds,
	})),
	{ seconds, precision: PRECISION, pilot: LEAST_PILOT, most: MOST_BLOCKS, spreadsAreKnown: true },
);
console.log(`${seconds.toFixed(0)} of the run's ${run.elapsedSeconds.toFixed(0)} s were spent in blocks.`);
print(
	"measured",
	rows.map(({ blocks }) => blocks),
);
print("perfect", planned);
for (const [index, { id, blocks, blockSeconds, ratios }] of rows.entries())
	console.log(
		`${id}: ${blocks} blocks (perfect: ${planned[index]}) of ${blockSeconds.toFixed(1)} s, spreads ` +
			ratios.map(({ spread }) => `${(100 * spread).toFixed(1)} %`).join(", "),
	);
if (sharpness)
	console.log(
		`The run says ${percent(sharpness.median)} in the median, ${percent(sharpness.largest)} at most.`,
	);

function ratiosOf({ rows: metrics, deciding_metric }: ScenarioComparison): Ratio[] {
	const deciding = metrics.find(({ metric }) => metric === deciding_metric);
	return (deciding?.standing?.pairs ?? []).flatMap((pair) => ratioOf(pair) ?? []);
}

/** Finds the spread of the blocks from the detectable difference that was made of it. */
function ratioOf({ blocks, floor, minimum_detectable_effect: effect }: RatioPair): Ratio | null {
	if (effect === null || blocks < 2) return null;
	const beyond = Math.log1p(effect) - Math.log1p(floor);
	return {
		floor: Math.log1p(floor),
		spread: (beyond * Math.sqrt(blocks)) / detectableShift(blocks - 1, LEVEL, POWER),
	};
}

function costOf(id: string): { blocks: number; seconds: number } {
	const processes = run.processes.filter(
		({ scenario, role, superseded }) => scenario === id && role !== "verify" && !superseded,
	);
	return {
		blocks: new Set(processes.map(({ block }) => block)).size,
		seconds: sum(processes.map(({ setupNs, turnsNs }) => ((setupNs ?? 0) + (turnsNs ?? 0)) / NS_PER_S)),
	};
}

function print(what: string, blocks: readonly number[]): void {
	const effects = rows.flatMap(({ ratios }, index) =>
		ratios.map(({ spread, floor }) => {
			const count = blocks[index] as number;
			if (count < 2) return Number.POSITIVE_INFINITY;
			return Math.expm1(floor + (detectableShift(count - 1, LEVEL, POWER) * spread) / Math.sqrt(count));
		}),
	);
	console.log(`${what}: ${percent(median(effects))} in the median, ${percent(Math.max(...effects))} at most`);
}

function percent(share: number): string {
	return `${(100 * share).toFixed(1)} %`;
}
