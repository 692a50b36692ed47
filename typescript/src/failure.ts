/** The two kinds of error that are not a bug of the harness. */
import type { Failure } from "../../shared/types.ts";

/** Exit status of a process with a cell that is unsupported. */
export const EXIT_UNSUPPORTED = 3;

/** Bad arguments or input: one line, exit status 2. */
export class InputError extends Error {
	override readonly name = "InputError";
}

/** The framework raised: the cell is unsupported, and the original error is its reason. */
export class FrameworkError extends Error {
	override readonly name = "FrameworkError";
	readonly original: unknown;

	constructor(original: unknown) {
		super(original instanceof Error ? original.message : String(original));
		this.original = original;
	}

	/** @param phase what the harness was doing */
	toFailure(phase: string): Failure {
		const error = this.original;
		if (!(error instanceof Error)) return { phase, type: typeof error, message: String(error), stack: "" };
		return {
			phase,
			type: error.constructor.name || error.name,
			message: error.message,
			stack: error.stack ?? "",
		};
	}
}

/** Runs a call into the framework; whatever it throws is the framework's. */
export async function callFramework<T>(call: () => T | Promise<T>): Promise<T> {
	try {
		return await call();
	} catch (error) {
		throw new FrameworkError(error);
	}
}
