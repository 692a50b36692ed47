/** Says how long an agent takes to start, and how much of it each of its plugins takes. */
import type { AgentStart, StartCosts } from "../../shared/types.ts";
import { median, sum } from "../stats/statistics.ts";
import { costOf } from "./estimate.ts";

/** @returns null where no process started */
export function startCosts(starts: readonly AgentStart[]): StartCosts | null {
	const of = (read: (start: AgentStart) => number | null) => costOf(starts.flatMap((one) => read(one) ?? []));
	const [importNs, constructNs, initializeNs] = [
		of((one) => one.importNs),
		of((one) => one.constructNs),
		of((one) => one.initializeNs),
	];
	if (!importNs || !constructNs || !initializeNs) return null;
	const rss = starts.flatMap(({ rssReadyBytes }) => rssReadyBytes ?? []);
	return {
		processes: starts.length,
		readyNs: of((one) => one.readyNs),
		importNs,
		entryNs: of((one) => one.imports.entryNs),
		constructNs,
		initializeNs,
		firstMessageNs: of((one) => one.firstMessageNs),
		rssReadyBytes: rss.length === 0 ? null : Math.round(median(rss)),
		plugins: pluginsOf(starts).toSorted((one, other) => other.totalNs.value - one.totalNs.value),
	};
}

function pluginsOf(starts: readonly AgentStart[]): StartCosts["plugins"] {
	const names = new Set(
		starts.flatMap(({ imports, plugins }) => [
			...imports.plugins.map(({ name }) => name),
			...plugins.map(({ plugin }) => plugin),
		]),
	);
	return [...names].flatMap((plugin) => {
		const times = starts.map((start) => timesOf(start, plugin));
		const of = (key: "importNs" | "initNs" | "servicesNs") => costOf(times.flatMap((one) => one[key] ?? []));
		const totals = times.flatMap(({ importNs, initNs, servicesNs }) => {
			const known = [importNs, initNs, servicesNs].filter((ns) => ns !== null);
			return known.length === 0 ? [] : [sum(known)];
		});
		const totalNs = costOf(totals);
		if (totalNs === null) return [];
		return [
			{ plugin, importNs: of("importNs"), initNs: of("initNs"), servicesNs: of("servicesNs"), totalNs },
		];
	});
}

interface PluginTimes {
	importNs: number | null;
	initNs: number | null;
	servicesNs: number | null;
}

/** Null: it was not imported by itself, has no `init`, or no service of it has started. */
function timesOf({ imports, plugins }: AgentStart, plugin: string): PluginTimes {
	const start = plugins.find((one) => one.plugin === plugin);
	const services = start?.services.flatMap(({ startNs }) => startNs ?? []) ?? [];
	return {
		importNs: imports.plugins.find(({ name }) => name === plugin)?.importNs ?? null,
		initNs: start?.initNs ?? null,
		servicesNs: services.length === 0 ? null : sum(services),
	};
}
