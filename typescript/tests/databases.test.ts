// What surrounds a database that outlives the agent, with stand-ins for what connects to it.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import type { AgentRuntime } from "@elizaos/core";
import { parseOptions } from "../src/cli.ts";
import { DatabaseRun } from "../src/database.ts";
import { readAddress } from "../src/databases/address.ts";
import type { Adapter } from "../src/databases/database.ts";
import { type Ask, askBy, clearTables, quote } from "../src/databases/own-connection.ts";
import { Pglite } from "../src/databases/pglite.ts";
import { type Pool, PoolWarmer } from "../src/databases/pool.ts";
import { SavedRows } from "../src/databases/saved-rows.ts";
import { readProcessCpuNs, startMeter } from "../src/databases/server-cpu.ts";
import { type Look, waitUntilQuiet } from "../src/databases/settle.ts";
import { connectionBelow, initializeAsServer } from "../src/databases/sql-plugin.ts";
import { FrameworkError } from "../src/failure.ts";
import { planFilling, planRooms } from "../src/filling.ts";
import type { Framework } from "../src/frameworks/framework.ts";
import { CORE, findVersion, readInstalledVersion } from "../src/frameworks/packages.ts";
import { planMessages } from "../src/messages.ts";
import { Recorder } from "../src/recorder.ts";
import { findScenario, openSession } from "./workbench.ts";

const NAME = "ELIZA_BENCHMARK_DATABASE_URL";

test("the command line names a database, and in memory is the default", () => {
	const parse = (...args: string[]) =>
		parseOptions(["--scenarios", "all", "--output", "x", ...args]).database;
	assert.equal(parse(), "in-memory");
	assert.equal(parse("--database", "pglite"), "pglite");
	assert.throws(() => parse("--database", "mysql"), {
		name: "InputError",
		message: "--database takes in-memory, postgres, pglite, not 'mysql'",
	});
});

test("a server needs a URL, which is taken out of the environment", () => {
	const environment: Record<string, string | undefined> = { [NAME]: "postgres://u:secret@127.0.0.1:1/x" };
	assert.deepEqual(readAddress("postgres", environment), {
		kind: "postgres",
		url: "postgres://u:secret@127.0.0.1:1/x",
	});
	assert.deepEqual(environment, {});
	assert.deepEqual(readAddress("pglite", environment), { kind: "pglite" });
	assert.throws(() => readAddress("postgres", environment), {
		name: "InputError",
		message: new RegExp(NAME),
	});
});

/** A question, and the parameters that were given with it. */
type Asked = [string, unknown[] | undefined];

function answering(answers: (text: string) => Record<string, unknown>[]): { ask: Ask; asked: Asked[] } {
	const asked: Asked[] = [];
	const ask: Ask = async (text, values) => {
		asked.push([text, values]);
		return answers(text);
	};
	return { ask, asked };
}

test("all tables are emptied in one statement, whatever their names, and none is fine", async () => {
	const { ask, asked } = answering((text) =>
		text.startsWith("SELECT") ? [{ tablename: "agents" }, { tablename: 'a "table"' }] : [],
	);
	await clearTables(ask);
	assert.equal(asked.at(-1)?.[0], 'TRUNCATE public."agents", public."a ""table""" CASCADE');
	const empty = answering(() => []);
	await clearTables(empty.ask);
	assert.equal(empty.asked.length, 1);
	assert.equal(quote("x"), '"x"');
});

test("what the database says is wrong is the reason, in its own words", async () => {
	const ask = askBy(async () => ({ query: () => Promise.reject(new Error("relation is gone")) }));
	await assert.rejects(ask("SELECT 1"), { name: "FrameworkError", message: "relation is gone" });
	const unconnected = askBy(() => Promise.reject(new Error("no connection")));
	await assert.rejects(unconnected("SELECT 1"), { name: "FrameworkError", message: "no connection" });
});

const rows = { name: "history_3", idPrefix: "f0000000-0000-4000-8000-", count: 3, ageOfNewestMs: 1000 };

test("rows are put back only where all of them were saved, as old as if they were stored now", async () => {
	const database = (known: boolean, count: number) =>
		answering((text) => {
			if (text.includes("to_regclass")) return [{ known }];
			if (text.includes("count(*)")) return [{ rows: count }];
			return text.includes("information_schema")
				? [{ column_name: "id" }, { column_name: "created_at" }]
				: [];
		});
	for (const [known, count] of [
		[false, 0],
		[true, 2],
	] as const) {
		const { ask, asked } = database(known, count);
		assert.equal(await new SavedRows(ask).restore(rows), false);
		assert.ok(asked.every(([text]) => text.startsWith("SELECT")));
	}
	const { ask, asked } = database(true, 3);
	const started = Date.now();
	assert.equal(await new SavedRows(ask).restore(rows), true);
	const [text = "", values = []] = asked.at(-1) ?? [];
	assert.match(text, /^INSERT INTO public\.memories \("id", "created_at"\) SELECT "id", "created_at" \+ /);
	assert.match(text, /FROM eliza_benchmark\."history_3"$/);
	const age = started - Number(values[0]);
	assert.ok(age <= 1000 && age > 0, `${age} ms`);
});

test("rows are saved by the prefix of their ids, which is no text of a statement's own", async () => {
	const { ask, asked } = answering(() => []);
	await new SavedRows(ask).save(rows);
	assert.match(asked.at(-1)?.[0] ?? "", /LIKE 'f0000000-0000-4000-8000-%'$/);
	await assert.rejects(new SavedRows(ask).save({ ...rows, idPrefix: "x'; DROP" }), { name: "RangeError" });
});

/** A pool that has closed what was idle. */
function shrunkenPool(): Pool & { totalCount: number; taken: number; most: number } {
	const pool = {
		totalCount: 5,
		taken: 0,
		most: 0,
		async connect() {
			pool.taken++;
			pool.most = Math.max(pool.most, pool.taken);
			await null;
			pool.totalCount = Math.max(pool.totalCount, pool.taken);
			return { release: () => void pool.taken-- };
		},
	};
	return pool;
}

test("a pool is as large before a span as it was at its largest, and all its connections are free", async () => {
	const pool = shrunkenPool();
	const warmer = new PoolWarmer();
	await warmer.warm(pool);
	pool.totalCount = 2;
	pool.most = 0;
	await warmer.warm(pool);
	assert.deepEqual([pool.totalCount, pool.most, pool.taken], [5, 5, 0]);
	const broken = { totalCount: 1, connect: () => Promise.reject(new Error("server is gone")) };
	await assert.rejects(new PoolWarmer().warm(broken), { name: "FrameworkError", message: "server is gone" });
});

/** Gives one list after the other, and the readings of each process one after the other. */
function meterOf(lists: number[][], readings: Record<number, (number | null)[]>) {
	return startMeter(
		async () => lists.shift() ?? [],
		(pid) => readings[pid]?.shift() ?? null,
	);
}

test("a server's time is what its processes used in between, also those that began in between", async () => {
	const meter = await meterOf(
		[
			[1, 2],
			[1, 2, 3],
		],
		{ 1: [100, 150], 2: [40, 40], 3: [7] },
	);
	assert.equal(await meter.stop(), 57);
	const none = await meterOf([[], []], {});
	assert.equal(await none.stop(), 0);
});

test("a server's time is unknown where a process cannot be read, or has ended", async () => {
	for (const readings of [
		{ 1: [100, null] },
		{ 1: [null, 150] },
		{ 1: [100, 50] },
		{ 1: [100, 150], 2: [null] },
	] as Record<number, (number | null)[]>[]) {
		const meter = await meterOf([[1], 2 in readings ? [1, 2] : [1]], readings);
		assert.equal(await meter.stop(), null);
	}
	assert.equal(readProcessCpuNs(process.pid), null, "this is no process of a server");
	assert.equal(readProcessCpuNs(2 ** 30), null);
});

test("the work is over when nothing was done for 20 ms, and lasted until the last of it ended", async () => {
	const looks: Look[] = [
		{ busy: false, idleMs: 2 },
		{ busy: true, idleMs: 0 },
		{ busy: false, idleMs: 1 },
		{ busy: false, idleMs: 5 },
	];
	const { startedAt, lastWorkAt } = await waitUntilQuiet(
		async () => looks.shift() ?? { busy: false, idleMs: 25 },
	);
	assert.deepEqual(looks, []);
	assert.ok(lastWorkAt - startedAt > 20 && lastWorkAt < performance.now() - 20);
	// The first answer came late, as behind work of the same process.
	let answers = 0;
	await waitUntilQuiet(async () => {
		if (answers++ === 0) await new Promise((resolve) => setTimeout(resolve, 40));
		return { busy: false, idleMs: null };
	});
	assert.equal(answers, 2);
	for (const idleMs of [null, 1e6]) {
		const idle = await waitUntilQuiet(async () => ({ busy: false, idleMs }));
		assert.equal(idle.lastWorkAt, idle.startedAt);
		assert.ok(performance.now() - idle.startedAt >= 20, "what begins just after is not missed");
	}
	await assert.rejects(
		waitUntilQuiet(async () => ({ busy: true, idleMs: null }), 50),
		(error) => error instanceof FrameworkError && /still at work 0\.05 s after/.test(error.message),
	);
});

test("a runtime that is served from outside finds its tables and its agent", async () => {
	const steps: unknown[] = [];
	const step = (name: string) => async (given?: unknown) => void steps.push([name, given]);
	class DatabaseMigrationService {
		initializeWithDatabase = step("database");
		discoverAndRegisterPluginSchemas = (plugins: { name: string }[]) =>
			steps.push(["schemas", plugins.map(({ name }) => name)]);
		runAllPluginMigrations = step("migrations");
	}
	const adapter = { init: step("init"), db: "db", createAgent: step("agent") } as unknown as Adapter;
	const character = { name: "Bench", bio: ["one"], settings: { a: "b" } };
	const runtime = { agentId: "id", character, initialize: step("initialize") } as unknown as AgentRuntime;
	const exports = { plugin: { name: "sql", description: "" }, DatabaseMigrationService };
	await initializeAsServer(exports, runtime, adapter);
	assert.deepEqual(
		steps.map((done) => (done as unknown[])[0]),
		["init", "database", "schemas", "migrations", "agent", "initialize"],
	);
	assert.deepEqual(steps[1], ["database", "db"]);
	assert.deepEqual(steps[5], ["initialize", { skipMigrations: true }]);
	const [, agent] = steps[4] as [string, { id: string; name: string; createdAt: number; updatedAt: number }];
	assert.equal(agent.id, "id");
	assert.equal(agent.createdAt, agent.updatedAt);
});

test("the connection is below the adapter by the method that a version has", async () => {
	const both = { getRawConnection: () => "pool", getConnection: async () => "builder" };
	assert.equal(await connectionBelow(both as unknown as Adapter), "pool");
	assert.equal(await connectionBelow({ getConnection: async () => "pool" } as unknown as Adapter), "pool");
});

test("a database that lasts is filled by its own adapter once, and from what was saved after that", async () => {
	const { framework, contract } = await openSession();
	const scenario = findScenario(
		{ framework, contract } as Parameters<typeof findScenario>[0],
		"history-scaling-100",
	);
	const plan = planMessages(scenario, contract.fixtures);
	const seen: string[] = [];
	let saved = false;
	const lasting = {
		saved: {
			restore: async ({ name }: { name: string }) => {
				seen.push(`restore ${name} ${saved}`);
				return saved;
			},
			save: async ({ count }: { count: number }) => {
				seen.push(`save ${count}`);
				saved = true;
			},
		},
	};
	let stored = 0;
	const adapter = { createMemory() {}, getMemoryById() {}, getMemories() {} } as unknown as Adapter;
	adapter.createMemory = async () => {
		stored++;
		return contract.fixtures.agentId as never;
	};
	const agent = { adapter } as Parameters<typeof planFilling>[0];
	const on = (database: object) => ({ ...framework, database }) as unknown as Framework;
	const fill = async (database: object) => {
		const fillings = planFilling(agent, on(database), contract, scenario, plan, null);
		for (const filling of fillings) await filling();
	};
	await fill({ lasting });
	await fill({ lasting });
	assert.deepEqual(seen, ["restore history_100 false", "save 100", "restore history_100 true"]);
	assert.equal(stored, 100);
	await fill({ lasting: null });
	assert.equal(stored, 200, "in memory it is stored every time");
});

test("a database that lasts has all rooms of the records, and one in memory those of the messages", async () => {
	const session = await openSession();
	const { framework, contract } = session;
	const scenario = findScenario(session, "db-read-throughput");
	const plan = planMessages(scenario, contract.fixtures);
	assert.ok(scenario.database);
	const run = new DatabaseRun(contract, scenario, scenario.database, plan);
	assert.deepEqual(planRooms(plan, run, framework), plan);
	const lasting = { ...framework, database: { lasting: {} } } as unknown as Framework;
	assert.equal(planRooms(plan, run, lasting).rooms.length, scenario.database.rooms);
	assert.equal(planRooms(plan, null, lasting), plan);
	const { name, count } = run.seeded ?? assert.fail("nothing is seeded");
	assert.equal(name, `records_${scenario.database.records}_${scenario.database.rooms}`);
	assert.equal(count, scenario.database.records);
});

test("a version is found where a package does not show its manifest", () => {
	assert.equal(findVersion(CORE, createRequire(import.meta.url)), readInstalledVersion(CORE));
});

test("methods that only enclose others, or that ask no database, are no calls of the adapter", async () => {
	const { framework, contract } = await openSession();
	const scenario = findScenario(
		{ framework, contract } as Parameters<typeof findScenario>[0],
		"single-message",
	);
	class SqlAdapter {
		async withDatabase<T>(work: () => Promise<T>): Promise<T> {
			return await work();
		}
		tidy(name: string): string {
			return name;
		}
		async getRoom(): Promise<string> {
			return await this.withDatabase(async () => this.tidy("room"));
		}
	}
	const recorder = new Recorder(framework.core, contract, scenario);
	const adapter = new SqlAdapter();
	recorder.instrumentAdapter(adapter as unknown as Adapter);
	const send = recorder.wrapSender(async () => {
		assert.equal(await adapter.getRoom(), "room");
		return {};
	});
	await send({} as Parameters<typeof send>[0]);
	assert.deepEqual(recorder.adapterCalls, { get_room: 1 });
});

test("PGlite that no agent has made yet has nothing to settle and nothing to empty", async () => {
	const neverAsked = () => assert.fail("no agent was made");
	const plugin = { plugins: [], name: "stand-in", createAdapter: neverAsked, initialize: neverAsked };
	const pglite = new Pglite(plugin);
	assert.equal(await pglite.settle(), 0);
	await pglite.clear();
});
