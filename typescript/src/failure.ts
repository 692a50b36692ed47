/** Two kinds of error are no bug of the harness: bad input, and errors of the framework. */
import type { Failure } from "../../shared/types.ts";

/** A process exits with this status if a cell is unsupported. */
export const EXIT_UNSUPPORTED = 3;

/** The arguments or the input are bad. This is reported in one line, and the exit status is 2. */
export class InputError extends Error {
	override readonly name = "InputError";
}

/** The framework raised an error. The cell is unsupported, and the original error is the reason. */
export class FrameworkError extends Error {
	override readonly name = "FrameworkError";
	readonly original: unknown;

	constructor(original: unknown) {
		super(original instanceof Error ? original.message : String(original));
		this.original = original;
	}

	/** @param phase names what the harness was doing */
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

/** Turns whatever a call into the framework throws into a {@link FrameworkError}. */
export async function callFramework<T>(call: () => T | Promise<T>): Promise<T> {
	try {
		return await call();
	} catch (error) {
		throw error instanceof FrameworkError ? error : new FrameworkError(error);
	}
}
