/**
 * Checks the times: they are measured by a clock that is fine enough, they fit into one another, and into
 * what was seen from outside.
 */

import { availableParallelism } from "node:os";
import { median, sum } from "../../../analysis/stats/statistics.ts";
import {
	type CellMeasurement,
	type IterationRecord,
	type Scenario,
	sendsMessages,
} from "../../../shared/types.ts";
import { NS_PER_MS, NS_PER_US } from "../../../shared/units.ts";
import { messagesPerIteration } from "../../run/profiles.ts";
import { type Check, fail, pass, unless } from "../check.ts";
import { cellOf, msText, parseMeasurement, shapeFault } from "../measurement-file.ts";
import type { SessionRecord } from "../session.ts";
import type { Sessions, Trial } from "../sessions.ts";

/** One in a thousand is a multiple of a microsecond by chance. */
const ROUNDED_SHARE = 0.5;
/** The clocks of two processes may differ by this share. */
const CLOCK_SHARE = 1.01;
/** On some systems processor time comes in ticks. */
const CPU_SLACK_NS = 20 * NS_PER_MS;
/** The least share of a tight loop's wall time that its messages take: the loop holds nothing else. */
const LOOP_SHARE = 0.5;
const DELAY_MS = 40;
/** A timer may fire so much early. */
const EARLY_NS = NS_PER_MS;

export const TIMES: Check[] = [
	{
		name: "resolution",
		about: "times are not rounded: most are no whole microseconds",
		needs: ["records"],
		async run(sessions) {
			const times = (await sessions.listTrials())
				.flatMap(({ measuring }) => durations(measuring.cell))
				.filter((ns) => ns > 0);
			const rounded = times.filter((ns) => ns % NS_PER_US === 0).length;
			const seen = `${rounded} of ${times.length} times are whole microseconds`;
			return rounded > ROUNDED_SHARE * times.length
				? fail(`${seen}: they were rounded, or the clock is too coarse`)
				: pass(seen);
		},
	},
	{
		name: "variation",
		about: "times vary from message to message",
		needs: ["records"],
		async run(sessions) {
			for (const { scenario, measuring } of await sessions.listTrials()) {
				const times = measuring.cell.iterations.flatMap(
					sendsMessages(scenario) ? ({ messageNs }) => messageNs : ({ wallNs }) => [wallNs],
				);
				const distinct = new Set(times).size;
				if (distinct * 2 < times.length)
					return fail(`${scenario.id}: ${times.length} times have ${distinct} different values`);
			}
			return pass("no constant");
		},
	},
	{
		name: "spans",
		about: "messages fit into their iteration, iterations into what was seen from outside",
		needs: ["records"],
		async run(sessions) {
			for (const trial of await sessions.listTrials()) {
				const fault = trialFault(trial);
				if (fault !== null) return fail(`${trial.scenario.id}: ${fault}`);
			}
			return pass("inside what was seen from outside");
		},
	},
	{
		name: "steps-timed",
		about: "a message sent by a command of its own takes no longer than the command",
		needs: ["records", "steps"],
		async run(sessions) {
			return unless(await stepFault(sessions), "every message within its command");
		},
	},
	{
		name: "model-delay",
		about: `with --model-delay-ms ${DELAY_MS} a message waits that long for each model call`,
		needs: ["verified", "variation"],
		run: checkDelay,
	},
];

function trialFault({ scenario, measuring: { cell, session } }: Trial): string | null {
	const { cold, iterations } = cell;
	const coldNs = cold ? cold.constructNs + cold.initializeNs + cold.seedNs + (cold.firstMessageNs ?? 0) : 0;
	const coldSeen = seenOf(session, "cold")[0] ?? 0;
	if (coldNs > coldSeen * CLOCK_SHARE)
		return `its cold start says ${msText(coldNs)}, the command took ${msText(coldSeen)}`;
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
	if (longest > wallNs) return `a message of ${msText(longest)} in a wall time of ${msText(wallNs)}`;
	return config.delivery !== "concurrent" && total > wallNs
		? `its messages add up to ${msText(total)} in a wall time of ${msText(wallNs)}`
		: null;
}

/**
 * The wall time holds the messages and little else. The best iteration decides, because another process may
 * have had the processor in any other.
 */
function loopFault(scenario: Scenario, iterations: readonly IterationRecord[]): string | null {
	const { delivery } = scenario.config;
	if (!sendsMessages(scenario) || delivery === "conversation") return null;
	const concurrent = delivery === "concurrent";
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
	if (whole > seenNs * CLOCK_SHARE)
		return `its parts add up to ${msText(whole)}, the command took ${msText(seenNs)}`;
	const most = wallNs * availableParallelism() * CLOCK_SHARE + CPU_SLACK_NS;
	return cpuNs > most
		? `cpuNs is ${msText(cpuNs)} in a wall time of ${msText(wallNs)}: more than all processors have`
		: null;
}

async function stepFault(sessions: Sessions): Promise<string | null> {
	const session = await sessions.holdStepping();
	const [empty, warmup, iteration, another] = cellOf(parseMeasurement(session.file)).iterations;
	if (!empty || !warmup || !iteration || another)
		return "begin, message, ..., end, two warm-ups and once more, left other than three iterations";
	for (const { messageNs, callSequence = [], streams = messageNs } of [empty, warmup]) {
		const asked = sum(callSequence.map(({ messages }) => messages));
		if (asked !== messageNs.length || streams.length !== messageNs.length)
			return `a warm-up of ${messageNs.length} messages has model calls of ${asked}, chunks of ${streams.length}`;
	}
	if (empty.messageNs.length > 0) return "a warm-up in which no message was sent has times of some";
	const seen = seenOf(session, "message");
	const times = [...warmup.messageNs, ...iteration.messageNs];
	const whole = messagesPerIteration(sessions.stepwise);
	if (iteration.messageNs.length !== whole || times.length !== seen.length) {
		const timed = `${warmup.messageNs.length} and ${iteration.messageNs.length}`;
		return `${seen.length - whole} messages and ${whole} were sent, ${timed} have a time`;
	}
	const late = times.findIndex((ns, index) => ns > (seen[index] ?? 0) * CLOCK_SHARE);
	if (late < 0) return null;
	const [said, took] = [msText(times[late] ?? 0), msText(seen[late] ?? 0)];
	return `message ${late} says ${said}, its command took ${took}`;
}

async function checkDelay(sessions: Sessions) {
	const scenario = sessions.simplest;
	const script = [
		{ cmd: "cold" },
		{ cmd: "iterate", phase: "plain" },
		{ cmd: "iterate", phase: "plain" },
	] as const;
	const session = await sessions.hold("model-delay", { scenario, script, modelDelayMs: DELAY_MS });
	if (session.problem !== null) return fail(session.problem);
	const shape = shapeFault(session.file);
	if (shape !== null) return fail(shape);
	const file = parseMeasurement(session.file);
	const cell = cellOf(file);
	if (file.modelDelayMs !== DELAY_MS) return fail(`the file says a model delay of ${file.modelDelayMs} ms`);
	const undelayed = (await sessions.holdPair(scenario)).measuring.cell.iterations.flatMap(
		({ messageNs }) => messageNs,
	);
	const waits = cell.iterations.map(({ messageNs, modelCalls, wallNs, cpuNs }) => {
		const waited = sum(Object.values(modelCalls)) * DELAY_MS * NS_PER_MS;
		return { total: sum(messageNs), waited, awaited: cpuNs <= wallNs - waited / 2 };
	});
	const hasty = waits.find(({ total, waited }) => total < waited - EARLY_NS);
	if (hasty) return fail(`a message with the delay took ${msText(hasty.total)}: its model does not wait`);
	const least = Math.min(...undelayed);
	if (waits.every(({ total, waited }) => total - least < waited / 2))
		return fail(`a message takes ${msText(least)} without the delay too`);
	if (!waits.some(({ awaited }) => awaited))
		return fail("it computes while its model waits: a delay has to be awaited, not spun");
	return pass(
		`${msText(median(undelayed))} without, ${msText(median(waits.map(({ total }) => total)))} with`,
	);
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
