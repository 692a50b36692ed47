/**
 * Sets what versions read from the environment: how much they log, and the salt of their secrets, which every
 * deployment sets and whose absence some versions log as an error. Core reads it when it is imported.
 */
export function setEnvironment(): void {
	// Earlier versions read only the second name.
	process.env.LOG_LEVEL = process.env.DEFAULT_LOG_LEVEL = "fatal";
	process.env.SECRET_SALT = "benchmark";
}
