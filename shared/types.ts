/**
 * Every file format of the benchmark is defined here, once. The JSON Schemas in `json-schema/` are generated
 * from here, and types are inferred from here. Nothing else in the project defines a shape that crosses a
 * process.
 *
 * Times are integer nanoseconds (`…Ns`), sizes integer bytes (`…Bytes`). `null` means "not measurable here",
 * and `0` is a measured zero. Only the plan's `BenchmarkResult`, and what is made from it, has milliseconds
 * and megabytes, because its readers expect them.
 */
export * from "./schemas/agent.ts";
export * from "./schemas/agent-costs.ts";
export * from "./schemas/agent-work.ts";
export * from "./schemas/calibration.ts";
export * from "./schemas/change.ts";
export * from "./schemas/comparison.ts";
export * from "./schemas/conformance.ts";
export * from "./schemas/database.ts";
export * from "./schemas/density.ts";
export * from "./schemas/detail.ts";
export * from "./schemas/everything.ts";
export * from "./schemas/fleet.ts";
export * from "./schemas/growth.ts";
export * from "./schemas/history.ts";
export * from "./schemas/inputs.ts";
export * from "./schemas/isolation.ts";
export * from "./schemas/live.ts";
export * from "./schemas/load.ts";
export * from "./schemas/measurement.ts";
export * from "./schemas/micro.ts";
export * from "./schemas/monitor.ts";
export * from "./schemas/primitives.ts";
export * from "./schemas/reasons.ts";
export * from "./schemas/result.ts";
export * from "./schemas/run.ts";
export * from "./schemas/sample.ts";
export * from "./schemas/soak.ts";
export * from "./schemas/worker.ts";
