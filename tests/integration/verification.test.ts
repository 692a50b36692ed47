// Verification of the three real frameworks refuses what it must refuse.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkLedger } from "../../shared/types.ts";
import { LIMIT_MS } from "../support/program.ts";
import { changedContract, faultyLaunch, measure, wordsOf } from "../support/real.ts";

const RUNTIMES = ["typescript", "python", "rust"] as const;

/** The frameworks put random codes, names and times into their prompts. */
const PROMPT_TOLERANCE = 0.05;

test("a model that answers one wrong character is refused in every runtime", async () => {
	const shared = changedContract("mock-responses.json", (text) =>
		text.replaceAll("fixed benchmark response.", "fixed benchmark response!"),
	);
	const { verifications } = await measure({ scenarios: "single-message", shared, verifyOnly: true });
	for (const { target, judgement } of verifications.get("single-message") ?? []) {
		assert.equal(judgement.status, "divergent", target.id);
		assert.match(
			wordsOf(judgement.reasons),
			/answered with "This is a fixed benchmark response!"/,
			target.id,
		);
	}
	assert.equal(verifications.get("single-message")?.length, RUNTIMES.length);
});

test("a framework that refuses an answer and asks again is told so, with the number of its calls", async () => {
	const shared = changedContract("mock-responses.json", (text) =>
		text.replaceAll("<thought>I should respond", "<though>I should respond"),
	);
	const { verifications } = await measure({ scenarios: "single-message", shared, verifyOnly: true });
	const cells = verifications.get("single-message") ?? [];
	for (const { target, judgement } of cells) assert.equal(judgement.status, "divergent", target.id);
	const asked = cells.map(({ ledger }) => ledger?.callSequence?.[0]?.calls.length ?? 0);
	assert.ok(Math.max(...asked) > 1, "none of them asks again");
	for (const [index, { judgement }] of cells.entries()) {
		const calls = asked[index] ?? 0;
		const repeated = `asked messageHandler ${calls} times in one message, at most 1 expected`;
		assert.equal(wordsOf(judgement.reasons).includes(repeated), calls > 1, `${calls} calls`);
	}
});

for (const runtime of RUNTIMES) {
	test(`a ${runtime} runtime that drops every second reply is refused`, async () => {
		const { verifications } = await measure({
			scenarios: "burst-100",
			targets: runtime,
			verifyOnly: true,
			launch: () => faultyLaunch(runtime, "drop-reply"),
		});
		const [cell] = verifications.get("burst-100") ?? [];
		assert.equal(cell?.judgement.status, "divergent");
		assert.match(wordsOf(cell?.judgement.reasons), /50 of 100 messages answered with nothing/);
	});

	test(`a ${runtime} harness that never calls the framework is refused`, async () => {
		const { verifications } = await measure({
			scenarios: "single-message",
			targets: runtime,
			verifyOnly: true,
			launch: () => faultyLaunch(runtime, "stub"),
		});
		const [cell] = verifications.get("single-message") ?? [];
		assert.equal(cell?.judgement.status, "divergent");
		assert.match(wordsOf(cell?.judgement.reasons), /0 messageHandler calls per message instead of 1/);
		assert.match(wordsOf(cell?.judgement.reasons), /0 memories of the user stored per message/);
	});
}

test("two verifications of every light cell give the same ledger", { timeout: LIMIT_MS }, async () => {
	const scenarios =
		"single-message,conversation-10,burst-100,with-should-respond,with-actions,provider-scaling-50,history-scaling-100,concurrent-10,multi-step";
	const [first, second] = [
		await measure({ scenarios, verifyOnly: true }),
		await measure({ scenarios, verifyOnly: true }),
	];
	for (const [scenario, cells] of first.verifications) {
		for (const [index, { target, ledger, judgement }] of cells.entries()) {
			const again = second.verifications.get(scenario)?.[index];
			const where = `${scenario} on ${target.id}`;
			assert.equal(again?.judgement.status, judgement.status, where);
			if (ledger === null || !again?.ledger) continue;
			assert.deepEqual(exactPart(again.ledger), exactPart(ledger), where);
			if (ledger.allocations && again.ledger.allocations) {
				const [bytes, others] = [ledger.allocations.bytes, again.ledger.allocations.bytes];
				assert.ok(
					Math.abs(others / bytes - 1) <= PROMPT_TOLERANCE,
					`${where}: ${bytes} and ${others} bytes allocated`,
				);
			}
			for (const [row, call] of ledger.modelCalls.entries()) {
				const other = again.ledger.modelCalls[row];
				if (call.modelType === "TEXT_EMBEDDING") continue;
				assert.ok(
					Math.abs((other?.promptChars ?? 0) / call.promptChars - 1) <= PROMPT_TOLERANCE,
					`${where}: prompt size of ${call.template}`,
				);
			}
		}
	}
});

/**
 * Leaves out prompt sizes, the memory that they take, how much background work was done when the last message
 * returned, and how long the rest of it took.
 */
function exactPart(ledger: WorkLedger): unknown {
	const calls = ledger.modelCalls
		.filter(({ modelType }) => modelType !== "TEXT_EMBEDDING")
		.map(({ template, calls }) => [template, calls]);
	const { modelCalls: _, allocations: __, afterwards, ...rest } = ledger;
	const { atRest, embeddings } = afterwards ?? {};
	return { ...rest, calls, atRest, embeddings };
}
