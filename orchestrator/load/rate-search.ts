/**
 * Searches the highest load that is held, by trying loads: first steps by a factor until one is held and
 * one is not, then the geometric middle of the two until they are close. It judges nothing.
 */

/** Held and not held are so close in the end. */
export const RESOLUTION = 1.05;
/** A longer step would jump over what is looked for, and leave more to halve. */
const MOST_STEP = 2;
/** A search that has tried so often says what it has found. */
const MOST_STEPS = 12;

export interface SearchOptions {
	/** The first guess. */
	first: number;
	/** The first steps are by this factor. They double (on the log scale) while they find no end. */
	step: number;
	/** Nothing below this is tried. */
	least: number;
	/** Loads are whole numbers. */
	whole: boolean;
}

export class RateSearch {
	/** The highest load that was held; null: none. */
	held: number | null = null;
	/** The lowest that was not; null: none. */
	failed: number | null = null;
	readonly #options: SearchOptions;
	#step: number;
	#steps = 0;

	constructor(options: SearchOptions) {
		this.#options = options;
		this.#step = options.step;
	}

	/** @returns the load to try next; null: the search is over */
	next(): number | null {
		const { first, least, whole } = this.#options;
		if (this.#steps >= MOST_STEPS) return null;
		if (this.held === null && this.failed === null) return this.#round(Math.max(least, first));
		if (this.failed === null) return this.#round((this.held ?? first) * this.#step);
		if (this.held === null)
			return this.failed <= least ? null : this.#round(Math.max(least, this.failed / this.#step));
		if (this.failed / this.held <= RESOLUTION || (whole && this.failed - this.held <= 1)) return null;
		const middle = this.#round(Math.sqrt(this.held * this.failed));
		return middle > this.held && middle < this.failed ? middle : null;
	}

	note(load: number, isHeld: boolean): void {
		this.#steps++;
		if (this.held !== null || this.failed !== null) {
			const bracketed = this.held !== null && this.failed !== null;
			if (!bracketed) this.#step = Math.min(MOST_STEP, this.#step ** 2);
		}
		// A load that is held above one that was not: the lower one failed by chance.
		if (isHeld) {
			this.held = Math.max(this.held ?? 0, load);
			if (this.failed !== null && this.failed <= this.held) this.failed = null;
		} else this.failed = Math.min(this.failed ?? Number.POSITIVE_INFINITY, load);
	}

	#round(load: number): number {
		return this.#options.whole ? Math.max(1, Math.round(load)) : Number(load.toPrecision(4));
	}
}
