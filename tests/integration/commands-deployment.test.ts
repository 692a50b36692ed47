// Commands about deployments and many machines, run as small as they can be on every runtime that they take.
import { DEPLOYMENT } from "../support/commands/deployment.ts";
import { testRows } from "../support/commands/rows.ts";

testRows(DEPLOYMENT);
