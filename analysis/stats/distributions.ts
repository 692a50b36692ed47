/**
 * Normal and Student distributions are exact to at least nine digits (twelve up to 1e4 degrees of freedom).
 * The gamma function is Lanczos's with Godfrey's coefficients (g = 7, n = 9). The incomplete beta function is
 * a continued fraction by Lentz's method (Press et al., Numerical Recipes, 3rd ed., 6.4). Quantiles come from
 * bisection of the distribution functions here.
 */

const LANCZOS = [
	0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
	12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

/**
 * Returns the natural logarithm of the gamma function.
 * @param x any real that is not 0 or a negative integer
 */
export function logGamma(x: number): number {
	if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
	const z = x - 1;
	let sum: number = LANCZOS[0];
	for (let index = 1; index < LANCZOS.length; index++) sum += (LANCZOS[index] as number) / (z + index);
	const t = z + 7.5;
	return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Returns P(Z <= z) of the standard normal distribution. */
export function normalCdf(z: number): number {
	return z > 0 ? 1 - upperNormal(z) : upperNormal(-z);
}

/**
 * Returns the z with P(Z <= z) = p.
 * @throws {RangeError} unless 0 < p < 1
 */
export function normalQuantile(p: number): number {
	requireProbability(p);
	return p > 0.5 ? -normalQuantile(1 - p) : bisect((z) => upperNormal(-z), p, -40, 0);
}

/**
 * Returns P(T <= t) of Student's distribution.
 * @param df degrees of freedom, any real above 0
 * @throws {RangeError} unless df > 0
 */
export function studentCdf(t: number, df: number): number {
	if (!(df > 0)) throw new RangeError(`degrees of freedom are above 0, not ${df}`);
	return t > 0 ? 1 - lowerStudent(-t, df) : lowerStudent(t, df);
}

/**
 * Returns the t with P(T <= t) = p.
 * @throws {RangeError} unless 0 < p < 1 and df > 0
 */
export function studentQuantile(p: number, df: number): number {
	requireProbability(p);
	if (!(df > 0)) throw new RangeError(`degrees of freedom are above 0, not ${df}`);
	if (p === 0.5) return 0;
	const key = `${p}/${df}`;
	const quantile = quantiles.get(key) ?? (p > 0.5 ? -lowerQuantile(1 - p, df) : lowerQuantile(p, df));
	if (Number.isInteger(df)) quantiles.set(key, quantile);
	return quantile;
}

/**
 * Returns P(F > f) of Fisher's distribution.
 * @param f at least 0
 * @param df1 degrees of freedom of the numerator, any real above 0
 * @param df2 those of the denominator, any real above 0
 */
export function fisherUpper(f: number, df1: number, df2: number): number {
	const whole = df1 * f + df2;
	return incompleteBeta(df2 / whole, (df1 * f) / whole, df2 / 2, df1 / 2);
}

/** Quantiles for whole degrees of freedom are kept: every interval asks for one of a few again. */
const quantiles = new Map<string, number>();

function lowerQuantile(p: number, df: number): number {
	let low = -1;
	while (lowerStudent(low, df) > p) low *= 2;
	return bisect((t) => lowerStudent(t, df), p, low, 0);
}

function requireProbability(p: number): void {
	if (!(p > 0 && p < 1)) throw new RangeError(`a probability lies between 0 and 1, not ${p}`);
}

/** Finds where the rising function takes the value, to the last bit that a double can hold. */
function bisect(of: (x: number) => number, value: number, from: number, to: number): number {
	let [low, high] = [from, to];
	for (let step = 0; step < 200; step++) {
		const middle = (low + high) / 2;
		if (middle === low || middle === high) break;
		if (of(middle) < value) low = middle;
		else high = middle;
	}
	return (low + high) / 2;
}

/**
 * Returns P(Z > z) for z >= 0, by a series near 0 (Abramowitz and Stegun 26.2.11) and by a continued fraction
 * beyond (26.2.14).
 */
function upperNormal(z: number): number {
	const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
	if (z < 3) {
		let [term, sum] = [z, z];
		for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && k < 200; k++) {
			term *= (z * z) / (2 * k + 1);
			sum += term;
		}
		return 0.5 - density * sum;
	}
	let fraction = z;
	for (let k = 200; k > 0; k--) fraction = z + k / fraction;
	return density / fraction;
}

/** Returns P(T <= t) for t <= 0. */
function lowerStudent(t: number, df: number): number {
	return incompleteBeta(df / (df + t * t), (t * t) / (df + t * t), df / 2, 0.5) / 2;
}

/**
 * Returns I_x(a, b), the regularized incomplete beta function. The caller passes y = 1 - x too, so that none
 * of its digits are lost.
 */
function incompleteBeta(x: number, y: number, a: number, b: number): number {
	if (x <= 0) return 0;
	if (y <= 0) return 1;
	const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * logOf(x, y) + b * logOf(y, x));
	return x < (a + 1) / (a + b + 2)
		? (front * betaFraction(x, a, b)) / a
		: 1 - (front * betaFraction(y, b, a)) / b;
}

/** Returns log x where `rest` = 1 - x is known better than x. */
function logOf(x: number, rest: number): number {
	return x > 0.5 ? Math.log1p(-rest) : Math.log(x);
}

function betaFraction(x: number, a: number, b: number): number {
	const tiny = 1e-300;
	const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);
	let c = 1;
	let d = 1 / away(1 - ((a + b) * x) / (a + 1));
	let result = d;
	for (let m = 1; m < 10_000; m++) {
		const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
		d = 1 / away(1 + even * d);
		c = away(1 + even / c);
		result *= d * c;
		const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
		d = 1 / away(1 + odd * d);
		c = away(1 + odd / c);
		result *= d * c;
		if (Math.abs(d * c - 1) < 1e-16) break;
	}
	return result;
}
