/** Sets up every runtime; for the test script. */

import { messageOf, UserError } from "../errors.ts";
import { loadTargets } from "../run/contract.ts";
import { provision } from "./provision.ts";

try {
	await provision([...new Set(loadTargets().map(({ runtime }) => runtime))], (line) => console.error(line));
} catch (error) {
	console.error(`error: ${messageOf(error)}`);
	process.exitCode = error instanceof UserError ? error.exitCode : 1;
}
