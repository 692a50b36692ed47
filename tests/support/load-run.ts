/** Puts load on the live stub, as `./run.sh load` does on a target. */

import { loadContract } from "../../orchestrator/contract.ts";
import { runLoad } from "../../orchestrator/load/load-run.ts";
import { type LoadContext, Session, type SessionPlace } from "../../orchestrator/load/session.ts";
import { describeMachine } from "../../orchestrator/machine/describe.ts";
import { Watchdog } from "../../orchestrator/process/watchdog.ts";
import { RunStore } from "../../orchestrator/run/store.ts";
import { type LoadFile, type LoadSettings, SCHEMA_VERSION } from "../../shared/types.ts";
import { BYTES_PER_GB } from "../../shared/units.ts";
import { newFolder } from "../orchestrator/support/folders.ts";
import { stubLiveLaunch } from "./stub-live-target.ts";
import { stubTarget } from "./stub-target.ts";

export const STUB_SETTINGS: LoadSettings = {
	scenario: "single-message",
	users: 100,
	history: 0,
	limitNs: 50e6,
	timeoutNs: 10e9,
	arrivals: "poisson",
	processes: 1,
	budgetSeconds: null,
	phaseSeconds: 2,
	rates: [100],
	untilSeconds: 4,
	conversations: null,
	thinkMs: 0,
	modelDelayMs: 0,
	memoryBytes: BYTES_PER_GB,
	seed: 1,
};

/** @param words options of the stub, by target */
export async function withLoad<T>(
	words: Readonly<Record<string, readonly string[]>>,
	settings: Partial<LoadSettings>,
	work: (context: LoadContext) => Promise<T>,
): Promise<T> {
	const store = RunStore.create(newFolder(), new Date());
	const watchdog = new Watchdog();
	const contract = loadContract({});
	const scenario = contract.scenarios.find(({ id }) => id === "single-message");
	if (scenario === undefined) throw new RangeError("the contract has no single-message");
	const file: LoadFile = {
		schemaVersion: SCHEMA_VERSION,
		kind: "load",
		startedAt: new Date().toISOString(),
		finishedAt: null,
		interrupted: false,
		command: [],
		machine: describeMachine(),
		settings: { ...STUB_SETTINGS, ...settings },
		targets: Object.keys(words).map((id) => stubTarget(id, false)),
		leftOut: [],
		processes: [],
	};
	try {
		return await work({
			file,
			store,
			watchdog,
			shared: contract.shared,
			scenarioPath: contract.scenarioPath,
			scenario,
			launch: ({ id }) => stubLiveLaunch(words[id] ?? []),
			databases: null,
			stop: { requested: false, onRequest: null },
			tell: () => {},
		});
	} finally {
		await watchdog.close();
		store.close();
	}
}

/** A whole run. */
export function loadStubs(
	words: Readonly<Record<string, readonly string[]>>,
	settings: Partial<LoadSettings> = {},
): Promise<LoadFile> {
	return withLoad(words, settings, async (context) => {
		await runLoad(context, context.file.targets);
		return context.file;
	});
}

/** One session with one stub. */
export function withSession<T>(
	words: readonly string[],
	settings: Partial<LoadSettings>,
	work: (session: Session, context: LoadContext) => Promise<T>,
	place: Partial<SessionPlace> = {},
): Promise<T> {
	return withLoad({ stub: words }, settings, async (context) => {
		const [target] = context.file.targets;
		if (target === undefined) throw new RangeError("no target");
		const whole = { process: 0, empty: false, modelDelayMs: 0, part: 0, ...place };
		const session = await Session.start(context, target, whole);
		try {
			return await work(session, context);
		} finally {
			await session.close();
		}
	});
}
