/** Tries all agents of a run, so that what fails in one of them is not tried again in another one. */
import type { Scenario, Target } from "../../shared/types.ts";
import { rootOf } from "../targets/folder.ts";
import { type FailedPlugin, leavesOut, tryAgent } from "./trial.ts";

export async function tryAgents(
	targets: readonly Target[],
	scenario: Scenario,
	means: Parameters<typeof tryAgent>[2],
): Promise<{ targets: Target[]; failed: ReadonlyMap<string, readonly FailedPlugin[]> }> {
	const failed = new Map<string, FailedPlugin[]>();
	const tried: Target[] = [];
	for (const target of targets) {
		const known = target.agent && tried.find((one) => one.agent && rootOf(one) === rootOf(target));
		const before = (known && failed.get(known.id)) ?? [];
		const own = leaveOut(target, before);
		const outcome =
			known && isPartOf(own, known) ? { target: own, failed: before } : await tryAgent(own, scenario, means);
		failed.set(target.id, [...outcome.failed]);
		tried.push(outcome.target);
	}
	return { targets: tried, failed };
}

/** What an agent without a plugin cannot do any more, its verification shows. */
function isPartOf(target: Target, tried: Target): boolean {
	return tried.agent?.without.every((name) => target.agent?.without.includes(name)) === true;
}

/** What has failed in one agent is not tried again in another one that has it too. */
function leaveOut(target: Target, failed: readonly FailedPlugin[]): Target {
	const { agent } = target;
	if (!agent) return target;
	const without = [...new Set([...agent.without, ...failed.filter(leavesOut).map(({ plugin }) => plugin)])];
	return { ...target, agent: { ...agent, without } };
}
