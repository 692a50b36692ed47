/** Watches processes of an agent: what they do while no message comes, and what messages leave in them. */
import type { Scenario, SoakProcess, Target } from "../../shared/types.ts";
import { MS_PER_S } from "../../shared/units.ts";
import { measureSoak, type SoakPlan } from "../growth/soak.ts";
import { defaultMemoryLimit } from "../live/memory-guard.ts";
import type { Launch } from "../process/launch.ts";
import { Watchdog } from "../process/watchdog.ts";
import { DEFAULT_SEED, DEFAULT_TIMEOUT } from "../run/profiles.ts";

export interface GrowthMeans {
	/** The folder of the logs. */
	logs: string;
	shared: string;
	/** The file of the scenarios as they are run. */
	scenarioPath: string;
	launch(target: Target, role: "measure"): Launch;
	stop: { requested: boolean };
}

/** Beside those of the bursts. */
const MESSAGES = 400;

export function measureAgentGrowth(
	target: Target,
	scenario: Scenario,
	means: GrowthMeans,
): Promise<SoakProcess> {
	return watch(target, scenario, means, "growth", { role: "main" });
}

/** Only answers, and has its memory read: the same with and without a plugin. */
export function measureKept(target: Target, scenario: Scenario, means: GrowthMeans): Promise<SoakProcess> {
	return watch(target, scenario, means, "kept", { role: "second", keepsStores: true });
}

async function watch(
	target: Target,
	scenario: Scenario,
	{ launch, ...means }: GrowthMeans,
	name: string,
	how: Pick<SoakPlan, "role" | "keepsStores">,
): Promise<SoakProcess> {
	const watchdog = new Watchdog();
	try {
		const context = {
			...means,
			watchdog,
			scenario,
			seed: DEFAULT_SEED,
			modelDelayMs: 0,
			timeoutMs: DEFAULT_TIMEOUT * MS_PER_S,
			memoryLimitBytes: defaultMemoryLimit(),
			launch: (one: Target) => launch(one, "measure"),
		};
		const plan = { ...how, users: 1, messages: MESSAGES, seconds: null };
		return await measureSoak(context, target, name, plan, () => {});
	} finally {
		await watchdog.close();
	}
}
