// A published version that asks its model five times where another asks once is no worse for it, and its calls
// are counted.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { textModelCalls } from "../../analysis/cell/ledger-summary.ts";
import { judge } from "../../analysis/cell/verification.ts";
import { loadContract } from "../../orchestrator/contract.ts";
import { ROOT, readJson } from "../../orchestrator/files.ts";
import { installTargets } from "../../orchestrator/targets/install.ts";
import { parseTargets, resolveTargets } from "../../orchestrator/targets/select.ts";
import { toSnakeCase } from "../../shared/snake-case.ts";
import { measurementFile, workLedger } from "../../shared/types.ts";
import { isLong } from "../support/long.ts";
import { LIMIT_MS } from "../support/program.ts";
import { changedContract, measure, temporaryFolder, wordsOf } from "../support/real.ts";

const contract = loadContract({});
const SCENARIOS = isLong
	? ["single-message", "conversation-10", "concurrent-10", "with-actions", "multi-step"]
	: ["single-message", "conversation-10", "with-actions"];
const folder = join(temporaryFolder(), "run");

function verified(target: string, id: string) {
	const path = join(folder, "measurements", id, `${target}.verify-0.json`);
	const ledger = readJson(path, measurementFile, "measurement").cells[0]?.ledger;
	const scenario = contract.scenarios.find((one) => one.id === id);
	assert.ok(ledger && scenario, path);
	const { reasons } = judge(scenario, contract.character.fixtures, ledger);
	return { reasons, calls: textModelCalls(toSnakeCase(workLedger, ledger)), sequence: ledger.callSequence };
}

test("five calls where another version has one are counted, and are no reason against it", {
	timeout: LIMIT_MS,
}, () => {
	const args = ["--targets", "typescript,typescript@2.0.0-alpha.537", "--scenarios", SCENARIOS.join()];
	const { status, stderr } = spawnSync(join(ROOT, "run.sh"), ["verify", ...args, "--output", folder], {
		encoding: "utf8",
		maxBuffer: 2 ** 28,
	});
	assert.ok(status === 0 || status === 1, stderr);
	for (const id of SCENARIOS) {
		assert.deepEqual(verified("typescript", id).reasons, [], id);
		// It may log errors, for want of a database that some of its parts need.
		const { reasons } = verified("typescript-2-0-0-alpha-537", id);
		assert.deepEqual(
			reasons.filter(({ kind }) => kind !== "errors-logged"),
			[],
			id,
		);
	}
	const [one, five] = ["typescript", "typescript-2-0-0-alpha-537"].map((id) =>
		verified(id, "conversation-10"),
	);
	assert.equal(one?.calls, 1);
	assert.ok((five?.calls ?? 0) >= 5, `${five?.calls}`);
	assert.equal(five?.sequence?.length, 1, "every message asks the same");
	const asked = five?.sequence?.[0]?.calls ?? [];
	assert.equal(new Set(asked).size, asked.length, `${asked}: none of them twice`);
});

test("a version that asks again because it refuses the answer is divergent, although its reply is right", {
	timeout: LIMIT_MS,
}, async () => {
	const shared = changedContract("mock-responses.json", (text) =>
		text.replaceAll("<thought>I should respond", "<though>I should respond"),
	);
	const { targets } = await installTargets(
		await resolveTargets(parseTargets("typescript@1.7.2", {})),
		console.error,
	);
	const { verifications } = await measure({ scenarios: "single-message", targets, shared, verifyOnly: true });
	const [cell] = verifications.get("single-message") ?? [];
	assert.deepEqual(cell?.ledger?.replies, [{ texts: ["This is a fixed benchmark response."], messages: 1 }]);
	assert.equal(cell?.judgement.status, "divergent");
	assert.match(
		wordsOf(cell?.judgement.reasons),
		/^asked messageHandler(\/\d)? 3 times in one message, at most 1 expected, in 1 of 1 message$/,
	);
});
