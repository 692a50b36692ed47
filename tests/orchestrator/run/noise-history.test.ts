import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { costsOf, NoiseHistory } from "../../../orchestrator/run/noise-history.ts";
import { noiseKey, type RunConditions } from "../../../orchestrator/run/noise-key.ts";
import { type Machine, type RunFile, scenario as scenarioSchema } from "../../../shared/types.ts";
import { evidenceOf, processOf, RUN, resultOf, scenarioOf } from "../../support/evidence.ts";

const folders: string[] = [];
after(() => {
	for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
function newFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-noise-"));
	folders.push(folder);
	return folder;
}

const scenario = scenarioOf("with-should-respond");
const [first] = RUN.targets;
assert.ok(first);
const { versions, size: _, ...target } = first;
assert.ok(versions);
const measured = { ...target, versions };
const CONDITIONS: RunConditions = {
	...RUN,
	fingerprint: {
		"shared/character.json": "1",
		"shared/mock-responses.json": "2",
		"the python harness": "3",
		[`the ${target.runtime} harness`]: "4",
	},
};
const MACHINE: Machine = {
	os: "Linux",
	kernel: "6.1.0-13-amd64",
	arch: "x64",
	cpuModel: "cpu",
	cpus: 4,
	usableCpus: 4,
	cpuQuota: null,
	memoryBytes: 2 ** 34,
};

/** Stores what a run with an A/A process in each of its blocks has shown, and returns the folder. */
function remember(machine = MACHINE, folder = newFolder(), blocks = 3): string {
	const processes = Array.from({ length: blocks }, (_, block) => block).flatMap((block) =>
		(["measure", "aa"] as const).map((role, index) =>
			processOf(target, scenario, [1e6 * (1 + 0.01 * block * index)], {
				block,
				role,
				setupNs: 5e8,
				turnsNs: 1e9,
			}),
		),
	);
	const record: RunFile = { ...RUN, ...CONDITIONS, machine, scenarios: [scenario] };
	const cell = evidenceOf(scenario, processes);
	const costs = costsOf(cell) ?? assert.fail();
	const result = resultOf(target, [cell]);
	NoiseHistory.of(machine, folder).add(record, [result], { [scenario.id]: { [target.id]: costs } });
	return folder;
}
const blocksKnown = (
	folder: string,
	one: Parameters<NoiseHistory["earlierAa"]>[0] = measured,
	of = scenario,
	conditions = CONDITIONS,
	machine = MACHINE,
) => NoiseHistory.of(machine, folder).earlierAa(one, of, conditions).message_latency_p50_ms?.length ?? 0;

test("a run's noise and costs serve later runs alike, and add up", () => {
	const folder = newFolder();
	assert.equal(blocksKnown(folder), 0);
	remember(MACHINE, folder);
	assert.equal(blocksKnown(folder), 3);
	assert.deepEqual(NoiseHistory.of(MACHINE, folder).costs(target, scenario, CONDITIONS), {
		setupSeconds: 0.5,
		iterationSeconds: 1,
	});
	remember(MACHINE, folder);
	assert.equal(blocksKnown(folder), 6);
	assert.equal(readdirSync(folder).length, 1);
	assert.equal(NoiseHistory.none().costs(target, scenario, CONDITIONS), null);
});

test("older blocks make room for new ones", () => {
	const folder = remember(MACHINE, newFolder(), 50);
	remember(MACHINE, folder, 50);
	assert.equal(blocksKnown(folder), 60);
});

test("what shapes noise separates it", () => {
	const folder = remember();
	const others: [string, number][] = [
		["an engine", blocksKnown(folder, { ...measured, versions: { ...versions, engine: "2" } })],
		["a language", blocksKnown(folder, { ...measured, versions: { ...versions, language: "2" } })],
		["a build", blocksKnown(folder, { ...measured, versions: { ...versions, build: "2" } })],
		["a database's version", blocksKnown(folder, { ...measured, versions: { ...versions, database: "2" } })],
		[
			"a framework's version",
			blocksKnown(folder, { ...measured, framework: { ...target.framework, version: "2" } }),
		],
		[
			"a local copy's content",
			blocksKnown(folder, {
				...measured,
				source: { kind: "path", path: "/copy", digest: "a".repeat(64) },
			}),
		],
		[
			"a database",
			blocksKnown(folder, { ...measured, database: { ...target.database, package: "postgres" } }),
		],
		["a variant", blocksKnown(folder, { ...measured, variants: ["node"] })],
		["its iterations", blocksKnown(folder, measured, { ...scenario, iterations: 99 })],
		["its warm-up", blocksKnown(folder, measured, { ...scenario, warmup: 99 })],
		["its load", blocksKnown(folder, measured, { ...scenario, config: { ...scenario.config, history: 77 } })],
		["a model delay", blocksKnown(folder, measured, scenario, { ...CONDITIONS, modelDelayMs: 20 })],
		[
			"a way of taking turns",
			blocksKnown(folder, measured, scenario, {
				...CONDITIONS,
				settings: { ...CONDITIONS.settings, alternate: "messages" },
			}),
		],
		...["shared/character.json", "shared/mock-responses.json", `the ${target.runtime} harness`].map(
			(name): [string, number] => [
				name,
				blocksKnown(folder, measured, scenario, {
					...CONDITIONS,
					fingerprint: { ...CONDITIONS.fingerprint, [name]: "another" },
				}),
			],
		),
		[
			"installed packages",
			blocksKnown(folder, measured, scenario, {
				...CONDITIONS,
				fingerprint: {
					...CONDITIONS.fingerprint,
					[`what is installed for the target ${target.id}`]: "another",
				},
			}),
		],
		["versions that are not known", blocksKnown(folder, { ...measured, versions: null })],
	];
	for (const [what, known] of others) assert.equal(known, 0, what);
});

test("what shapes no noise does not separate it", () => {
	const folder = remember();
	const others: [string, number][] = [
		["a target's name", blocksKnown(folder, { ...measured, id: "mine", label: "Mine" })],
		[
			"a scenario's name and question",
			blocksKnown(folder, measured, {
				...scenario,
				id: "mine",
				name: "Mine",
				description: "Mine",
				question: "Mine?",
				categories: ["memory"],
			}),
		],
		[
			"blocks, precision, budget and time limit",
			blocksKnown(folder, measured, scenario, {
				...CONDITIONS,
				settings: { ...CONDITIONS.settings, blocks: 50, precision: 0.01, budgetSeconds: 9, timeoutMs: 5 },
			}),
		],
		[
			"another runtime's harness",
			blocksKnown(folder, measured, scenario, {
				...CONDITIONS,
				fingerprint: { ...CONDITIONS.fingerprint, "the python harness": "another" },
			}),
		],
	];
	for (const [what, known] of others) assert.equal(known, 3, what);
});

test("every field of a scenario that is run is part of its key", () => {
	// A field that is added later separates noise until someone decides otherwise.
	const words = ["id", "name", "description", "question", "categories", "scaling"];
	const run = Object.keys(scenarioSchema.shape).filter((name) => !words.includes(name));
	const folder = remember();
	for (const name of run)
		assert.equal(blocksKnown(folder, measured, { ...scenario, [name]: "another" as never }), 0, name);
});

const SAME: [string, Partial<Machine>][] = [
	["a patch of the kernel", { kernel: "6.1.0-18-amd64" }],
	["a few kilobytes of memory", { memoryBytes: 2 ** 34 - 4096 }],
	["a few per cent of memory", { memoryBytes: 0.96 * 2 ** 34 }],
];
const UNLIKE: [string, Partial<Machine>][] = [
	["a processor", { cpuModel: "another" }],
	["the number of processors", { cpus: 64 }],
	["the processors that are left by affinity or a cpuset", { usableCpus: 2 }],
	["a quota", { cpuQuota: 1.5 }],
	["memory", { memoryBytes: 2 ** 33 }],
	["a kernel series", { kernel: "6.8.0-13-amd64" }],
	["an architecture", { arch: "arm64" }],
	["an operating system", { os: "macOS" }],
];

for (const [what, change] of SAME)
	test(`${what} makes no other machine`, () => {
		const folder = remember();
		assert.equal(blocksKnown(folder, measured, scenario, CONDITIONS, { ...MACHINE, ...change }), 3);
		remember({ ...MACHINE, ...change }, folder);
		assert.equal(readdirSync(folder).length, 1);
		assert.equal(blocksKnown(folder), 6);
	});

for (const [what, change] of UNLIKE)
	test(`${what} makes another machine, with a history of its own`, () => {
		const folder = remember();
		const other = { ...MACHINE, ...change };
		assert.equal(blocksKnown(folder, measured, scenario, CONDITIONS, other), 0);
		remember(other, folder);
		assert.equal(readdirSync(folder).length, 2);
		assert.equal(blocksKnown(folder), 3);
		assert.equal(blocksKnown(folder, measured, scenario, CONDITIONS, other), 3);
	});

test("no amount of memory lies at an edge: what is within four per cent is one machine", () => {
	const folder = remember();
	const file = readdirSync(folder)[0] ?? assert.fail();
	const text = readFileSync(join(folder, file), "utf8");
	fc.assert(
		fc.property(
			fc.integer({ min: 2 ** 28, max: 2 ** 44 }),
			fc.double({ min: 0.96, max: 1.04, noNaN: true }),
			(memoryBytes, factor) => {
				writeFileSync(
					join(folder, file),
					JSON.stringify({ ...JSON.parse(text), machine: { ...MACHINE, memoryBytes } }),
				);
				const now = { ...MACHINE, memoryBytes: Math.round(memoryBytes * factor) };
				assert.equal(blocksKnown(folder, measured, scenario, CONDITIONS, now), 3);
			},
		),
		{ numRuns: 50 },
	);
});

test("a history that cannot be read is none, and a run writes another", () => {
	const folder = newFolder();
	for (const text of ["", "{", JSON.stringify({ aa: {}, costs: {} })]) {
		writeFileSync(join(folder, "broken.json"), text);
		assert.equal(blocksKnown(folder), 0);
	}
	remember(MACHINE, folder);
	assert.equal(blocksKnown(folder), 3);
});

test("agents with other plugins share no noise, nor one whose content has changed", () => {
	const agent = { path: "/agents/ada.json", digest: "1", added: ["path:/plugins/mine"], without: [] };
	const keyOf = (own?: typeof agent) =>
		noiseKey({ ...target, ...(own ? { agent: own } : {}) }, versions, scenario, CONDITIONS);
	const keys = [
		keyOf(),
		keyOf(agent),
		keyOf({ ...agent, digest: "2" }),
		keyOf({ ...agent, added: [] }),
		keyOf({ ...agent, without: ["mine"] as never[] }),
	];
	assert.equal(new Set(keys).size, keys.length);
	assert.equal(keyOf({ ...agent, path: "/moved/ada.json" }), keyOf(agent));
});
