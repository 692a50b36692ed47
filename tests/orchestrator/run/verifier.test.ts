// Cells are verified side by side: each once, and none while something is timed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { Verifier } from "../../../orchestrator/run/verifier.ts";
import type { Scenario, Target } from "../../../shared/types.ts";
import { scenarioOf, targets } from "../../support/evidence.ts";

const [first, second] = targets;
assert.ok(first && second);
const scenarios = ["single-message", "conversation-10", "burst-100"].map(scenarioOf);

/** @param msOf how long a cell takes */
function verifierOf(
	msOf: (scenario: Scenario, target: Target) => number,
	{ width = 2, targets: measured = [first, second] as Target[], stop = { requested: false } } = {},
) {
	const log: string[] = [];
	let [underWay, most] = [0, 0];
	const verifyCell = async (scenario: Scenario, target: Target) => {
		log.push(`${scenario.id} ${target.id}`);
		most = Math.max(most, ++underWay);
		await sleep(msOf(scenario, target));
		underWay--;
		return { target, records: [], ledger: null, judgement: { status: "failed" as const, reasons: [] } };
	};
	const verifier = new Verifier({ scenarios, targets: measured, verifyCell, stop }, width);
	return { verifier, log, underWay: () => underWay, most: () => most };
}

test("every cell is verified once, in order, and nothing is under way when a scenario is done", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 6, maxLength: 6 }),
			fc.integer({ min: 1, max: 4 }),
			async (times, width) => {
				const ms = [...times];
				const { verifier, log, underWay, most } = verifierOf(() => ms.pop() ?? 0, { width });
				for (const scenario of scenarios) {
					const verified = await verifier.verify(scenario);
					assert.deepEqual(
						verified.map(({ target }) => target.id),
						targets.slice(0, 2).map(({ id }) => id),
					);
					assert.equal(underWay(), 0);
				}
				assert.equal(new Set(log).size, 6);
				assert.equal(log.length, 6);
				assert.ok(most() <= width);
			},
		),
		{ numRuns: 30 },
	);
});

test("while one cell takes long, the idle processor verifies those of the next scenario", async () => {
	const { verifier, log } = verifierOf((scenario, target) =>
		scenario === scenarios[0] && target === first ? 100 : 1,
	);
	await verifier.verify(scenarios[0] as Scenario);
	assert.equal(log.length, 6);
	await verifier.verify(scenarios[1] as Scenario);
	assert.equal(log.length, 6);
});

test("no cell is begun when the user has asked to stop, or after an error", async () => {
	const stop = { requested: false };
	const stopped = verifierOf(
		() => {
			stop.requested = true;
			return 1;
		},
		{ width: 1, stop },
	);
	assert.equal((await stopped.verifier.verify(scenarios[0] as Scenario)).length, 1);
	const broken = verifierOf(
		() => {
			throw new Error("the disk is full");
		},
		{ width: 1 },
	);
	await assert.rejects(broken.verifier.verify(scenarios[0] as Scenario), /the disk is full/);
	assert.equal(broken.log.length, 1);
});
