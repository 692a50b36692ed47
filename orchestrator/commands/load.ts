/** `./run.sh load` says how many messages a second, or how many conversations, a target holds. */
import { join } from "node:path";
import { type LoadReport, loadReport } from "../../analysis/load/report.ts";
import { renderLoad } from "../../report/console/load.ts";
import { terminalLayout } from "../../report/console/table.ts";
import { toLoadMarkdown } from "../../report/exporters/markdown-load.ts";
import { type LoadFile, type LoadSettings, SCHEMA_VERSION } from "../../shared/types.ts";
import { NS_PER_MS, NS_PER_S } from "../../shared/units.ts";
import { loadContract, select } from "../contract.ts";
import type { Databases } from "../database/databases.ts";
import { parseDatabaseUrl } from "../database/given.ts";
import { openDatabases, refuseGivenServer } from "../database/open.ts";
import { EXIT, UserError } from "../errors.ts";
import { writeText } from "../files.ts";
import { defaultMemoryLimit } from "../live/memory-guard.ts";
import { runLoad } from "../load/load-run.ts";
import type { LoadContext } from "../load/session.ts";
import { describeMachine } from "../machine/describe.ts";
import { takeMeasuringTurn } from "../process/measuring-turn.ts";
import { onNextSignal } from "../process/signals.ts";
import { Watchdog } from "../process/watchdog.ts";
import { RunStore } from "../run/store.ts";
import { installTargets } from "../targets/install.ts";
import { launchRewritten } from "../targets/launch.ts";
import { parseTargets, resolveTargets } from "../targets/select.ts";
import { LoadProgress } from "../terminal/load-view.ts";

export interface LoadFlags {
	targets: string;
	scenario: string;
	users: number;
	history: number;
	/** Milliseconds. */
	limit: number;
	arrivals: "poisson" | "constant";
	processes: number;
	/** Seconds. */
	budget?: number;
	/** Seconds. */
	phase: number;
	rates: number[];
	until: number;
	conversations?: number | "search";
	think: number;
	modelDelay?: number;
	/** Seconds. */
	timeout: number;
	seed: number;
	targetFile?: string;
	scenarioFile?: string;
	databaseUrl?: string;
	beside?: true;
	output?: string;
	json?: true;
}

/**
 * A model takes about a second. In an open loop it is left out, so that what is measured is the framework.
 */
const CLOSED_MODEL_DELAY_MS = 1000;
/** For each target. A closed loop waits for its model and its users, so that a load takes longer. */
const BUDGET_SECONDS = { open: 200, closed: 400 } as const;

export async function loadCommand(flags: LoadFlags, words: readonly string[]): Promise<void> {
	if (flags.databaseUrl !== undefined) parseDatabaseUrl(flags.databaseUrl);
	const contract = loadContract(flags);
	const [scenario] = select(contract.scenarios, flags.scenario, "scenario");
	if (scenario === undefined || scenario.kind !== "messages")
		throw new UserError(`--scenario takes a scenario of messages, ${flags.scenario} is none`);
	const list = parseTargets(flags.targets, { names: flags.targetFile });
	if (list.specifications.some(({ agent }) => agent !== undefined))
		throw new UserError(
			"load takes no agent of your own, which has to be isolated: take ./run.sh agent, soak or density",
		);
	const wanted = await resolveTargets(list);
	const startedAt = new Date();
	const store = RunStore.create(flags.output, startedAt, "-load");
	const say = (line: string) => console.error(line);
	const endTurn = await takeMeasuringTurn(flags.beside === true, say);
	const watchdog = new Watchdog();
	let databases: Databases | null = null;
	try {
		await refuseGivenServer(wanted, flags.databaseUrl, say);
		const installed = await installTargets(wanted, say);
		const logs = () => store.makeLogs();
		const served = await openDatabases(installed.targets, { url: flags.databaseUrl, logs, say });
		databases = served.databases;
		const file: LoadFile = {
			schemaVersion: SCHEMA_VERSION,
			kind: "load",
			startedAt: startedAt.toISOString(),
			finishedAt: null,
			interrupted: false,
			command: ["./run.sh", "load", ...words],
			machine: describeMachine(),
			settings: settingsOf(flags, served.targets.length),
			targets: served.targets,
			leftOut: [...installed.leftOut, ...served.leftOut],
			processes: [],
		};
		const { shared, scenarioPath } = contract;
		const stop = stopAtOnce();
		const progress = new LoadProgress(file);
		say(`Results go to ${store.folder}`);
		try {
			const means = { file, store, watchdog, shared, scenarioPath, scenario, databases, stop };
			await runLoad(
				{ ...means, launch: launchRewritten, tell: (doing) => progress.tell(doing) },
				file.targets,
			);
		} finally {
			progress.close();
		}
		show(loadReport(file), store, flags.json === true);
		process.exitCode = stop.requested ? EXIT.interrupted : statusOf(file);
	} finally {
		await watchdog.close();
		await databases?.close();
		endTurn();
		store.close();
	}
}

/** Nothing that was begun is worth waiting for: a phase that was cut is kept as what it is. */
function stopAtOnce(): LoadContext["stop"] {
	const stop: LoadContext["stop"] = { requested: false, onRequest: null };
	onNextSignal(() => {
		stop.requested = true;
		stop.onRequest?.();
		console.error("\nStopping; what is measured is kept. Press Ctrl-C again to stop at once.");
	});
	return stop;
}

function show(report: LoadReport, store: RunStore, json: boolean): void {
	store.guard(() => writeText(join(store.folder, "load.md"), toLoadMarkdown(report)));
	if (json) console.log(JSON.stringify(report));
	else console.log(`${renderLoad(report, terminalLayout())}\n\nResults: ${store.folder}`);
}

function statusOf({ processes }: LoadFile): number {
	return processes.some(({ phases }) => phases.length > 0) ? EXIT.done : EXIT.failed;
}

function settingsOf(flags: LoadFlags, targets: number): LoadSettings {
	const { conversations = null } = flags;
	const modelDelayMs = flags.modelDelay ?? (conversations === null ? 0 : CLOSED_MODEL_DELAY_MS);
	const budget = targets * BUDGET_SECONDS[conversations === null ? "open" : "closed"];
	return {
		scenario: flags.scenario,
		users: flags.users,
		history: flags.history,
		limitNs: flags.limit * NS_PER_MS,
		timeoutNs: flags.timeout * NS_PER_S + modelDelayMs * NS_PER_MS,
		arrivals: flags.arrivals,
		processes: flags.processes,
		budgetSeconds: flags.budget ?? budget,
		phaseSeconds: flags.phase,
		rates: flags.rates,
		untilSeconds: flags.until,
		conversations,
		thinkMs: flags.think,
		modelDelayMs,
		memoryBytes: defaultMemoryLimit(),
		seed: flags.seed,
	};
}
