// The machine and the other runs on it: users without rights, containers, slow models, a run beside another.
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ROOT, readJson } from "../../orchestrator/files.ts";
import { runFile } from "../../shared/types.ts";
import { copySources } from "../support/copy.ts";
import { LIMIT_MS, RUN } from "../support/program.ts";

const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-surroundings-"));
chmodSync(folder, 0o755);
after(() => rmSync(folder, { recursive: true, force: true }));

const IS_ROOT = process.getuid?.() === 0;
const NOBODY = 65534;
/** Processes are counted anew, and the command is the first of them. */
const CONTAINER = ["unshare", ...(IS_ROOT ? [] : ["-r"]), "--pid", "--fork", "--mount-proc"];
const NO_CONTAINERS =
	spawnSync(CONTAINER[0] ?? "", [...CONTAINER.slice(1), "true"]).status === 0
		? false
		: "this system allows no namespaces: `unshare` is refused";
const SMALL = ["--targets", "rust", "--scenarios", "single-message", "--blocks", "2", "--observe", "0"];

const clone = join(folder, "clone");

before(() => {
	const origin = join(folder, "origin");
	copySources(origin);
	const git = (...words: string[]) => execFileSync("git", ["-C", origin, ...words], { stdio: "ignore" });
	git("init");
	git("add", "--all");
	git("-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "--message", "all");
	execFileSync("git", ["clone", "--quiet", "-c", "core.autocrlf=true", origin, clone]);
	if (IS_ROOT) execFileSync("chown", ["-R", `${NOBODY}:${NOBODY}`, clone]);
});

/** The command as a user without rights runs it. */
function asNobody(command: readonly string[]): string[] {
	const rights = ["--reuid", String(NOBODY), "--regid", String(NOBODY), "--clear-groups"];
	return IS_ROOT ? ["setpriv", ...rights, ...command] : [...command];
}

test("a fresh clone with other line endings works without root, a home, a temporary folder, on one processor", {
	timeout: LIMIT_MS,
}, () => {
	const words = ["verify", "--targets", "typescript", "--scenarios", "single-message"];
	const [file = "", ...args] = asNobody([
		"taskset",
		"-c",
		"0",
		join(clone, "run.sh"),
		...words,
		"--output",
		join(clone, "results/first"),
	]);
	const { PATH } = process.env;
	const { status, stdout, stderr } = spawnSync(file, args, {
		cwd: "/",
		encoding: "utf8",
		env: { ...process.env, PATH, HOME: "/nonexistent", TMPDIR: "/gone" },
	});
	assert.equal(status, 0, stderr);
	assert.match(stdout, /comparable/);
	// Without a compiler in this user's reach, that is said in one line.
	const rust = asNobody([join(clone, "run.sh"), ...words.with(2, "rust")]);
	const missing = spawnSync(rust[0] ?? "", rust.slice(1), {
		cwd: "/",
		encoding: "utf8",
		env: { ...process.env, PATH: "/usr/bin:/bin", HOME: "/nonexistent", TMPDIR: "/gone" },
	});
	if (missing.status !== 0) {
		assert.equal(missing.status, 2, missing.stderr);
		assert.equal(missing.stderr.trimEnd().split("\n").length, 1, missing.stderr);
		assert.match(missing.stderr, /^error: the target rust needs Rust/);
	}
});

test("a home folder that is named from where the user is means the same to every tool", () => {
	const script = 'source "$0/orchestrator/bootstrap.sh"; bootstrap "$0" prod; echo "$HOME"';
	const [file, args] = ["bash", ["-euo", "pipefail", "-c", script, ROOT]] as const;
	for (const [home, meant] of [
		["mine", join(folder, "mine")],
		["/absolute", "/absolute"],
		["", ""],
	]) {
		const options = { cwd: folder, encoding: "utf8", env: { ...process.env, HOME: home } } as const;
		assert.equal(execFileSync(file, args, options), `${meant}\n`);
	}
});

test("as the first process of a container it hears a signal, in a set-up and in a run", {
	timeout: LIMIT_MS,
	skip: NO_CONTAINERS,
}, async () => {
	/** Ends it as `docker stop` does. */
	const stopAfter = async (text: string, command: readonly string[]) => {
		const [file = "", ...args] = [...CONTAINER, ...command];
		const child: ChildProcess = spawn(file, args, { stdio: ["ignore", "ignore", "pipe"] });
		let seen = "";
		await new Promise<void>((resolve, reject) => {
			child.stderr?.on("data", (chunk) => {
				seen += chunk;
				if (seen.includes(text)) resolve();
			});
			child.once("exit", () => reject(new Error(`ended early: ${seen}`)));
		});
		const inside = execFileSync("pgrep", ["-P", String(child.pid)], { encoding: "utf8" }).trim();
		const from = performance.now();
		process.kill(Number(inside), "SIGTERM");
		const [status] = await once(child, "exit");
		return { status, seconds: (performance.now() - from) / 1000, seen };
	};
	const fresh = join(folder, "fresh");
	execFileSync("git", ["clone", "--quiet", join(folder, "origin"), fresh]);
	const packages = await stopAfter("Setting up the orchestrator", [join(fresh, "run.sh"), "list"]);
	assert.equal(packages.status, 130, packages.seen);
	assert.ok(packages.seconds < 1, `${packages.seconds} s`);
	const output = join(folder, "first-process");
	const words = [...SMALL.with(5, "400"), "--output", output];
	const run = await stopAfter("Results go to", [RUN, ...words]);
	assert.equal(run.status, 130, run.seen);
	assert.equal(readJson(join(output, "run.json"), runFile, "run file").status, "interrupted");
});

test("a second run waits for the first, also from another container, and says for which process", {
	timeout: LIMIT_MS,
}, async () => {
	const { ELIZA_BENCHMARK_BESIDE: _, ...env } = process.env;
	// A machine's turn is that of a user's temporary files, so that other tests do not wait here.
	const turns = { ...env, TMPDIR: mkdtempSync(join(folder, "turns-")) };
	const begin = (name: string, blocks: string, command: readonly string[] = []) => {
		const [file = "", ...args] = [...command, RUN, ...SMALL.with(5, blocks), "--output", join(folder, name)];
		const child: ChildProcess = spawn(file, args, { env: turns, stdio: ["ignore", "ignore", "pipe"] });
		const said = { text: "" };
		child.stderr?.on("data", (chunk) => {
			said.text += chunk;
		});
		return { child, said, ended: once(child, "exit") };
	};
	const first = begin("first", "300");
	await once(first.child.stderr as NodeJS.ReadableStream, "data");
	while (!first.said.text.includes("Results go to"))
		await once(first.child.stderr as NodeJS.ReadableStream, "data");
	const second = begin("second", "1");
	const third = NO_CONTAINERS === false ? begin("third", "1", CONTAINER) : null;
	const isWaiting = ({ said }: typeof second) => said.text.includes("waiting for its end");
	while (!isWaiting(second)) await once(second.child.stderr as NodeJS.ReadableStream, "data");
	while (third && !isWaiting(third)) await once(third.child.stderr as NodeJS.ReadableStream, "data");
	assert.match(second.said.text, new RegExp(`Another run \\(process ${first.child.pid}\\) measures`));
	const beside = spawnSync(RUN, [...SMALL, "--beside", "--output", join(folder, "beside")], { env: turns });
	assert.equal(beside.status, 0);
	assert.equal(first.child.exitCode, null, "the first run was over too early to show anything");
	first.child.kill("SIGINT");
	assert.deepEqual(await first.ended, [130, null]);
	assert.deepEqual(await second.ended, [0, null], second.said.text);
	if (third) assert.deepEqual(await third.ended, [0, null], third.said.text);
});

test("a model that takes longer than the time limit is no harness that hangs", { timeout: LIMIT_MS }, () => {
	const output = join(folder, "delayed");
	const delayed = ["--timeout", "1", "--model-delay-ms", "1200", "--iterations", "1", "--warmup", "0"];
	const targets = ["--targets", "all", "--scenarios", "single-message", "--blocks", "1", "--observe", "0"];
	const { status, stderr } = spawnSync(RUN, [...targets, ...delayed, "--output", output], {
		encoding: "utf8",
	});
	assert.equal(status, 0, stderr);
	const { processes } = readJson(join(output, "run.json"), runFile, "run file");
	assert.ok(processes.length >= 6 && processes.every(({ problem, failure }) => !problem && !failure));
	assert.ok(readFileSync(join(output, "comparison.json"), "utf8").includes('"comparable"'));
});

test("folders for temporary files that take none are passed over", { timeout: LIMIT_MS }, () => {
	const words = ["verify", "--targets", "rust", "--scenarios", "single-message"];
	const run = (file: string, args: readonly string[], added: Record<string, string> = {}) => {
		const { TMPDIR: _, ...env } = process.env;
		const options = { encoding: "utf8", env: { ...env, ...added }, timeout: 60_000 } as const;
		const { status, stderr } = spawnSync(file, args, options);
		assert.equal(status, 0, stderr);
	};
	for (const place of ["/gone", "/proc", "/etc/passwd", "relative"]) run(RUN, words, { TMPDIR: place });
	run(RUN, words, { TMP: "/proc", TEMP: "/gone" });
	// A repository below it would be hidden.
	if (!IS_ROOT || NO_CONTAINERS !== false || ROOT.startsWith("/tmp/")) return;
	const readOnly = 'mount -t tmpfs -o ro none /tmp && exec "$@"';
	run("unshare", ["--mount", "sh", "-c", readOnly, "sh", RUN, ...words]);
});

test("a folder that is gone, and a toolchain that hangs, are one line", { timeout: LIMIT_MS }, () => {
	const gone = 'cd "$1" && rmdir "$1" && shift && exec "$@"';
	const place = mkdtempSync(join(folder, "gone-"));
	const lost = spawnSync("sh", ["-c", gone, "sh", place, RUN, "list"], { encoding: "utf8" });
	assert.equal(lost.status, 2, lost.stderr);
	assert.match(lost.stderr, /^error: the folder that you are in is gone[^\n]*\n$/m);
	assert.doesNotMatch(lost.stderr, /\n\s+at /);
	const hanging = join(folder, "hanging");
	mkdirSync(hanging);
	writeFileSync(join(hanging, "cargo"), "#!/bin/sh\nsleep 1234\n", { mode: 0o755 });
	const env = { ...process.env, PATH: `${hanging}:${process.env.PATH}` };
	const words = ["verify", "--targets", "rust", "--scenarios", "single-message"];
	const { status, stderr } = spawnSync(RUN, words, { encoding: "utf8", env, timeout: 60_000 });
	assert.equal(status, 2, stderr);
	assert.match(stderr, /^error: the target rust needs Rust [^\n]* \(cargo gives no answer\)[^\n]*\n$/);
});

test("functions that a user's shell exports do not stand in for the shell's own words", {
	timeout: LIMIT_MS,
}, () => {
	const foreign = { "BASH_FUNC_cd%%": "() { echo another; }", "BASH_FUNC_pwd%%": "() { echo another; }" };
	const { status, stderr } = spawnSync(RUN, ["list"], {
		encoding: "utf8",
		env: { ...process.env, ...foreign },
	});
	assert.equal(status, 0, stderr);
	assert.equal(stderr, "", "nothing was set up anew");
});
