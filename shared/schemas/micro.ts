/**
 * A micro-benchmark measures one public operation of a framework at a time, by each language's own benchmark
 * library.
 */
import { z } from "zod";
import { count, runtimeName, SCHEMA_VERSION } from "./primitives.ts";
import { machine } from "./run.ts";

/** Times are nanoseconds per operation, over the library's samples. */
export const microBenchmark = z.strictObject({
	/**
	 * `compose_state`, `prompt_render`, `response_parse`, `memory_create`, `memory_get` or
	 * `provider_run <NAME>`.
	 */
	name: z.string(),
	medianNs: z.number().nonnegative(),
	p5Ns: z.number().nonnegative(),
	p95Ns: z.number().nonnegative(),
	samples: count,
});
export type MicroBenchmark = z.infer<typeof microBenchmark>;

/** The TypeScript micro-benchmark prints this. Python's and Rust's libraries have formats of their own. */
export const microOutput = z.array(microBenchmark);

export const microFile = z.strictObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	kind: z.literal("micro"),
	timestamp: z.string(),
	machine,
	targets: z.array(
		z.strictObject({
			id: z.string(),
			label: z.string(),
			runtime: runtimeName,
			framework: z.string(),
			library: z.string(),
			benchmarks: z.array(microBenchmark),
		}),
	),
});
export type MicroFile = z.infer<typeof microFile>;
