/** Defines named checks of a harness, and runs a list of them. */
import type { ConformanceCheck } from "../../shared/types.ts";
import type { Sessions } from "./sessions.ts";

export type Outcome = Pick<ConformanceCheck, "status" | "reason" | "notes">;

export interface Check {
	name: string;
	/** What the contract asks for, in one line. */
	about: string;
	/** Checks that must have passed before this one says anything. */
	needs: readonly string[];
	run: (sessions: Sessions) => Promise<Outcome>;
}

export const pass = (reason: string, notes: string[] = []): Outcome => ({
	status: "passed",
	reason,
	notes,
});
export const fail = (reason: string): Outcome => ({ status: "failed", reason, notes: [] });
export const skip = (reason: string): Outcome => ({ status: "not-tried", reason, notes: [] });

/** Fails with a fault, or passes where there is none. */
export const unless = (fault: string | null | undefined, reason: string, notes: string[] = []): Outcome =>
	fault == null ? pass(reason, notes) : fail(fault);

/** Runs the checks in their order. `onCheck` is called before each. */
export async function runChecks(
	checks: readonly Check[],
	sessions: Sessions,
	onCheck: (check: Check, index: number) => void = () => {},
): Promise<ConformanceCheck[]> {
	const done: ConformanceCheck[] = [];
	for (const [index, check] of checks.entries()) {
		onCheck(check, index);
		const { name, about, needs } = check;
		const missing = needs.find((need) => done.find((one) => one.name === need)?.status !== "passed");
		const outcome =
			missing === undefined ? await check.run(sessions) : skip(`needs '${missing}' to pass first`);
		done.push({ name, about, ...outcome });
	}
	return done;
}
