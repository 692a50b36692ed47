/** Sets up every runtime; for the test script. */

import { loadTargets } from "../contract.ts";
import { messageOf, UserError } from "../errors.ts";
import { provision } from "./provision.ts";

try {
	await provision([...new Set(loadTargets().map(({ runtime }) => runtime))], (line) => console.error(line));
} catch (error) {
	console.error(`error: ${messageOf(error)}`);
	process.exitCode = error instanceof UserError ? error.exitCode : 1;
}
