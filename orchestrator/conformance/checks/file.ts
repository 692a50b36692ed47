/** Checks the measurement file: when it appears, its shape, and whether it says what happened. */
import { existsSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { iterationRecord, kernelOperation, type Scenario, sendsMessages } from "../../../shared/types.ts";
import { messagesPerIteration } from "../../run/profiles.ts";
import { type Check, fail, pass, unless } from "../check.ts";
import { shapeFault } from "../measurement-file.ts";
import type { SessionRecord } from "../session.ts";
import type { Measured, Sessions } from "../sessions.ts";

export const FILE: Check[] = [
	{
		name: "written-at-finish",
		about: "writes its file at 'finish' only, under another name, and renames it",
		needs: ["exit"],
		async run(sessions) {
			const script = [{ cmd: "cold" }, { cmd: "iterate", phase: "plain" }] as const;
			const session = await sessions.hold("written-at-finish", {
				scenario: sessions.simplest,
				script,
				stale: true,
			});
			return unless(writingFault(session), "appeared at 'finish', whole");
		},
	},
	{
		name: "schema",
		about: "every file is a measurement file by its schema, in whole numbers",
		needs: ["exit"],
		async run(sessions) {
			const held = await sessions.holdAll();
			for (const { scenario, session } of [
				...held,
				{ scenario: sessions.stepwise, session: await sessions.holdStepping() },
			]) {
				const fault = shapeFault(session.file);
				if (fault !== null) return fail(`${scenario.id}: ${fault}`);
			}
			return pass(`${held.length + 1} files`);
		},
	},
	{
		name: "records",
		about: "the file holds what was asked for: seed, scenario, iterations, messages",
		needs: ["schema"],
		async run(sessions) {
			for (const scenario of sessions.scenarios) {
				const { verifying, measuring } = await sessions.holdPair(scenario);
				const fault =
					commonFault(verifying, sessions) ??
					verifyFault(verifying) ??
					commonFault(measuring, sessions) ??
					measureFault(measuring);
				if (fault !== null) return fail(`${scenario.id}: ${fault}`);
			}
			return pass("every command left its record");
		},
	},
];

function writingFault({ problem, before, after, file }: SessionRecord): string | null {
	if (problem !== null) return problem;
	if (!before.untouched) return "wrote the file before 'finish'";
	if (before.names.length > 1) return `the output folder held ${before.names.join(", ")} before 'finish'`;
	if (!after.untouched) return "wrote into the file that lay there: a reader could see half of it";
	if (!after.replaced || file === null) return "did not put its file in the place of an older one";
	return after.names.length > 1
		? `left ${after.names.filter((name) => name !== "measurement.json").join(", ")} behind`
		: null;
}

function commonFault({ file, cell, scenario, session }: Measured, { seed }: Sessions): string | null {
	const ready = session.ready?.event;
	if (file.cells.length !== 1) return `the file has ${file.cells.length} cells instead of one`;
	if (cell.scenario !== scenario.id) return `the file is of ${cell.scenario}`;
	if (file.seed !== seed) return `the file says seed ${file.seed}, it was given ${seed}`;
	if (file.modelDelayMs !== 0)
		return `the file says a model delay of ${file.modelDelayMs} ms, it was given none`;
	if (
		ready?.event === "ready" &&
		(file.importNs !== ready.importNs || !isDeepStrictEqual(file.versions, ready.versions))
	)
		return "import time and versions in the file are not those of 'ready'";
	const raised = session.exchanges.some(({ answer }) => answer.event === "failed");
	if ((cell.status === "unsupported") !== raised || (cell.failure !== null) !== raised)
		return `it answered ${raised ? "'failed'" : "'done'"} throughout, and the file says ${cell.status}`;
	return null;
}

function verifyFault({ cell }: Measured): string | null {
	if (cell.status !== "measured") return null;
	if (cell.ledger === null) return "it was told to verify, and there is no ledger";
	if (cell.cold !== null || cell.iterations.length > 0)
		return "it was told to verify only, and recorded timed iterations";
	return null;
}

function measureFault({ cell, scenario, session }: Measured): string | null {
	if (cell.status !== "measured") return null;
	if (cell.ledger !== null) return "it was not told to verify, and there is a ledger";
	if (cell.cold === null) return "there is no record of the cold start";
	if ((cell.cold.firstMessageNs === null) === sendsMessages(scenario))
		return sendsMessages(scenario)
			? "the cold start has no first message"
			: "the cold start of a scenario without messages has a first message";
	const called = cell.cold.firstCalls?.map(({ operation }) => operation) ?? [];
	const wanted = scenario.calibration ? kernelOperation.options : [];
	if (called.join() !== wanted.join())
		return `the cold start has the first calls ${called.join(", ") || "none"}, not ${wanted.join(", ") || "none"}`;
	const told = session.exchanges.flatMap(({ command }) => (command.cmd === "iterate" ? [command.phase] : []));
	const [phases, kept] = [told.join(", "), cell.iterations.map(({ phase }) => phase).join(", ")];
	if (kept !== phases) return `it was told to do the iterations ${phases}, and recorded ${kept || "none"}`;
	for (const phase of iterationRecord.shape.phase.options) {
		const indices = cell.iterations
			.filter((iteration) => iteration.phase === phase)
			.map(({ index }) => index);
		if (indices.some((index, place) => index !== place))
			return `its ${phase} iterations are numbered ${indices.join(", ")}, not from 0`;
	}
	return workFault(cell.iterations, scenario) ?? resourceFault(cell);
}

function workFault(iterations: Measured["cell"]["iterations"], scenario: Scenario): string | null {
	const wanted = messagesPerIteration(scenario);
	for (const { phase, index, messageNs, operations } of iterations) {
		const where = `${phase} iteration ${index}`;
		if (messageNs.length !== wanted)
			return `${where} has ${messageNs.length} message times for ${wanted} messages`;
		if (operations.length > 0 === sendsMessages(scenario))
			return `${where} has ${operations.length} operations`;
	}
	return null;
}

function resourceFault({ iterations, resources, bootstrap }: Measured["cell"]): string | null {
	if (bootstrap === null) return "bootstrap says nothing of what the framework brings";
	if (!existsSync("/proc/self/status")) return null;
	if (iterations.some(({ phase, rssBytes }) => phase === "plain" && !rssBytes))
		return "a plain iteration has no resident set (VmRSS)";
	const { rssReadyBytes, rssStartBytes, rssEndBytes } = resources;
	return rssReadyBytes && rssStartBytes && rssEndBytes
		? null
		: "resources lack the resident set at ready, start or end";
}
