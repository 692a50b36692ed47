// Whole runs of a target on a database server: with a stub that keeps to the contract, and a real server.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Databases } from "../../orchestrator/database/databases.ts";
import { setUpPackage } from "../../orchestrator/database/package.ts";
import { ROOT, readJson } from "../../orchestrator/files.ts";
import { readOptional } from "../../orchestrator/machine/kernel.ts";
import { benchmarkResult, runFile } from "../../shared/types.ts";
import { LIMIT_MS } from "../support/program.ts";
import { measure, wordsOf } from "../support/real.ts";
import { NO_MOUNTS, onDisk } from "../support/small-disk.ts";
import { stubLaunch, stubTarget } from "../support/stub-target.ts";

const SILENT = () => {};
const SCRIPT = fileURLToPath(new URL("../support/database-run.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-database-"));
before(() => setUpPackage(SILENT));
after(() => rmSync(folder, { recursive: true, force: true }));

const memory = stubTarget("memory", false);
const server = stubTarget("server", true);

test("every process on a server starts from a copy, and the run says what the server is and did", {
	timeout: LIMIT_MS,
}, async () => {
	const databases = await Databases.open({ logs: () => folder, say: SILENT });
	const outcome = await measure({
		scenarios: "single-message,history-scaling-100",
		targets: [memory, server],
		settings: { aa: true },
		iterations: 2,
		warmup: 1,
		launch: stubLaunch,
		databases,
	}).finally(() => databases.close());
	const record = readJson(join(outcome.folder, "run.json"), runFile, "run file");
	assert.deepEqual(record.databaseServer, databases.info);
	const cells = outcome.comparison?.scenarios.map(({ cells: row }) =>
		Object.values(row).map(({ status, reasons }) => `${status} ${wordsOf(reasons)}`.trim()),
	);
	assert.deepEqual(cells?.flat(), Array(4).fill("comparable"));
	for (const row of record.processes) {
		const log = readFileSync(join(outcome.folder, row.log), "utf8");
		assert.equal(row.problem, null);
		if (row.target === "memory") {
			assert.equal(log, "");
			assert.equal(row.databaseTraffic, undefined);
			assert.equal(row.databaseServerBytes, undefined);
			continue;
		}
		assert.doesNotMatch(log, /made|one by one/, row.log);
		assert.match(log, /^tables found, history copied$/m, row.log);
		if (row.role === "verify") {
			const { messages, afterwards } = row.databaseTraffic ?? assert.fail();
			assert.deepEqual(messages?.byKind, { BEGIN: 1, INSERT: 1, SELECT: 1, COMMIT: 1 });
			assert.equal(messages?.rows, 1);
			assert.deepEqual(afterwards?.byKind, { UPDATE: 1 });
		} else {
			assert.equal(row.databaseTraffic, undefined);
			assert.ok((row.databaseServerBytes ?? 0) > 1e6, String(row.databaseServerBytes));
			assert.notEqual(row.monitor?.foreignCpuNs ?? null, null);
		}
	}
	// Beside other work a block may be repeated.
	const counted = record.processes.filter(({ target, superseded }) => target === "server" && !superseded);
	const roles = counted.map(({ role }) => role);
	assert.deepEqual(roles.toSorted(), ["aa", "aa", "measure", "measure", "verify", "verify"]);
	const template = (scenario: string) =>
		readOptional(join(outcome.folder, `logs/${scenario}/server.template.log`)) ?? "";
	assert.match(template("single-message"), /^tables made, history stored one by one$/m);
	assert.match(template("history-scaling-100"), /^tables made, history stored one by one$/m);
	const result = readJson(join(outcome.folder, "server.json"), benchmarkResult, "result");
	assert.equal(result.database_server?.commit_ns, databases.info.commitNs);
	const other = readJson(join(outcome.folder, "memory.json"), benchmarkResult, "result");
	assert.equal(other.database_server, undefined);
	const secret = /postgres:\/\/[^@\s]*:[^@\s]*@/;
	for (const name of readdirSync(outcome.folder, { recursive: true, encoding: "utf8" }))
		if (/\.(json|log)$/.test(name))
			assert.doesNotMatch(readFileSync(join(outcome.folder, name), "utf8"), secret);
});

test("a framework that raises while its tables are made is unsupported, with its own words", {
	timeout: LIMIT_MS,
}, async () => {
	const databases = await Databases.open({ logs: () => folder, say: SILENT });
	const outcome = await measure({
		scenarios: "single-message",
		targets: [memory, server],
		iterations: 1,
		warmup: 0,
		launch: (target) => {
			const launch = stubLaunch(target);
			return { ...launch, args: [...launch.args, "--database-fault", "raises"] };
		},
		databases,
	}).finally(() => databases.close());
	const [scenario] = outcome.comparison?.scenarios ?? [];
	assert.equal(scenario?.cells.memory?.status, "comparable");
	assert.equal(scenario?.cells.server?.status, "unsupported");
	assert.match(wordsOf(scenario?.cells.server?.reasons), /no such table as the framework wants/);
});

interface Run {
	child: ChildProcess;
	/** The run's folder for temporary files. */
	temporary: string;
	stderr: () => string;
	stdout: () => string;
}

function start(temporary: string, prefix: readonly string[] = []): Run {
	const command = [process.execPath, "--import", "tsx", SCRIPT, temporary];
	const [file = "", ...args] = [...prefix, ...command];
	const child = spawn(file, args, {
		cwd: ROOT,
		env: { ...process.env, TMPDIR: temporary },
		stdio: ["ignore", "pipe", "pipe"],
	});
	const texts = { out: "", err: "" };
	child.stdout?.setEncoding("utf8").on("data", (text: string) => {
		texts.out += text;
	});
	child.stderr?.setEncoding("utf8").on("data", (text: string) => {
		texts.err += text;
	});
	return { child, temporary, stdout: () => texts.out, stderr: () => texts.err };
}

/** A folder that the server's user can enter too. */
function openFolder(): string {
	const made = mkdtempSync(join("/tmp", "eliza-benchmark-database-tmp-"));
	chmodSync(made, 0o755);
	return made;
}

/** The living processes of PostgreSQL, by command line and title, that name a folder or its port. */
function serversOf(port: string): string[] {
	return readdirSync("/proc").filter((pid) => {
		if (!/^\d+$/.test(pid)) return false;
		const words = readOptional(`/proc/${pid}/cmdline`) ?? "";
		return words.includes(`port=${port}`) || (words.startsWith("postgres: ") && parentPort(pid) === port);
	});
}

function parentPort(pid: string): string | undefined {
	const parent = /^PPid:\s+(\d+)$/m.exec(readOptional(`/proc/${pid}/status`) ?? "")?.[1];
	return /\0port=(\d+)\0/.exec(readOptional(`/proc/${parent}/cmdline`) ?? "")?.[1];
}

/** Waits until a process of the stub measures on the server. @returns the server's port */
async function portOf({ child, temporary, stderr }: Run): Promise<string> {
	for (let look = 0; look < 600; look++) {
		assert.equal(child.exitCode, null, stderr());
		const runs = readdirSync(temporary).filter((name) => name.startsWith("eliza-benchmark-test-"));
		const [log = ""] = runs.map((name) => join(temporary, name, "logs/single-message/server.measure-1.log"));
		if (readOptional(log)?.includes("copied"))
			for (const pid of readdirSync("/proc")) {
				const environment = readOptional(`/proc/${pid}/environ`) ?? "";
				const port = /ELIZA_BENCHMARK_DATABASE_URL=[^\0]*@127\.0\.0\.1:(\d+)\//.exec(environment)?.[1];
				if (port !== undefined && environment.includes(`TMPDIR=${temporary}`)) return port;
			}
		await sleep(50);
	}
	return assert.fail(stderr());
}

for (const [signal, status] of [
	["SIGKILL", null],
	["SIGINT", 0],
] as const)
	test(`after ${signal} in the middle of a run no process and no folder of the server is left`, {
		timeout: LIMIT_MS,
	}, async () => {
		const run = start(openFolder());
		const exited = once(run.child, "exit");
		const port = await portOf(run);
		assert.ok(serversOf(port).length >= 5);
		run.child.kill(signal);
		const [code] = await exited;
		assert.equal(code, status, run.stderr());
		for (let look = 0; look < 100 && serversOf(port).length > 0; look++) await sleep(50);
		assert.deepEqual(serversOf(port), []);
		const listLeft = () =>
			readdirSync(run.temporary).filter((name) => name.startsWith("eliza-benchmark-postgres-"));
		for (let look = 0; look < 100 && listLeft().length > 0; look++) await sleep(50);
		assert.deepEqual(listLeft(), []);
		rmSync(run.temporary, { recursive: true });
	});

test("a server that dies costs its own targets a block, the others nothing", {
	timeout: LIMIT_MS,
}, async () => {
	const run = start(openFolder());
	const exited = once(run.child, "exit");
	const port = await portOf(run);
	const postmaster = serversOf(port).find((pid) =>
		readOptional(`/proc/${pid}/cmdline`)?.includes(`port=${port}`),
	);
	process.kill(Number(postmaster), "SIGKILL");
	while (!run.stderr().includes("started again")) {
		assert.equal(run.child.exitCode, null, run.stderr());
		await sleep(50);
	}
	assert.notEqual(await portOf(run), port);
	run.child.kill("SIGINT");
	await exited;
	const [name = ""] = readdirSync(run.temporary).filter((entry) => entry.startsWith("eliza-benchmark-test-"));
	const { processes } = readJson(join(run.temporary, name, "run.json"), runFile, "run file");
	const lost = processes.filter(({ problem }) => problem !== null);
	assert.ok(lost.length >= 1, JSON.stringify(lost));
	for (const { target, problem, failure } of lost) {
		assert.equal(target, "server");
		assert.equal(failure, null);
		assert.match(
			problem ?? "",
			/^the PostgreSQL server of this run is lost: was killed by SIGKILL; its log ends: /,
		);
		assert.doesNotMatch(problem ?? "", /\n/);
	}
	rmSync(run.temporary, { recursive: true });
});

test("a disk without room for the server is one line, and nothing is left running", {
	timeout: LIMIT_MS,
	skip: NO_MOUNTS,
}, async () => {
	const disk = openFolder();
	const run = start(disk, onDisk(disk, 8192, []).flat());
	await once(run.child, "exit");
	const { error } = JSON.parse(run.stdout());
	assert.match(error, /^the PostgreSQL server cannot be (set up|started).*No space left on device/);
	assert.doesNotMatch(error, /\n/);
	rmSync(disk, { recursive: true });
});
