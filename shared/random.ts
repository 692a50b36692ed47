/**
 * A seeded generator makes the order of a run repeatable. It is mulberry32 (T. Ettinger, public domain),
 * whose 32 bits of state are enough for shuffling.
 */
export class Random {
	#state: number;

	constructor(seed: number) {
		this.#state = seed >>> 0;
	}

	/**
	 * Returns the generator of one place in a run (FNV-1a of it, 32 bits). So a resumed run draws what an
	 * uninterrupted one would.
	 */
	static of(...place: readonly (string | number)[]): Random {
		let hash = 0x811c9dc5;
		for (const character of place.join("/"))
			hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
		return new Random(hash);
	}

	/** Returns a number that is uniform in [0, 1). */
	next(): number {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	}

	/** Returns a shuffled copy (Fisher and Yates). */
	shuffle<T>(items: readonly T[]): T[] {
		const shuffled = [...items];
		for (let last = shuffled.length - 1; last > 0; last--) {
			const other = Math.floor(this.next() * (last + 1));
			[shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
		}
		return shuffled;
	}
}
