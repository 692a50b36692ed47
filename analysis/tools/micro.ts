/** This file brings the micro-benchmark results of Python's and Rust's libraries to one form. */
import { z } from "zod";
import type { MicroBenchmark } from "../../shared/types.ts";
import { NS_PER_S } from "../../shared/units.ts";
import { quantile } from "../stats/statistics.ts";

const seconds = z.number().nonnegative().max(1e6);

const pyperfFile = z.object({
	metadata: z.object({ name: z.string().optional() }).optional(),
	benchmarks: z
		.array(
			z.object({
				metadata: z.object({ name: z.string().optional() }).optional(),
				runs: z.array(z.object({ values: z.array(seconds).optional() })),
			}),
		)
		.min(1),
});

/**
 * Reads pyperf's JSON. Its values are seconds per operation; its calibration runs have none.
 * @throws {Error} for anything else
 */
export function parsePyperf(data: unknown): MicroBenchmark[] {
	const file = pyperfFile.parse(data);
	return file.benchmarks.map(({ metadata, runs }) => {
		const name = metadata?.name ?? file.metadata?.name;
		if (name === undefined) throw new Error("a pyperf benchmark without a name");
		return summarize(
			name,
			runs.flatMap(({ values }) => values ?? []).map((seconds) => seconds * NS_PER_S),
		);
	});
}

const criterionSample = z
	.object({ iters: z.array(z.number().min(1).max(1e15)), times: z.array(z.number().nonnegative().max(1e15)) })
	.refine(
		({ iters, times }) => iters.length === times.length,
		"as many times as numbers of iterations are needed",
	);

/**
 * Reads a `sample.json` of criterion. Each sample has the total nanoseconds of a number of iterations.
 * @throws {Error} for anything else
 */
export function parseCriterion(name: string, data: unknown): MicroBenchmark {
	const { iters, times } = criterionSample.parse(data);
	return summarize(
		name,
		times.map((time, index) => time / (iters[index] ?? Number.NaN)),
	);
}

function summarize(name: string, nanoseconds: number[]): MicroBenchmark {
	const at = (probability: number) => quantile(nanoseconds, probability);
	return { name, medianNs: at(0.5), p5Ns: at(0.05), p95Ns: at(0.95), samples: nanoseconds.length };
}
