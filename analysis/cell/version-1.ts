/**
 * This file reads results of schema version 1 as version 2. Names follow the schema. Figures whose definition
 * changed are computed from what version 1 kept of each process, so that a cell has one value of each metric
 * here too.
 */
import { z } from "zod";
import { withSnakeCaseFields } from "../../shared/snake-case.ts";
import { benchmarkResult, SCHEMA_VERSION } from "../../shared/types.ts";
import { COMPETING_METRICS } from "../metrics.ts";
import { type Estimate, levelEstimate, type Totals, totalsEstimate } from "../stats/intervals.ts";
import { sum } from "../stats/statistics.ts";
import { levelOf } from "./estimates.ts";

/** The tails of a process had the names of the tails of all messages. */
const RENAMED: Readonly<Record<string, string>> = {
	message_latency_p95_ms: "process_latency_p95_ms",
	message_latency_p99_ms: "process_latency_p99_ms",
};

const estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });
const oldSample = z.looseObject({
	role: z.string(),
	counted: z.boolean(),
	messages: z.number(),
	disturbed: z.array(z.string()),
	series: z.record(z.string(), z.array(z.number())),
	values: z.record(z.string(), z.number().nullable()),
});
const oldCell = z.looseObject({
	reasons: z.array(z.string()),
	latency: z.looseObject({ median_ms: z.number(), avg_ms: z.number() }).nullable(),
	cold: z.looseObject({}).nullable(),
	phases: z.looseObject({}).nullable(),
	resources: z.looseObject({}).nullable(),
	operations: z.array(
		z.looseObject({ operation: z.string(), operations_per_second: z.number(), box_closed: z.boolean() }),
	),
	throughput: z
		.looseObject({
			messages_per_second: z.number().nullable(),
			concurrent_messages_per_second: z.number().nullable(),
			actions_per_second: z.number().nullable(),
		})
		.nullable(),
	cpu_per_message_ms: z.number().nullable(),
	estimates: z.record(z.string(), estimate.nullable()),
	samples: z.array(oldSample),
	earlier_aa: z.record(z.string(), z.array(z.number())),
});
type OldCell = z.infer<typeof oldCell>;
type UpgradedSample = Pick<z.infer<typeof oldSample>, "messages" | "series" | "values">;

const oldResult = z.looseObject({
	schema_version: z.literal(1),
	scenarios: z.record(z.string(), z.unknown()),
});

/**
 * Upgrades a result of version 1.
 * @param data content of a result file, of any version or none
 * @returns the result in the shape of version 2 if the data were one of version 1, else the data as they are;
 *   reading them against the schema then says what is wrong with them
 */
export function upgradeResult(data: unknown): unknown {
	const named = oldResult.safeParse(withSnakeCaseFields(benchmarkResult, data));
	if (!named.success) return data;
	return {
		...named.data,
		schema_version: SCHEMA_VERSION,
		scenarios: Object.fromEntries(
			Object.entries(named.data.scenarios).map(([id, cell]) => {
				const read = oldCell.safeParse(cell);
				return [id, read.success ? upgradeCell(read.data) : cell];
			}),
		),
	};
}

function upgradeCell(cell: OldCell): unknown {
	const samples = cell.samples.map((sample) => ({
		...sample,
		disturbed: sample.disturbed.map((words) => ({ kind: "words", words })),
		values: renameKeys(sample.values),
	}));
	const main = samples.filter(({ role, counted }) => role === "measure" && counted);
	const level = (metric: string) => levelOf(main.map(({ values }) => values[metric] ?? null));
	const cold_ms = level("first_message_latency_ms");
	const upgraded = {
		...cell,
		reasons: cell.reasons.map((words) => ({ kind: "words", words })),
		samples,
		process_latency: cell.latency && {
			p95_ms: level("process_latency_p95_ms"),
			p99_ms: level("process_latency_p99_ms"),
		},
		cold: cell.cold && {
			process_to_ready_ms: level("process_to_ready_ms"),
			import_ms: level("import_ms"),
			startup_time_ms: level("startup_time_ms"),
			first_message_latency_ms: cold_ms,
			start_to_reply_ms: level("start_to_reply_ms"),
		},
		phases: cell.phases && { ...cell.phases, cold_ms },
		resources: cell.resources && { ...cell.resources, memory_rss_peak_mb: level("memory_rss_peak_mb") },
		earlier_aa: renameKeys(cell.earlier_aa),
	};
	return { ...upgraded, estimates: estimatesOf(cell, main, upgraded) };
}

function renameKeys<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
	return Object.fromEntries(Object.entries(record).map(([key, value]) => [RENAMED[key] ?? key, value]));
}

function estimatesOf(
	cell: OldCell,
	main: readonly UpgradedSample[],
	upgraded: object,
): Record<string, unknown> {
	const found: [string, unknown][] = [];
	for (const { id, derivation, read } of COMPETING_METRICS) {
		const value = read(upgraded as never) ?? null;
		if (value === null || derivation.kind === "counted") continue;
		let interval: Pick<Estimate, "low" | "high"> | null = null;
		if (derivation.kind === "median") interval = cell.estimates[id] ?? null;
		else if (derivation.kind === "totals") interval = intervalOfTotals(id, cell, main);
		else if (derivation.kind === "process-tail") interval = cell.estimates[oldName(id)] ?? null;
		else if (derivation.kind === "level") {
			const values = main.map(({ values: own }) => own[id] ?? null);
			const known = values.filter((own): own is number => own !== null && own > 0);
			interval = known.length < values.length ? null : levelEstimate(known);
		}
		found.push([id, interval && { value, low: interval.low, high: interval.high }]);
	}
	return Object.fromEntries(found);
}

function oldName(id: string): string {
	return Object.entries(RENAMED).find(([, name]) => name === id)?.[0] ?? id;
}

/**
 * Returns null for a loop that the time box closed: neither number nor time of its operations is known.
 * Version 1 kept the rate of every iteration, and otherwise each iteration had the same number of messages or
 * operations.
 */
function intervalOfTotals(id: string, cell: OldCell, main: readonly UpgradedSample[]): Estimate | null {
	if (isBoxed(id, cell)) return null;
	const totals = main.flatMap(({ series, values, messages }): Totals[] => {
		const rates = series[id];
		if (!rates) {
			const value = values[id] ?? null;
			return value === null || value <= 0 || messages === 0
				? []
				: [{ amount: value * messages, over: messages }];
		}
		if (rates.length === 0 || rates.some((rate) => rate <= 0)) return [];
		return [
			id === "cpu_per_message_ms"
				? { amount: sum(rates), over: rates.length }
				: { amount: rates.length, over: sum(rates.map((rate) => 1 / rate)) },
		];
	});
	return totals.length < main.length ? null : totalsEstimate(totals);
}

function isBoxed(id: string, { operations }: OldCell): boolean {
	return operations.some(({ operation, box_closed }) => box_closed && id === `${operation}_ops_per_sec`);
}
