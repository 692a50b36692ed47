/** Not a stub: another contract gives other work, and a mock without an answer gives none. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { inputDigest, inputMessages } from "../../../analysis/cell/expected-messages.ts";
import { judge } from "../../../analysis/cell/verification.ts";
import { reasonText } from "../../../report/text/reasons.ts";
import { type Check, failed, passed, unless } from "../check.ts";
import { speechlessContract, strangeContract } from "../generated-contracts.ts";
import { cellOf, read, shapeFault, sum } from "../measurement-file.ts";
import type { Lab } from "../sessions.ts";

const UNMATCHED = "unmatched";

export const GENUINE: Check[] = [
	{
		name: "follows-contract",
		about: "with names, ids, texts and answers drawn at random, work follows them",
		needs: ["verified"],
		async run(lab) {
			return unless(
				await strangeFault(lab),
				"messages, ids, replies and rooms are those of a random contract",
			);
		},
	},
	{
		name: "unmatched",
		about: "a prompt that the mock does not know is an error and gives no reply",
		needs: ["verified"],
		run: speechless,
	},
];

async function strangeFault(lab: Lab): Promise<string | null> {
	const strange = strangeContract(
		lab.contract,
		lab.simplest,
		join(lab.folder, "strange"),
		lab.random("strange"),
	);
	const script = [{ cmd: "verify" }, { cmd: "iterate", phase: "plain" }] as const;
	const session = await lab.session("follows-contract", {
		scenario: strange.scenario,
		script,
		shared: strange.folder,
	});
	const shape = session.problem ?? shapeFault(session.file);
	if (shape !== null) return `with another folder as --shared: ${shape}`;
	const cell = cellOf(read(session.file));
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

async function speechless(lab: Lab) {
	const contract = speechlessContract(
		lab.contract,
		lab.simplest,
		join(lab.folder, "speechless"),
		lab.random("speechless"),
	);
	const session = await lab.session("unmatched", {
		scenario: contract.scenario,
		script: [{ cmd: "verify" }],
		shared: contract.folder,
	});
	const shape = session.problem ?? shapeFault(session.file);
	if (shape !== null) return failed(`with a mock that knows no prompt: ${shape}`);
	const { ledger } = cellOf(read(session.file));
	if (ledger === null) return passed("the framework raised");
	if (ledger.replies.some(({ texts }) => texts.length > 0))
		return failed(
			"it answered although the mock knows none of its prompts: its replies are not the framework's",
		);
	const calls = sum(
		ledger.modelCalls.filter(({ template }) => template === UNMATCHED).map((row) => row.calls),
	);
	return calls > 0
		? passed(`no reply, ${calls} unmatched model calls`)
		: failed("no model call was counted as template 'unmatched'");
}

/** SHA-256 over one line per message: its non-empty reply texts joined by U+001F. */
function replyDigest(replies: readonly (readonly string[])[]): string {
	const hash = createHash("sha256");
	for (const texts of replies) hash.update(`${texts.join("\u001f")}\n`);
	return hash.digest("hex");
}
