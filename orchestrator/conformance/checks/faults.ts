/** When something goes wrong: abandoned, misunderstood, or let down by the framework. */
import { join } from "node:path";
import type { Scenario, WorkerEvent } from "../../../shared/types.ts";
import { type Check, failed, notTried, type Outcome, passed, unless } from "../check.ts";
import { speechlessContract } from "../generated-contracts.ts";
import { cellOf, read, shapeFault } from "../measurement-file.ts";
import type { SessionRecord } from "../session.ts";
import type { Lab } from "../sessions.ts";

type Failed = Extract<WorkerEvent, { event: "failed" }>;

export const ENDINGS: Check[] = [
	{
		name: "abandoned",
		about: "end of standard input without 'finish': status 1, no file",
		needs: ["ready"],
		async run(lab) {
			const session = await lab.session("abandoned", {
				scenario: lab.simplest,
				script: [{ cmd: "cold" }],
				end: "close",
			});
			return unless(endFault(session, 1), "status 1, no file");
		},
	},
	{
		name: "garbled",
		about: "a garbled command: status 2, a line on stderr, no file",
		needs: ["ready"],
		async run(lab) {
			for (const [name, text] of [
				["garbled", "this is no command\n"],
				["unknown", '{"cmd":"dance"}\n'],
			] as const) {
				const session = await lab.session(`command-${name}`, {
					scenario: lab.simplest,
					script: [],
					end: { text },
				});
				const fault =
					endFault(session, 2) ?? (session.stderr.trim() === "" ? "says nothing on stderr" : null);
				if (fault !== null) return failed(`after the line ${text.trim()}: ${fault}`);
			}
			return passed("status 2, a line on stderr, no file");
		},
	},
];

export const FRAMEWORK_ERROR: Check[] = [
	{
		name: "framework-error",
		about: "what the framework raises is 'failed', the cell unsupported, status 3",
		needs: ["exit", "schema"],
		run: frameworkError,
	},
];

function endFault({ problem, exit, file, after }: SessionRecord, status: number): string | null {
	if (problem !== null) return problem;
	if (exit?.code !== status)
		return `it ${exit?.signal ? `was killed by ${exit.signal}` : `exited with status ${exit?.code}`} instead of ${status}`;
	return file === null && after.names.length === 0 ? null : "it wrote a file all the same";
}

interface Raising {
	scenario: Scenario;
	session: SessionRecord;
	contractArgs: string[];
}

async function frameworkError(lab: Lab): Promise<Outcome> {
	for (const raising of [await provoked(lab), ...(await ofItsOwn(lab))]) {
		const answer = raising.session.exchanges
			.map((exchange) => exchange.answer)
			.find((one) => one.event === "failed");
		if (answer)
			return unless(
				await reportFault(lab, raising, answer),
				`${raising.scenario.id}, ${answer.failure.type}: status 3`,
			);
	}
	return notTried("the framework handles the errors that can be provoked here");
}

/** By a mock that gives neither answers nor embeddings. Which framework raises at that is its own affair. */
async function provoked(lab: Lab): Promise<Raising> {
	const folder = join(lab.folder, "raising");
	const { scenario } = speechlessContract(lab.contract, lab.simplest, folder, lab.random("raising"), false);
	const script = [{ cmd: "cold" }, { cmd: "verify" }] as const;
	const session = await lab.session("framework-error", { scenario, script, shared: folder });
	return { scenario, session, contractArgs: lab.contractArgs(folder) };
}

/** Scenarios that this framework cannot do. */
async function ofItsOwn(lab: Lab): Promise<Raising[]> {
	return (await lab.sessions()).map(({ scenario, session }) => ({
		scenario,
		session,
		contractArgs: lab.contractArgs(),
	}));
}

async function reportFault(
	lab: Lab,
	{ scenario, session, contractArgs }: Raising,
	answer: Failed,
): Promise<string | null> {
	const worker = unsupportedFault(session, answer);
	if (worker !== null) return `${scenario.id}: ${worker}`;
	const run = await lab.byHand([
		...contractArgs,
		"--scenarios",
		scenario.id,
		"--iterations",
		"1",
		"--warmup",
		"0",
	]);
	if (run.code !== 3) return `${scenario.id} by hand: it ${run.end} instead of 3`;
	const shape = shapeFault(run.file);
	if (shape !== null) return `${scenario.id} by hand: ${shape}`;
	return cellOf(read(run.file)).failure
		? null
		: `${scenario.id} by hand: the file does not say what the framework raised`;
}

function unsupportedFault(session: SessionRecord, { failure }: Failed): string | null {
	if (session.problem !== null) return session.problem;
	if (session.exit?.code !== 3)
		return `after 'failed' and 'finish' it exited with status ${session.exit?.code} instead of 3`;
	const shape = shapeFault(session.file);
	if (shape !== null) return shape;
	if (failure.message.trim() === "" && failure.type.trim() === "")
		return "'failed' says neither type nor message of the error";
	const cell = cellOf(read(session.file));
	return cell.status === "unsupported" && cell.failure?.message === failure.message
		? null
		: "the file does not hold the failure that was reported";
}
