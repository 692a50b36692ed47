/** A named check of a harness, and how a list of them is gone through. */
import type { ConformanceCheck } from "../../shared/types.ts";
import type { Lab } from "./sessions.ts";

export type Outcome = Pick<ConformanceCheck, "status" | "reason" | "notes">;

export interface Check {
	name: string;
	/** What the contract asks for, in one line. */
	about: string;
	/** Checks that must have passed before this one says anything. */
	needs: readonly string[];
	run: (lab: Lab) => Promise<Outcome>;
}

export const passed = (reason: string, notes: string[] = []): Outcome => ({
	status: "passed",
	reason,
	notes,
});
export const failed = (reason: string): Outcome => ({ status: "failed", reason, notes: [] });
export const notTried = (reason: string): Outcome => ({ status: "not-tried", reason, notes: [] });

/** The first fault, or a pass. */
export const unless = (fault: string | null | undefined, reason: string, notes: string[] = []): Outcome =>
	fault == null ? passed(reason, notes) : failed(fault);

/** Runs the checks in their order; `onCheck` is told before each. */
export async function runChecks(
	checks: readonly Check[],
	lab: Lab,
	onCheck: (check: Check, index: number) => void = () => {},
): Promise<ConformanceCheck[]> {
	const done: ConformanceCheck[] = [];
	for (const [index, check] of checks.entries()) {
		onCheck(check, index);
		const { name, about, needs } = check;
		const missing = needs.find((need) => done.find((one) => one.name === need)?.status !== "passed");
		const outcome =
			missing === undefined ? await check.run(lab) : notTried(`needs '${missing}' to pass first`);
		done.push({ name, about, ...outcome });
	}
	return done;
}
