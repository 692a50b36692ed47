/**
 * Other ways to call one benchmark slower than another, as their authors published them, on iteration times.
 *
 * - Welch: the t test for unequal variances of two means, over all values. On the mean of each process it is
 *   hyperfine's scripts/welch_ttest.py.
 * - hyperfine itself has no test. It prints a ratio of means with a standard deviation
 *   (src/benchmark/relative_speed.rs), which is read as an interval here.
 * - One process: a percentile bootstrap of the difference of medians of a single process each.
 * - pyperf: Student's two-sample t test with pooled variance over all values of all processes (`is_significant`
 *   in pyperf/_utils.py, which `pyperf compare_to` uses). It ignores which process a value is from.
 * - criterion: for a single process each, a bootstrapped t test at 0.05, and a change of the mean whose interval
 *   clears a noise threshold of 1 % (src/analysis/compare.rs; `compare_to_threshold` in src/report.rs).
 */
import { studentCdf } from "../../analysis/stats/distributions.ts";
import { mean, quantileOfSorted, standardDeviation } from "../../analysis/stats/statistics.ts";
import type { Random } from "../../shared/random.ts";

export type Sample = readonly number[];
/** Iteration times, one list a process. */
export type Processes = readonly Sample[];
export type Rule = (a: Processes, b: Processes, random: Random) => "different" | "same";

const RESAMPLES = 200;

export const welch: Rule = (a, b) => {
	const [one, two] = [a.flat(), b.flat()];
	const [v, w] = [variance(one) / one.length, variance(two) / two.length];
	const freedom = (v + w) ** 2 / (v ** 2 / (one.length - 1) + w ** 2 / (two.length - 1));
	return verdict(2 * studentCdf(-Math.abs(mean(one) - mean(two)) / Math.sqrt(v + w), freedom) < 0.05);
};

export const pyperf: Rule = (a, b) => {
	const [one, two] = [a.flat(), b.flat()];
	const freedom = one.length + two.length - 2;
	const pooled = ((one.length - 1) * variance(one) + (two.length - 1) * variance(two)) / freedom;
	const score = (mean(one) - mean(two)) / Math.sqrt(pooled * (1 / one.length + 1 / two.length));
	return verdict(2 * studentCdf(-Math.abs(score), freedom) < 0.05);
};

/** hyperfine runs a command a process. The mean of a process is the command's time. */
export const hyperfineWelch: Rule = (a, b, random) => welch([a.map(mean)], [b.map(mean)], random);

export const hyperfine: Rule = (a, b) => {
	const [one, two] = [a.map(mean), b.map(mean)];
	const ratio = Math.max(mean(one) / mean(two), mean(two) / mean(one));
	const deviation =
		ratio * Math.hypot(Math.sqrt(variance(one)) / mean(one), Math.sqrt(variance(two)) / mean(two));
	return verdict(ratio - deviation > 1);
};

export const oneProcess: Rule = ([a = []], [b = []], random) => {
	const [one, two] = [a, b].map((sample) => Float64Array.from(sample).sort()) as [Float64Array, Float64Array];
	const differences = Float64Array.from(
		{ length: RESAMPLES },
		() => resampledMedian(one, random) - resampledMedian(two, random),
	).sort();
	return verdict(quantileOfSorted(differences, 0.025) > 0 || quantileOfSorted(differences, 0.975) < 0);
};

export const criterion: Rule = ([a = []], [b = []], random) => {
	const t = score(a, b);
	// The t scores of two samples drawn from both together: what chance alone would give.
	const both = [...a, ...b];
	const chance = Array.from({ length: RESAMPLES }, () => {
		const drawn = resample(both, random);
		return Math.abs(score(drawn.slice(0, a.length), drawn.slice(a.length)));
	});
	const p = chance.filter((value) => value >= Math.abs(t)).length / RESAMPLES;
	const changes = Float64Array.from(
		{ length: RESAMPLES },
		() => mean(resample(a, random)) / mean(resample(b, random)) - 1,
	).sort();
	const [low, high] = [quantileOfSorted(changes, 0.025), quantileOfSorted(changes, 0.975)];
	return verdict(p < 0.05 && (low > 0.01 || high < -0.01));
};

function score(a: Sample, b: Sample): number {
	return (mean(a) - mean(b)) / Math.sqrt(variance(a) / a.length + variance(b) / b.length);
}

function variance(sample: Sample): number {
	return (standardDeviation(sample) ?? 0) ** 2;
}

function resample(sample: Sample, random: Random): number[] {
	return Array.from(sample, () => sample[Math.floor(random.next() * sample.length)] as number);
}

/**
 * The median of a resample, without drawing the resample. Its rank is that of the median of as many uniform
 * numbers, whose Beta distribution is nearly normal for the thousand values and more that a process has here.
 */
function resampledMedian(sorted: Float64Array, random: Random): number {
	const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
	const rank = Math.floor(sorted.length * (0.5 + normal / (2 * Math.sqrt(sorted.length + 2))));
	return sorted[Math.min(sorted.length - 1, Math.max(0, rank))] as number;
}

/** Means of equal parts of a process. pyperf calls them values, criterion samples. */
export function inParts(process: Sample, parts: number): number[] {
	const edge = (index: number) => Math.floor((index * process.length) / parts);
	return Array.from({ length: parts }, (_, index) => mean(process.slice(edge(index), edge(index + 1))));
}

function verdict(different: boolean): "different" | "same" {
	return different ? "different" : "same";
}
