/** Makes results of targets on real databases, by the same functions as real ones. */
import type { CellEvidence } from "../../analysis/cell/result.ts";
import type {
	BenchmarkResult,
	DatabaseTraffic,
	IterationRecord,
	Scenario,
	StageName,
	Target,
	TrafficCounts,
	WorkLedger,
} from "../../shared/types.ts";
import { stageName } from "../../shared/types.ts";
import { evidenceOf, fixtures, processOf, resultOf, scenarioOf, targets } from "./evidence.ts";
import { faithfulIteration, faithfulLedger } from "./ledger.ts";

const BLOCKS = 5;
const ITERATIONS = 6;
const OBSERVED = 2;

export const SERVER: NonNullable<BenchmarkResult["database_server"]> = {
	version: "16.14",
	fsync: true,
	synchronous_commit: "on",
	shared_buffers_bytes: 128 * 1024 * 1024,
	commit_ns: 210_000,
	given: false,
};

/** What a target does for one message. */
export interface Served {
	ms: number;
	/** Self times in ms; what is left of the message is in no stage. */
	stages?: Partial<Record<StageName, number>>;
	/** Absent: there is no server. */
	server?: { cpuMs: number | null; settleMs: number; bytes: number | null; traffic: DatabaseTraffic };
	status?: "comparable" | "divergent";
}

/** A target with a variant, as the specification `typescript+postgres` gives it. */
export function onDatabase(
	target: Target,
	variant: "postgres" | "pglite",
	others: Target["variants"] = [],
): Target {
	const name = variant === "postgres" ? "PostgreSQL" : "PGlite";
	const label = `${target.label} ${name}`;
	return { ...target, id: `${target.id}-${variant}`, label, variants: [...others, variant] };
}

export function trafficOf(
	statements: number,
	rows: number,
	byKind: TrafficCounts["byKind"] = {},
): TrafficCounts {
	return { statements, rows, bytesSent: 100 * statements, bytesReceived: 50 * rows, byKind };
}

/** What a server does for one message that takes so long, and 6 statements more when it has returned. */
export function served(
	messages: number,
	statements: number,
	rows: number,
	cpuMs = 1,
): NonNullable<Served["server"]> {
	const [selects, inserts] = [Math.round(statements / 2), Math.round(statements / 10)];
	const byKind = {
		SELECT: messages * selects,
		INSERT: messages * inserts,
		begin: messages * (statements - selects - inserts),
	};
	return {
		cpuMs,
		settleMs: 12,
		bytes: 30 * 2 ** 20,
		traffic: {
			messages: trafficOf(messages * statements, messages * rows, byKind),
			afterwards: trafficOf(6, 0, { INSERT: 6 }),
		},
	};
}

/** A cell of five blocks, whose times scatter by one per cent. */
export function servedCell(
	target: Target,
	scenario: Scenario,
	{ ms, stages, server, status }: Served,
): CellEvidence {
	const ledger = faithfulLedger(scenario, fixtures);
	// Over five blocks no target is faster than another by it. Within a block the others scatter alike.
	const noise = (block: number, index: number) =>
		(1 + 0.005 * (((3 * block + target.id.length) % 5) - 2)) * (1 + 0.002 * ((index % 3) - 1));
	const processes = Array.from({ length: BLOCKS }, (_, block) => {
		const times = Array.from({ length: ITERATIONS }, (_, index) =>
			Math.round(ms * 1e6 * noise(block, index)),
		);
		const change = server ? { databaseServerBytes: server.bytes } : {};
		const process = processOf(target, scenario, times, { block, ...change });
		const [cell] = process.measurement?.cells ?? [];
		if (!cell) throw new Error("no cell");
		for (const iteration of cell.iterations) Object.assign(iteration, serverRecord(server, ledger));
		if (stages) {
			cell.iterations.push(...observedIterations(ledger, ms, stages, (index) => noise(block, index)));
			cell.stageSources = stageName.options.map((stage) => ({ stage, observable: true, how: "test" }));
		}
		return process;
	});
	const evidence = evidenceOf(scenario, processes, status ?? "comparable");
	return server ? { ...evidence, ledger: { ...ledger, databaseTraffic: server.traffic } } : evidence;
}

function serverRecord(server: Served["server"], { messages }: WorkLedger): Partial<IterationRecord> {
	if (!server) return {};
	const cpuNs = server.cpuMs === null ? null : Math.round(server.cpuMs * 1e6 * messages);
	return { databaseServer: { cpuNs, settleNs: server.settleMs * 1e6 } };
}

function observedIterations(
	ledger: WorkLedger,
	ms: number,
	stages: NonNullable<Served["stages"]>,
	noise: (index: number) => number,
): IterationRecord[] {
	return Array.from({ length: OBSERVED }, (_, index) => {
		const ns = (value: number) => Math.round(value * 1e6 * noise(index));
		const own = Object.entries(stages) as [StageName, number][];
		const rest = ms - own.reduce((sum, [, value]) => sum + value, 0);
		const rows: [StageName, number][] = [["message", rest], ...own];
		return faithfulIteration(ledger, {
			phase: "observed",
			index,
			messageNs: Array(ledger.messages).fill(ns(ms)),
			stages: rows.map(([stage, value]) => ({
				stage,
				name: null,
				calls: ledger.messages,
				inclusiveNs: ns(value) * ledger.messages,
				selfNs: ns(value) * ledger.messages,
			})),
		});
	});
}

/** A result on the server that {@link SERVER} describes. */
export function servedResult(
	target: Target,
	cells: readonly (readonly [scenario: string, served: Served])[],
): BenchmarkResult {
	const made = cells.map(([id, one]) => servedCell(target, scenarioOf(id), one));
	return { ...resultOf(target, made), database_server: SERVER };
}

const STAGES_IN_MEMORY = { compose_state: 0.3, prompt: 0.6, memory_create: 0.1, memory_get: 0.05 };
const STAGES_ON_POSTGRES = { compose_state: 1.5, prompt: 0.6, memory_create: 9, memory_get: 2 };

/** A run as the facts have it: slow statements in TypeScript, few in Rust, which overtakes its memory. */
export function databaseResults(): BenchmarkResult[] {
	const [typescript, python, rust] = targets as [Target, Target, Target];
	const history = (times: readonly number[], statements?: number): [string, Served][] =>
		[100, 1000, 10_000].map((size, index) => [
			`history-scaling-${size}`,
			{ ms: times[index] ?? 0, ...(statements ? { server: served(1, statements, 20, 0.4) } : {}) },
		]);
	return [
		servedResult(typescript, [
			["single-message", { ms: 1.45, stages: STAGES_IN_MEMORY }],
			["conversation-10", { ms: 1.3 }],
		]),
		servedResult(onDatabase(typescript, "postgres"), [
			["single-message", { ms: 14.2, stages: STAGES_ON_POSTGRES, server: served(1, 58, 41, 2.1) }],
			["conversation-10", { ms: 13, server: served(10, 62, 60, 2.2) }],
		]),
		servedResult(onDatabase(typescript, "pglite"), [["single-message", { ms: 18 }]]),
		servedResult(python, [["single-message", { ms: 0.9 }], ...history([1, 1.1, 1.2])]),
		servedResult(onDatabase(python, "postgres"), [
			["single-message", { ms: 4, server: served(1, 9, 6, 0.8) }],
			["history-scaling-1000", { ms: 680, server: served(1, 1009, 1001, 300), status: "divergent" }],
		]),
		servedResult(rust, [["single-message", { ms: 0.4 }], ...history([0.5, 1.7, 30])]),
		servedResult(onDatabase(rust, "postgres"), [
			["single-message", { ms: 1.5, server: served(1, 4, 21, 0.3) }],
			...history([1.4, 1.5, 2.4], 4),
		]),
	];
}
