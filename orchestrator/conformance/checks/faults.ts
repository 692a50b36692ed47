/** Checks what a harness does when it is abandoned, misunderstood, or when its framework raises. */
import { join } from "node:path";
import type { Scenario, WorkerEvent } from "../../../shared/types.ts";
import { type Check, fail, type Outcome, pass, skip, unless } from "../check.ts";
import { writeSpeechlessContract } from "../generated-contracts.ts";
import { cellOf, parseMeasurement, shapeFault } from "../measurement-file.ts";
import type { SessionRecord } from "../session.ts";
import type { Sessions } from "../sessions.ts";

type Failed = Extract<WorkerEvent, { event: "failed" }>;

export const ENDINGS: Check[] = [
	{
		name: "abandoned",
		about: "end of standard input without 'finish': status 1, no file",
		needs: ["ready"],
		async run(sessions) {
			const session = await sessions.hold("abandoned", {
				scenario: sessions.simplest,
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
		async run(sessions) {
			for (const [name, text] of [
				["garbled", "this is no command\n"],
				["unknown", '{"cmd":"dance"}\n'],
			] as const) {
				const session = await sessions.hold(`command-${name}`, {
					scenario: sessions.simplest,
					script: [],
					end: { text },
				});
				const fault =
					endFault(session, 2) ?? (session.stderr.trim() === "" ? "says nothing on stderr" : null);
				if (fault !== null) return fail(`after the line ${text.trim()}: ${fault}`);
			}
			return pass("status 2, a line on stderr, no file");
		},
	},
];

export const FRAMEWORK_ERROR: Check[] = [
	{
		name: "framework-error",
		about: "what the framework raises is 'failed', the cell unsupported, status 3",
		needs: ["exit", "schema"],
		run: checkFrameworkError,
	},
];

function endFault({ problem, exit, file, after }: SessionRecord, status: number): string | null {
	if (problem !== null) return problem;
	if (exit?.signal) return `it was killed by ${exit.signal} instead of ${status}`;
	if (exit?.code !== status) return `it exited with status ${exit?.code} instead of ${status}`;
	return file === null && after.names.length === 0 ? null : "it wrote a file all the same";
}

interface Raising {
	scenario: Scenario;
	session: SessionRecord;
	contractArgs: string[];
}

async function checkFrameworkError(sessions: Sessions): Promise<Outcome> {
	for (const raising of [await provokeFailure(sessions), ...(await listOwnSessions(sessions))]) {
		const answer = raising.session.exchanges
			.map((exchange) => exchange.answer)
			.find((one) => one.event === "failed");
		if (answer)
			return unless(
				await reportFault(sessions, raising, answer),
				`${raising.scenario.id}, ${answer.failure.type}: status 3`,
			);
	}
	return skip("the framework handles the errors that can be provoked here");
}

/**
 * Provokes an error with a mock that gives neither answers nor embeddings. Not every framework raises then.
 */
async function provokeFailure(sessions: Sessions): Promise<Raising> {
	const folder = join(sessions.folder, "raising");
	const { scenario } = writeSpeechlessContract(
		sessions.contract,
		sessions.simplest,
		folder,
		sessions.random("raising"),
		false,
	);
	const script = [{ cmd: "cold" }, { cmd: "verify" }] as const;
	const session = await sessions.hold("framework-error", { scenario, script, shared: folder });
	return { scenario, session, contractArgs: sessions.contractArgs(folder) };
}

/** Sessions of scenarios that this framework may not be able to do. */
async function listOwnSessions(sessions: Sessions): Promise<Raising[]> {
	return (await sessions.holdAll()).map(({ scenario, session }) => ({
		scenario,
		session,
		contractArgs: sessions.contractArgs(),
	}));
}

async function reportFault(
	sessions: Sessions,
	{ scenario, session, contractArgs }: Raising,
	answer: Failed,
): Promise<string | null> {
	const worker = unsupportedFault(session, answer);
	if (worker !== null) return `${scenario.id}: ${worker}`;
	const run = await sessions.runBatch([
		...contractArgs,
		"--scenarios",
		scenario.id,
		"--iterations",
		"1",
		"--warmup",
		"0",
	]);
	if (run.code !== 3) return `${scenario.id} in batch mode: it ${run.end} instead of 3`;
	const shape = shapeFault(run.file);
	if (shape !== null) return `${scenario.id} in batch mode: ${shape}`;
	return cellOf(parseMeasurement(run.file)).failure
		? null
		: `${scenario.id} in batch mode: the file does not say what the framework raised`;
}

function unsupportedFault(session: SessionRecord, { failure }: Failed): string | null {
	if (session.problem !== null) return session.problem;
	if (session.exit?.code !== 3)
		return `after 'failed' and 'finish' it exited with status ${session.exit?.code} instead of 3`;
	const shape = shapeFault(session.file);
	if (shape !== null) return shape;
	if (failure.message.trim() === "" && failure.type.trim() === "")
		return "'failed' says neither type nor message of the error";
	const cell = cellOf(parseMeasurement(session.file));
	return cell.status === "unsupported" && cell.failure?.message === failure.message
		? null
		: "the file does not hold the failure that was reported";
}
