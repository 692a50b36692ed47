// The real frameworks on real databases: what they store there, seen by PostgreSQL's own program.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Databases } from "../../orchestrator/database/databases.ts";
import { SHARED } from "../../orchestrator/files.ts";
import type { Verification } from "../../orchestrator/run/verify.ts";
import { RUNTIME_NAMES } from "../../orchestrator/runtimes/index.ts";
import { installTargets } from "../../orchestrator/targets/install.ts";
import { launchOf } from "../../orchestrator/targets/launch.ts";
import { parseTargets, resolveTargets } from "../../orchestrator/targets/select.ts";
import type { Target } from "../../shared/types.ts";
import { LIMIT_MS } from "../support/program.ts";
import { changedContract, measure, temporaryFolder, wordsOf } from "../support/real.ts";
import { TestServer } from "../support/server.ts";

const SILENT = () => {};
const VARIABLE = "ELIZA_BENCHMARK_DATABASE_URL";
const QUESTION = "Hello BenchmarkAgent, how are you?";
const ANSWER = "This is a fixed benchmark response.";
const IDS = [...RUNTIME_NAMES.map((runtime) => `${runtime}-postgres`), "typescript-pglite"];

let targets: Target[] = [];
let server: TestServer;
const found = new Map<string, Verification>();

before(
	async () => {
		const words = [...RUNTIME_NAMES.map((runtime) => `${runtime}+postgres`), "typescript+pglite"];
		({ targets } = await installTargets(await resolveTargets(parseTargets(words.join())), SILENT));
		server = await TestServer.start();
		const databases = await Databases.open({ logs: temporaryFolder, say: SILENT });
		const { verifications } = await measure({
			scenarios: "single-message,history-scaling-100,db-read-throughput",
			targets,
			verifyOnly: true,
			databases,
			shared: fewRecords(),
			// Python reads whole rooms, which takes minutes beside other tests.
			timeoutMs: LIMIT_MS / 2,
		}).finally(() => databases.close());
		for (const [scenario, cells] of verifications)
			for (const cell of cells) found.set(`${scenario} ${cell.target.id}`, cell);
	},
	{ timeout: LIMIT_MS },
);
after(() => server.stop());

/** Each is stored by itself, which takes minutes with ten thousand. A room still has more than are asked for. */
function fewRecords(): string {
	return changedContract("scenarios.json", (text) =>
		text.replaceAll(/"(records|operations)": 10000/g, '"$1": 500'),
	);
}

const cellOf = (scenario: string, id: string) =>
	found.get(`${scenario} ${id}`) ?? assert.fail(`no ${scenario} of ${id}`);

for (const id of IDS)
	test(`${id} answers and stores on a real database`, () => {
		const { judgement, ledger, records } = cellOf("single-message", id);
		assert.equal(judgement.status, "comparable", wordsOf(judgement.reasons));
		const traffic = records.at(-1)?.databaseTraffic;
		// PGlite is part of the process.
		if (id === "typescript-pglite") assert.equal(traffic, undefined);
		else {
			assert.ok((traffic?.messages?.byKind.INSERT ?? 0) >= 2, JSON.stringify(traffic));
			assert.equal(ledger?.databaseTraffic?.messages?.statements, traffic?.messages?.statements);
		}
	});

for (const runtime of RUNTIME_NAMES)
	test(`what ${runtime} stores is in PostgreSQL's own tables`, { timeout: LIMIT_MS }, async () => {
		const target = targets.find(({ id }) => id === `${runtime}-postgres`) ?? assert.fail();
		const url = await server.makeDatabase(runtime);
		const { file, args, env } = launchOf(target);
		const batch = ["--scenarios", "single-message", "--iterations", "2", "--warmup", "0", "--shared", SHARED];
		const output = ["--output", join(temporaryFolder(), "measurement.json")];
		const options = { env: { ...env, [VARIABLE]: url }, encoding: "utf8" } as const;
		const { status, stderr } = spawnSync(file, [...args, ...batch, ...output], options);
		assert.equal(status, 0, stderr);
		const texts = server.ask(url, "SELECT content->>'text' FROM public.memories ORDER BY 1");
		assert.deepEqual(texts, [QUESTION, ANSWER]);
		assert.deepEqual(server.ask(url, "SELECT count(DISTINCT room_id) FROM public.memories"), ["1"]);
	});

test("a history is read from the database, and the newest of it", () => {
	for (const id of IDS) {
		const { judgement, ledger } = cellOf("history-scaling-100", id);
		assert.ok(ledger, wordsOf(judgement.reasons));
		assert.equal(ledger.history.seeded, 100, id);
		assert.equal(ledger.history.newest, true, id);
	}
});

test("records are found again through every adapter, but for Python's reads by room", () => {
	for (const id of IDS) {
		const { judgement, ledger } = cellOf("db-read-throughput", id);
		assert.ok(ledger, wordsOf(judgement.reasons));
		const wrong = ledger.operations.filter(({ done, correct }) => done !== correct);
		const names = wrong.map(({ operation }) => operation);
		assert.deepEqual(names, id === "python-postgres" ? ["read_by_room", "read_by_room_via_runtime"] : [], id);
	}
});
