// A run meets another run, a folder that cannot be written, a full disk, or hostile words. It ends, says what
// happened, and loses nothing.
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT, readJson } from "../../orchestrator/files.ts";
import { readResults } from "../../orchestrator/run/results.ts";
import { runFile, SCHEMA_VERSION } from "../../shared/types.ts";
import { LIMIT_MS } from "../support/program.ts";
import { faultyLaunch, measure, temporaryFolder } from "../support/real.ts";
import { NO_MOUNTS, onDisk } from "../support/small-disk.ts";

const RUN = join(ROOT, "run.sh");
const QUICK = [
	"--targets",
	"rust",
	"--scenarios",
	"single-message",
	"--iterations",
	"2",
	"--warmup",
	"1",
	"--blocks",
	"2",
];
const folder = temporaryFolder();
after(() => rmSync(folder, { recursive: true, force: true }));

async function waitForEnd(child: ChildProcess): Promise<{ status: number | null; stderr: string }> {
	let stderr = "";
	child.stderr?.setEncoding("utf8").on("data", (text: string) => {
		stderr += text;
	});
	const [status] = await once(child, "close");
	return { status, stderr };
}

const errorsIn = (stderr: string) => stderr.split("\n").filter((line) => line.startsWith("error: "));

test("of two runs that begin in one folder at the same moment one measures, and the other one says so and changes nothing", {
	timeout: LIMIT_MS,
}, async () => {
	for (let round = 0; round < 3; round++) {
		const output = join(folder, `shared-${round}`);
		const start = () =>
			waitForEnd(spawn(RUN, [...QUICK, "--output", output], { stdio: ["ignore", "ignore", "pipe"] }));
		const both = await Promise.all([start(), start()]);
		assert.deepEqual(
			both.map(({ status }) => status).toSorted(),
			[0, 2],
			both.map(({ stderr }) => stderr).join("\n"),
		);
		const refused = both.find(({ status }) => status === 2)?.stderr ?? "";
		assert.equal(errorsIn(refused).length, 1, refused);
		assert.match(refused, /works in .*: wait for it|exists and is not empty: name another/);
		assert.equal(readJson(join(output, "run.json"), runFile, "run file").status, "complete");
		assert.equal(readResults(output).length, 1);
		assert.deepEqual(
			readdirSync(output).filter((name) => name.includes("lock") || name.includes("partial")),
			[],
		);
	}
});

test("a folder that cannot be made or written is one line and exit 2, and nothing is measured", {
	timeout: LIMIT_MS,
}, () => {
	const file = join(folder, "a-file");
	writeFileSync(file, "mine");
	const readOnly = join(folder, "read-only");
	mkdirSync(readOnly, { mode: 0o555 });
	// Root may write in spite of permissions, but not into the kernel's file system.
	const places = [
		join(file, "below"),
		file,
		"/proc/eliza-benchmark",
		...(process.getuid?.() === 0 ? [] : [join(readOnly, "run")]),
	];
	for (const place of places) {
		const { status, stdout, stderr } = spawnSync(RUN, [...QUICK, "--output", place], { encoding: "utf8" });
		assert.equal(status, 2, place);
		assert.equal(stdout, "");
		assert.equal(errorsIn(stderr).length, 1, stderr);
		assert.equal(stderr.trim().split("\n").length, 1, stderr);
		assert.match(stderr, /output folder/);
	}
	assert.equal(readFileSync(file, "utf8"), "mine");
});

test("a full disk ends the run with one line that names it, what was saved is whole, and the run is resumed when there is room", {
	timeout: LIMIT_MS,
	skip: NO_MOUNTS,
}, () => {
	const disk = join(folder, "disk");
	const kept = join(folder, "kept");
	mkdirSync(disk);
	// The disk goes with the command, so its files are copied first.
	const script = `d="$1" && k="$2" && shift 2
"$@" --output "$d/run"; status=$?
cp -r "$d/run" "$k"; exit $status`;
	const many = [
		"--targets",
		"rust,python",
		"--scenarios",
		"single-message,conversation-10",
		"--blocks",
		"60",
		"--iterations",
		"2",
		"--warmup",
		"1",
	];
	const [file, args] = onDisk(disk, 160, ["sh", "-c", script, "sh", disk, kept, RUN, ...many]);
	const { status, stderr } = spawnSync(file, args, { encoding: "utf8" });
	assert.equal(status, 1, stderr);
	const [error, ...more] = errorsIn(stderr);
	assert.deepEqual(more, []);
	assert.match(error ?? "", /ENOSPC|no space left/i);
	assert.match(error ?? "", /--resume/);
	const record = readJson(join(kept, "run.json"), runFile, "run file");
	assert.ok(record.processes.length > 2, `${record.processes.length} processes`);
	for (const { file } of record.processes)
		if (file !== null) assert.ok(statSync(join(kept, file)).size > 0, file);
	assert.deepEqual(
		readdirSync(kept).filter((name) => name.includes("partial")),
		[],
	);
	// The record is made shorter, so that the test ends soon.
	writeFileSync(
		join(kept, "run.json"),
		JSON.stringify({ ...record, settings: { ...record.settings, blocks: 2 } }),
	);
	const resumed = spawnSync(RUN, ["--resume", kept], { encoding: "utf8" });
	assert.equal(resumed.status, 0, resumed.stderr);
	assert.equal(readJson(join(kept, "run.json"), runFile, "run file").status, "complete");
	for (const { scenarios } of readResults(kept))
		assert.deepEqual(Object.keys(scenarios), ["single-message", "conversation-10"]);
});

test("a wall clock that jumps by hours, in the orchestrator and in the harnesses, changes no figure", {
	timeout: LIMIT_MS,
}, async () => {
	const now = Date.now;
	let looks = 0;
	Date.now = () => now() + (looks++ % 2 === 0 ? 3_600_000 : -3_600_000);
	try {
		const {
			comparison,
			failed,
			folder: output,
		} = await measure({
			scenarios: "single-message",
			targets: "typescript,python",
			iterations: 3,
			warmup: 1,
			observe: 1,
			launch: ({ runtime }) => faultyLaunch(runtime, "clock-steps"),
		});
		assert.equal(failed, 0);
		assert.equal(comparison?.complete, true);
		for (const { scenarios } of readResults(output)) {
			const { latency, cold, status } = scenarios["single-message"] ?? assert.fail();
			assert.equal(status, "comparable");
			const times = [
				...(latency?.raw_ms ?? []),
				...Object.values(cold ?? {}).filter((value) => typeof value === "number"),
			];
			assert.ok(times.length > 3);
			for (const time of times) assert.ok(time > 0 && time < 30_000, `${time} ms`);
		}
	} finally {
		Date.now = now;
	}
	// Rust reads the clock that can be set in one place, for the time that a message carries.
	const sources = readdirSync(join(ROOT, "rust/src"), { recursive: true, encoding: "utf8" }).filter((name) =>
		name.endsWith(".rs"),
	);
	const readers = sources.filter((name) =>
		/SystemTime::now|Utc::now/.test(readFileSync(join(ROOT, "rust/src", name), "utf8")),
	);
	assert.deepEqual(readers, ["database_setup.rs"]);
});

test("words of the command line reach no shell, wherever they stand", { timeout: LIMIT_MS }, () => {
	const inside = join(folder, "inside");
	mkdirSync(inside);
	const words = [
		"$(touch pwned)",
		"`touch pwned`; touch pwned",
		"'\"; touch pwned; \"'",
		"\n touch pwned | touch pwned",
	];
	const commands = [
		(word: string) => ["--targets", word],
		(word: string) => ["--targets", `typescript@${word}`],
		(word: string) => ["--targets", `rust=path:${word}`],
		(word: string) => ["--scenarios", word],
		(word: string) => ["--scenario-file", word],
		(word: string) => ["--target-file", word],
		(word: string) => ["ab", "rust", `python=path:${word}`],
		(word: string) => ["report", word],
		(word: string) => ["compare", word, word],
		(word: string) => ["conformance", word],
	];
	// Each command gets two of them, and each of them goes to half the commands.
	for (const [index, command] of commands.entries())
		for (const word of [0, 1].map((next) => words[(index + next) % words.length] ?? "")) {
			const args = command(word);
			const { status, stderr } = spawnSync(RUN, args, { cwd: inside, encoding: "utf8" });
			assert.equal(status, 2, `${args.join(" ")}: ${stderr}`);
		}
	const odd = join(inside, "a $(touch pwned) `touch pwned`; touch pwned");
	const { status, stderr } = spawnSync(RUN, [...QUICK, "--output", odd], { cwd: inside, encoding: "utf8" });
	assert.equal(status, 0, stderr);
	assert.deepEqual(readdirSync(inside), ["a $(touch pwned) `touch pwned`; touch pwned"]);
	assert.ok(!existsSync(join(ROOT, "pwned")));
});

test("a scenario file names no place: whatever its ids say, nothing is read or written outside the run's folder", {
	timeout: LIMIT_MS,
}, () => {
	const [scenario] = JSON.parse(readFileSync(join(ROOT, "shared/contract/scenarios.json"), "utf8")).scenarios;
	for (const id of [
		"../../escaped",
		"/tmp/escaped",
		"a/b",
		"..",
		"__proto__",
		"constructor",
		"a\0b",
		"x".repeat(300),
	]) {
		const path = join(folder, "scenarios.json");
		writeFileSync(path, JSON.stringify({ schemaVersion: SCHEMA_VERSION, scenarios: [{ ...scenario, id }] }));
		const output = join(folder, "escape");
		const { status, stderr } = spawnSync(
			RUN,
			["--targets", "rust", "--scenario-file", path, "--output", output],
			{ encoding: "utf8" },
		);
		assert.equal(status, 2, id);
		assert.match(stderr, /^error: the scenario file .* has a wrong field scenarios\.0\.id: .*\n$/);
		assert.ok(!existsSync(output));
	}
});

test("a folder that is moved while it is measured in is not begun anew, and is resumed where it is", {
	timeout: LIMIT_MS,
}, async () => {
	const output = join(folder, "moved");
	const moved = join(folder, "moved away");
	const words = [...QUICK.with(-1, "60"), "--output", output];
	const child = spawn(RUN, words, { stdio: ["ignore", "ignore", "pipe"] });
	const ended = waitForEnd(child);
	while (!existsSync(join(output, "rust.json")) && child.exitCode === null) await sleep(20);
	renameSync(output, moved);
	const { status, stderr } = await ended;
	assert.equal(status, 1, stderr);
	assert.equal(errorsIn(stderr).length, 1, stderr);
	assert.match(stderr, /moved or removed while it was measured/);
	assert.equal(existsSync(output), false);
	const resumed = spawnSync(RUN, ["--resume", moved], { encoding: "utf8" });
	assert.equal(resumed.status, 0, resumed.stderr);
	assert.equal(readJson(join(moved, "run.json"), runFile, "run file").status, "complete");
});
