/** A fault of the user's input or machine: printed as one line, without a stack. */
export class UserError extends Error {
	override readonly name = "UserError";
	readonly exitCode: number;

	constructor(message: string, exitCode = 2) {
		super(message);
		this.exitCode = exitCode;
	}
}

export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
