/**
 * These functions say how noisy a run was: floors, detectable differences, false alarms, disturbances,
 * steadiness.
 */
import type { CellNoise, ComparisonFile, ScenarioComparison } from "../../shared/types.ts";
import { decidingRow } from "./metrics.ts";
import { intervalText } from "./ratio.ts";
import { countedText, countText, percentText } from "./units.ts";

/** Returns `1.2%`; `none` where a target was not seen to differ from itself, `-` where nobody looked. */
export function floorText({ floor }: CellNoise): string {
	if (floor === null) return "-";
	return floor === 0 ? "none" : percentText(floor);
}

/** Returns one sentence on the cells that were measured against themselves, and one on the others. */
export function floorTexts(cells: readonly CellNoise[]): string[] {
	const measured = cells.flatMap(({ floor }) => floor ?? []);
	const rest = cells.length - measured.length;
	const texts: string[] = [];
	if (measured.length > 0)
		texts.push(
			`Noise floors: of ${countedText(measured.length, "cell")}, ${differingText(measured.filter((floor) => floor > 0))}.`,
		);
	if (rest > 0)
		texts.push(
			`No noise floor in ${countedText(rest, "cell")}: the interval alone decides (--aa measures it).`,
		);
	return texts;
}

function differingText(floors: readonly number[]): string {
	const [low, high] = [Math.min(...floors), Math.max(...floors)];
	if (floors.length === 0) return "none differs from itself beyond the noise";
	if (floors.length === 1) return `1 differs from itself beyond the noise, by ${percentText(low)}`;
	const range = intervalText({ low, high }, percentText);
	return `${floors.length} differ from themselves beyond the noise, by ${range}`;
}

/**
 * Returns the smallest difference in the deciding metric that a pair of the target would have found in 9 of
 * 10 runs. A target that competes with no other one has only the pair with itself. Null where there is no
 * such pair.
 */
export function detectableDifference(
	{ rows, deciding_metric, noise }: Pick<ScenarioComparison, "rows" | "deciding_metric" | "noise">,
	target: string,
): number | null {
	const pairs = decidingRow({ rows, deciding_metric })?.standing?.pairs ?? [];
	const others = pairs.filter(({ a, b }) => a === target || b === target);
	const aa = noise[target]?.aa;
	const own = others.length > 0 || !aa ? others : [aa];
	const found = own.flatMap(({ minimum_detectable_effect }) => minimum_detectable_effect ?? []);
	return found.length === 0 ? null : Math.min(...found);
}

/** Returns `False alarms: of 26 cells compared with themselves, …`. Null without A/A. */
export function falseAlarmText({ false_alarms }: Pick<ComparisonFile, "false_alarms">): string | null {
	if (!false_alarms) return null;
	const { comparisons, outside_interval, verdicts } = false_alarms;
	const cells = `of ${countedText(comparisons, "cell")} compared with themselves`;
	const outside = `${outside_interval} ${outside_interval === 1 ? "has" : "have"} an interval that excludes 1`;
	const different = `${verdicts} ${verdicts === 1 ? "is" : "are"} called different`;
	return `False alarms: ${cells}, ${outside} and ${different}.`;
}

/**
 * Returns how sharp the run is: `Smallest detectable difference of 69 deciding ratios: …`. Null without
 * ratios.
 */
export function sharpnessText({ sharpness }: Pick<ComparisonFile, "sharpness">): string | null {
	if (!sharpness) return null;
	const { ratios, median, largest, scenario } = sharpness;
	const what = `Smallest detectable difference of ${countedText(ratios, "deciding ratio")}`;
	return ratios === 1
		? `${what}: ${percentText(median)}.`
		: `${what}: ${percentText(median)} in the median, ${percentText(largest)} at most (${scenario}).`;
}

/** Returns one sentence on the disturbed processes of a run, and one on the steady ones. */
export function processTexts({ scenarios }: Pick<ComparisonFile, "scenarios">): string[] {
	const cells = scenarios.flatMap((scenario) => Object.values(scenario.cells));
	const total = (value: (cell: (typeof cells)[number]) => number) =>
		cells.reduce((sum, cell) => sum + value(cell), 0);
	const repeated = countedText(
		total((cell) => cell.repeated),
		"process",
		"processes",
	);
	const counted = countText(total((cell) => cell.disturbed));
	const judged = total(({ steadiness }) => Object.values(steadiness).reduce((sum, count) => sum + count, 0));
	const flat = countText(total(({ steadiness }) => steadiness.flat ?? 0));
	const longEnough = `${countedText(judged, "process", "processes")} that ran long enough to judge`;
	return [
		`Disturbed by other programs: ${repeated} repeated, ${counted} counted nevertheless.`,
		...(judged > 0 ? [`Steady state: ${flat} of ${longEnough} are flat.`] : []),
	];
}
