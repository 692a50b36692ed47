// Commands of ./run.sh, run as small as they can be on every runtime that they take; and that none is forgotten.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DEPLOYMENT } from "../support/commands/deployment.ts";
import { MEASURING } from "../support/commands/measuring.ts";
import { READING } from "../support/commands/reading.ts";
import { testRows } from "../support/commands/rows.ts";
import { succeed } from "../support/program.ts";

testRows(READING);

test("the tables have every command that ./run.sh --help lists", () => {
	const [, list = ""] = succeed("--help").split(/^Commands:$/m);
	const [commands = ""] = list.split("\n\n");
	const names = [...commands.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name]) => name);
	assert.ok(names.length > 5);
	const rows = Object.keys({ ...READING, ...MEASURING, ...DEPLOYMENT });
	assert.deepEqual(rows.filter((name) => !name.startsWith("run")).toSorted(), names.toSorted());
});
