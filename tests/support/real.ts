/** Runs on the real frameworks, through the same function as the command line. */
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadContract, loadTargets, select } from "../../orchestrator/contract.ts";
import type { Databases } from "../../orchestrator/database/databases.ts";
import { ROOT, SHARED } from "../../orchestrator/files.ts";
import type { Launch } from "../../orchestrator/process/launch.ts";
import { NoiseHistory } from "../../orchestrator/run/noise-history.ts";
import { applyProfile, PROFILES, type Profile } from "../../orchestrator/run/profiles.ts";
import { newRecord, type RunDefinition } from "../../orchestrator/run/record.ts";
import { type RunListener, type RunOutcome, run } from "../../orchestrator/run/run.ts";
import { RunStore } from "../../orchestrator/run/store.ts";
import { launchIn, launchOf } from "../../orchestrator/targets/launch.ts";
import { reasonText } from "../../report/text/reasons.ts";
import type { ProcessRecord, Reason, RunSettings, RuntimeName, Target } from "../../shared/types.ts";

const QUICK = PROFILES.quick as Profile;

export const SILENT: RunListener = {
	begin() {},
	beginScenario() {},
	advance() {},
	announce() {},
	showVerification() {},
	showProvisional() {},
	showScenarios() {},
};

const SETTINGS: RunSettings = {
	blocks: 1,
	precision: null,
	budgetSeconds: null,
	aa: false,
	alternate: "iterations",
	timeoutMs: 60_000,
	verifyOnly: false,
};

export interface RealRun {
	scenarios: string;
	targets?: string | Target[];
	settings?: Partial<RunSettings>;
	history?: NoiseHistory;
	iterations?: number;
	warmup?: number;
	timeoutMs?: number;
	verifyOnly?: boolean;
	shared?: string;
	seed?: number;
	launch?: (target: Target, role: ProcessRecord["role"]) => Launch;
	observe?: number;
	databases?: Databases;
	output?: string;
	stop?: { requested: boolean };
	listener?: Partial<RunListener>;
}

/** Why a cell has its status, as a report says it. */
export function wordsOf(reasons: readonly Reason[] = []): string {
	return reasons.map(reasonText).join();
}

export function temporaryFolder(): string {
	return mkdtempSync(join(tmpdir(), "eliza-benchmark-test-"));
}

export function measure(options: RealRun): Promise<RunOutcome> {
	const contract = loadContract({ shared: options.shared });
	const startedAt = new Date();
	const scenarios = select(contract.scenarios, options.scenarios, "scenario").map((scenario) =>
		applyProfile(scenario, QUICK, options),
	);
	const definition: RunDefinition = {
		scenarios,
		startedAt: startedAt.toISOString(),
		profile: "quick",
		command: [],
		modelDelayMs: 0,
		seed: options.seed ?? 1,
		settings: {
			...SETTINGS,
			timeoutMs: options.timeoutMs ?? 60_000,
			verifyOnly: options.verifyOnly ?? false,
			...options.settings,
		},
		observe: Object.fromEntries(scenarios.map(({ id }) => [id, options.observe ?? 0])),
	};
	const targets =
		typeof options.targets === "object" ? options.targets : select(loadTargets(), options.targets, "target");
	const record = newRecord(definition, { targets, leftOut: [], fingerprint: {}, sizeOf: () => null });
	return run(
		record,
		{
			contract,
			store: RunStore.create(options.output ?? temporaryFolder(), startedAt),
			history: options.history ?? NoiseHistory.none(),
			launch: options.launch ?? launchOf,
			databases: options.databases ?? null,
			stop: options.stop ?? { requested: false },
		},
		{ ...SILENT, ...options.listener },
	);
}

export type Fault =
	| (
			| "drop-reply"
			| "stub"
			| "crash"
			| "hang"
			| "garbage"
			| "flood"
			| "events-flood"
			| "endless-line"
			| "exit-zero"
	  )
	| ("child" | "daemon" | "no-file" | "torn-file")
	/** Not in Rust. */
	| ("chatter" | "clock-steps")
	/** Only in Python. */
	| "fill-disk";

/** A harness with a fault built in; see `tests/` (Rust: `examples/`) of each harness. */
export function faultyLaunch(runtime: RuntimeName, fault: Fault): Launch {
	const executable = {
		typescript: {
			file: launchIn(ROOT, "typescript").file,
			args: ["--no-env-file", "--config=/dev/null", join(ROOT, "typescript/tests/faulty-harness.ts")],
		},
		python: { file: launchIn(ROOT, "python").file, args: [join(ROOT, "python/tests/faulty_harness.py")] },
		rust: { file: join(ROOT, "rust/target/release/examples/faulty_harness"), args: [] },
	}[runtime];
	return { ...launchIn(ROOT, runtime), file: executable.file, args: [...executable.args, "--fault", fault] };
}

/** A copy of the contract's files with one change to the text of `file`. */
export function changedContract(file: string, change: (text: string) => string): string {
	const folder = temporaryFolder();
	cpSync(SHARED, folder, { recursive: true });
	const path = join(folder, file);
	const text = readFileSync(path, "utf8");
	const changed = change(text);
	if (changed === text) throw new Error(`the change to ${file} changed nothing`);
	writeFileSync(path, changed);
	return folder;
}
