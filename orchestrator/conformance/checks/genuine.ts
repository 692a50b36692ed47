/**
 * Checks that the harness is no stub: another contract gives other work, and a mock without an answer gives
 * no reply.
 */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { inputDigest, inputMessages } from "../../../analysis/cell/expected-messages.ts";
import { judge } from "../../../analysis/cell/verification.ts";
import { sum } from "../../../analysis/stats/statistics.ts";
import { reasonText } from "../../../report/text/reasons.ts";
import type { Scenario } from "../../../shared/types.ts";
import { type Check, fail, pass, skip, unless } from "../check.ts";
import {
	writeSpeechlessContract,
	writeStrangeCalibration,
	writeStrangeContract,
} from "../generated-contracts.ts";
import { cellOf, parseMeasurement, shapeFault } from "../measurement-file.ts";
import type { Sessions } from "../sessions.ts";

const UNMATCHED = "unmatched";

export const GENUINE: Check[] = [
	{
		name: "follows-contract",
		about: "with names, ids, texts and answers drawn at random, work follows them",
		needs: ["verified"],
		async run(sessions) {
			return unless(
				await strangeFault(sessions),
				"messages, ids, replies and rooms are those of a random contract",
			);
		},
	},
	{
		name: "follows-inputs",
		about: "with inputs of the calibration drawn at random, its results follow them",
		needs: ["verified"],
		async run(sessions) {
			const tried = (await sessions.listTrials()).find(({ scenario }) => scenario.kind === "calibration");
			if (!tried) return skip("no calibration was tried");
			return unless(await strangeInputsFault(sessions, tried.scenario), "every result is that of its inputs");
		},
	},
	{
		name: "unmatched",
		about: "a prompt that the mock does not know is an error and gives no reply",
		needs: ["verified"],
		run: checkUnmatched,
	},
];

async function strangeFault(sessions: Sessions): Promise<string | null> {
	const strange = writeStrangeContract(
		sessions.contract,
		sessions.simplest,
		join(sessions.folder, "strange"),
		sessions.random("strange"),
	);
	const script = [{ cmd: "verify" }, { cmd: "iterate", phase: "plain" }] as const;
	const session = await sessions.hold("follows-contract", {
		scenario: strange.scenario,
		script,
		shared: strange.folder,
	});
	const shape = session.problem ?? shapeFault(session.file);
	if (shape !== null) return `with another folder as --shared: ${shape}`;
	const cell = cellOf(parseMeasurement(session.file));
	if (cell.ledger === null)
		return `with another folder as --shared the framework raised: ${cell.failure?.message}`;
	const { ledger, iterations } = cell;
	if (ledger.inputDigest !== inputDigest(inputMessages(strange.scenario, strange.fixtures)))
		return "with another folder as --shared it sent other messages than that folder's scenario has";
	const [difference] = judge(strange.scenario, strange.fixtures, ledger).reasons;
	if (difference !== undefined) return `with another contract: ${reasonText(difference)}`;
	const digest = replyDigest(
		ledger.replies.flatMap(({ texts, messages }) => Array<string[]>(messages).fill(texts)),
	);
	if (ledger.replyDigest !== digest)
		return "with another contract: replyDigest is not that of the replies in the ledger";
	return iterations.every((iteration) => iteration.replyDigest === digest)
		? null
		: "a timed iteration gave other replies than the contract's";
}

async function strangeInputsFault(sessions: Sessions, scenario: Scenario): Promise<string | null> {
	const folder = join(sessions.folder, "strange-inputs");
	const random = sessions.random("strange-inputs");
	const strange = writeStrangeCalibration(sessions.contract, scenario, folder, random);
	const session = await sessions.hold("follows-inputs", {
		scenario: strange.scenario,
		script: [{ cmd: "verify" }],
		shared: strange.folder,
	});
	const shape = session.problem ?? shapeFault(session.file);
	if (shape !== null) return `with other inputs: ${shape}`;
	const { ledger, failure } = cellOf(parseMeasurement(session.file));
	if (ledger === null) return `with other inputs the framework raised: ${failure?.message}`;
	const [difference] = judge(strange.scenario, strange.fixtures, ledger).reasons;
	return difference === undefined ? null : `with other inputs: ${reasonText(difference)}`;
}

async function checkUnmatched(sessions: Sessions) {
	const contract = writeSpeechlessContract(
		sessions.contract,
		sessions.simplest,
		join(sessions.folder, "speechless"),
		sessions.random("speechless"),
	);
	const session = await sessions.hold("unmatched", {
		scenario: contract.scenario,
		script: [{ cmd: "verify" }],
		shared: contract.folder,
	});
	const shape = session.problem ?? shapeFault(session.file);
	if (shape !== null) return fail(`with a mock that knows no prompt: ${shape}`);
	const { ledger } = cellOf(parseMeasurement(session.file));
	if (ledger === null) return pass("the framework raised");
	if (ledger.replies.some(({ texts }) => texts.length > 0))
		return fail(
			"it answered although the mock knows none of its prompts: its replies are not the framework's",
		);
	const calls = sum(
		ledger.modelCalls.filter(({ template }) => template === UNMATCHED).map((row) => row.calls),
	);
	return calls > 0
		? pass(`no reply, ${calls} unmatched model calls`)
		: fail("no model call was counted as template 'unmatched'");
}

/** SHA-256 over one line per message: its non-empty reply texts joined by U+001F. */
function replyDigest(replies: readonly (readonly string[])[]): string {
	const hash = createHash("sha256");
	for (const texts of replies) hash.update(`${texts.join("\u001f")}\n`);
	return hash.digest("hex");
}
