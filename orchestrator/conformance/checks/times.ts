/**
 * The times: real ones, of a clock that is fine enough, that fit into one another and into what was seen from
 * outside.
 */
import { availableParallelism } from "node:os";
import { median } from "../../../analysis/stats/statistics.ts";
import type { CellMeasurement, IterationRecord, Scenario } from "../../../shared/types.ts";
import { type Check, failed, passed, unless } from "../check.ts";
import { cellOf, ms, read, shapeFault, sum } from "../measurement-file.ts";
import type { SessionRecord } from "../session.ts";
import type { Lab, Trial } from "../sessions.ts";

const MICROSECOND = 1000;
/** One in a thousand is a multiple by chance. */
const ROUNDED_SHARE = 0.5;
/** Clocks of two processes may run apart by this share. */
const CLOCK_SHARE = 1.01;
/** Process time comes in ticks on some systems. */
const CPU_SLACK_NS = 20e6;
/** Of a tight loop's wall time, at the least in the messages: it holds nothing else. */
const LOOP_SHARE = 0.5;
const DELAY_MS = 40;
/** A timer may fire this much early. */
const EARLY_NS = 1e6;

export const TIMES: Check[] = [
	{
		name: "resolution",
		about: "times are not rounded: most are no whole microseconds",
		needs: ["records"],
		async run(lab) {
			const times = (await lab.trials())
				.flatMap(({ measuring }) => durations(measuring.cell))
				.filter((ns) => ns > 0);
			const rounded = times.filter((ns) => ns % MICROSECOND === 0).length;
			const seen = `${rounded} of ${times.length} times are whole microseconds`;
			return rounded > ROUNDED_SHARE * times.length
				? failed(`${seen}: they were rounded, or the clock is too coarse`)
				: passed(seen);
		},
	},
	{
		name: "variation",
		about: "times vary from message to message",
		needs: ["records"],
		async run(lab) {
			for (const { scenario, measuring } of await lab.trials()) {
				const times = measuring.cell.iterations.flatMap(
					scenario.database ? ({ wallNs }) => [wallNs] : ({ messageNs }) => messageNs,
				);
				const distinct = new Set(times).size;
				if (distinct * 2 < times.length)
					return failed(`${scenario.id}: ${times.length} times have ${distinct} different values`);
			}
			return passed("no constant");
		},
	},
	{
		name: "spans",
		about: "messages fit into their iteration, iterations into what was seen from outside",
		needs: ["records"],
		async run(lab) {
			for (const trial of await lab.trials()) {
				const fault = trialFault(trial);
				if (fault !== null) return failed(`${trial.scenario.id}: ${fault}`);
			}
			return passed("inside what was seen from outside");
		},
	},
	{
		name: "steps-timed",
		about: "a message sent by a command of its own takes no longer than the command",
		needs: ["records", "steps"],
		async run(lab) {
			return unless(await stepFault(lab), "every message within its command");
		},
	},
	{
		name: "model-delay",
		about: `with --model-delay-ms ${DELAY_MS} a message waits that long for each model call`,
		needs: ["verified", "variation"],
		run: delayed,
	},
];

function trialFault({ scenario, measuring: { cell, session } }: Trial): string | null {
	const { cold, iterations } = cell;
	const coldNs = cold ? cold.constructNs + cold.initializeNs + cold.seedNs + (cold.firstMessageNs ?? 0) : 0;
	const coldSeen = seenOf(session, "cold")[0] ?? 0;
	if (coldNs > coldSeen * CLOCK_SHARE)
		return `its cold start says ${ms(coldNs)}, the command took ${ms(coldSeen)}`;
	const seen = seenOf(session, "iterate");
	for (const [place, iteration] of iterations.entries()) {
		const fault = insideFault(scenario, iteration) ?? outsideFault(iteration, seen[place] ?? 0);
		if (fault !== null) return `${iteration.phase} iteration ${iteration.index}: ${fault}`;
	}
	return (
		loopFault(scenario, iterations) ??
		(iterations.some(({ cpuNs }) => cpuNs > 0) ? null : "no iteration has any processor time")
	);
}

function insideFault({ config }: Scenario, { messageNs, wallNs }: IterationRecord): string | null {
	const [total, longest] = [sum(messageNs), Math.max(0, ...messageNs)];
	if (longest > wallNs) return `a message of ${ms(longest)} in a wall time of ${ms(wallNs)}`;
	return config.delivery !== "concurrent" && total > wallNs
		? `its messages add up to ${ms(total)} in a wall time of ${ms(wallNs)}`
		: null;
}

/**
 * The wall time holds the messages and little else. Its best iteration tells: in any other somebody else may
 * have had the processor.
 */
function loopFault({ config, database }: Scenario, iterations: readonly IterationRecord[]): string | null {
	if (database || config.delivery === "conversation") return null;
	const concurrent = config.delivery === "concurrent";
	const shares = iterations.map(
		({ messageNs, wallNs }) => (concurrent ? Math.max(0, ...messageNs) : sum(messageNs)) / wallNs,
	);
	const best = Math.max(...shares);
	const what = concurrent ? "the longest of its messages takes" : "its messages take";
	return best < LOOP_SHARE
		? `${what} at most ${Math.round(best * 100)} % of the wall time: the rest is something else`
		: null;
}

function outsideFault(
	{ constructNs, initializeNs, seedNs, wallNs, teardownNs, cpuNs }: IterationRecord,
	seenNs: number,
): string | null {
	const whole = constructNs + initializeNs + seedNs + wallNs + teardownNs;
	if (whole > seenNs * CLOCK_SHARE) return `its parts add up to ${ms(whole)}, the command took ${ms(seenNs)}`;
	const most = wallNs * availableParallelism() * CLOCK_SHARE + CPU_SLACK_NS;
	return cpuNs > most
		? `cpuNs is ${ms(cpuNs)} in a wall time of ${ms(wallNs)}: more than all processors have`
		: null;
}

async function stepFault(lab: Lab): Promise<string | null> {
	const session = await lab.stepping();
	const [iteration, another] = cellOf(read(session.file)).iterations;
	if (!iteration || another) return "begin, message, ..., end left other than one iteration";
	const seen = seenOf(session, "message");
	if (iteration.messageNs.length !== seen.length)
		return `${seen.length} messages were sent, ${iteration.messageNs.length} have a time`;
	const late = iteration.messageNs.findIndex((ns, index) => ns > (seen[index] ?? 0) * CLOCK_SHARE);
	return late < 0
		? null
		: `message ${late} says ${ms(iteration.messageNs[late] ?? 0)}, its command took ${ms(seen[late] ?? 0)}`;
}

async function delayed(lab: Lab) {
	const scenario = lab.simplest;
	const script = [
		{ cmd: "cold" },
		{ cmd: "iterate", phase: "plain" },
		{ cmd: "iterate", phase: "plain" },
	] as const;
	const session = await lab.session("model-delay", { scenario, script, modelDelayMs: DELAY_MS });
	if (session.problem !== null) return failed(session.problem);
	const shape = shapeFault(session.file);
	if (shape !== null) return failed(shape);
	const file = read(session.file);
	const cell = cellOf(file);
	if (file.modelDelayMs !== DELAY_MS) return failed(`the file says a model delay of ${file.modelDelayMs} ms`);
	const undelayed = (await lab.pair(scenario)).measuring.cell.iterations.flatMap(
		({ messageNs }) => messageNs,
	);
	const waits = cell.iterations.map(({ messageNs, modelCalls, wallNs, cpuNs }) => {
		const waited = sum(Object.values(modelCalls)) * DELAY_MS * 1e6;
		return { total: sum(messageNs), waited, awaited: cpuNs <= wallNs - waited / 2 };
	});
	const hasty = waits.find(({ total, waited }) => total < waited - EARLY_NS);
	if (hasty) return failed(`a message with the delay took ${ms(hasty.total)}: its model does not wait`);
	const least = Math.min(...undelayed);
	if (waits.every(({ total, waited }) => total - least < waited / 2))
		return failed(`a message takes ${ms(least)} without the delay too`);
	if (!waits.some(({ awaited }) => awaited))
		return failed("it computes while its model waits: a delay has to be awaited, not spun");
	return passed(`${ms(median(undelayed))} without, ${ms(median(waits.map(({ total }) => total)))} with`);
}

function durations({ cold, iterations }: CellMeasurement): number[] {
	return [
		...(cold ? [cold.constructNs, cold.initializeNs, cold.seedNs] : []),
		...iterations.flatMap((one) => [
			one.constructNs,
			one.initializeNs,
			one.seedNs,
			one.wallNs,
			one.teardownNs,
			...one.messageNs,
		]),
		...iterations.flatMap(({ operations }) => operations.map(({ totalNs }) => totalNs)),
	];
}

function seenOf({ exchanges }: SessionRecord, command: string): number[] {
	return exchanges.flatMap((exchange) => (exchange.command.cmd === command ? [exchange.seenNs] : []));
}
