/** The exit statuses of the program. */
export const EXIT = { done: 0, failed: 1, wrongInput: 2, notComparable: 3, interrupted: 130 } as const;

/** A fault of the user's input or machine: printed as one line, without a stack. */
export class UserError extends Error {
	override readonly name = "UserError";
	readonly exitCode: number;

	constructor(message: string, exitCode: number = EXIT.wrongInput) {
		super(message);
		this.exitCode = exitCode;
	}
}

/** Thrown when a package manager failed. */
export class SetUpError extends UserError {
	/** The words of the package manager about what was wrong. */
	readonly words: string;

	constructor(message: string, words: string) {
		super(message);
		this.words = words;
	}
}

export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
