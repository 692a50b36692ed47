// A real PostgreSQL server: what it is, the databases on it, what is refused, and that nothing of it is left.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { ServerProcesses } from "../../../orchestrator/database/backends.ts";
import { type Address, urlOf, withConnection } from "../../../orchestrator/database/connection.ts";
import { Databases, type ProcessDatabase } from "../../../orchestrator/database/databases.ts";
import { examineServer, parseDatabaseUrl, withoutPassword } from "../../../orchestrator/database/given.ts";
import { ManagedServer, ServerProblem } from "../../../orchestrator/database/managed-server.ts";
import { packageState, setUpPackage } from "../../../orchestrator/database/package.ts";
import { serverUser } from "../../../orchestrator/database/reach.ts";
import { OwnServer } from "../../../orchestrator/database/server.ts";
import { UserError } from "../../../orchestrator/errors.ts";
import { parseState, readOptional } from "../../../orchestrator/machine/kernel.ts";
import { newFolder } from "../support/folders.ts";

const SILENT = () => {};
const COMMITS = "SHOW synchronous_commit";
const END_OUR_CONNECTION = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	WHERE application_name = 'eliza-benchmark-orchestrator' AND pid <> pg_backend_pid()`;
let own: OwnServer;
/** The same server, as a user would name it. */
let url: string;

before(async () => {
	own = await OwnServer.start(await setUpPackage(SILENT), join(newFolder(), "postgres.log"));
	url = urlOf(own.address, "postgres");
});
after(() => own.stop());

const ask = (database: string, sql: string) =>
	withConnection(own.address, database, async (client) => (await client.query(sql)).rows);
const ourDatabases = async () =>
	(await ask("postgres", "SELECT datname FROM pg_database WHERE datname LIKE 'eliza%' ORDER BY 1")).map(
		({ datname }) => datname as string,
	);

async function alone<T>(work: (databases: Databases) => Promise<T>): Promise<T> {
	const databases = await Databases.open({ logs: newFolder, say: SILENT });
	try {
		return await work(databases);
	} finally {
		await databases.close();
	}
}

/** Lets a client query a database, under a name. */
async function query(database: ProcessDatabase, name: string, ...statements: string[]): Promise<void> {
	const client = new pg.Client({
		connectionString: database.env.ELIZA_BENCHMARK_DATABASE_URL,
		application_name: name,
	});
	client.on("error", SILENT);
	await client.connect();
	for (const sql of statements) await client.query(sql);
	await client.end();
}

test("the package is set up once, whole, and says what it takes", async () => {
	const found = packageState();
	assert.ok(found.state === "there");
	assert.ok(found.bytes > 10e6, `${found.bytes} bytes`);
	let said = "";
	await setUpPackage((line) => {
		said += line;
	});
	assert.equal(said, "");
	assert.deepEqual(packageState(join(newFolder(), "absent")), { state: "absent" });
	assert.deepEqual(packageState(newFolder()), { state: "broken" });
});

test("the server is this run's alone: loopback, another user than root, no password, no entry", async () => {
	const [row] = await ask(
		"postgres",
		`SELECT current_setting('listen_addresses') AS at, current_setting('unix_socket_directories') AS sockets,
			current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
			current_setting('server_encoding') AS encoding, current_setting('max_connections')::int AS connections,
			(SELECT datcollate FROM pg_database WHERE datname = 'template1') AS collation`,
	);
	assert.deepEqual(row, {
		at: "127.0.0.1",
		sockets: "",
		fsync: "on",
		commit: "on",
		encoding: "UTF8",
		// Eight targets, two processes each, pools of 20 and a connection of the harness.
		connections: 8 * 2 * 21 + 10,
		collation: "C",
	});
	const status = readFileSync(`/proc/${own.pid}/status`, "utf8");
	const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
	assert.equal(uid, serverUser()?.uid ?? process.getuid?.());
	assert.notEqual(uid, 0);
	for (const password of ["", "wrong"])
		await assert.rejects(
			withConnection({ ...own.address, password }, "postgres", async () => {}),
			/password/,
		);
	const words = readFileSync(`/proc/${own.pid}/cmdline`, "utf8");
	assert.ok(!words.includes(own.address.password ?? "none"));
	assert.ok(!own.logTail().includes(own.address.password ?? "none"));
});

test("a table without a schema is made in public, though the harnesses have a schema of their own", async () => {
	await ask("postgres", "CREATE SCHEMA eliza_benchmark");
	try {
		assert.deepEqual(await ask("postgres", "SELECT current_schema() AS made_in"), [{ made_in: "public" }]);
	} finally {
		await ask("postgres", "DROP SCHEMA eliza_benchmark");
	}
});

test("a user's server is refused with one line, and no password is in it", async () => {
	const free = createServer().listen(0, "127.0.0.1");
	await new Promise((resolve) => free.once("listening", resolve));
	const { port } = free.address() as { port: number };
	await new Promise((resolve) => free.close(resolve));
	await ask("postgres", "CREATE ROLE poor LOGIN PASSWORD 'secret'");
	await ask("postgres", "CREATE DATABASE taken");
	await ask("taken", "CREATE TABLE mine (id integer)");
	const at = (change: Partial<Address>) => ({ ...own.address, ...change });
	for (const [address, words] of [
		[at({ port }), /cannot be used: .*ECONNREFUSED/],
		[at({ database: "nothing-there" }), /does not exist/],
		[at({ user: "poor", password: "secret" }), /does not let poor create databases/],
		[at({ database: "taken" }), /the database taken.* has 1 tables/],
	] as const)
		await assert.rejects(examineServer(address), (error) => {
			assert.ok(error instanceof UserError);
			assert.equal(error.exitCode, 2);
			assert.match(error.message, words);
			assert.doesNotMatch(error.message, /\n|secret/);
			return true;
		});
	for (const text of ["", "nothing", "http://me@host/db", "postgres://host/db", "postgres://me:%ff@host/db"])
		assert.throws(() => parseDatabaseUrl(text), UserError, text);
	assert.deepEqual(parseDatabaseUrl("postgresql://me:a%40b@[::1]/x%20y"), {
		host: "::1",
		port: 5432,
		user: "me",
		password: "a@b",
		database: "x y",
	});
	assert.equal(parseDatabaseUrl("postgres://me:p@h:1").database, "me");
	assert.equal(withoutPassword("postgres://me:secret@h:1/x?password=secret"), "postgres://me@h:1/x");
	await ask("postgres", "DROP DATABASE taken");
	await ask("postgres", "DROP ROLE poor");
});

test("a user's server without pgvector is refused with one line", async () => {
	const installed = await setUpPackage(SILENT);
	// Links take no room, and the server looks for its files beside its program.
	const root = join(newFolder(), "without-vector");
	execFileSync("cp", ["--archive", "--link", installed.root, root]);
	rmSync(join(root, installed.programs, "../share/postgresql/extension/vector.control"));
	const plain = await OwnServer.start({ ...installed, root }, join(newFolder(), "postgres.log"));
	try {
		await assert.rejects(examineServer({ ...plain.address, database: "postgres" }), (error) => {
			assert.ok(error instanceof UserError);
			assert.equal(error.exitCode, 2);
			assert.match(error.message, /^the server 127\.0\.0\.1:\d+, .* has no pgvector, .*$/);
			return true;
		});
	} finally {
		await plain.stop();
	}
});

test("on a user's server the run makes and drops its own databases, whatever happens to its connection", async () => {
	const databases = await Databases.open({ url, logs: newFolder, say: SILENT });
	assert.equal(databases.info.given, true);
	assert.match(databases.info.version, /^16\./);
	assert.deepEqual(
		{ fsync: databases.info.fsync, commit: databases.info.synchronousCommit },
		{ fsync: true, commit: "on" },
	);
	assert.ok(databases.info.sharedBuffersBytes >= 1e6);
	assert.ok(databases.info.commitNs > 1000 && databases.info.commitNs < 1e9, String(databases.info.commitNs));
	const database = await databases.make("a", async () => {}, false);
	// The processes of a server that another has started are found too.
	await withConnection(own.address, (await ourDatabases())[1] ?? "", async () => {
		assert.equal(database.listBackends()?.length, 1);
	});
	assert.equal((await ourDatabases()).length, 2);
	await ask("postgres", END_OUR_CONNECTION);
	assert.match((await database.serverProblem()) ?? "", /^the database server 127\.0\.0\.1:\d+ is lost: /);
	await databases.close();
	assert.deepEqual(await ourDatabases(), []);
});

test("a database that cannot be dropped is named, and keeps no other", async () => {
	const said: string[] = [];
	const databases = await Databases.open({ url, logs: newFolder, say: (line) => said.push(line) });
	await databases.make("a", async () => {}, false);
	const [kept = "", ...others] = (await ourDatabases()).toSorted();
	assert.equal(others.length, 1);
	await ask("postgres", `ALTER DATABASE ${kept} IS_TEMPLATE true`);
	try {
		await ask("postgres", END_OUR_CONNECTION);
		await databases.close();
		assert.deepEqual(await ourDatabases(), [kept]);
		assert.deepEqual(said, [`These databases could not be dropped: ${kept}`]);
	} finally {
		await ask("postgres", `ALTER DATABASE ${kept} IS_TEMPLATE false`);
		await ask("postgres", `DROP DATABASE ${kept}`);
	}
});

test("databases are copies of one that was filled once; a failed filling is tried again", async () => {
	const server = await ManagedServer.connect(own.address, null, "test");
	let filled = 0;
	const fill = async (to: string) => {
		filled++;
		if (filled === 1) throw new Error("not yet");
		const client = new pg.Client({ connectionString: to });
		await client.connect();
		assert.deepEqual((await client.query(COMMITS)).rows, [{ synchronous_commit: "off" }]);
		await client.query("CREATE TABLE memories AS SELECT generate_series(1, 5) AS id");
		await client.end();
	};
	await assert.rejects(server.template("a", fill), /not yet/);
	assert.deepEqual(await ourDatabases(), []);
	const [template, same] = await Promise.all([server.template("a", fill), server.template("a", fill)]);
	assert.equal(template, same);
	assert.equal(filled, 2);
	const [one, other] = await Promise.all([server.create(template), server.create(template)]);
	assert.deepEqual(await ask(one, COMMITS), [{ synchronous_commit: "on" }]);
	await ask(one, "DELETE FROM memories");
	assert.deepEqual(await ask(other, "SELECT count(*)::int AS count FROM memories"), [{ count: 5 }]);
	// Whoever is connected does not keep it from being dropped.
	await withConnection(own.address, one, () => server.drop(one));
	await assert.rejects(server.drop("postgres"), RangeError);
	await assert.rejects(server.create("nothing_there"), ServerProblem);
	assert.deepEqual(await server.close(), []);
	assert.deepEqual(await ourDatabases(), []);
});

test("between the markers, the framework's statements, rows and bytes are counted, and none of the harness", async () => {
	const databases = await Databases.open({ url, logs: newFolder, say: SILENT });
	const database = await databases.make("a", async () => {}, true);
	await query(database, "a framework", "CREATE TABLE memories (text text)");
	await query(database, "eliza-benchmark", "SELECT 'eliza-benchmark:messages'");
	const long = "x".repeat(200_000);
	const statements = [
		"BEGIN",
		`INSERT INTO memories VALUES ('${long}'), ('b')`,
		"SELECT * FROM memories",
		"COMMIT",
	];
	await Promise.all([
		query(database, "a framework", ...statements),
		query(database, "eliza-benchmark", "SELECT generate_series(1, 1000)"),
	]);
	await query(database, "eliza-benchmark", "SELECT 'eliza-benchmark:returned'");
	const { messages, afterwards } = database.traffic() ?? assert.fail();
	assert.deepEqual(messages?.byKind, { BEGIN: 1, INSERT: 1, SELECT: 1, COMMIT: 1 });
	assert.equal(messages?.statements, 4);
	assert.equal(messages?.rows, 2);
	for (const bytes of [messages?.bytesSent, messages?.bytesReceived])
		assert.ok(bytes !== undefined && bytes > long.length && bytes < long.length + 3000, String(bytes));
	assert.equal(afterwards, null);
	await database.drop();
	await databases.close();
});

test("a server without a free connection is refused in one line, and nothing is left on it", async () => {
	await ask("postgres", "CREATE ROLE narrow LOGIN CREATEDB PASSWORD 'secret' CONNECTION LIMIT 1");
	const narrow = urlOf({ ...own.address, user: "narrow", password: "secret" }, "postgres");
	await assert.rejects(Databases.open({ url: narrow, logs: newFolder, say: SILENT }), (error) => {
		assert.ok(error instanceof UserError);
		assert.equal(error.exitCode, 2);
		assert.match(error.message, /cannot be used: too many connections/);
		return true;
	});
	assert.deepEqual(await ourDatabases(), []);
	await ask("postgres", "DROP ROLE narrow");
});

test("a killed process of the server is a lost server, whose log says so", async () => {
	await alone(async (databases) => {
		const database = await databases.make("a", async () => {}, false);
		const client = new pg.Client({ connectionString: database.env.ELIZA_BENCHMARK_DATABASE_URL });
		client.on("error", SILENT);
		await client.connect();
		assert.equal(await database.serverProblem(), null);
		const backends = database.listBackends() ?? assert.fail();
		assert.equal(backends.length, 1);
		assert.ok((database.serverBytes() ?? 0) > 1e6);
		process.kill(Number(backends[0]), "SIGKILL");
		for (let look = 0; look < 100 && (await database.serverProblem()) === null; look++) await sleep(20);
		assert.match(
			(await database.serverProblem()) ?? "",
			/^the PostgreSQL server of this run is lost: .*its log ends: .*(terminat|recovery|redo|record length)/s,
		);
		await client.end().catch(SILENT);
	});
});

test("a server that has died is started again once; then its processes get its reason", async () => {
	const said: string[] = [];
	const databases = await Databases.open({ logs: newFolder, say: (line) => said.push(line) });
	const kill = async (database: ProcessDatabase) => {
		const pid = Number(parentOf(database));
		process.kill(pid, "SIGKILL");
		for (let look = 0; look < 100 && (await database.serverProblem()) === null; look++) await sleep(20);
	};
	const first = await databases.make("a", async () => {}, false);
	await kill(first);
	await first.drop();
	const [second, third] = await Promise.all([
		databases.make("a", async () => {}, false),
		databases.make("a", async () => {}, false),
	]);
	assert.notEqual(second.env.ELIZA_BENCHMARK_DATABASE_URL, third.env.ELIZA_BENCHMARK_DATABASE_URL);
	assert.equal(said.filter((line) => /killed by SIGKILL.*started again$/s.test(line)).length, 1, said.join());
	await kill(second);
	await assert.rejects(
		databases.make("a", async () => {}, false),
		(error) => error instanceof ServerProblem && /is lost: was killed by SIGKILL/.test(error.message),
	);
	await databases.close();
});

/** The server's own process, by one of its backends. */
function parentOf(database: ProcessDatabase): string {
	const port = new URL(database.env.ELIZA_BENCHMARK_DATABASE_URL ?? "").port;
	return (
		readdirSync("/proc").find((pid) => readOptional(`/proc/${pid}/cmdline`)?.includes(`\0port=${port}\0`)) ??
		assert.fail()
	);
}

test("when a server is stopped, no process and no folder of it is left", async () => {
	const { pid, children, folder } = await alone(async (databases) => {
		const database = await databases.make("a", async () => {}, false);
		const parent = Number(parentOf(database));
		const words = readFileSync(`/proc/${parent}/cmdline`, "utf8").split("\0");
		const list = readOptional(`/proc/${parent}/task/${parent}/children`)?.trim().split(" ") ?? [];
		return { pid: parent, children: list, folder: dirname(words[words.indexOf("-D") + 1] ?? "") };
	});
	assert.ok(children.length >= 5, children.join());
	for (const id of [String(pid), ...children])
		assert.ok(parseState(readOptional(`/proc/${id}/stat`))?.ended !== false, `${id} is alive`);
	assert.match(folder, /eliza-benchmark-postgres-/);
	assert.ok(!existsSync(folder), folder);
	assert.deepEqual(new ServerProcesses(pid).of("anything"), null);
});
