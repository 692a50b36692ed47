/** Sets up, verifies and measures what is asked for, with its progress on the terminal. */
import { join } from "node:path";
import type { ComparisonFile, LeftOutTarget, Target } from "../../shared/types.ts";
import { type EnclosedLaunch, encloseAgents } from "../agent/enclosed-launch.ts";
import type { FailedPlugin } from "../agent/trial.ts";
import { tryAgents } from "../agent/try-agents.ts";
import type { Contract } from "../contract.ts";
import type { Databases } from "../database/databases.ts";
import { openDatabases, refuseGivenServer } from "../database/open.ts";
import { UserError } from "../errors.ts";
import { writeText } from "../files.ts";
import { describeMachine } from "../machine/describe.ts";
import { takeMeasuringTurn } from "../process/measuring-turn.ts";
import { onNextSignal } from "../process/signals.ts";
import { readDeployment } from "../run/deployment-files.ts";
import { fingerprintOf } from "../run/fingerprint.ts";
import { NoiseHistory } from "../run/noise-history.ts";
import { newRecord } from "../run/record.ts";
import { refuseUnlike, takeOver } from "../run/resume.ts";
import { type RunMeans, type RunOutcome, run } from "../run/run.ts";
import { installTargets, sizeOf } from "../targets/install.ts";
import { launchRewritten } from "../targets/launch.ts";
import { Terminal } from "../terminal/run-view.ts";
import { describeRequest, type RunRequest } from "./run-request.ts";

export interface Measurement {
	outcome: RunOutcome;
	/** Targets that could not be set up. */
	leftOut: readonly LeftOutTarget[];
	terminal: Terminal;
	/** How users' agents were kept from what is the user's; null: there are none. */
	enclosed: Pick<EnclosedLaunch, "record" | "listChanged"> | null;
	/** Plugins of users' agents that could not be measured, by target. */
	failed: ReadonlyMap<string, readonly FailedPlugin[]>;
}

export interface MeasurementOptions {
	/** This is printed on standard output while it runs. */
	prints: "tables" | "nothing";
	/** With "any" it measures although a target could not be set up. */
	needs?: "any" | "all";
	/** Measures something else with the same targets, before they are put away. */
	afterwards?: (targets: readonly Target[], means: Afterwards) => Promise<void>;
}

type Afterwards = Pick<RunMeans, "launch" | "stop"> & { logs: string; shared: string; scenarioPath: string };

export async function runMeasurement(
	contract: Contract,
	{ definition, targets: wanted, store, interrupted, beside, databaseUrl }: RunRequest,
	{ prints, needs = "any", afterwards }: MeasurementOptions,
): Promise<Measurement> {
	const say = (line: string) => console.error(line);
	const endTurn = await takeMeasuringTurn(beside, say);
	let opened: Databases | null = null;
	let enclosed: EnclosedLaunch | null = null;
	try {
		await refuseGivenServer(wanted, databaseUrl, say);
		const installed = await installTargets(wanted, say);
		const logs = () => store.makeLogs();
		const served = await openDatabases(installed.targets, { url: databaseUrl, logs, say });
		opened = served.databases;
		const { databases } = served;
		const leftOut = [...installed.leftOut, ...served.leftOut];
		if (needs === "all" && leftOut.length > 0)
			throw new UserError(
				`${leftOut.map(({ id }) => id).join(" and ")} could not be set up: nothing is measured`,
			);
		enclosed = await encloseAgents(served.targets, store.folder, launchRewritten);
		const launch = enclosed?.launch ?? launchRewritten;
		const [scenario] = definition.scenarios;
		const { targets, failed } =
			enclosed && scenario
				? await tryAgents(served.targets, scenario, { launch, shared: contract.shared, logs: logs(), say })
				: { targets: served.targets, failed: new Map() };
		const fingerprint = fingerprintOf(targets, contract.shared, databases?.info);
		if (interrupted) refuseUnlike(interrupted, fingerprint);
		const record = interrupted
			? takeOver(store, interrupted)
			: newRecord(definition, { targets, leftOut, fingerprint, sizeOf });
		const { verifyOnly } = record.settings;
		const history = verifyOnly ? NoiseHistory.none() : NoiseHistory.of(describeMachine());
		const described = describeRequest(definition, targets);
		const terminal = new Terminal(prints, verifyOnly ? "verify" : "measure", described);
		const stop = stopOnInterrupt();
		const means = { contract, store, history, launch, databases, stop };
		const outcome = await run(record, means, terminal);
		const scenarioPath = join(store.folder, "scenarios.json");
		if (!outcome.interrupted)
			await afterwards?.(targets, { logs: logs(), shared: contract.shared, scenarioPath, launch, stop });
		return { outcome, leftOut, terminal, enclosed, failed };
	} finally {
		await opened?.close();
		enclosed?.clear();
		endTurn();
		store.close();
	}
}

/** Loads the chart library only now: it would take a third of a second from every start. */
export async function writePage(folder: string, comparison: ComparisonFile): Promise<string> {
	const { renderPage } = await import("../../report/html/page.ts");
	const path = join(folder, "report.html");
	// A run that is resumed may be the main one of `everything`.
	writeText(path, renderPage(comparison, undefined, readDeployment(folder)));
	return path;
}

/**
 * Lets the first Ctrl-C finish the iteration under way and keep what is measured. The second ends
 * everything, and the watchdog cleans up.
 */
export function stopOnInterrupt(): { requested: boolean } {
	const stop = { requested: false };
	onNextSignal(() => {
		stop.requested = true;
		console.error(
			"\nStopping after the current iteration; what is measured is kept. Press Ctrl-C again to stop at once.",
		);
	});
	return stop;
}
