// Commands that measure, run as small as they can be on every runtime that they take.
import { MEASURING } from "../support/commands/measuring.ts";
import { testRows } from "../support/commands/rows.ts";

testRows(MEASURING);
