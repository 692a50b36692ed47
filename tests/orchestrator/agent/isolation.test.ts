// What a plugin can reach of the user's while its agent is measured: real processes, in whatever isolation this
// system lets us have.
import assert from "node:assert/strict";
import { once } from "node:events";
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { OwnScratch } from "../../../orchestrator/agent/enclosed-launch.ts";
import { listChanges, noteFolder } from "../../../orchestrator/agent/folder-state.ts";
import { type Enclosure, prepareIsolation } from "../../../orchestrator/agent/isolation.ts";
import { parseMounts, readOnlyMounts } from "../../../orchestrator/agent/mounts.ts";
import { enterNamespaces, waysOf } from "../../../orchestrator/agent/namespaces.ts";
import { makeScratch } from "../../../orchestrator/agent/scratch.ts";
import { ROOT } from "../../../orchestrator/files.ts";
import { parseState, readOptional } from "../../../orchestrator/machine/kernel.ts";
import { HarnessProcess } from "../../../orchestrator/process/harness-process.ts";
import { Log } from "../../../orchestrator/process/log.ts";
import { Watchdog } from "../../../orchestrator/process/watchdog.ts";
import { describeIsolation } from "../../../report/text/isolation.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "eliza-benchmark-isolation-")));
const watchdog = new Watchdog();
const project = join(folder, "project");
mkdirSync(project);
writeFileSync(join(project, "character.json"), "{}");
after(async () => {
	await watchdog.close();
	rmSync(folder, { recursive: true, force: true });
});

let made = 0;
function enclosure(environment: Record<string, string | undefined> = process.env): Enclosure {
	const run = join(folder, `run-${++made}`);
	mkdirSync(join(run, "measurements"), { recursive: true });
	return { scratch: makeScratch(join(run, "scratch"), environment), writable: [join(run, "measurements")] };
}

const isolation = await prepareIsolation(enclosure(), [project]);
const isCutOff = isolation.record.networkProblem === null;
const isLocked = isolation.record.filesProblem === null;

test("no process of an agent finds what another one has written, and all share what the engine compiled", () => {
	const root = join(folder, "own");
	const own = new OwnScratch(root, join(root, "engine"));
	const [one, other] = [own.make("with measure"), own.make("without measure")];
	writeFileSync(join(one.folder, "left.txt"), "");
	const next = own.make("with measure");
	assert.equal(new Set([one, other, next].map((scratch) => scratch.folder)).size, 3);
	assert.equal(new Set([one, other, next].map((scratch) => scratch.engine)).size, 1);
	assert.equal(one.folder.length, next.folder.length);
	assert.ok(!existsSync(one.root) && existsSync(join(other.folder, ".env")));
});

interface Outcome<T> {
	found: T;
	event: { pid: number; uid: number; cwd: string };
	place: Enclosure;
	running: HarnessProcess;
}

/** Runs a plugin's init, isolated, up to where it has said that it is done. */
async function runPlugin<T>(
	name: string,
	file: string,
	settings: Record<string, unknown> = {},
	place = enclosure(),
): Promise<Outcome<T>> {
	const log = new Log(join(place.scratch.root, "log"));
	const plugin = join(ROOT, "tests/fixtures/agents/plugins", name, "index.js");
	const program = { file: process.execPath, args: [join(ROOT, "tests/support/run-init.mjs")], env: {} };
	const launch = isolation.enclose(program, place);
	const running = new HarnessProcess({
		launch,
		args: [plugin, JSON.stringify(settings)],
		cwd: launch.cwd ?? ROOT,
		watchdog,
		stdin: "pipe",
		stdout: log,
		stderr: log,
		eventsFd: 3,
	});
	const { events } = running;
	assert.ok(events);
	const said = once(events, "data");
	assert.ok(await running.within(20_000, Promise.race([said, running.ended])));
	assert.equal(running.exit, null, readFileSync(join(place.scratch.root, "log"), "utf8"));
	const [line] = await said;
	const found = JSON.parse(readFileSync(join(place.scratch.folder, file), "utf8"));
	return { found, event: JSON.parse(String(line)), place, running };
}

test("the isolation is said in two sentences, whichever of it there is", () => {
	const words = describeIsolation(isolation.record);
	assert.match(words[0] ?? "", isCutOff ? /^cut off from the network/ : /^not cut off .*, because ./);
	assert.match(words[1] ?? "", isLocked ? /own folders only$/ : /wherever you can, because ./);
	assert.equal(isolation.record.startNs !== null, isCutOff);
	const none = { networkProblem: "x", hasLoopback: true, filesProblem: "y", startNs: null };
	assert.deepEqual(describeIsolation(none), [
		"not cut off from the network, because x",
		"could write wherever you can, because y",
	]);
});

test("a plugin reaches itself over the network, and neither the machine nor the world", async () => {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	try {
		const settings = { PORT_OF_THE_MACHINE: port };
		const { found, running } = await runPlugin<Record<string, string>>(
			"opens-sockets",
			"sockets.json",
			settings,
		);
		await running.kill();
		if (!isCutOff) return assert.equal(found.machine, "connected");
		assert.deepEqual(found, {
			...(isolation.record.hasLoopback ? { listens: "listening", itself: "connected" } : {}),
			machine: "ECONNREFUSED",
			outside: "ENETUNREACH",
			names: found.names,
		});
		assert.notEqual(found.names, "resolved");
	} finally {
		server.close();
	}
});

test("a plugin sees a few variables, and the user's keys are not among them", async () => {
	const environment = {
		...process.env,
		OPENAI_API_KEY: "sk-secret",
		XDG_CONFIG_HOME: "/x",
		NODE_OPTIONS: "--x",
	};
	const place = enclosure(environment);
	const { found, running } = await runPlugin<string[]>("reads-environment", "names-seen.json", {}, place);
	await running.kill();
	const allowed = ["PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ", "PWD", "SHLVL", "_", "OLDPWD"];
	const others = found.filter((name) => !allowed.includes(name));
	assert.deepEqual(others, ["BUN_RUNTIME_TRANSPILER_CACHE_PATH", "ELIZA_BENCHMARK_PROCESS"]);
	// Some parts of the framework look upwards for a file of keys, from the folder they work in.
	writeFileSync(join(folder, ".env"), "OPENAI_API_KEY=sk-secret\n");
	assert.equal(readFileSync(join(place.scratch.folder, ".env"), "utf8"), "");
});

test("a plugin writes into the run's folders, and nowhere else", async () => {
	const settings = { PROJECT_FOLDER: project };
	if (!isLocked) return assert.notEqual(isolation.record.filesProblem, "");
	const { found, running, place, event } = await runPlugin<Record<string, string>>(
		"writes-files",
		"written.json",
		settings,
	);
	await running.kill();
	assert.deepEqual(found, {
		current: "written",
		home: "written",
		account: "EROFS",
		temporary: "written",
		tmp: "EROFS",
		own: "EROFS",
		project: "EROFS",
	});
	assert.equal(event.cwd, place.scratch.folder);
	assert.equal(event.uid, process.getuid?.(), "it is the same user, not a root of its own");
	assert.deepEqual(noteFolder(project).size, 2);
});

test("an isolated process is the one that was started: signals stop, wake and end it with its children", async () => {
	interface Children {
		child: number;
		stranger: number;
	}
	const { found, running, event } = await runPlugin<Children>("starts-child", "children.json");
	assert.equal(event.pid, running.pid);
	const stateOf = (pid: number) => /^State:\t(\w)/m.exec(readOptional(`/proc/${pid}/status`) ?? "")?.[1];
	/** A busy machine takes its time. */
	const become = async (states: readonly string[]) => {
		const seen = () => [event.pid, found.child].slice(0, states.length).map(stateOf);
		for (let look = 0; look < 100 && seen().join() !== states.join(); look++) await sleep(20);
		assert.deepEqual(seen(), states);
	};
	running.signal("SIGSTOP");
	await become(["T", "T"]);
	running.signal("SIGCONT");
	await become(["S"]);
	running.stdin?.end();
	await running.ended;
	assert.deepEqual(running.exit, { code: 0, signal: null });
	assert.ok(running.leftBehind);
	const isGone = (pid: number) => parseState(readOptional(`/proc/${pid}/stat`))?.ended !== false;
	assert.ok(isGone(found.child), "the child that stayed in the group");
	// Outside a namespace nobody can tell whose it is.
	if (isCutOff) assert.ok(isGone(found.stranger), "the child that left group and environment");
	else process.kill(found.stranger, "SIGKILL");
});

test("a file system is made read-only with the options that it has, by the path that it has", () => {
	const lines = [
		"27 1 254:0 / / rw,relatime - ext4 /dev/vda rw",
		"28 27 0:21 / /proc rw,nosuid,nodev shared:5 - proc proc rw",
		"29 27 0:30 / /home/a\\040b rw,nosuid,nodev,relatime shared:1 master:2 - ext4 /dev/vdb rw",
		"30 27 0:31 / /cd ro,relatime - iso9660 /dev/sr0 ro",
		"31 27 0:32 / /twice ro,relatime - tmpfs a rw",
		"32 27 0:33 / /twice rw,noexec - tmpfs b rw",
		"",
	];
	assert.deepEqual(readOnlyMounts(parseMounts(lines.join("\n"))), [
		{ path: "/", options: "remount,bind,ro,relatime" },
		{ path: "/home/a b", options: "remount,bind,ro,nosuid,nodev,relatime" },
		{ path: "/twice", options: "remount,bind,ro,noexec" },
	]);
});

test("what goes into a namespace is a list of arguments, and the shell's script never changes", () => {
	const inside = { folder: "/a b", writable: ["/$(x)"], mounts: [], user: { uid: 7, gid: 8 } };
	const scripts = waysOf(0).map((way) => {
		const { file, args } = enterNamespaces({ file: "p", args: ["-q", "; x"] }, way, inside);
		assert.equal(file, "unshare");
		assert.deepEqual(args.slice(-3), ["p", "-q", "; x"]);
		assert.ok(args.includes("/a b"));
		return args[args.indexOf("-c") + 1];
	});
	assert.equal(new Set(scripts).size, 1);
	assert.equal(waysOf(0).length, 4);
	assert.ok(waysOf(1000).every(({ ownUsers }) => ownUsers));
});

test("a change in a folder that could not be locked is named, and reading is no change", async () => {
	const before = noteFolder(project);
	readFileSync(join(project, "character.json"));
	assert.deepEqual(listChanges(before, noteFolder(project)), []);
	await sleep(20);
	writeFileSync(join(project, "character.json"), "[]");
	writeFileSync(join(project, "new"), "");
	assert.deepEqual(listChanges(before, noteFolder(project)), [
		join(project, "character.json"),
		join(project, "new"),
	]);
	rmSync(join(project, "new"));
	assert.ok(existsSync(join(project, "character.json")));
});
