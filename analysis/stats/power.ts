/**
 * What a t test would find: the noncentral t distribution (Cohen, Statistical Power Analysis, 1988, ch. 2).
 */
import { logGamma, normalCdf, studentQuantile } from "./distributions.ts";

const known = new Map<string, number>();

/**
 * Returns how many standard errors a mean must lie above 0 for a one-sided t test to find it.
 * @param level of the test's quantile: 0.975 is that of a two-sided 95 % interval
 * @param power the probability of finding it
 */
export function detectableShift(df: number, level: number, power: number): number {
	const key = `${df}/${level}/${power}`;
	const found = known.get(key) ?? solveShift(df, studentQuantile(level, df), power);
	known.set(key, found);
	return found;
}

function solveShift(df: number, critical: number, power: number): number {
	let [low, high] = [0, 20 * Math.max(1, critical)];
	for (let step = 0; step < 60; step++) {
		const middle = (low + high) / 2;
		if (powerAt(middle, critical, df) < power) low = middle;
		else high = middle;
	}
	return (low + high) / 2;
}

/**
 * Returns P(Z + shift > critical W), where W is the sample's standard deviation over the true one, by
 * Simpson's rule over the density of W.
 */
function powerAt(shift: number, critical: number, df: number): number {
	const constant = Math.log(2) + (df / 2) * Math.log(df / 2) - logGamma(df / 2);
	const density = (w: number) =>
		w === 0 && df > 1 ? 0 : Math.exp(constant + (df === 1 ? 0 : (df - 1) * Math.log(w)) - (df * w * w) / 2);
	const [steps, most] = [2000, 1 + 8 / Math.sqrt(2 * df)];
	const width = most / steps;
	let sum = 0;
	for (let step = 0; step <= steps; step++) {
		const w = step * width;
		const weight = step === 0 || step === steps ? 1 : step % 2 === 1 ? 4 : 2;
		sum += weight * normalCdf(shift - critical * w) * density(w);
	}
	return (sum * width) / 3;
}
