/** The result file of one target says what was measured, where and with what, and holds every cell. */
import { toSnakeCase } from "../../shared/snake-case.ts";
import {
	type BenchmarkResult,
	databaseServer,
	harnessEntry,
	machine,
	measurementFile,
	merged,
	needsServer,
	type RunFile,
	type ScenarioResult,
	targetSize,
} from "../../shared/types.ts";
import { BYTES_PER_GB } from "../../shared/units.ts";
import { flatMetricsOf } from "./flat-metrics.ts";

/** Makes the result of one target from the run and its cells. */
export function benchmarkResult(
	run: RunFile,
	{ versions, size, ...target }: RunFile["targets"][number],
	scenarios: Record<string, ScenarioResult>,
): BenchmarkResult {
	const harness = run.fingerprint[harnessEntry(target.runtime)];
	return {
		schema_version: run.schemaVersion,
		kind: "result",
		runtime: target.runtime,
		timestamp: run.startedAt,
		system: {
			os: `${run.machine.os} ${run.machine.kernel}`,
			arch: run.machine.arch,
			cpus: run.machine.cpus,
			memory_gb: run.machine.memoryBytes / BYTES_PER_GB,
			runtime_version: versions?.engine ?? "unknown",
		},
		machine: toSnakeCase(machine, run.machine),
		...(run.machines === undefined ? {} : { machines: run.machines.map((one) => toSnakeCase(machine, one)) }),
		...(run.merged === undefined ? {} : { merged: toSnakeCase(merged, run.merged) }),
		...(run.databaseServer && needsServer(target)
			? { database_server: toSnakeCase(databaseServer, run.databaseServer) }
			: {}),
		target,
		versions: versions && toSnakeCase(measurementFile.shape.versions, versions),
		size: size && toSnakeCase(targetSize, size),
		...(harness === undefined ? {} : { harness_digest: harness }),
		metrics: flatMetricsOf(scenarios),
		profile: run.profile,
		seed: run.seed,
		model_delay_ms: run.modelDelayMs,
		complete: run.status === "complete",
		alternate: run.settings.alternate,
		resumed: run.resumed.length,
		...(run.leftOut === undefined ? {} : { left_out: run.leftOut }),
		command: run.command,
		scenarios,
	};
}
