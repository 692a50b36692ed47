/** `./run.sh` and `./run.sh verify`: from flags to a run, and from its progress to the terminal. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { terminalLayout } from "../../report/box.ts";
import { renderHead, renderWhole } from "../../report/console.ts";
import { renderLedger } from "../../report/ledger.ts";
import { renderScenario } from "../../report/scenario-table.ts";
import type { ComparisonFile, RunFile, RunSettings, Scenario, Target } from "../../shared/types.ts";
import { type Contract, loadContract, select } from "../contract.ts";
import { UserError } from "../errors.ts";
import { writeText } from "../files.ts";
import { fingerprintOf } from "../fingerprint.ts";
import { launchOf } from "../launch.ts";
import { describeMachine } from "../machine.ts";
import { NoiseNotes } from "../notes.ts";
import { observedIterations, PROFILES, settingsOf, tuned } from "../profiles.ts";
import { duration, Progress } from "../progress.ts";
import { interruptedRun, refuseChanged, refuseUnlike, takeOver } from "../resume.ts";
import { type RunListener, type RunOptions, type RunOutcome, run } from "../run.ts";
import { RunStore } from "../store.ts";
import { installTargets, sizeOf } from "../targets/install.ts";
import { selectAgain, selectTargets, targetsArgument } from "../targets/select.ts";
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
	precision?: number;
	budget?: number;
	aa?: true;
	alternate: RunSettings["alternate"];
	resume?: string;
	json?: true;
}

const INTERRUPTED = 130;

export async function runCommand(flags: MeasureFlags, mode: "measure" | "verify"): Promise<void> {
	const contract = loadContract(flags);
	const begun = flags.resume === undefined ? await newRun(flags, mode, contract) : await resumedRun(flags.resume);
	const { store } = begun;
	try {
		const targets = await installTargets(begun.targets, (line) => console.error(line));
		const leftOut = begun.targets.length - targets.length;
		const plan = { ...begun, targets };
		const fingerprint = fingerprintOf(targets, contract.shared);
		if (plan.resume) refuseUnlike(plan.resume, fingerprint);
		const resume = plan.resume && takeOver(store, plan.resume);
		const stop = stopOnInterrupt();
		const terminal = new Terminal(flags.json === true, mode, planText(plan));
		const outcome = await run(
			{
				...{ contract, stop, fingerprint, ...plan, ...(resume ? { resume } : {}) },
				notes: mode === "measure" ? NoiseNotes.of(describeMachine()) : NoiseNotes.none(),
				sizeOf,
				launch: launchOf,
			},
			terminal,
		);
		const page = outcome.comparison && (await writePage(outcome.folder, outcome.comparison));
		terminal.finish(outcome, page);
		process.exitCode = outcome.interrupted ? INTERRUPTED : outcome.failed + leftOut > 0 ? 1 : 0;
	} finally {
		store.close();
	}
}

/** The chart library is loaded now only: it would take a third of a second from every start. */
async function writePage(folder: string, comparison: ComparisonFile): Promise<string> {
	const { renderPage } = await import("../../report/html/page.ts");
	const path = join(folder, "report.html");
	writeText(path, renderPage(comparison));
	return path;
}

type Plan = Pick<
	RunOptions,
	"scenarios" | "targets" | "profile" | "command" | "settings" | "observe" | "seed" | "modelDelayMs" | "store" | "startedAt"
> & {
	resume?: RunFile;
};

async function newRun(flags: MeasureFlags, mode: "measure" | "verify", contract: Contract): Promise<Plan> {
	const profile = PROFILES[flags.profile];
	if (!profile) throw new UserError(`unknown profile '${flags.profile}': choose from ${Object.keys(PROFILES).join(", ")}`);
	const scenarios = select(contract.scenarios, flags.scenarios, "scenario").map((scenario) => tuned(scenario, profile, flags));
	const targets = await selectTargets(flags.targets);
	const settings = settingsOf(profile, flags, mode === "verify");
	refuseMessageTurns(settings, scenarios, targets);
	const startedAt = new Date();
	const folder = flags.output ?? (mode === "verify" ? mkdtempSync(join(tmpdir(), "eliza-benchmark-verify-")) : undefined);
	return {
		...{
			scenarios,
			targets,
			settings,
			startedAt,
			profile: profile.name,
			command: commandOf({ ...flags, targets: targetsArgument(flags.targets) }),
			seed: flags.seed,
			modelDelayMs: flags.modelDelayMs,
		},
		observe: (scenario) => observedIterations(scenario, profile, flags.observe),
		store: RunStore.create(folder, startedAt),
	};
}

/** What begins the same run again; where its results went and how they were shown is no part of it. */
function commandOf({ scenarios: _, output: _output, json: _json, resume: _resume, ...flags }: MeasureFlags): string[] {
	const { precision, budget, targets, ...plain } = flags;
	const given = { targets, ...plain, precision: precision && `${100 * precision}%`, budget: budget && `${budget}s` };
	return [
		"./run.sh",
		...Object.entries(given).flatMap(([name, value]) => {
			const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
			return value === undefined ? [] : value === true ? [option] : [option, String(value)];
		}),
	];
}

/** What will be measured; how long it takes stands behind it. */
function planText({ scenarios, targets, settings: { blocks, aa, precision, budgetSeconds } }: Plan): string {
	const amount = `${plural(scenarios.length, "scenario")} x ${plural(targets.length, "target")} in ${plural(blocks, "block")}${aa ? ", each target twice" : ""}`;
	if (precision === null) return `Plan: ${amount}`;
	const limit = budgetSeconds === null ? "" : `, for at most ${duration(budgetSeconds)}`;
	return `Plan: ${amount} at least, then until every ratio is known to ${(100 * precision).toFixed(1)} %${limit}; the least`;
}

function plural(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Everything as the run was begun: other flags would make it another run. */
async function resumedRun(folder: string): Promise<Plan> {
	const store = RunStore.open(folder);
	try {
		const record = interruptedRun(store);
		const { scenarios, settings, profile, command, seed, modelDelayMs, startedAt, observe } = record;
		const targets = await selectAgain(record.targets);
		refuseChanged(record.targets, targets);
		return {
			...{ scenarios, targets, settings, profile, command, seed, modelDelayMs, store, startedAt: new Date(startedAt), resume: record },
			observe: ({ id }) => observe[id] ?? 0,
		};
	} catch (error) {
		store.close();
		throw error;
	}
}

/** A message after a pause is slower than one in a row, by another factor in every language. */
function refuseMessageTurns({ alternate }: RunSettings, scenarios: readonly Scenario[], targets: readonly Target[]): void {
	if (alternate !== "messages") return;
	if (new Set(targets.map(({ runtime }) => runtime)).size > 1)
		throw new UserError("--alternate messages compares targets of one runtime only: name them with --targets");
	const unfit = scenarios.filter(({ kind, config }) => kind !== "messages" || config.delivery !== "sequential").map(({ id }) => id);
	if (unfit.length > 0)
		throw new UserError(`--alternate messages takes sequential scenarios only: leave out ${unfit.join(", ")} with --scenarios`);
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
	readonly #plan: string;
	#progress: Progress | null = null;

	constructor(json: boolean, mode: "measure" | "verify", plan: string) {
		this.#json = json;
		this.#mode = mode;
		this.#plan = plan;
	}

	begun(folder: string, expectedSeconds: number): void {
		if (this.#mode === "measure") console.error(`${this.#plan}, ${duration(expectedSeconds)}.\nResults go to ${folder}`);
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
		this.#print(renderLedger(scenario.id, scenario.question, columns, terminalLayout()));
	}

	planned(scenario: Scenario, text: string): void {
		this.#progress?.note(`${scenario.id}: ${text}`);
	}

	head(comparison: Parameters<RunListener["head"]>[0]): void {
		this.#print(renderHead(comparison, terminalLayout()));
	}

	measured(...[scenario, targets]: Parameters<RunListener["measured"]>): void {
		this.#print(renderScenario(scenario, targets, terminalLayout()));
	}

	/** @param page where the report went; null: there is none */
	finish({ comparison, verifications, folder, interrupted }: RunOutcome, page: string | null): void {
		this.#progress?.close();
		if (this.#json) {
			const cells = [...verifications].flatMap(([scenario, rows]) =>
				rows.map(({ target, judgement, ledger }) => ({ scenario, target: target.id, ...judgement, ledger })),
			);
			console.log(JSON.stringify(comparison ?? { kind: "verification", cells }));
		} else if (comparison) {
			console.log(`${renderWhole(comparison, terminalLayout())}\nResults: ${folder}${page === null ? "" : `\nPage: ${page}`}`);
		}
		if (interrupted)
			console.error(
				`Interrupted: ${verifications.size} scenarios were begun; what was measured is in ${folder}\n` +
					(this.#mode === "measure" ? `To go on: ./run.sh --resume ${folder}` : ""),
			);
	}

	#print(text: string): void {
		if (this.#json) return;
		const write = () => console.log(`${text}\n`);
		if (this.#progress) this.#progress.print(write);
		else write();
	}
}
