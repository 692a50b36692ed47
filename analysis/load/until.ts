/** For how many messages is a rate held, where a message costs more, the more are stored? */
import { type LoadPhase, OUTCOMES } from "../../shared/types.ts";
import { NS_PER_S } from "../../shared/units.ts";
import { sharesOf, TAIL } from "./phase.ts";

/** A window has the messages of a second, or so many. */
const LEAST_WINDOW = 100;
const WINDOW_NS = NS_PER_S;

export interface Until {
	/** So many messages were held. */
	messages: number;
	/** False: it was held to the end of the phase, which says only that it is at least so many. */
	ended: boolean;
}

const FAULTS: readonly string[] = [OUTCOMES.wrong, OUTCOMES.lost, OUTCOMES.raised, OUTCOMES.late];

/**
 * A rate is no longer held where two windows in a row have more than 1 % of their messages beyond the
 * limit, or a fault: one alone is a collection, or a neighbour. The answer is the first such message of the
 * two.
 * @returns null where nothing is known
 */
export function messagesUntil(phase: LoadPhase, limitNs: number): Until | null {
	const { messages, plan, ended } = phase;
	if (plan.kind !== "open" || messages.intendedNs.length === 0) return null;
	const size = Math.max(LEAST_WINDOW, Math.ceil((plan.perSecond * WINDOW_NS) / NS_PER_S));
	const letters = messages.outcomes;
	const known = letters.includes(OUTCOMES.unknown) ? letters.indexOf(OUTCOMES.unknown) : letters.length;
	const bad = sharesOf(messages).map(
		(share, index) => share > limitNs || FAULTS.includes(letters[index] ?? ""),
	);
	const isFailing = (from: number) => {
		const window = bad.slice(from, Math.min(known, from + size));
		const found = window.filter((isBad) => isBad).length;
		return window.length > 0 && found > (1 - TAIL) * window.length;
	};
	for (let from = 0; from < known; from += size) {
		const next = from + size;
		// The last window has none behind it. Sending was ended there because messages were late.
		const isLast = next >= known;
		if (isFailing(from) && (isLast ? ended === "given-up" : isFailing(next)))
			return { messages: bad.indexOf(true, from), ended: true };
	}
	return { messages: known, ended: false };
}
