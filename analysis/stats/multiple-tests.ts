/**
 * Many tests at once: what each p is worth when a single false alarm among all of them counts, and how
 * certain each interval has to be for all of them to hold.
 */

/**
 * Returns the confidence that each of so many intervals needs, for all of them to hold together with the one
 * asked for (Bonferroni's inequality).
 */
export function confidenceOfEach(together: number, count: number): number {
	return 1 - (1 - together) / Math.max(1, count);
}

/**
 * Adjusts p values so that rejecting those below a level makes any false rejection at most as likely as that
 * level, whatever depends on what: Holm, "A Simple Sequentially Rejective Multiple Test Procedure"
 * (Scandinavian Journal of Statistics 6, 1979).
 * @returns the adjusted values in the order given
 */
export function adjustByHolm(pValues: readonly number[]): number[] {
	const order = pValues.map((p, index) => ({ p, index })).toSorted((a, b) => a.p - b.p);
	const adjusted = Array<number>(pValues.length).fill(1);
	let largest = 0;
	for (const [rank, { p, index }] of order.entries()) {
		largest = Math.max(largest, Math.min(1, p * (pValues.length - rank)));
		adjusted[index] = largest;
	}
	return adjusted;
}
