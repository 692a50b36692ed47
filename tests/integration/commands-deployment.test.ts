// Commands about deployments and many machines, run as small as they can be on every runtime that they take.
import { test } from "node:test";
import { DATABASES, DEPLOYMENT } from "../support/commands/deployment.ts";
import { testRows } from "../support/commands/rows.ts";
import { LONG } from "../support/long.ts";
import { LIMIT_MS } from "../support/program.ts";

testRows(DEPLOYMENT);
for (const [name, check] of Object.entries(DATABASES))
	test(name, name.includes("works") ? LONG : { timeout: LIMIT_MS }, check);
