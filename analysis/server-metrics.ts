/**
 * These metrics say what a database server does for a target. Only targets that have one have figures here:
 * what an in-memory database takes is a part of the process, and in the figures of the process.
 */
import type { IterationRecord } from "../shared/types.ts";
import { BYTES_PER_MB, NS_PER_MS } from "../shared/units.ts";
import { trafficPerMessage } from "./cell/ledger-summary.ts";
import type { ValidProcess } from "./cell/process.ts";
import { competingMetric, counted, explainingMetric, type Metric, type Ratio } from "./metric-definition.ts";

/**
 * A framework goes on in the background when it has answered (it stores embeddings and log rows), and chance
 * decides how much of that falls into the span of the messages. In the busiest framework that was seen, this
 * is 6 of 58 statements.
 */
const BACKGROUND_TOLERANCE = 0.1;

function serverCpu({ databaseServer, messageNs }: IterationRecord): Ratio {
	const ns = databaseServer?.cpuNs ?? null;
	return ns === null || messageNs.length === 0 ? null : { amount: ns / NS_PER_MS, over: messageNs.length };
}

/** Returns undefined for a process that has no server. */
function serverMegabytes({
	record: { databaseServerBytes: bytes },
}: ValidProcess): number | null | undefined {
	return bytes === undefined || bytes === null ? bytes : bytes / BYTES_PER_MB;
}

/** Processor time, beside that of the process. */
export const SERVER_CPU_METRIC = competingMetric(
	"lower",
	["server_cpu_per_message_ms", "Server CPU per msg", "ms"],
	{ kind: "totals", ofIteration: serverCpu, paired: true },
	({ server }) => server?.server_cpu_per_message_ms,
);

/** What is asked of the server. */
export const TRAFFIC_METRICS: readonly Metric[] = [
	competingMetric(
		"lower",
		["statements_per_message", "Statements/msg", "count"],
		{ kind: "counted", tolerance: BACKGROUND_TOLERANCE, asked: "database" },
		counted((ledger) => trafficPerMessage(ledger, "statements")),
	),
	competingMetric(
		"lower",
		["rows_per_message", "Rows read/msg", "count"],
		{ kind: "counted", tolerance: BACKGROUND_TOLERANCE, asked: "database" },
		counted((ledger) => trafficPerMessage(ledger, "rows")),
	),
];

/** Work that goes on when the runtime has stopped, in no other time. */
export const SETTLE_METRIC = explainingMetric(
	["settle_ms", "Work after stop", "ms"],
	({ server }) => server?.settle_ms,
);

export const SERVER_MEMORY_METRIC = competingMetric(
	"lower",
	["server_memory_mb", "Server memory (MB)", "mb"],
	{ kind: "level", ofProcess: serverMegabytes },
	({ server }) => server?.server_memory_mb,
	{ section: "memory" },
);
