// Observed iterations of the real framework. Known work must be found in the stage that did it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { AgentRuntime, Evaluator, Provider } from "@elizaos/core";
import { Cell } from "../src/cell.ts";
import { type Burden, findRow, findScenario, observe, openSession, Spinner } from "./workbench.ts";

const SPIN_MS = 5;
const session = await openSession();
// The first messages of a process are slow.
await observe(session, "with-actions");

function provider(name: string, get: () => Promise<void>): Burden {
	const result = { text: "", values: {}, data: {} };
	const registered = {
		name,
		get: async () => {
			await get();
			return result;
		},
	} as unknown as Provider;
	return { changeRuntime: (runtime) => void runtime.providers.push(registered) };
}

async function assertFound(
	burden: (spinner: Spinner) => Burden,
	stage: string,
	name: string | null,
): Promise<void> {
	const spinner = new Spinner();
	const plain = await observe(session, "with-actions");
	const own = plain.rows.find((row) => row.stage === stage && row.name === name)?.selfNs ?? 0;
	const { rows } = await observe(session, "with-actions", burden(spinner));
	assert.ok(spinner.spentNs >= SPIN_MS * 1e6);
	const found = findRow(rows, stage, name).selfNs - own;
	assert.ok(Math.abs(found / spinner.spentNs - 1) <= 0.05, `${found} ns instead of ${spinner.spentNs}`);
}

test("a provider that spins is found under its name", () =>
	assertFound((spinner) => provider("SPINNING", async () => spinner.spin(SPIN_MS)), "provider", "SPINNING"));

test("an action handler that spins is found under its name", () =>
	assertFound(
		(spinner) => ({
			changeRuntime: (runtime: AgentRuntime) => {
				const action = runtime.actions.find(
					({ name }) => name === session.contract.fixtures.benchmarkAction.name,
				);
				assert.ok(action);
				const { handler } = action;
				action.handler = (...args) => {
					spinner.spin(SPIN_MS);
					return handler(...args);
				};
			},
		}),
		"action",
		session.contract.fixtures.benchmarkAction.name,
	));

test("an evaluator that spins after an await is found under its name", () =>
	assertFound(
		(spinner) => ({
			changeRuntime: (runtime: AgentRuntime) => {
				const handler = async () => {
					await null;
					spinner.spin(SPIN_MS);
				};
				const texts = { name: "SPINNING", description: "", similes: [], examples: [] };
				runtime.evaluators.push({ ...texts, validate: async () => true, handler } as unknown as Evaluator);
			},
		}),
		"evaluator",
		"SPINNING",
	));

for (const [method, stage] of [
	["createMemory", "memory_create"],
	["getMemories", "memory_get"],
] as const) {
	test(`a database that spins in ${method} is found in ${stage}`, () =>
		assertFound(
			(spinner) => ({
				changeAdapter: (adapter) => {
					const methods = adapter as unknown as Record<string, (...args: unknown[]) => unknown>;
					const original = methods[method];
					assert.ok(original);
					methods[method] = (...args) => {
						spinner.spin(SPIN_MS);
						return original.apply(adapter, args);
					};
				},
			}),
			stage,
			null,
		));
}

test("self times add up to the time of the messages in every way of answering", async () => {
	for (const id of [
		"single-message",
		"conversation-10",
		"with-should-respond",
		"with-actions",
		"multi-step",
		"provider-scaling-50",
	]) {
		const { rows, iteration } = await observe(session, id);
		const total = iteration.messageNs.reduce((sum, ns) => sum + ns, 0);
		const selves = rows.reduce((sum, { selfNs }) => sum + selfNs, 0);
		assert.ok(Math.abs(selves / total - 1) < 0.001, `${id}: ${selves} of ${total}`);
		assert.equal(findRow(rows, "message").calls, iteration.messageNs.length);
		assert.ok(
			rows.every(
				({ selfNs, inclusiveNs }) => Number.isInteger(selfNs) && selfNs >= 0 && selfNs <= inclusiveNs + 1,
			),
		);
	}
});

test("providers that wait at the same time overlap and take together as long as one", async () => {
	const waiting = provider("WAITING_1", () => sleep(20).then(() => undefined));
	const another = provider("WAITING_2", () => sleep(20).then(() => undefined));
	const { rows } = await observe(session, "single-message", {
		changeRuntime: (runtime) => {
			waiting.changeRuntime?.(runtime);
			another.changeRuntime?.(runtime);
		},
	});
	const [one, two] = [findRow(rows, "provider", "WAITING_1"), findRow(rows, "provider", "WAITING_2")];
	const together = findRow(rows, "provider_execution");
	assert.ok(one.inclusiveNs >= 19e6 && two.inclusiveNs >= 19e6);
	assert.ok(together.inclusiveNs < (one.inclusiveNs + two.inclusiveNs) * 0.75);
	assert.ok(together.inclusiveNs <= findRow(rows, "compose_state").inclusiveNs);
	assert.ok(Math.abs(one.selfNs / two.selfNs - 1) < 0.1);
});

test("the decision includes the model's answer, and the model's delay is self time of the model call", async () => {
	const delayMs = 20;
	const { rows, iteration } = await observe(session, "with-should-respond", {}, delayMs);
	const messages = iteration.messageNs.length;
	assert.equal(findRow(rows, "should_respond").calls, messages);
	assert.ok(findRow(rows, "should_respond").inclusiveNs >= messages * delayMs * 1e6);
	assert.equal(findRow(rows, "prompt").calls, 2 * messages);
	assert.ok(findRow(rows, "model_call").selfNs >= 2 * messages * delayMs * 1e6);
	assert.ok(findRow(rows, "should_respond").selfNs < messages * delayMs * 1e5);
});

test("only observed iterations that send in turn have stages, and the next runtime is not wrapped", async () => {
	const cell = new Cell(session, findScenario(session, "single-message"));
	for (const phase of ["control", "observed", "control"] as const) await cell.iterate(phase);
	const { iterations, stageSources, resources } = cell.measurement;
	assert.deepEqual(
		iterations.map(({ phase, stages }) => [phase, stages !== null]),
		[
			["control", false],
			["observed", true],
			["control", false],
		],
	);
	assert.ok(iterations.every(({ rssBytes }) => rssBytes === null) && resources.rssStartBytes === null);
	const sources = new Map(stageSources?.map(({ stage, observable }) => [stage, observable]));
	for (const { stage } of iterations[1]?.stages ?? []) assert.equal(sources.get(stage), true);
	assert.equal(sources.get("state_serialization"), false);
	const concurrent = new Cell(session, findScenario(session, "concurrent-10"));
	await concurrent.iterate("observed");
	assert.equal(concurrent.measurement.iterations[0]?.stages, null);
});
