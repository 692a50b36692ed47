/** `./run.sh` and `./run.sh verify`: from flags to a run, and from its progress to the terminal. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderCoverage, renderHead, renderScenario, renderSize } from "../../report/console.ts";
import { renderLedger } from "../../report/ledger.ts";
import type { Scenario } from "../../shared/types.ts";
import { loadContract, loadTargets, select } from "../contract.ts";
import { UserError } from "../errors.ts";
import { launchOf } from "../launch.ts";
import { observedIterations, PROFILES, tuned } from "../profiles.ts";
import { Progress } from "../progress.ts";
import { provision, sizeOf } from "../provision/index.ts";
import { type RunListener, type RunOutcome, run } from "../run.ts";
import { RunStore } from "../store.ts";
import type { Verification } from "../verify.ts";

export interface MeasureFlags {
	scenarios: string;
	targets: string;
	profile: string;
	iterations?: number;
	warmup?: number;
	blocks?: number;
	observe?: number;
	boxMs?: number;
	modelDelayMs: number;
	seed: number;
	timeout: number;
	scenarioFile?: string;
	output?: string;
	json?: true;
}

const INTERRUPTED = 130;

export async function runCommand(flags: MeasureFlags, mode: "measure" | "verify"): Promise<void> {
	const profile = PROFILES[flags.profile];
	if (!profile) throw new UserError(`unknown profile '${flags.profile}': choose from ${Object.keys(PROFILES).join(", ")}`);
	const contract = loadContract(flags);
	const scenarios = select(contract.scenarios, flags.scenarios, "scenario").map((scenario) => tuned(scenario, profile, flags));
	const targets = select(loadTargets(), flags.targets, "target");
	const startedAt = new Date();
	const store = new RunStore(
		flags.output ?? (mode === "verify" ? mkdtempSync(join(tmpdir(), "eliza-benchmark-verify-")) : undefined),
		startedAt,
	);
	await provision([...new Set(targets.map(({ runtime }) => runtime))], (line) => console.error(line));

	const stop = stopOnInterrupt();
	const terminal = new Terminal(flags.json === true, mode);
	const outcome = await run(
		{
			...{ contract, scenarios, targets, stop, profile: profile.name, blocks: flags.blocks ?? profile.blocks },
			...{ seed: flags.seed, modelDelayMs: flags.modelDelayMs, timeoutMs: flags.timeout * 1000 },
			...{ store, startedAt },
			observe: (scenario) => observedIterations(scenario, profile, flags.observe),
			sizeOf: ({ runtime }) => sizeOf(runtime),
			verifyOnly: mode === "verify",
			launch: ({ runtime }, role) => launchOf(runtime, role),
		},
		terminal,
	);
	terminal.finish(outcome);
	process.exitCode = outcome.interrupted ? INTERRUPTED : outcome.failed > 0 ? 1 : 0;
}

/** The first Ctrl-C lets the iteration under way end and keeps what is measured; the second ends everything, the watchdog cleans up. */
function stopOnInterrupt(): { requested: boolean } {
	const stop = { requested: false };
	const onSignal = () => {
		if (stop.requested) process.exit(INTERRUPTED);
		stop.requested = true;
		console.error("\nStopping after the current iteration; what is measured is kept. Press Ctrl-C again to stop at once.");
	};
	process.on("SIGINT", onSignal);
	process.on("SIGTERM", onSignal);
	return stop;
}

class Terminal implements RunListener {
	readonly #json: boolean;
	readonly #mode: "measure" | "verify";
	#progress: Progress | null = null;

	constructor(json: boolean, mode: "measure" | "verify") {
		this.#json = json;
		this.#mode = mode;
	}

	begun(folder: string, expectedSeconds: number): void {
		if (this.#mode === "measure") console.error(`Results go to ${folder}`);
		this.#progress = new Progress(expectedSeconds, process.stderr.isTTY === true);
	}

	scenario(scenario: Scenario, number: number, of: number): void {
		this.#progress?.begin(scenario.id, number, of);
	}

	progress(doneSeconds: number, detail: string): void {
		this.#progress?.at(doneSeconds, detail);
	}

	verified(scenario: Scenario, verifications: Verification[]): void {
		if (this.#mode === "measure") return;
		const columns = verifications.map(({ target, ledger, judgement }) => ({ label: target.label, ledger, ...judgement }));
		this.#print(renderLedger(scenario.id, scenario.question, columns));
	}

	head(comparison: Parameters<RunListener["head"]>[0]): void {
		this.#print(renderHead(comparison));
	}

	measured(...[scenario, targets]: Parameters<RunListener["measured"]>): void {
		this.#print(renderScenario(scenario, targets));
	}

	finish({ comparison, verifications, folder, interrupted }: RunOutcome): void {
		this.#progress?.close();
		if (this.#json) {
			const cells = [...verifications].flatMap(([scenario, rows]) =>
				rows.map(({ target, judgement, ledger }) => ({ scenario, target: target.id, ...judgement, ledger })),
			);
			console.log(JSON.stringify(comparison ?? { kind: "verification", cells }));
		} else if (comparison) {
			console.log(`${renderSize(comparison)}\n\n${renderCoverage(comparison)}\nResults: ${folder}`);
		}
		if (interrupted) console.error(`Interrupted: ${verifications.size} scenarios were begun; what was measured is in ${folder}`);
	}

	#print(text: string): void {
		if (this.#json) return;
		const write = () => console.log(`${text}\n`);
		if (this.#progress) this.#progress.print(write);
		else write();
	}
}
