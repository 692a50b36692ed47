/** Gathers what the measurement files of a run say of an agent. Nothing is computed here. */
import type {
	AgentFile,
	AgentLedger,
	AgentScenario,
	AgentStart,
	CellMeasurement,
	MeasuredPlugin,
	MeasurementFile,
	ProcessRecord,
	RunFile,
} from "../../shared/types.ts";

import type { FailedPlugin } from "./trial.ts";

export interface AgentProcess {
	record: ProcessRecord;
	file: MeasurementFile;
}

export interface LeftOut {
	/** By the user, or because they failed. */
	without: readonly string[];
	failed: readonly FailedPlugin[];
}

type Gathered = Pick<AgentFile, "starts" | "scenarios" | "plugins">;

/** @param processes those of one target that ended well */
export function gatherAgent(
	{ scenarios }: Pick<RunFile, "scenarios">,
	processes: readonly AgentProcess[],
	manifest: readonly Omit<MeasuredPlugin, "state" | "failure" | "parts">[],
	out: LeftOut,
): Gathered {
	const measured = processes.filter(({ record }) => record.role === "measure" && !record.superseded);
	const found = scenarios.map(({ id, repeat, messages }) => {
		const own = processes.filter(({ record }) => record.scenario === id);
		const verified = own.filter(({ record }) => record.role === "verify").at(-1);
		const blocks = measured.filter(({ record }) => record.scenario === id);
		return {
			id,
			messages: repeat ?? messages.length,
			ledger: cellOf(verified)?.agent ?? null,
			...gatherBlocks(blocks),
		};
	});
	const ledgers = found.flatMap(({ ledger }) => ledger ?? []);
	return {
		starts: measured.flatMap(gatherStart),
		scenarios: found,
		plugins: listPlugins(processes, manifest, out, ledgers),
	};
}

function cellOf(process: AgentProcess | undefined): CellMeasurement | undefined {
	return process?.file.cells[0];
}

function gatherStart({ record, file }: AgentProcess): AgentStart[] {
	const [cell] = file.cells;
	if (!cell?.cold || !file.agent) return [];
	const { constructNs, initializeNs, firstMessageNs, plugins = [] } = cell.cold;
	return [
		{
			block: record.block,
			readyNs: record.spawnToReadyNs,
			importNs: file.importNs,
			imports: file.agent,
			constructNs,
			initializeNs,
			firstMessageNs,
			plugins,
			rssReadyBytes: cell.resources.rssReadyBytes,
		},
	];
}

function gatherBlocks(blocks: readonly AgentProcess[]): Pick<AgentScenario, "plain" | "observed"> {
	const rows = blocks.map(({ record, file }) => ({ block: record.block, cell: file.cells[0] }));
	const ofPhase = (cell: CellMeasurement | undefined, phase: "plain" | "observed" | "control") =>
		cell?.iterations.filter((iteration) => iteration.phase === phase) ?? [];
	return {
		plain: rows.map(({ block, cell }) => ({
			block,
			messageNs: ofPhase(cell, "plain").map(({ messageNs }) => messageNs),
			cpuNs: ofPhase(cell, "plain").map(({ cpuNs }) => cpuNs),
			rssStartBytes: cell?.resources.rssStartBytes ?? null,
			rssEndBytes: cell?.resources.rssEndBytes ?? null,
		})),
		observed: rows.map(({ block, cell }) => ({
			block,
			iterations: ofPhase(cell, "observed").map(({ messageNs, owners = [] }) => ({ messageNs, owners })),
			controls: ofPhase(cell, "control").map(({ messageNs }) => messageNs),
		})),
	};
}

function listPlugins(
	processes: readonly AgentProcess[],
	manifest: readonly Omit<MeasuredPlugin, "state" | "failure" | "parts">[],
	{ without, failed }: LeftOut,
	ledgers: readonly AgentLedger[],
): MeasuredPlugin[] {
	const imports = processes.flatMap(({ file }) => file.agent?.plugins ?? []);
	const starts = ledgers.flatMap((ledger) => ledger.starts);
	const named = new Map(manifest.map((plugin) => [plugin.name, plugin]));
	// What a project's entry brings, and the framework's own, is in no manifest.
	for (const { name } of imports)
		if (!named.has(name)) named.set(name, { name, version: null, origin: "project" });
	for (const { plugin } of starts)
		if (!named.has(plugin)) named.set(plugin, { name: plugin, version: null, origin: "framework" });
	return [...named.values()].map((plugin) => {
		const trial = failed.find((one) => one.plugin === plugin.name)?.failure ?? null;
		const failure =
			trial ??
			imports.find(({ name, failure: one }) => name === plugin.name && one !== null)?.failure ??
			starts.find((one) => one.plugin === plugin.name && one.failure !== null)?.failure ??
			null;
		const isOut = without.includes(plugin.name);
		const state = isOut ? (failure ? "failed" : "left-out") : "measured";
		return {
			...plugin,
			state,
			failure,
			parts: partsOf(plugin.name, ledgers),
		};
	});
}

/** Parts that have done something are all that can be seen of a plugin. */
function partsOf(plugin: string, ledgers: readonly AgentLedger[]): MeasuredPlugin["parts"] {
	const parts = ledgers.flatMap(({ work }) =>
		work.flatMap((row) => (row.plugin === plugin && row.part ? [row.part] : [])),
	);
	const once = new Map(parts.map((part) => [`${part.kind} ${part.name}`, part]));
	return [...once.values()];
}
