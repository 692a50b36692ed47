/** Tries all agents of a run, so that what fails in one of them is not tried again in another one. */
import type { Scenario, Target } from "../../shared/types.ts";
import { type FailedPlugin, leavesOut, tryAgent } from "./trial.ts";

export async function tryAgents(
	targets: readonly Target[],
	scenario: Scenario,
	means: Parameters<typeof tryAgent>[2],
): Promise<{ targets: Target[]; failed: ReadonlyMap<string, readonly FailedPlugin[]> }> {
	const failed = new Map<string, FailedPlugin[]>();
	const tried: Target[] = [];
	for (const target of targets) {
		const known = tried.find(({ agent }) => agent && agent.digest === target.agent?.digest);
		const outcome = await tryAgent(
			known ? leaveOut(target, failed.get(known.id) ?? []) : target,
			scenario,
			means,
		);
		failed.set(target.id, outcome.failed);
		tried.push(outcome.target);
	}
	return { targets: tried, failed };
}

/** What has failed in one agent is not tried again in another one that has it too. */
function leaveOut(target: Target, failed: readonly FailedPlugin[]): Target {
	const { agent } = target;
	if (!agent) return target;
	const without = [...new Set([...agent.without, ...failed.filter(leavesOut).map(({ plugin }) => plugin)])];
	return { ...target, agent: { ...agent, without } };
}
