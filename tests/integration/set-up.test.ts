// A set-up is whole or it is done again, whatever cut it short, and whatever the user's own settings say.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "../../orchestrator/files.ts";
import { copyRepository, copySources } from "../support/copy.ts";
import { processesOn } from "../support/processes.ts";
import { LIMIT_MS, startProgramUntil } from "../support/program.ts";

const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-set-up-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A path that shells, URLs and globs would read in another way. */
const copy = join(folder, "a copy #1 [100%]");
const run = join(copy, "run.sh");
const VERIFY = ["verify", "--scenarios", "single-message"];

before(() => copyRepository(copy, ["typescript", "python", "rust"]));

function runProgram(words: readonly string[], { env = {}, file = run, cwd = tmpdir() } = {}) {
	const { status, stdout, stderr } = spawnSync(file, words, {
		cwd,
		encoding: "utf8",
		env: { ...process.env, ...env },
	});
	return { status, stdout, stderr, said: stdout + stderr };
}

function verify(targets: string, options: Parameters<typeof runProgram>[1] = {}): string {
	const { status, said } = runProgram([...VERIFY, "--targets", targets], options);
	assert.equal(status, 0, said);
	return said;
}

const setUpsIn = (said: string) => [...said.matchAll(/^Setting up (\S+)/gm)].map(([, name]) => name);

/** Starts a command that sets something up, and interrupts it there. */
async function interrupt(
	words: readonly string[],
	{ after: text, pause, signal }: { after: string; pause: number; signal: NodeJS.Signals },
): Promise<{ status: number | null; seconds: number }> {
	const child = await startProgramUntil(text, words, { file: run, cwd: tmpdir() });
	await sleep(pause);
	const from = performance.now();
	child.kill(signal);
	const [status] = await once(child, "exit");
	return { status, seconds: (performance.now() - from) / 1000 };
}

test("the program works from any folder, by a link, and in a path with characters of shells and URLs", {
	timeout: LIMIT_MS,
}, () => {
	const elsewhere = mkdtempSync(join(folder, "elsewhere-"));
	writeFileSync(join(elsewhere, "tsconfig.json"), '{ "extends": "./nothing.json", "compilerOptions": {');
	writeFileSync(join(elsewhere, "rust-toolchain.toml"), '[toolchain]\nchannel = "1.0.0"\n');
	writeFileSync(join(elsewhere, ".python-version"), "2.7.18\n");
	symlinkSync(run, join(elsewhere, "bench"));
	symlinkSync("bench", join(elsewhere, "bench-again"));
	const options = { file: "./bench-again", cwd: elsewhere, env: { CDPATH: "/:/usr" } };
	assert.deepEqual(setUpsIn(verify("all", options)), []);
});

test("a path that a toolchain does not take is one line that names the character", {
	timeout: LIMIT_MS,
}, () => {
	for (const [name, word] of [
		["a question?", "a question mark"],
		["back\\slash", "a backslash"],
		["two\nlines", "a line break"],
		["a:colon", "a colon"],
	] as const) {
		const place = join(folder, name);
		copySources(place);
		if (name.includes(":"))
			for (const path of ["node_modules", ".cache/bootstrap"])
				cpSync(join(ROOT, path), join(place, path), { recursive: true, verbatimSymlinks: true });
		const words = [...VERIFY, "--targets", "python"];
		const { status, stdout, stderr } = runProgram(words, { file: join(place, "run.sh") });
		assert.equal(status, 2, stderr);
		const errors = (stdout + stderr).split("\n").filter((line) => line.startsWith("error: "));
		assert.equal(errors.length, 1, stderr);
		assert.match(errors[0] ?? "", new RegExp(`a folder whose path has ${word}`));
		rmSync(place, { recursive: true });
	}
});

test("a set-up that is interrupted or killed leaves no process, is not believed, and is done again", {
	timeout: LIMIT_MS,
}, async () => {
	rmSync(join(copy, "python/.venv"), { recursive: true });
	const output = join(folder, "cut");
	const words = [...VERIFY, "--targets", "python", "--output", output];
	for (const signal of ["SIGINT", "SIGHUP", "SIGKILL"] as const) {
		const { status, seconds } = await interrupt(words, { after: "Setting up python", pause: 3000, signal });
		assert.equal(status, signal === "SIGKILL" ? null : 130);
		assert.ok(seconds < 1, `${signal} took ${seconds} s`);
		for (let waited = 0; processesOn(join(copy, "python")).length > 0 && waited < 1000; waited += 100)
			await sleep(100);
		assert.deepEqual(processesOn(join(copy, "python")), [], signal);
		// A folder in which nothing was measured goes with the run. One with nothing but a dead lock is empty.
		assert.deepEqual(existsSync(output) ? readdirSync(output) : [], signal === "SIGKILL" ? ["run.lock"] : []);
	}
	const { said } = runProgram(["doctor", "--no-probe"]);
	assert.match(said, /python: .* harness not set up yet/);
	assert.match(said, /typescript: .* harness set up/);
	const again = runProgram(words);
	assert.equal(again.status, 0, again.said);
	assert.deepEqual(setUpsIn(again.said), ["python"]);
});

test("packages that are gone, or came back in part, are installed again", { timeout: LIMIT_MS }, () => {
	rmSync(join(copy, "node_modules/zod"), { recursive: true });
	// The stamps of a cache without what they stand for, or with half of it.
	rmSync(join(copy, "typescript/node_modules/@elizaos"), { recursive: true });
	const packages = join(copy, "python/.venv/lib", readdirSync(join(copy, "python/.venv/lib"))[0] ?? "");
	rmSync(join(packages, "site-packages/elizaos"), { recursive: true });
	assert.deepEqual(setUpsIn(verify("all")).toSorted(), ["python", "the", "typescript"]);
	assert.deepEqual(setUpsIn(verify("all")), []);
	assert.deepEqual(
		readdirSync(copy).filter((name) => name.startsWith(".node_modules")),
		[],
	);
});

test("another interpreter means a new set-up, and settings of the user's own tools change neither what is set up nor where", {
	timeout: LIMIT_MS,
}, () => {
	const theirs = mkdtempSync(join(folder, "theirs-"));
	const home = mkdtempSync(join(folder, "home-"));
	mkdirSync(join(home, ".cargo"));
	const broken = "from nowhere import nothing\n";
	writeFileSync(join(theirs, "sitecustomize.py"), broken);
	writeFileSync(join(theirs, "hook.cjs"), 'throw new Error("the user\'s own hook");\n');
	const env = {
		PYTHONPATH: theirs,
		PYTHONHOME: "",
		PYTHONSTARTUP: join(theirs, "sitecustomize.py"),
		PIP_TARGET: join(theirs, "pip"),
		PIP_USER: "1",
		PIP_NO_BINARY: ":all:",
		PIP_REQUIRE_VIRTUALENV: "0",
		NODE_OPTIONS: `--require ${join(theirs, "hook.cjs")}`,
		NODE_ENV: "production",
		NODE_PATH: theirs,
		npm_config_omit: "optional",
		npm_config_global: "true",
		npm_config_prefix: join(theirs, "npm"),
		npm_config_dry_run: "true",
		BUN_OPTIONS: `--preload ${join(theirs, "hook.cjs")}`,
		CARGO_TARGET_DIR: join(theirs, "target"),
		CARGO_BUILD_TARGET_DIR: join(theirs, "target"),
		RUSTFLAGS: "--cfg nonsense -C opt-level=0",
		CARGO_ENCODED_RUSTFLAGS: "-Copt-level=0",
		RUSTC_WRAPPER: "/nonexistent/sccache",
		CARGO_PROFILE_RELEASE_OPT_LEVEL: "0",
	};
	for (const path of ["node_modules", "typescript/node_modules"])
		rmSync(join(copy, path), { recursive: true });
	const stamp = join(copy, ".cache/provision/python.json");
	const made = JSON.parse(readFileSync(stamp, "utf8"));
	writeFileSync(stamp, JSON.stringify({ ...made, toolchain: made.toolchain.replace(/3\.\d+/, "3.10") }));
	const said = verify("all", { env });
	assert.deepEqual(setUpsIn(said).toSorted(), ["python", "the", "typescript"]);
	assert.equal(JSON.parse(readFileSync(stamp, "utf8")).toolchain, made.toolchain);
	for (const name of ["pip", "npm", "target"]) assert.ok(!existsSync(join(theirs, name)), name);
	assert.deepEqual(setUpsIn(verify("all")), [], "what was set up with them is the same");
});
