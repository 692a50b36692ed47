/** All checks, in the order in which a harness is built. */
import type { Check } from "./check.ts";
import { BATCH } from "./checks/batch.ts";
import { ENDINGS, FRAMEWORK_ERROR } from "./checks/faults.ts";
import { FILE } from "./checks/file.ts";
import { GENUINE } from "./checks/genuine.ts";
import { PROTOCOL } from "./checks/protocol.ts";
import { STAGES } from "./checks/stages.ts";
import { START } from "./checks/start.ts";
import { TIMES } from "./checks/times.ts";
import { WORK } from "./checks/work.ts";

export const CHECKS: readonly Check[] = [
	...START,
	...PROTOCOL,
	...ENDINGS,
	...FILE,
	...WORK,
	...GENUINE,
	...TIMES,
	...STAGES,
	...BATCH,
	...FRAMEWORK_ERROR,
];
