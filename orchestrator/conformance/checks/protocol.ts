/** The worker protocol: one answer to each command, and quiet in between. */
import { type Check, failed, notTried, passed, unless } from "../check.ts";
import type { Action, Exchange, SessionRecord } from "../session.ts";

const FROZEN_MS = 300;
/** What follows an iteration at once, a collection for instance, is not waiting yet. */
const SETTLE_MS = 500;
const WATCHED_MS = 1000;
/** Of one processor, while it waits: timers of a framework may tick, nothing may compute. */
const IDLE_SHARE = 0.05;

export const PROTOCOL: Check[] = [
	{
		name: "answers",
		about: "answers every command with its own 'done', 'finish' with 'finished'",
		needs: ["ready"],
		async run(lab) {
			const sessions = await lab.sessions();
			for (const { scenario, session } of sessions) {
				const fault = answerFault(session);
				if (fault !== null) return failed(`${scenario.id}: ${fault}`);
			}
			const commands = sessions.reduce((sum, { session }) => sum + session.exchanges.length, 0);
			return passed(`${commands} commands in ${sessions.length} sessions`, unsupported(sessions));
		},
	},
	{
		name: "events",
		about: "its events descriptor carries answers and nothing else",
		needs: ["ready"],
		async run(lab) {
			for (const { scenario, session } of await lab.sessions()) {
				const [line] = session.garbage;
				if (line !== undefined) return failed(`${scenario.id}: wrote what is no event: ${line}`);
				const [event] = session.unasked;
				if (event) return failed(`${scenario.id}: sent '${event.event}' that nothing had asked for`);
			}
			return passed("nothing but answers");
		},
	},
	{
		name: "exit",
		about: "exits by itself after 'finished': status 0, or 3 where the cell is unsupported",
		needs: ["answers"],
		async run(lab) {
			for (const { scenario, session } of await lab.sessions()) {
				const fault = exitFault(session);
				if (fault !== null) return failed(`${scenario.id}: ${fault}`);
			}
			return passed("every session ended by itself");
		},
	},
	{
		name: "steps",
		about: "begin, message, ..., end make one iteration, message by message",
		needs: ["exit"],
		async run(lab) {
			const scenario = lab.stepwise;
			const session = await lab.stepping();
			const fault = session.problem ?? answerFault(session) ?? exitFault(session);
			return unless(fault && `${scenario.id}: ${fault}`, `${scenario.id}, a message at a time`);
		},
	},
	{
		name: "waiting",
		about: "does nothing while it waits, and goes on after SIGSTOP and SIGCONT",
		needs: ["exit"],
		async run(lab) {
			const { pauses, problem, unasked } = await lab.session("waiting", {
				scenario: lab.simplest,
				script: WAITING,
			});
			const [event] = unasked;
			if (event) return failed(`sent '${event.event}' while it had nothing to do`);
			if (problem !== null) return failed(`around a pause it ${problem}`);
			const watched = pauses.at(-1);
			if (watched?.cpuNs == null) return notTried("this system does not tell how long a process computed");
			const share = watched.cpuNs / watched.seenNs;
			const percent = `${(share * 100).toFixed(0)} % of a processor`;
			return share > IDLE_SHARE
				? failed(`used ${percent} while it waited for a command`)
				: passed(`used ${percent}`);
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
	// What happens after the last answer is for the check of its end.
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

function unsupported(sessions: { scenario: { id: string }; session: SessionRecord }[]): string[] {
	const raised = new Map<string, string>();
	for (const { scenario, session } of sessions) {
		const answer = session.exchanges.map((exchange) => exchange.answer).find((one) => one.event === "failed");
		if (answer) raised.set(scenario.id, answer.failure.message);
	}
	return [...raised].map(([id, message]) => `${id} is unsupported, the framework raised: ${message}`);
}
