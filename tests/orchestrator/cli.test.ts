// The command line as a user or a script meets it: wrong input is one line on stderr, exit 2, and nothing
// written.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../orchestrator/files.ts";
import { findToolchains } from "../../orchestrator/targets/toolchain.ts";

const folder = mkdtempSync(join(tmpdir(), "cli-"));
const truncated = join(folder, "truncated.json");
writeFileSync(truncated, '{"schemaVersion":1,');
const otherVersion = join(folder, "other-version.json");
writeFileSync(otherVersion, JSON.stringify({ schema_version: 99, kind: "result" }));
const occupied = mkdtempSync(join(tmpdir(), "cli-occupied-"));
writeFileSync(join(occupied, "precious.txt"), "precious");

function runSh(...args: string[]) {
	return spawnSync(join(ROOT, "run.sh"), args, { encoding: "utf8" });
}

const WRONG: [string, string[], RegExp][] = [
	["an unknown flag", ["--bogus"], /unknown option '--bogus'/],
	...[
		"list",
		"doctor",
		"clean --dry-run",
		"verify",
		"load",
		"density",
		"soak",
		"everything",
		"micro",
		"profile",
	].map((command): [string, string[], RegExp] => [
		`a word too many after ${command}`,
		[...command.split(" "), "rust"],
		/too many arguments/,
	]),
	["a word too many after ab", ["ab", "rust", "python", "typescript"], /too many arguments/],
	["a word too many after agent", ["agent", "character.json", "other.json"], /too many arguments/],
	["a word too many after sweep", ["sweep", "history", "rust"], /too many arguments/],
	["ab of one target under two names", ["ab", "rust", "rust"], /both words name rust: name another one/],
	[
		"a shard beyond the last",
		["--shard", "3/2"],
		/'--shard <i\/n>' argument '3\/2' is invalid.*such as 2\/5/,
	],
	[
		"more shards than pieces",
		["--shard", "1/400"],
		/stay together, so that these scenarios are enough for \d+ shards at most/,
	],
	["a way to share without a share", ["--shard-by", "blocks"], /say which share with --shard I\/N/],
	["shares of an open number of blocks", ["--shard", "1/2", "--shard-by", "blocks"], /name it with --blocks/],
	["a shared sweep", ["sweep", "history", "--shard", "1/2"], /sizes of a sweep .* stay on one machine/],
	["a shared ab", ["ab", "rust", "rust+lto", "--shard", "1/2"], /ab judges base and head on one machine/],
	["a fleet without shards", ["fleet", "slurm"], /required option '--shards <n>' not specified/],
	["a fleet of one", ["fleet", "slurm", "--shards", "1"], /argument '1' is invalid.*at least 2/],
	[
		"a fleet of another command",
		["fleet", "slurm", "--shards", "2", "--", "sweep", "history"],
		/and not 'sweep'/,
	],
	[
		"a fleet of a run that is none",
		["fleet", "slurm", "--shards", "2", "--", "--bogus"],
		/unknown option '--bogus'.* \(after --/,
	],
	[
		"a fleet of a share",
		["fleet", "slurm", "--shards", "2", "--", "--shard", "1/2"],
		/--shard is each task's own/,
	],
	[
		"a fleet of more shards than blocks",
		["fleet", "slurm", "--shards", "9", "--shard-by", "blocks", "--", "--blocks", "8", "--targets", "rust"],
		/for 8 shards at most/,
	],
	["a fleet in a folder in use", ["fleet", "slurm", "--shards", "2", "--output", occupied], /is not empty/],
	["the status of no fleet", ["fleet", "status", occupied], /holds no fleet: name the folder/],
	["a task beyond the last", ["fleet", "task", occupied, "0"], /value '0' is invalid for argument 'shard'/],
	["a merge of no shard", ["merge", occupied], /holds no shard of a run/],
	["an unknown command", ["frobnicate"], /unknown command 'frobnicate'/],
	["no iterations", ["--iterations", "0"], /'--iterations <n>' argument '0' is invalid.*at least 1/],
	["a number that is none", ["--seed", "1e3"], /'--seed <n>' argument '1e3' is invalid/],
	["an unknown profile", ["--profile", "fast"], /Allowed choices are quick, standard, thorough/],
	[
		"an unknown scenario",
		["--scenarios", "single-mesage"],
		/unknown scenario 'single-mesage': choose from single-message/,
	],
	["an unknown target", ["--targets", "perl"], /unknown target 'perl': choose from typescript, python, rust/],
	[
		"a missing scenario file",
		["--scenario-file", join(folder, "none.json")],
		/cannot read the scenario file .*none\.json/,
	],
	["a truncated scenario file", ["--scenario-file", truncated], /truncated\.json is not complete JSON/],
	["a scenario file of another version", ["--scenario-file", otherVersion], /wrong field schemaVersion/],
	["an output folder in use", ["--output", occupied], /is not empty.*nothing was overwritten/],
	["a report of nothing", ["report", join(folder, "nowhere")], /there is no .*nowhere/],
	["a report of a folder without a run", ["report", occupied], /holds no run/],
	["a truncated result", ["report", truncated], /truncated\.json is not complete JSON/],
	[
		"a result of another version",
		["report", otherVersion],
		/has the schema version 99, this benchmark reads 2/,
	],
	["an unknown format", ["report", occupied, "--format", "pdf"], /unknown format 'pdf': choose from/],
	["a comparison with itself", ["compare", occupied], /name them with --base and --head/],
	["a comparison of three", ["compare", occupied, truncated, folder], /takes a base and a head/],
	[
		"a comparison with a truncated result",
		["compare", truncated, otherVersion],
		/truncated\.json is not complete JSON/,
	],
	[
		"a rule that is none",
		["compare", truncated, otherVersion, "--fail-on", "fast:5"],
		/--fail-on 'fast:5' is not understood: write slower:5%/,
	],
	[
		"a missing threshold file",
		["compare", truncated, otherVersion, "--thresholds", join(folder, "none.json")],
		/cannot read the threshold file/,
	],
];

for (const [what, args, message] of WRONG) {
	test(`${what} is one clear line and exit 2`, () => {
		const { status, stdout, stderr } = runSh(...args);
		assert.equal(status, 2, stderr);
		assert.equal(stdout, "");
		assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
		assert.match(stderr, message);
	});
}

test("an output folder in use keeps what it held", () => {
	assert.deepEqual(readdirSync(occupied), ["precious.txt"]);
	assert.equal(readFileSync(join(occupied, "precious.txt"), "utf8"), "precious");
});

test("a missing toolchain gives one line with what to install and the flag that leaves the runtime out", async () => {
	const { PATH } = process.env;
	process.env.PATH = folder;
	try {
		symlinkSync(process.execPath, join(folder, "node"));
		// All that is missing is named at once, and the advice names only what is there.
		await assert.rejects(findToolchains(["typescript", "python", "rust"]), {
			name: "UserError",
			message:
				/needs Python 3\.11 or newer \(not found\): install Python.*; .* needs Rust 1\.85 or newer \(not found\): install .*, or leave them out with --targets typescript$/,
		});
		await assert.rejects(findToolchains(["python"]), {
			message: /needs Python 3\.11 or newer \(not found\): install Python [^-]*$/,
		});
	} finally {
		process.env.PATH = PATH;
	}
});

test("help shows every option with examples and exits 0", () => {
	const { status, stdout } = runSh("--help");
	assert.equal(status, 0);
	for (const word of [
		"--scenarios",
		"--targets",
		"--iterations",
		"--warmup",
		"--output",
		"--profile",
		"--json",
		"verify",
		"compare",
		"Examples:",
	])
		assert.ok(stdout.includes(word), word);
});

test("a fleet's jobs are printed as they would be submitted, and nothing is written", () => {
	const output = join(folder, "fleet");
	const words = ["--shards", "4", "--partition", "main", "--header", "--account=lab", "--output", output];
	const { status, stdout, stderr } = runSh("fleet", "slurm", ...words, "--print", "--", "--targets", "rust");
	assert.equal(status, 0, stderr);
	assert.match(stderr, /Plan: 38 scenarios and 1 target in 4 shards by scenarios, each measured for about/);
	for (const line of ["--array=1-4", "--exclusive", "--requeue", "--partition=main", "--account=lab"])
		assert.ok(stdout.includes(`\n#SBATCH ${line}\n`), line);
	assert.match(stdout, /^# sbatch --parsable --dependency=afterany:JOB /m);
	assert.ok(!existsSync(output));
});

test("help names every exit status, and a default as it is typed", () => {
	const main = runSh("--help").stdout;
	for (const status of [
		"0 measured",
		"1 a cell failed",
		"2 wrong input",
		"3 results that",
		"130 interrupted",
	])
		assert.ok(main.includes(status), status);
	assert.ok(runSh("ab", "--help").stdout.replaceAll(/\s+/g, " ").includes("(default: 2%)"));
});

test("list as JSON holds every scenario and target", () => {
	const { status, stdout } = runSh("list", "--json");
	assert.equal(status, 0);
	const { scenarios, targets } = JSON.parse(stdout);
	assert.equal(scenarios.length, 38);
	assert.equal(targets.length, 3);
});

test("a wrong flag leaves no run folder behind", () => {
	const before = readdirSync(join(ROOT, "results"));
	runSh("--scenarios", "nope");
	assert.deepEqual(readdirSync(join(ROOT, "results")), before);
	assert.ok(!existsSync(join(folder, "nowhere")));
});

test("compare.ts shows one run as report does, and two as compare does", () => {
	const run = join(ROOT, "tests/fixtures/small-run");
	const result = join(run, "rust.json");
	for (const [command, ...words] of [
		["report", run],
		["compare", result, result.replace("rust", "python"), "--base", "rust", "--head", "python"],
		["report"],
		["compare", run, run],
	] as const) {
		const wanted = runSh(command, ...words);
		const script = ["--import", "tsx", join(ROOT, "compare.ts"), ...words];
		const { status, stdout, stderr } = spawnSync(process.execPath, script, { encoding: "utf8", cwd: ROOT });
		assert.deepEqual([status, stdout, stderr], [wanted.status, wanted.stdout, wanted.stderr]);
	}
});
