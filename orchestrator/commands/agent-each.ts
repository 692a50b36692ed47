/** Measures an agent with and without each of its plugins, in the same blocks (`./run.sh agent --each`). */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { withTwin } from "../../analysis/agent/together.ts";
import { compareChange } from "../../analysis/change/change.ts";
import type { AgentFile, Scenario } from "../../shared/types.ts";
import { measureKept } from "../agent/growth.ts";
import { leaveOneOutRuns, pluginsToLeaveOut } from "../agent/leave-one-out.ts";
import type { AgentManner } from "../agent/words.ts";
import type { Contract } from "../contract.ts";
import { EXIT, UserError } from "../errors.ts";
import { readSide } from "../run/results.ts";
import { parseTargets } from "../targets/select.ts";
import { agentWord } from "../targets/specification.ts";
import { runMeasurement } from "./run-measurement.ts";
import { type NewRunFlags, requestRun } from "./run-request.ts";

/** With and without each plugin: each pair of targets is known as well as `ab` would know it. */
const EACH = { precision: 0.02, blocks: 12, secondsPerTarget: 45, confidence: 0.99 } as const;
/** Below the folder of the run. */
const EACH_FOLDER = "without";

type LeftOut = Pick<AgentFile, "leaveOneOut" | "kept"> & { interrupted: boolean };

interface EachRequest {
	contract: Contract;
	/** The flags of the run of the whole agent. */
	flags: NewRunFlags;
	scenarios: readonly Scenario[];
	manner: AgentManner;
	command: readonly string[];
	/** Of the run of the whole agent. */
	folder: string;
}

/** Base is the agent without the plugin, head the one with it. */
export async function leaveEachOut(
	file: Pick<AgentFile, "target" | "plugins">,
	{ contract, flags, scenarios, manner, command, folder }: EachRequest,
): Promise<LeftOut> {
	const { target } = file;
	if (!target.agent) throw new UserError("there is no agent to leave plugins out of", EXIT.failed);
	const { path, added, without } = target.agent;
	const [asked] = parseTargets(agentWord(path, target.runtime, target)).specifications;
	if (!asked) throw new RangeError(`${target.id} names no target`);
	const whole = { ...asked, id: target.id, label: target.label, agent: { path, added, without } };
	const rows: NonNullable<AgentFile["leaveOneOut"]> = [];
	const kept: NonNullable<AgentFile["kept"]> = { whole: [], without: [] };
	for (const [index, run] of leaveOneOutRuns(whole, pluginsToLeaveOut(file)).entries()) {
		const own = join(folder, `${EACH_FOLDER}-${index + 1}`);
		// Of a run that is resumed, what was measured without a plugin is measured anew.
		if (existsSync(own)) rmSync(own, { recursive: true });
		const request = await requestRun(
			contract,
			run.list,
			{ ...flags, ...lengthOf(manner, run.list.specifications.length), observe: 0, output: own },
			"measure",
			{ scenarios, command },
		);
		const [scenario] = request.definition.scenarios;
		let stopped = false;
		const { outcome, terminal } = await runMeasurement(contract, request, {
			prints: "nothing",
			needs: "all",
			async afterwards(targets, means) {
				if (!manner.growth || !scenario) return;
				console.error("Watching what messages leave in a process with and without each plugin");
				for (const one of targets) {
					const plugin = run.left.find(({ id }) => id === one.id)?.plugin;
					if (means.stop.requested || (plugin === undefined && index > 0)) continue;
					const process = await measureKept(one, scenario, means);
					if (plugin === undefined) kept.whole.push(process);
					else kept.without.push({ plugin, process });
				}
				stopped = means.stop.requested;
			},
		});
		terminal.close();
		// Resumed, it is measured anew.
		if (outcome.interrupted) return { leaveOneOut: rows, interrupted: true };
		const side = readSide(outcome.folder, () => {});
		const twin = side.results.find(({ target: { id } }) => id === run.twin);
		const results = side.results.map((result) =>
			twin && result.target.id === run.whole ? withTwin(result, twin) : result,
		);
		for (const { plugin, id } of run.left) {
			const base = { results, name: `without ${plugin}` };
			const head = { results, name: "with it" };
			const pairs = [[id, run.whole]] as const;
			const change = compareChange(base, head, { pairs, paired: true, confidence: EACH.confidence });
			rows.push({ plugin, change });
		}
		// Of some plugins alone, it would not be known how far the agent differs from itself.
		if (stopped) return { leaveOneOut: rows, interrupted: true };
	}
	return { leaveOneOut: rows, ...(kept.whole.length > 0 ? { kept } : {}), interrupted: false };
}

function lengthOf(
	{ blocks, precision, budget }: AgentManner,
	targets: number,
): Pick<NewRunFlags, "blocks" | "precision" | "budget"> {
	if (blocks !== undefined) return { blocks };
	const seconds = EACH.secondsPerTarget * targets;
	return { blocks: EACH.blocks, precision: precision ?? EACH.precision, budget: budget ?? seconds };
}
