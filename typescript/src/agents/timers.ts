/** Sees which timers fire, and for whom they were set. Timers of `node:timers` are not seen. */
import { now } from "../clocks.ts";

type Callback = (...args: unknown[]) => unknown;
type SetTimer = (callback: Callback, ...rest: unknown[]) => unknown;

const NAMES = ["setTimeout", "setInterval"] as const;

/**
 * @param whose is asked when a timer is set
 * @param fired gets the milliseconds from the callback's call to its return
 * @returns what takes it back
 */
export function watchTimers<Whose>(whose: () => Whose, fired: (who: Whose, ms: number) => void): () => void {
	const timers = globalThis as unknown as Record<string, SetTimer>;
	const originals = NAMES.map((name) => [name, timers[name] as SetTimer] as const);
	for (const [name, original] of originals) {
		const watched: SetTimer = (callback, ...rest) => {
			if (typeof callback !== "function") return original(callback, ...rest);
			const who = whose();
			return original(
				(...args: unknown[]) => {
					const started = now();
					try {
						return callback(...args);
					} finally {
						fired(who, now() - started);
					}
				},
				...rest,
			);
		};
		timers[name] = Object.assign(watched, original);
	}
	return () => {
		for (const [name, original] of originals) timers[name] = original;
	};
}
