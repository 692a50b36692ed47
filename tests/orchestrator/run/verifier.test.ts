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
	{ processors = 2, targets: measured = [first, second] as Target[], stop = { requested: false } } = {},
) {
	const log: string[] = [];
	const underWay = new Set<Target>();
	let most = 0;
	const verifyCell = async (scenario: Scenario, target: Target) => {
		log.push(`${scenario.id} ${target.id}`);
		assert.ok(!underWay.has(target), "two processes of a target may have the same folders");
		underWay.add(target);
		most = Math.max(most, underWay.size);
		await sleep(msOf(scenario, target));
		underWay.delete(target);
		return { target, records: [], ledger: null, judgement: { status: "failed" as const, reasons: [] } };
	};
	const verifier = new Verifier({ scenarios, targets: measured, verifyCell, stop }, processors);
	return { verifier, log, underWay: () => underWay.size, most: () => most };
}

test("every cell is verified once, in order, and nothing is under way when a scenario is done", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 6, maxLength: 6 }),
			fc.integer({ min: 1, max: 4 }),
			async (times, processors) => {
				const ms = [...times];
				const { verifier, log, underWay, most } = verifierOf(() => ms.pop() ?? 0, { processors });
				const complete = new Set<Scenario>();
				for (const scenario of scenarios) {
					if (complete.has(scenario)) continue;
					for (const [one, verified] of await verifier.verify(scenario)) {
						assert.ok(!complete.has(one));
						complete.add(one);
						assert.deepEqual(
							verified.map(({ target }) => target.id),
							targets.slice(0, 2).map(({ id }) => id),
						);
					}
					assert.ok(complete.has(scenario));
					assert.equal(underWay(), 0);
				}
				assert.equal(new Set(log).size, 6);
				assert.equal(log.length, 6);
				assert.ok(most() <= processors);
			},
		),
		{ numRuns: 30 },
	);
});

test("while one cell takes long, the idle processor verifies other targets in later scenarios", async () => {
	const { verifier, log } = verifierOf((scenario, target) =>
		scenario === scenarios[0] && target === first ? 100 : 1,
	);
	const complete = await verifier.verify(scenarios[0] as Scenario);
	assert.deepEqual([...complete.keys()], [scenarios[0]]);
	const later = scenarios.slice(1).map(({ id }) => `${id} ${second.id}`);
	assert.deepEqual(log, [`${scenarios[0]?.id} ${first.id}`, `${scenarios[0]?.id} ${second.id}`, ...later]);
	assert.deepEqual([...(await verifier.verify(scenarios[1] as Scenario)).keys()], [scenarios[1]]);
	assert.equal(log.length, 5);
});

test("a scenario that was begun ahead and takes long has all idle processors", async () => {
	const third = { ...second, id: "third" };
	const { verifier, log } = verifierOf((scenario) => (scenario === scenarios[0] ? 20 : 60), {
		targets: [first, second, third],
		processors: 2,
	});
	// When the last cell of the first is done, one of the second is under way: others of it begin, and no third.
	await verifier.verify(scenarios[0] as Scenario);
	assert.deepEqual([...new Set(log.map((cell) => cell.split(" ")[0]))], [scenarios[0]?.id, scenarios[1]?.id]);
	assert.equal(log.length, 6);
});

test("no cell is begun when the user has asked to stop, or after an error; what is whole is returned", async () => {
	const stop = { requested: false };
	let begun = 0;
	const stopped = verifierOf(
		() => {
			stop.requested = ++begun === 2;
			return 1;
		},
		{ processors: 1, stop },
	);
	assert.equal(
		(await stopped.verifier.verify(scenarios[0] as Scenario)).get(scenarios[0] as Scenario)?.length,
		2,
	);
	assert.equal((await stopped.verifier.verify(scenarios[1] as Scenario)).size, 0);
	assert.equal(stopped.log.length, 2);
	const broken = verifierOf(
		() => {
			throw new Error("the disk is full");
		},
		{ processors: 1 },
	);
	await assert.rejects(broken.verifier.verify(scenarios[0] as Scenario), /the disk is full/);
	assert.equal(broken.log.length, 1);
});

test("beside a cell for each processor, one more that waits for a server is verified, and those come first", async () => {
	const served = [first, second].map((target) => ({
		...target,
		id: `${target.id}-postgres`,
		variants: ["postgres" as const],
	}));
	const { verifier, log, most } = verifierOf(() => 5, { processors: 1, targets: [first, second, ...served] });
	await verifier.verify(scenarios[0] as Scenario);
	assert.equal(most(), 3);
	const cells = [...served, first].map(({ id }) => `${scenarios[0]?.id} ${id}`);
	assert.deepEqual(log.slice(0, 3), cells);
});
