/** Prepares what `density` and `soak` share: targets, folder, context, Ctrl-C. */
import { resolve } from "node:path";
import { joinList } from "../../shared/text.ts";
import { type LeftOutTarget, needsServer, type Target } from "../../shared/types.ts";
import { BYTES_PER_MB, MS_PER_S } from "../../shared/units.ts";
import { type EnclosedLaunch, encloseAgents } from "../agent/enclosed-launch.ts";
import { tryAgents } from "../agent/try-agents.ts";
import { type Contract, loadContract, select } from "../contract.ts";
import { UserError } from "../errors.ts";
import type { GrowthContext } from "../growth/process.ts";
import { defaultMemoryLimit } from "../live/memory-guard.ts";
import { takeMeasuringTurn } from "../process/measuring-turn.ts";
import { onNextSignal } from "../process/signals.ts";
import { Watchdog } from "../process/watchdog.ts";
import { fingerprintOf } from "../run/fingerprint.ts";
import { DEFAULT_SEED, DEFAULT_TIMEOUT } from "../run/profiles.ts";
import type { RunStore } from "../run/store.ts";
import { installTargets } from "../targets/install.ts";
import { launchRewritten } from "../targets/launch.ts";
import { parseTargets, resolveTargets } from "../targets/select.ts";
import type { TargetList } from "../targets/specification.ts";

/** Flags that both commands have. */
export interface GrowthFlags {
	targets: string;
	scenario: string;
	memoryLimit?: number;
	targetFile?: string | undefined;
	scenarioFile?: string | undefined;
	beside?: true;
	output?: string;
	json?: true;
}

export interface GrowthSetUp {
	context: GrowthContext;
	targets: Target[];
	leftOut: readonly LeftOutTarget[];
	fingerprint: Record<string, string>;
}

/**
 * @param why a database server is outside of what the command measures
 * @throws {UserError} for targets on a server, and for a scenario without messages
 */
export async function chooseTargets(
	flags: Pick<GrowthFlags, "targets" | "targetFile">,
	{ command, why }: { command: string; why: string },
): Promise<{ list: TargetList; targets: Target[] }> {
	const list = parseTargets(flags.targets, { names: flags.targetFile });
	const targets = await resolveTargets(list);
	const served = targets.filter(needsServer).map(({ id }) => id);
	if (served.length > 0)
		throw new UserError(`${command} takes no target on a database server (${joinList(served)}): ${why}`);
	return { list, targets };
}

export function chooseContract(flags: Pick<GrowthFlags, "scenario" | "scenarioFile">): Contract {
	const contract = loadContract(flags);
	const [scenario] = select(contract.scenarios, flags.scenario, "scenario");
	if (scenario?.kind !== "messages" || scenario.expect.replies.length === 0)
		throw new UserError(`--scenario ${flags.scenario} has no message that is answered: name another`);
	return contract;
}

/**
 * Sets the targets up, has `work` measure them, and cleans up after it.
 * @param work is called when nothing else measures on this machine
 */
export async function withGrowthSetUp<T>(
	wanted: readonly Target[],
	contract: Contract,
	store: RunStore,
	flags: Pick<GrowthFlags, "scenario" | "memoryLimit" | "beside"> & { modelDelayMs?: number },
	work: (setUp: GrowthSetUp) => Promise<T>,
): Promise<T> {
	const say = (line: string) => console.error(line);
	const endTurn = await takeMeasuringTurn(flags.beside === true, say);
	const watchdog = new Watchdog();
	let enclosed: EnclosedLaunch | null = null;
	try {
		const installed = await installTargets(wanted, say);
		const { leftOut } = installed;
		const [scenario] = select(contract.scenarios, flags.scenario, "scenario");
		if (!scenario) throw new RangeError(`there is no scenario ${flags.scenario}`);
		enclosed = await encloseAgents(installed.targets, store.folder, launchRewritten);
		const launch = enclosed?.launch ?? launchRewritten;
		const logs = store.makeLogs();
		const trial = { launch, shared: resolve(contract.shared), logs, say };
		const { targets } = enclosed
			? await tryAgents(installed.targets, scenario, trial)
			: { targets: installed.targets };
		const context: GrowthContext = {
			logs,
			watchdog,
			shared: resolve(contract.shared),
			scenarioPath: contract.scenarioPath,
			scenario,
			seed: DEFAULT_SEED,
			modelDelayMs: flags.modelDelayMs ?? 0,
			timeoutMs: DEFAULT_TIMEOUT * MS_PER_S,
			memoryLimitBytes:
				flags.memoryLimit === undefined ? defaultMemoryLimit() : flags.memoryLimit * BYTES_PER_MB,
			launch: (target, role = "measure") => launch(target, role),
			stop: stopBetweenMessages(),
		};
		return await work({ context, targets, leftOut, fingerprint: fingerprintOf(targets, contract.shared) });
	} finally {
		await watchdog.close();
		enclosed?.clear();
		endTurn();
		store.close();
	}
}

/** Lets the first Ctrl-C finish the message under way and keep what is measured. */
function stopBetweenMessages(): { requested: boolean } {
	const stop = { requested: false };
	onNextSignal(() => {
		stop.requested = true;
		console.error("\nStopping; what is measured is kept. Press Ctrl-C again to stop at once.");
	});
	return stop;
}
