/** Checks batch mode: the same harness without `--worker`, as a person starts it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { SCHEMA_VERSION, type Scenario } from "../../../shared/types.ts";
import type { BatchRun } from "../batch-run.ts";
import { type Check, fail, pass, unless } from "../check.ts";
import { parseMeasurement, shapeFault } from "../measurement-file.ts";
import { shortenScenario } from "../scenarios.ts";
import type { Sessions } from "../sessions.ts";

const PLAIN = 2;
/** This box closes before all operations are done, on any machine. */
const SMALL_BOX_MS = 1;
const MANY_OPERATIONS = 20_000;

export const BATCH: Check[] = [
	{
		name: "batch",
		about: "without --worker it measures the scenarios named, into the same file",
		needs: ["records"],
		async run(sessions) {
			const scenarios = pair(sessions);
			const names = scenarios.map(({ id }) => id).join(",");
			const args = [
				...sessions.contractArgs(),
				"--scenarios",
				names,
				"--iterations",
				String(PLAIN),
				"--warmup",
				"1",
			];
			const [run, verified] = [
				await sessions.runBatch([...args, "--seed", "7"]),
				await sessions.runBatch([...args, "--verify"]),
			];
			return unless(runFault(run, scenarios) ?? verifyFault(verified), `${names}: status 0, one file`);
		},
	},
	{
		name: "box",
		about: "--box-ms overrides the time box of database operations",
		needs: ["batch"],
		async run(sessions) {
			return unless(await boxFault(sessions), `a box of ${SMALL_BOX_MS} ms closed`);
		},
	},
	{
		name: "bad-input",
		about: "wrong arguments or files: status 2, one line on stderr, no file",
		needs: [],
		async run(sessions) {
			const cases = badInput(sessions);
			for (const [what, args, output] of cases) {
				const fault = refusalFault(await sessions.runBatch(args, output));
				if (fault !== null) return fail(`${what}: ${fault}`);
			}
			return pass(cases.map(([what]) => what).join(", "));
		},
	},
];

/** Two scenarios show whether the second cell is measured as its own. */
function pair(sessions: Sessions): Scenario[] {
	const other =
		sessions.scenarios[1] ??
		sessions.contract.scenarios.map(shortenScenario).find(({ id }) => id !== sessions.simplest.id);
	return other ? [sessions.simplest, other] : [sessions.simplest];
}

function runFault(run: BatchRun, scenarios: Scenario[]): string | null {
	const shape = fileFault(run);
	if (shape !== null) return shape;
	const { cells, seed } = parseMeasurement(run.file);
	if (seed !== 7) return `was given --seed 7, the file says ${seed}`;
	const [wanted, kept] = [
		scenarios.map(({ id }) => id).join(", "),
		cells.map(({ scenario }) => scenario).join(", "),
	];
	if (kept !== wanted) return `was told to run ${wanted}, the file has ${kept || "nothing"}`;
	for (const [place, { scenario, cold, iterations, ledger, status }] of cells.entries()) {
		if (status === "unsupported") continue;
		if ((cold === null) !== place > 0)
			return `${scenario}: only the first cell of a process has a cold start`;
		if (ledger !== null) return `${scenario}: has a ledger without --verify`;
		const phases = iterations.map(({ phase }) => phase).join(", ");
		if (phases !== "warmup, plain, plain")
			return `${scenario}: was told 1 warm-up and ${PLAIN} iterations, did ${phases || "none"}`;
	}
	return run.stdout.trim() === "" ? "printed no summary on stdout" : null;
}

function verifyFault(run: BatchRun): string | null {
	const shape = fileFault(run);
	if (shape !== null) return `with --verify: ${shape}`;
	const without = parseMeasurement(run.file).cells.find(
		({ ledger, status }) => ledger === null && status === "measured",
	);
	return without ? `${without.scenario}: has no ledger with --verify` : null;
}

function fileFault(run: BatchRun): string | null {
	const unsupported =
		shapeFault(run.file) === null &&
		parseMeasurement(run.file).cells.some(({ status }) => status === "unsupported");
	if (run.code !== (unsupported ? 3 : 0))
		return `it ${run.end} instead of ${unsupported ? 3 : 0}: ${lastLine(run.stderr)}`;
	return (
		shapeFault(run.file) ??
		(run.names.length > 1 ? `left ${run.names.length - 1} other files beside its output` : null)
	);
}

async function boxFault(sessions: Sessions): Promise<string | null> {
	const writing = sessions.contract.scenarios.find(({ kind }) => kind === "database-write");
	if (!writing?.database) return null;
	const path = join(sessions.folder, "box.json");
	const scenario = {
		...writing,
		database: { ...writing.database, operations: MANY_OPERATIONS, boxMs: 60_000 },
	};
	writeFileSync(path, JSON.stringify({ schemaVersion: SCHEMA_VERSION, scenarios: [scenario] }));
	const options = [
		"--scenarios",
		scenario.id,
		"--iterations",
		"1",
		"--warmup",
		"0",
		"--box-ms",
		String(SMALL_BOX_MS),
	];
	const run = await sessions.runBatch([
		"--shared",
		sessions.contract.shared,
		"--scenario-file",
		path,
		...options,
	]);
	const shape = fileFault(run);
	if (shape !== null) return shape;
	const rows = parseMeasurement(run.file).cells[0]?.iterations[0]?.operations ?? [];
	const open = rows.find(({ boxClosed }) => !boxClosed);
	return open
		? `${open.operation} did ${open.done} operations in ${open.totalNs} ns: its box did not close`
		: null;
}

function badInput(sessions: Sessions): [what: string, args: string[], output: boolean][] {
	const good = [...sessions.contractArgs(), "--scenarios", sessions.simplest.id];
	const broken = join(sessions.folder, "broken.json");
	writeFileSync(broken, `{"schemaVersion":${SCHEMA_VERSION},"scenarios":[`);
	return [
		["an unknown option", [...good, "--no-such-option"], true],
		["an unknown scenario", [...sessions.contractArgs(), "--scenarios", "no-such-scenario"], true],
		["no --output", good, false],
		["a number that is none", [...good, "--iterations", "several"], true],
		["a broken scenario file", ["--scenarios", sessions.simplest.id, "--scenario-file", broken], true],
		[
			"a missing --shared",
			["--scenarios", sessions.simplest.id, "--shared", join(sessions.folder, "nowhere")],
			true,
		],
	];
}

function refusalFault({ code, end, stderr, file }: BatchRun): string | null {
	if (code !== 2) return `it ${end} instead of 2`;
	const lines = stderr.split("\n").filter((line) => line.trim() !== "");
	if (lines.length !== 1) return `stderr has ${lines.length} lines instead of one that says what is wrong`;
	return file === null ? null : "it wrote a file all the same";
}

function lastLine(text: string): string {
	return text.trimEnd().split("\n").at(-1) ?? "";
}
