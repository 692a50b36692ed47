/** How the architectures differ: every finding is a figure of this run, with what it says in words. */
import type { BenchmarkResult, Finding, ScenarioResult } from "../../shared/types.ts";
import { textModelCalls } from "../cell/ledger-summary.ts";

interface Question {
	finding: Finding["finding"];
	meaning: string;
	unit: Finding["unit"];
	/**
	 * The scenario that tells it best: the first of these that was run, else the first in which a target has
	 * a figure.
	 */
	scenarios: readonly string[];
	value: (cell: ScenarioResult, all: BenchmarkResult["scenarios"]) => number | null;
	reading: (value: number) => string;
}

/** More of an overlap than this is no accident of the clock. */
const OVERLAPS = 1.2;
const GAINS = 1.2;

const QUESTIONS: readonly Question[] = [
	{
		finding: "provider overlap",
		meaning: "Sum of the providers' times over the time in which any of them ran: 1 is one after another.",
		unit: "factor",
		scenarios: ["provider-scaling-100", "provider-scaling-50", "provider-scaling-10", "single-message"],
		value: ({ pipeline }) => pipeline.observed?.provider_overlap ?? null,
		reading: (value) => (value > OVERLAPS ? "side by side" : "one by one"),
	},
	{
		finding: "cached state",
		meaning:
			"Provider runs over state compositions times providers: below 1, a composition takes the others' texts from a cache.",
		unit: "factor",
		scenarios: ["conversation-10", "burst-100", "single-message"],
		value: runsPerComposition,
		reading: (value) => (value < 0.95 ? "state reused" : "not cached"),
	},
	{
		finding: "copies on read",
		meaning: "Whether two reads of one stored message give two copies.",
		unit: "yes or no",
		scenarios: ["single-message", "conversation-10"],
		value: ({ ledger }) => (ledger?.readsCopied == null ? null : Number(ledger.readsCopied)),
		reading: (value) => (value === 1 ? "a copy a read" : "one object"),
	},
	{
		finding: "prompt size",
		meaning: "Characters of all prompts of a message.",
		unit: "count",
		scenarios: ["single-message", "conversation-10"],
		value: ({ ledger }) =>
			ledger && ledger.messages > 0
				? ledger.modelCalls.reduce((sum, row) => sum + row.promptChars, 0) / ledger.messages
				: null,
		reading: () => "",
	},
	{
		finding: "model calls",
		meaning:
			"Calls of a text model per message, when the agent is not named and has to decide whether to answer.",
		unit: "count",
		scenarios: ["with-should-respond-no-name", "with-should-respond", "single-message"],
		value: ({ ledger }) => (ledger && ledger.messages > 0 ? textModelCalls(ledger) : null),
		reading: () => "",
	},
	{
		finding: "gain from concurrency",
		meaning: "Messages per second of 50 (or 10) senders at once over those sent one after another.",
		unit: "factor",
		scenarios: ["concurrent-50", "concurrent-10"],
		value: concurrencyGain,
		reading: (value) => (value > GAINS ? "gains" : value < 1 / GAINS ? "loses" : "no gain"),
	},
	{
		finding: "collections",
		meaning: "Runs of the garbage collector per 1,000 messages.",
		unit: "count",
		scenarios: ["burst-1000", "conversation-100", "burst-100", "single-message"],
		value: ({ resources, throughput }) =>
			resources?.gc_pauses_count == null || !throughput || throughput.total_messages === 0
				? null
				: (1000 * resources.gc_pauses_count) / throughput.total_messages,
		reading: () => "",
	},
	{
		finding: "growth of memory",
		meaning: "Slope of the resident set over the messages sent.",
		unit: "kb",
		scenarios: ["burst-1000", "conversation-100", "burst-100", "single-message"],
		value: ({ resources }) => resources?.memory_growth_kb_per_message ?? null,
		reading: () => "",
	},
];

/** Divergent cells are in: how a target does other work is a finding too. */
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
		const words = known.flatMap(([target, figure]) =>
			figure === null || reading(figure) === "" ? [] : [[target, reading(figure)]],
		);
		return [
			{ ...question, scenario, values: Object.fromEntries(known), readings: Object.fromEntries(words) },
		];
	});
}

function runsPerComposition({ ledger, pipeline }: ScenarioResult): number | null {
	const row = pipeline.observed?.stages.find(({ stage, name }) => stage === "compose_state" && name === null);
	if (!row || !ledger || ledger.messages === 0) return null;
	const runs = Object.values(ledger.providers).filter((count) => count > 0);
	const all = runs.reduce((sum, count) => sum + count, 0) / ledger.messages;
	return runs.length === 0 || row.calls === 0 ? null : all / (row.calls * runs.length);
}

/** Against the messages of a burst, which are sent in a row by one sender. */
function concurrencyGain(
	{ throughput, status }: ScenarioResult,
	all: BenchmarkResult["scenarios"],
): number | null {
	const row = ["burst-100", "single-message", "burst-1000"]
		.map((id) => all[id])
		.find((cell) => cell?.status === "comparable");
	const [concurrent, sequential] = [
		throughput?.concurrent_messages_per_second,
		row?.throughput?.messages_per_second,
	];
	return status === "comparable" && concurrent && sequential ? concurrent / sequential : null;
}
