/** Lists an agent with and without each of its plugins, as targets of one run that share all blocks. */
import type { AgentFile } from "../../shared/types.ts";
import { slugOf } from "../targets/naming.ts";
import { MOST_TARGETS, type Specification, type TargetList } from "../targets/specification.ts";
import type { AgentManner } from "./words.ts";

export interface LeftOutOne {
	plugin: string;
	/** Of the target without it. */
	id: string;
}

export interface LeaveOneOutRun {
	list: TargetList;
	/** The target of the whole agent. */
	whole: string;
	/** The same agent once more: how far does it differ from itself? */
	twin: string;
	left: LeftOutOne[];
}

/** The whole agent takes part twice. */
const PLUGINS_OF_A_RUN = MOST_TARGETS - 2;

/** Plugins that were measured and are not the framework's. */
export function pluginsToLeaveOut({ plugins }: Pick<AgentFile, "plugins">): string[] {
	return plugins
		.filter(({ state, origin }) => state === "measured" && origin !== "framework")
		.map(({ name }) => name);
}

/** Says whether `--each` asks for more than was measured. */
export function lacksLeaveOneOut(
	file: Pick<AgentFile, "plugins" | "leaveOneOut" | "kept">,
	{ each, growth }: Pick<AgentManner, "each" | "growth">,
): boolean {
	const plugins = pluginsToLeaveOut(file).length;
	if (!each || plugins === 0) return false;
	return (file.leaveOneOut?.length ?? 0) < plugins || (growth && file.kept === undefined);
}

/**
 * @param whole with what has failed left out
 * @returns as few runs as take them all, each with the whole agent, twice
 */
export function leaveOneOutRuns(whole: Specification, names: readonly string[]): LeaveOneOutRun[] {
	const runs: LeaveOneOutRun[] = [];
	const again = `${whole.id}-again`;
	const twin = { ...whole, id: again, label: again };
	for (let first = 0; first < names.length; first += PLUGINS_OF_A_RUN) {
		// Two names may have one slug.
		const left = names.slice(first, first + PLUGINS_OF_A_RUN).map((plugin, index) => ({
			plugin,
			id: `${slugOf(whole.id)}-without-${first + index + 1}-${slugOf(plugin)}`,
		}));
		const specifications = [whole, twin, ...left.map(({ plugin, id }) => without(whole, plugin, id))];
		runs.push({
			list: { specifications, argument: whole.text, words: specifications.map(({ text }) => text) },
			whole: whole.id,
			twin: twin.id,
			left,
		});
	}
	return runs;
}

function without(whole: Specification, plugin: string, id: string): Specification {
	const { agent } = whole;
	if (!agent) return whole;
	return { ...whole, id, label: id, agent: { ...agent, without: [...agent.without, plugin] } };
}
