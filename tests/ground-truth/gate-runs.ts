/** What gates of two builds that differ in a comment said, run by run: each failure is a false alarm. */
import { regressionText } from "../../report/text/change.ts";
import type { ChangeFile, RuntimeName } from "../../shared/types.ts";

export interface GateRun {
	runtime: RuntimeName;
	/** Figures that the gate judged. */
	judged: number;
	/** What it called a regression, in words. */
	alarms: string[];
	/** What it would have found four times in five, as a share: in the median figure and in the noisiest. */
	detectable: { median: number; largest: number } | null;
	seconds: number;
}

/** @throws {RangeError} for a change without a gate */
export function gateRun(runtime: RuntimeName, { gate, pairs }: ChangeFile, seconds: number): GateRun {
	if (gate === null) throw new RangeError("the change has no gate");
	const { judged, regressions, detectable } = gate;
	return {
		runtime,
		judged,
		alarms: regressions.map((one) => regressionText(one, pairs)),
		detectable,
		seconds,
	};
}

/** One line of a run: `python 3: no alarm in 69 figures, finds 4.1% (noisiest 23%), 120 s`. */
export function gateRunText(
	{ runtime, judged, alarms, detectable, seconds }: GateRun,
	index: number,
): string {
	const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
	const found = detectable
		? `, finds ${percent(detectable.median)} (noisiest ${percent(detectable.largest)})`
		: "";
	const said = alarms.length === 0 ? "no alarm" : `ALARM: ${alarms.join("; ")}`;
	return `${runtime} ${index + 1}: ${said}, in ${judged} figures${found}, ${seconds.toFixed(0)} s`;
}

/** Says how often the gates failed, with the 95 % interval of the true rate. */
export function gateSummary(runs: readonly GateRun[]): string {
	const failed = runs.filter(({ alarms }) => alarms.length > 0).length;
	const { low, high } = rateInterval(failed, runs.length);
	const range = `${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)} %`;
	return `${failed} of ${runs.length} gates failed; true rate with 95 % confidence: ${range}`;
}

/** The exact interval of a rate: Clopper and Pearson (Biometrika 26, 1934). */
export function rateInterval(hits: number, runs: number, confidence = 0.95): { low: number; high: number } {
	const tail = (1 - confidence) / 2;
	const atMost = (count: number, rate: number) => {
		let [term, sum] = [(1 - rate) ** runs, 0];
		for (let k = 0; k <= count; k++) {
			sum += term;
			term *= ((runs - k) / (k + 1)) * (rate / (1 - rate));
		}
		return sum;
	};
	/** Finds where a falling function of the rate passes the level. */
	const solve = (falling: (rate: number) => number, level: number) => {
		let [low, high] = [0, 1];
		for (let step = 0; step < 60; step++) {
			const middle = (low + high) / 2;
			if (falling(middle) > level) low = middle;
			else high = middle;
		}
		return low;
	};
	return {
		low: hits === 0 ? 0 : solve((rate) => atMost(hits - 1, rate), 1 - tail),
		high: hits === runs ? 1 : solve((rate) => atMost(hits, rate), tail),
	};
}
