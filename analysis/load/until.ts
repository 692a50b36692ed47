/** For how many messages is a load held, where a message costs more, the more are stored? */
import { type LoadPhase, type LoadSettings, OUTCOMES } from "../../shared/types.ts";
import { MS_PER_S, NS_PER_S } from "../../shared/units.ts";
import { sharesOf, TAIL } from "./phase.ts";

/** A window has the messages of a second, or so many. */
const LEAST_WINDOW = 100;
const WINDOW_NS = NS_PER_S;
/** So many windows tell that a load is no longer held; in a short phase all that there are. */
const LEAST_WINDOWS = 3;

export interface Until {
	/** So many messages were held. */
	messages: number;
	/** False: it was held to the end of the phase, which says only that it is at least so many. */
	ended: boolean;
}

const FAULTS: readonly string[] = [OUTCOMES.wrong, OUTCOMES.lost, OUTCOMES.raised, OUTCOMES.late];

/**
 * Lists the loads of which it is asked for how many messages they are held: the rates, or in a closed loop
 * as many conversations as would make those rates.
 */
export function untilLoads(settings: LoadSettings): number[] {
	const { rates, conversations } = settings;
	if (conversations === null) return rates;
	return [...new Set(rates.map((rate) => conversationsAt(rate, settings)))];
}

/**
 * Returns how many conversations make a rate, where every message waits for the model only.
 * @param perSecond messages a second
 */
export function conversationsAt(
	perSecond: number,
	{ thinkMs, modelDelayMs }: Pick<LoadSettings, "thinkMs" | "modelDelayMs">,
): number {
	return Math.max(1, Math.round((perSecond * (thinkMs + modelDelayMs)) / MS_PER_S));
}

/**
 * A load is no longer held from the first window on after which more than half of all windows have more than
 * 1 % of their messages beyond the limit, or a fault. What passes again is a collection, or a neighbour. The
 * answer is the first such message there.
 * @returns null where nothing is known
 */
export function messagesUntil(phase: LoadPhase, limitNs: number): Until | null {
	const { messages, plan, ended, sendingNs } = phase;
	if (plan.kind === "serial" || messages.intendedNs.length === 0) return null;
	// A closed loop slows down with the runtime: its rate is what it came to.
	const perSecond =
		plan.kind === "open" ? plan.perSecond : (messages.intendedNs.length * NS_PER_S) / sendingNs;
	const size = Math.max(LEAST_WINDOW, Math.ceil((perSecond * WINDOW_NS) / NS_PER_S));
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
	const windows = Array.from({ length: Math.ceil(known / size) }, (_, window) => isFailing(window * size));
	for (const [window, fails] of windows.entries()) {
		const rest = windows.slice(window);
		if (!fails || 2 * rest.filter(Boolean).length <= rest.length) continue;
		// Too few windows follow to say whether it passes again, unless sending was ended because of them.
		const isKnown = rest.length >= Math.min(LEAST_WINDOWS, windows.length) || ended === "given-up";
		return { messages: bad.indexOf(true, window * size), ended: isKnown };
	}
	return { messages: known, ended: false };
}
