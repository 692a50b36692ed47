/** Says how a harness process is started. */
import { Random } from "../../shared/random.ts";

export interface Launch {
	file: string;
	args: string[];
	env: Record<string, string>;
	/** Absent: it works where its log is. */
	cwd?: string;
}

/** Where a stack lies relative to a page repeats after this many bytes. */
const PADDINGS = 4096;
const PADDING = "ELIZA_BENCHMARK_PADDING";

/**
 * Draws a size of environment. Arguments and environment lie before a process's stack, so that a longer path
 * or name moves it, which alone can change the speed of a program (Mytkowicz et al., "Producing wrong data
 * without doing anything obviously wrong!", ASPLOS 2009). With a size of its own for every process such
 * effects are part of the scatter that intervals are made of, instead of a bias of one target.
 * @param place of the process in its run
 * @returns bytes, uniform in [0, 4096)
 */
export function drawPadding(seed: number, place: readonly (string | number)[]): number {
	return Math.floor(Random.of(seed, "environment", ...place).next() * PADDINGS);
}

/** @returns the launch with a variable of so many bytes more in its environment */
export function padLaunch(launch: Launch, bytes: number): Launch {
	return { ...launch, env: { ...launch.env, [PADDING]: "x".repeat(bytes) } };
}
