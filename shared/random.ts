/**
 * A seeded generator, so that a run's order can be repeated: mulberry32 (T. Ettinger, public domain), 32 bits
 * of state, enough for shuffling.
 */
export class Random {
	#state: number;

	constructor(seed: number) {
		this.#state = seed >>> 0;
	}

	/**
	 * A stream of its own for every place in a run, so that a resumed run draws what an uninterrupted one
	 * would (FNV-1a, 32 bits).
	 */
	static of(...place: readonly (string | number)[]): Random {
		let hash = 0x811c9dc5;
		for (const character of place.join("/"))
			hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
		return new Random(hash);
	}

	/** Uniform in [0, 1). */
	next(): number {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	}

	/** A shuffled copy (Fisher and Yates). */
	shuffle<T>(items: readonly T[]): T[] {
		const shuffled = [...items];
		for (let last = shuffled.length - 1; last > 0; last--) {
			const other = Math.floor(this.next() * (last + 1));
			[shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
		}
		return shuffled;
	}
}
