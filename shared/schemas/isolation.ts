/** How far a process that runs code of a user's choice was kept from what is the user's. */
import { z } from "zod";

const problem = z.string().max(2000).nullable();

export const isolationRecord = z.object({
	/** Null: it was cut off from the network. Otherwise why it was not. */
	networkProblem: problem,
	/** Whether it could reach itself over the loopback. */
	hasLoopback: z.boolean(),
	/** Null: it could write into the run's own folders only. Otherwise why it could write elsewhere. */
	filesProblem: problem,
	/**
	 * What a start takes longer for it: the median over starts of a program that ends at once, less that of
	 * the same program without it. Null where nothing is done at a start.
	 */
	startNs: z.number().int().nullable(),
});
export type IsolationRecord = z.infer<typeof isolationRecord>;
