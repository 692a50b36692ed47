/** Watches one process of an agent: what it does while no message comes, and what messages leave in it. */
import type { Scenario, SoakProcess, Target } from "../../shared/types.ts";
import { MS_PER_S } from "../../shared/units.ts";
import { defaultMemoryLimit } from "../growth/memory-guard.ts";
import { measureSoak } from "../growth/soak.ts";
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

export async function measureAgentGrowth(
	target: Target,
	scenario: Scenario,
	{ launch, ...means }: GrowthMeans,
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
		const plan = { role: "main", users: 1, messages: MESSAGES, seconds: null } as const;
		return await measureSoak(context, target, "growth", plan, () => {});
	} finally {
		await watchdog.close();
	}
}
