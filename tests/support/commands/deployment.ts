/** The commands about deployments and many machines. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readJson } from "../../../orchestrator/files.ts";
import {
	densityFile,
	everythingFile,
	loadFile,
	type RuntimeName,
	runFile,
	soakFile,
} from "../../../shared/types.ts";
import { runProgram, startProgramUntil, succeed } from "../program.ts";
import { temporaryFolder } from "../real.ts";
import { cellOf, resumeForOneMore } from "../small-runs.ts";
import type { Rows } from "./rows.ts";

const folder = temporaryFolder();
const folderOf = (command: string, runtime: string) => join(folder, `${command}-${runtime}`);

export const DEPLOYMENT: Rows = {
	load: (runtime) => {
		const output = folderOf("load", runtime);
		const amount = ["--processes", "1", "--phase", "1s", "--until", "1s", "--rates", "100", "--users", "10"];
		succeed("load", "--targets", runtime, ...amount, "--output", output);
		const { processes } = readJson(join(output, "load.json"), loadFile, "load file");
		const messages = processes.flatMap(({ phases }) => phases.map((phase) => phase.messages));
		assert.deepEqual(
			processes.filter(({ failure, problem }) => failure !== null || problem !== null),
			[],
		);
		assert.ok(messages.length > 3 && messages.every(({ outcomes }) => outcomes.includes("r")));
		assert.match(readFileSync(join(output, "load.md"), "utf8"), new RegExp(runtime, "i"));
	},
	density: (runtime) => {
		const output = folderOf("density", runtime);
		const amount = ["--sizes", "1,5,10", "--processes", "1", "--idle", "0"];
		succeed("density", "--targets", runtime, ...amount, "--output", output);
		const { targets } = readJson(join(output, "density.json"), densityFile, "density file");
		assert.deepEqual(
			targets.map(({ id, processes }) => [id, processes.length]),
			[[runtime, 1]],
		);
	},
	soak: (runtime) => {
		const output = folderOf("soak", runtime);
		succeed("soak", "--targets", runtime, "--messages", "60", "--output", output);
		const { targets } = readJson(join(output, "soak.json"), soakFile, "soak file");
		assert.deepEqual(
			targets.map(({ id, figures }) => [id, figures.messages]),
			[[runtime, 60]],
		);
	},
	everything: async (runtime) => {
		// Stopped in its second part: that it takes its time is no reason to wait for it here.
		const output = folderOf("everything", runtime);
		const words = ["--targets", runtime, "--scenarios", "single-message", "--profile", "quick"];
		const child = await startProgramUntil("[1/1", ["everything", ...words, "--output", output]);
		await untilFile(join(output, "load/load.json"));
		child.kill("SIGINT");
		assert.deepEqual(await once(child, "exit"), [130, null]);
		const { parts } = readJson(join(output, "everything.json"), everythingFile, "file of everything");
		assert.deepEqual(
			parts.map(({ name, exitStatus }) => [name, exitStatus]),
			[
				["main", 0],
				["load", 130],
				["conversations", null],
				["density", null],
				["soak", null],
			],
		);
		assert.equal(cellOf(output, runtime).status, "comparable");
		assert.match(readFileSync(join(output, "report.html"), "utf8"), /What it means for a deployment/);
	},
	fleet: (runtime) => {
		// With a real Slurm: tests/integration/fleet.test.ts.
		const share = ["--shards", "2", "--shard-by", "blocks", "--print"];
		const words = ["--targets", runtime, "--scenarios", "single-message", "--blocks", "2"];
		const printed = succeed("fleet", "slurm", ...share, "--", ...words);
		for (const line of [/^#SBATCH --array=1-2$/m, /^# sbatch .*--dependency=afterany/m])
			assert.match(printed, line);
	},
	merge: (runtime) => {
		const merged = runMerged(runtime);
		assert.equal(readJson(join(merged, "run.json"), runFile, "run file").status, "complete");
		assert.equal(cellOf(merged, runtime).processes, 2);
	},
	site: (runtime) => {
		const output = folderOf("site", runtime);
		succeed("site", output, runMerged(runtime));
		assert.match(readFileSync(join(output, "index.html"), "utf8"), new RegExp(runtime, "i"));
	},
};

const SERVED = ["typescript+postgres", "python+postgres", "rust+postgres"];
const PGLITE = "typescript+pglite";

/** What the commands do with databases that are not in memory. The first load takes them all at once. */
export const DATABASES: Readonly<Record<string, () => void>> = {
	"a run whose messages take turns works on every database, and is resumed there": () => {
		for (const targets of [["typescript+postgres", PGLITE], ["python+postgres"], ["rust+postgres"]]) {
			const output = folderOf("run", targets[0] ?? "");
			const what = ["--targets", targets.join(), "--scenarios", "single-message", "--output", output];
			const amount = ["--blocks", "1", "--iterations", "2", "--warmup", "1", "--observe", "1"];
			succeed(...what, ...amount, "--alternate", "messages");
			resumeForOneMore(output);
			assert.ok(existsSync(join(output, "logs/postgres.log")), "the server's log is not kept");
			for (const word of targets) {
				const { status, processes } = cellOf(output, word.replace("+", "-"));
				assert.deepEqual([status, processes], ["comparable", 2], word);
			}
		}
	},
	"load works on every database": () => {
		const output = folderOf("load", "databases");
		const amount = ["--conversations", "5", "--think", "100", "--model-delay", "0", "--phase", "1s"];
		const targets = [...SERVED, PGLITE].join();
		succeed("load", "--targets", targets, ...amount, "--processes", "1", "--output", output);
		const { processes } = readJson(join(output, "load.json"), loadFile, "load file");
		assert.deepEqual(
			processes.map(({ target, failure, problem }) => [target, failure, problem]).toSorted(),
			[...SERVED, PGLITE].map((word) => [word.replace("+", "-"), null, null]).toSorted(),
		);
		for (const { target, phases } of processes)
			assert.match(phases.at(-1)?.messages.outcomes ?? "", /^r{5,}$/, target);
	},
	"density works on PGlite": () => {
		const density = folderOf("density", "pglite");
		const amount = ["--sizes", "1,2,3", "--processes", "1", "--idle", "0"];
		succeed("density", "--targets", PGLITE, ...amount, "--output", density);
		const { targets } = readJson(join(density, "density.json"), densityFile, "density file");
		assert.deepEqual(
			targets[0]?.processes[0]?.points.map(({ replies }) => replies.right),
			[1, 1, 1],
		);
	},
	"density and soak refuse a database server in one line": () => {
		for (const command of ["density", "soak"]) {
			const { status, stderr } = runProgram(command, "--targets", SERVED.join());
			assert.equal(status, 2);
			assert.match(stderr, /^error: .*takes no target on a database server.*\n$/);
		}
	},
};

async function untilFile(path: string): Promise<void> {
	while (!existsSync(path)) await sleep(100);
}

/** Measures two shards once. */
function runMerged(runtime: RuntimeName): string {
	const merged = folderOf("merge", runtime);
	if (existsSync(merged)) return merged;
	const shards = [1, 2].map((index) => {
		const output = join(folder, `shard-${runtime}-${index}`);
		const amount = ["--blocks", "2", "--iterations", "2", "--warmup", "1", "--observe", "0"];
		const share = ["--shard", `${index}/2`, "--shard-by", "blocks", "--targets", runtime];
		succeed(...share, "--scenarios", "single-message", ...amount, "--output", output);
		return output;
	});
	succeed("merge", ...shards, "--output", merged);
	return merged;
}
