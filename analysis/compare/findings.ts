/** Findings tell how the architectures differ. Every finding is a figure of this run, with its reading. */
import type { BenchmarkResult, Finding, FindingReading, ScenarioResult } from "../../shared/types.ts";
import { promptCharacters, textModelCalls } from "../cell/ledger-summary.ts";
import { machinesOf } from "../cell/machines.ts";
import { figureOf, metricOf } from "../metrics.ts";
import { sum } from "../stats/statistics.ts";

interface Question {
	finding: Finding["finding"];
	unit: Finding["unit"];
	/** The finding comes from the first of these scenarios in which a target has a figure. */
	scenarios: readonly string[];
	value: (cell: ScenarioResult, all: BenchmarkResult["scenarios"]) => number | null;
	/** Returns null where the size of the figure says everything. */
	reading: (value: number) => FindingReading | null;
}

/** A larger overlap than this is no accident of the clock. */
const OVERLAPS = 1.2;
const GAINS = 1.2;

const QUESTIONS: readonly Question[] = [
	{
		finding: "provider_overlap",
		unit: "factor",
		scenarios: ["provider-scaling-100", "provider-scaling-50", "provider-scaling-10", "single-message"],
		value: (cell) => figureOf(metricOf("provider_overlap"), cell),
		reading: (value) => (value > OVERLAPS ? "providers-in-parallel" : "providers-in-sequence"),
	},
	{
		finding: "state_reuse",
		unit: "factor",
		scenarios: ["conversation-10", "burst-100", "single-message"],
		value: runsPerComposition,
		reading: (value) => (value < 0.95 ? "state-reused" : "state-not-cached"),
	},
	{
		finding: "copies_on_read",
		unit: "yes_or_no",
		scenarios: ["single-message", "conversation-10"],
		value: ({ ledger }) => (ledger?.reads_copied == null ? null : Number(ledger.reads_copied)),
		reading: (value) => (value === 1 ? "read-copies" : "read-shares"),
	},
	{
		finding: "prompt_characters",
		unit: "count",
		scenarios: ["single-message", "conversation-10"],
		value: ({ ledger }) => (ledger && ledger.messages > 0 ? promptCharacters(ledger) : null),
		reading: () => null,
	},
	{
		finding: "model_calls",
		unit: "count",
		scenarios: ["with-should-respond-no-name", "with-should-respond", "single-message"],
		value: ({ ledger }) => (ledger && ledger.messages > 0 ? textModelCalls(ledger) : null),
		reading: () => null,
	},
	{
		finding: "concurrency_gain",
		unit: "factor",
		scenarios: ["concurrent-50", "concurrent-10"],
		value: concurrencyGain,
		reading: (value) =>
			value > GAINS ? "concurrency-gains" : value < 1 / GAINS ? "concurrency-loses" : "concurrency-neutral",
	},
	{
		finding: "collections",
		unit: "count",
		scenarios: ["burst-1000", "conversation-100", "burst-100", "single-message"],
		value: ({ resources, throughput }) =>
			resources?.gc_pauses_count == null || !throughput || throughput.total_messages === 0
				? null
				: (1000 * resources.gc_pauses_count) / throughput.total_messages,
		reading: () => null,
	},
	{
		finding: "memory_growth",
		unit: "kb",
		scenarios: ["burst-1000", "conversation-100", "burst-100", "single-message"],
		value: (cell) => figureOf(metricOf("memory_growth_kb_per_message"), cell),
		reading: () => null,
	},
];

/**
 * Returns the findings of a run. Divergent cells take part: how a target does other work is a finding too.
 */
export function findingsOf(results: readonly BenchmarkResult[]): Finding[] {
	return QUESTIONS.flatMap(({ scenarios, value, reading, ...question }) => {
		const figures = (id: string) =>
			results.flatMap(({ target, scenarios: cells }): [string, number | null][] => {
				const cell = cells[id];
				return cell ? [[target.id, value(cell, cells)]] : [];
			});
		const scenario = scenarios.find((id) => figures(id).some(([, figure]) => figure !== null));
		if (scenario === undefined) return [];
		const known = figures(scenario);
		const readings = known.flatMap(([target, figure]): [string, FindingReading][] => {
			const read = figure === null ? null : reading(figure);
			return read === null ? [] : [[target, read]];
		});
		return [
			{ ...question, scenario, values: Object.fromEntries(known), readings: Object.fromEntries(readings) },
		];
	});
}

function runsPerComposition({ ledger, pipeline }: ScenarioResult): number | null {
	const row = pipeline.observed?.stages.find(({ stage, name }) => stage === "compose_state" && name === null);
	if (!row || !ledger || ledger.messages === 0) return null;
	const runs = Object.values(ledger.providers).filter((count) => count > 0);
	const all = sum(runs) / ledger.messages;
	return runs.length === 0 || row.calls === 0 ? null : all / (row.calls * runs.length);
}

/**
 * Compares concurrent messages with those of a burst on the same machine, which one sender sends in a row.
 */
function concurrencyGain(
	{ throughput, status, samples }: ScenarioResult,
	all: BenchmarkResult["scenarios"],
): number | null {
	const row = ["burst-100", "single-message", "burst-1000"]
		.map((id) => all[id])
		.find(
			(cell) => cell?.status === "comparable" && machinesOf(cell).join() === machinesOf({ samples }).join(),
		);
	const [concurrent, sequential] = [
		throughput?.concurrent_messages_per_second,
		row?.throughput?.messages_per_second,
	];
	return status === "comparable" && concurrent && sequential ? concurrent / sequential : null;
}
