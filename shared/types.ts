/**
 * Every file format of the benchmark, once. JSON Schemas in `json-schema/` are generated from here, types are
 * inferred from
 * here, and nothing else in the project defines a shape that crosses a process.
 *
 * Times are integer nanoseconds (`…Ns`), sizes integer bytes (`…Bytes`). `null` means "not measurable here",
 * `0` a measured zero.
 * The plan's `BenchmarkResult` alone carries milliseconds and megabytes, because its readers expect them.
 */
export * from "./schemas/change.ts";
export * from "./schemas/comparison.ts";
export * from "./schemas/conformance.ts";
export * from "./schemas/detail.ts";
export * from "./schemas/history.ts";
export * from "./schemas/inputs.ts";
export * from "./schemas/measurement.ts";
export * from "./schemas/micro.ts";
export * from "./schemas/monitor.ts";
export * from "./schemas/primitives.ts";
export * from "./schemas/reasons.ts";
export * from "./schemas/result.ts";
export * from "./schemas/run.ts";
export * from "./schemas/sample.ts";
export * from "./schemas/worker.ts";
