/** Says how far a measured process was kept from what is the user's. */
import type { IsolationRecord } from "../../shared/schemas/isolation.ts";
import { plainText } from "../../shared/text.ts";

/** One sentence on the network, one on files. */
export function describeIsolation({ networkProblem, hasLoopback, filesProblem }: IsolationRecord): string[] {
	const itself = hasLoopback ? "only itself" : "not even itself";
	return [
		networkProblem === null
			? `cut off from the network: a plugin reached ${itself}`
			: `not cut off from the network, because ${plainText(networkProblem)}`,
		filesProblem === null
			? "could write into the run's own folders only"
			: `could write wherever you can, because ${plainText(filesProblem)}`,
	];
}
