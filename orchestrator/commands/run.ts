/** `./run.sh` and `./run.sh verify`: from flags to a run. */
import { join } from "node:path";
import type { ComparisonFile, LeftOutTarget } from "../../shared/types.ts";
import { loadContract } from "../contract.ts";
import { UserError } from "../errors.ts";
import { writeText } from "../files.ts";
import { describeMachine } from "../machine/describe.ts";
import { fingerprintOf } from "../run/fingerprint.ts";
import { NoiseNotes } from "../run/noise-history.ts";
import { refuseUnlike, takeOver } from "../run/resume.ts";
import { type RunOptions, type RunOutcome, run } from "../run/run.ts";
import { installTargets, sizeOf } from "../targets/install.ts";
import { launchOf } from "../targets/launch.ts";
import { Terminal } from "../terminal/run-view.ts";
import { type MeasureFlags, newRun, planText, resumedRun } from "./run-request.ts";

export type { MeasureFlags } from "./run-request.ts";

export const INTERRUPTED = 130;

export async function runCommand(flags: MeasureFlags, mode: "measure" | "verify"): Promise<void> {
	const { outcome, leftOut, terminal } = await measured(flags, mode, flags.json ? "nothing" : "tables");
	const page = outcome.comparison && (await writePage(outcome.folder, outcome.comparison));
	terminal.finish(outcome, flags.json === true, page);
	process.exitCode = outcome.interrupted ? INTERRUPTED : outcome.failed + leftOut.length > 0 ? 1 : 0;
}

export interface Measured {
	outcome: RunOutcome;
	/** Targets that could not be set up. */
	leftOut: readonly LeftOutTarget[];
	terminal: Terminal;
}

/**
 * Sets up, verifies and measures what the flags ask for. @param prints on standard output, while it goes on
 * @param needs whether it is worth while without one of the targets
 */
export async function measured(
	flags: MeasureFlags,
	mode: "measure" | "verify",
	prints: "tables" | "nothing",
	needs: "any" | "all" = "any",
): Promise<Measured> {
	const contract = loadContract(flags);
	const begun =
		flags.resume === undefined ? await newRun(flags, mode, contract) : await resumedRun(flags.resume);
	const { store } = begun;
	try {
		const { targets, leftOut } = await installTargets(begun.targets, (line) => console.error(line));
		if (needs === "all" && leftOut.length > 0)
			throw new UserError(
				`${leftOut.map(({ id }) => id).join(" and ")} could not be set up: nothing is measured`,
			);
		const plan = { ...begun, targets, leftOut };
		const fingerprint = fingerprintOf(targets, contract.shared);
		if (plan.resume) refuseUnlike(plan.resume, fingerprint);
		const resume = plan.resume && takeOver(store, plan.resume);
		const terminal = new Terminal(prints, mode, planText(plan));
		const options: RunOptions = {
			contract,
			stop: stopOnInterrupt(),
			fingerprint,
			...plan,
			...(resume ? { resume } : {}),
			notes: mode === "measure" ? NoiseNotes.of(describeMachine()) : NoiseNotes.none(),
			sizeOf,
			launch: launchOf,
		};
		const outcome = await run(options, terminal);
		return { outcome, leftOut, terminal };
	} finally {
		store.close();
	}
}

/** The chart library is loaded now only: it would take a third of a second from every start. */
export async function writePage(folder: string, comparison: ComparisonFile): Promise<string> {
	const { renderPage } = await import("../../report/html/page.ts");
	const path = join(folder, "report.html");
	writeText(path, renderPage(comparison));
	return path;
}

/**
 * The first Ctrl-C lets the iteration under way end and keeps what is measured; the second ends everything,
 * the watchdog cleans up.
 */
export function stopOnInterrupt(): { requested: boolean } {
	const stop = { requested: false };
	const onSignal = () => {
		if (stop.requested) process.exit(INTERRUPTED);
		stop.requested = true;
		console.error(
			"\nStopping after the current iteration; what is measured is kept. Press Ctrl-C again to stop at once.",
		);
	};
	process.on("SIGINT", onSignal);
	process.on("SIGTERM", onSignal);
	return stop;
}
