/** Checks the worker protocol: one answer to each command, and silence in between. */
import { sum } from "../../../analysis/stats/statistics.ts";
import { type Check, fail, pass, skip, unless } from "../check.ts";
import type { Action, Exchange, SessionRecord } from "../session.ts";

const FROZEN_MS = 300;
/**
 * A harness may still work right after an iteration, on a collection for instance: that is not waiting yet.
 */
const SETTLE_MS = 500;
const WATCHED_MS = 1000;
/**
 * The share of one processor that it may use while it waits: timers of a framework may tick, nothing may
 * compute.
 */
const IDLE_SHARE = 0.05;

export const PROTOCOL: Check[] = [
	{
		name: "answers",
		about: "answers every command with its own 'done', 'finish' with 'finished'",
		needs: ["ready"],
		async run(sessions) {
			const held = await sessions.holdAll();
			for (const { scenario, session } of held) {
				const fault = answerFault(session);
				if (fault !== null) return fail(`${scenario.id}: ${fault}`);
			}
			const commands = sum(held.map(({ session }) => session.exchanges.length));
			return pass(`${commands} commands in ${held.length} sessions`, describeUnsupported(held));
		},
	},
	{
		name: "events",
		about: "its events descriptor carries answers and nothing else",
		needs: ["ready"],
		async run(sessions) {
			for (const { scenario, session } of await sessions.holdAll()) {
				const [line] = session.garbage;
				if (line !== undefined) return fail(`${scenario.id}: wrote what is no event: ${line}`);
				const [event] = session.unasked;
				if (event) return fail(`${scenario.id}: sent '${event.event}' that nothing had asked for`);
			}
			return pass("nothing but answers");
		},
	},
	{
		name: "exit",
		about: "exits by itself after 'finished': status 0, or 3 where the cell is unsupported",
		needs: ["answers"],
		async run(sessions) {
			for (const { scenario, session } of await sessions.holdAll()) {
				const fault = exitFault(session);
				if (fault !== null) return fail(`${scenario.id}: ${fault}`);
			}
			return pass("every session ended by itself");
		},
	},
	{
		name: "steps",
		about: "begin, message, ..., end make an iteration, message by message; a warm-up may end early",
		needs: ["exit"],
		async run(sessions) {
			const scenario = sessions.stepwise;
			const session = await sessions.holdStepping();
			const fault = session.problem ?? answerFault(session) ?? exitFault(session);
			return unless(fault && `${scenario.id}: ${fault}`, `${scenario.id}, a message at a time`);
		},
	},
	{
		name: "waiting",
		about: "does nothing while it waits, and continues after SIGSTOP and SIGCONT",
		needs: ["exit"],
		async run(sessions) {
			const { pauses, problem, unasked } = await sessions.hold("waiting", {
				scenario: sessions.simplest,
				script: WAITING,
			});
			const [event] = unasked;
			if (event) return fail(`sent '${event.event}' while it had nothing to do`);
			if (problem !== null) return fail(`around a pause it ${problem}`);
			const watched = pauses.at(-1);
			if (watched?.cpuNs == null) return skip("this system does not tell how long a process computed");
			const share = watched.cpuNs / watched.seenNs;
			const percent = `${(share * 100).toFixed(0)} % of a processor`;
			return share > IDLE_SHARE
				? fail(`used ${percent} while it waited for a command`)
				: pass(`used ${percent}`);
		},
	},
];

const WAITING: readonly Action[] = [
	{ cmd: "cold" },
	{ pauseMs: FROZEN_MS, frozen: true },
	{ cmd: "iterate", phase: "plain" },
	{ pauseMs: SETTLE_MS, frozen: false },
	{ pauseMs: WATCHED_MS, frozen: false },
];

function answerFault({ exchanges, problem, exit }: SessionRecord): string | null {
	const wrong = exchanges.map(wrongAnswer).find((fault) => fault !== null);
	if (wrong !== undefined) return wrong;
	// Another check looks at what happens after the last answer.
	return exchanges.at(-1)?.answer.event === "finished"
		? null
		: (problem ?? `ended (${exit?.code}) without 'finished'`);
}

function wrongAnswer({ command, answer }: Exchange): string | null {
	if (answer.event === "failed") {
		const rightly = answer.cmd === command.cmd && command.cmd !== "finish";
		return rightly ? null : `answered '${command.cmd}' with 'failed' of '${answer.cmd}'`;
	}
	if (command.cmd === "finish")
		return answer.event === "finished" ? null : `answered 'finish' with '${answer.event}'`;
	if (answer.event !== "done") return `answered '${command.cmd}' with '${answer.event}'`;
	return answer.cmd === command.cmd ? null : `answered '${command.cmd}' with 'done' of '${answer.cmd}'`;
}

function exitFault({ problem, exit, exchanges, leftBehind }: SessionRecord): string | null {
	if (problem !== null) return problem;
	const wanted = exchanges.some(({ answer }) => answer.event === "failed") ? 3 : 0;
	if (exit?.signal) return `was killed by ${exit.signal} after 'finished'`;
	if (exit?.code !== wanted) return `exited with status ${exit?.code} instead of ${wanted}`;
	return leftBehind ? "left a process of its own behind" : null;
}

function describeUnsupported(held: { scenario: { id: string }; session: SessionRecord }[]): string[] {
	const raised = new Map<string, string>();
	for (const { scenario, session } of held) {
		const answer = session.exchanges.map((exchange) => exchange.answer).find((one) => one.event === "failed");
		if (answer) raised.set(scenario.id, answer.failure.message);
	}
	return [...raised].map(([id, message]) => `${id} is unsupported, the framework raised: ${message}`);
}
