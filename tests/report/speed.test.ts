// The time and memory of an analysis, each in its own process.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadContract } from "../../orchestrator/contract.ts";
import { LONG } from "../support/long.ts";

const SCRIPT = fileURLToPath(new URL("../support/analyse.ts", import.meta.url));

function analyse(size: string): { seconds: number; megabytes: number; messages: number; scenarios: number } {
	return JSON.parse(
		execFileSync(process.execPath, [...process.execArgv, "--import", "tsx", SCRIPT, size], {
			encoding: "utf8",
			env: plain(),
		}),
	);
}

/** Without the variable that marks a test runner's child. */
function plain(): NodeJS.ProcessEnv {
	const { NODE_TEST_CONTEXT: _, ...env } = process.env;
	return env;
}

test("a standard run is analysed in under 5 seconds and 500 MB", () => {
	const { seconds, megabytes, scenarios } = analyse("standard");
	assert.equal(scenarios, loadContract({}).scenarios.length);
	assert.ok(seconds < 5, `${seconds} s`);
	assert.ok(megabytes < 500, `${megabytes} MB`);
});

test("ten million messages are analysed in under 60 seconds", LONG, () => {
	const { seconds, messages } = analyse("messages");
	assert.equal(messages, 10_000_000);
	assert.ok(seconds < 60, `${seconds} s`);
});
