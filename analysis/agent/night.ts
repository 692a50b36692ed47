/** Says what an agent does and keeps while no message comes, and what each message leaves in its process. */
import type { AgentGrowth, AgentLedger, GrowthCosts, ScenarioCosts } from "../../shared/types.ts";
import { type Reading, trendOf } from "../stats/trend.ts";
import { intervalOf } from "./estimate.ts";

/** Caches fill and code is compiled before the third reading, as in a soak. */
const FIRST_FITTED = 2;

/** Rows of what was at work, the longest first; null where nothing was watched. */
export function nightOf({ idle }: AgentLedger): ScenarioCosts["night"] {
	const { watchedNs, cpuNs, work } = idle;
	if (watchedNs === 0) return null;
	return {
		watchedNs,
		cpuShare: cpuNs / watchedNs,
		work: work.toSorted((one, other) => other.timerNs - one.timerNs || other.timerRuns - one.timerRuns),
	};
}

/** The heap after a collection is what is kept. What a process occupies rises in steps and hardly falls. */
export function growthOf({ idleBefore, idleAfter, quietAfterNs, readings }: AgentGrowth): GrowthCosts {
	const of = readings.length > 0 && readings.every(({ heapBytes }) => heapBytes !== null) ? "heap" : "rss";
	const points = readings.slice(FIRST_FITTED).flatMap(({ messages, heapBytes, rssBytes }): Reading[] => {
		const y = of === "heap" ? heapBytes : rssBytes;
		return y === null ? [] : [{ x: messages, y }];
	});
	const shareOf = ({ ns, cpuNs }: AgentGrowth["idleBefore"]) => (ns === 0 ? 0 : cpuNs / ns);
	return {
		of,
		messages: readings.at(-1)?.messages ?? 0,
		perMessageBytes: isAscending(points) ? intervalOf(trendOf(points)?.slope ?? null) : null,
		idleBeforeShare: shareOf(idleBefore),
		idleAfterShare: idleAfter && shareOf(idleAfter),
		quietAfterNs,
	};
}

/** Without a message between two readings there is no growth of messages. */
function isAscending(points: readonly Reading[]): boolean {
	return points.every(({ x }, index) => index === 0 || x > (points[index - 1] as Reading).x);
}
