/** Sets up every runtime; for the test script. */
import { EXIT, messageOf, UserError } from "../errors.ts";
import { RUNTIME_NAMES } from "../runtimes/index.ts";
import { setUpRuntimes } from "./set-up.ts";

try {
	await setUpRuntimes(RUNTIME_NAMES, (line) => console.error(line));
} catch (error) {
	console.error(`error: ${messageOf(error)}`);
	process.exitCode = error instanceof UserError ? error.exitCode : EXIT.failed;
}
