// A CI system sees every regression: what got worse as a failure, what the head lost as an error.
import assert from "node:assert/strict";
import { test } from "node:test";
import { changeJUnit } from "../../report/exporters/junit.ts";
import type { Regression } from "../../shared/types.ts";
import { readXml } from "../support/read-back.ts";
import { recordedChange } from "../support/recorded.ts";

function changeWith(...more: Partial<Regression>[]) {
	const change = recordedChange();
	const worse = change.gate?.regressions.find(({ kind }) => kind === "worse");
	assert.ok(change.gate && worse);
	change.gate.regressions = [worse, ...more.map((one) => ({ ...worse, ...one }))];
	return { change, worse };
}

test("a cell with a worse figure and lost ones reports all of them, and counts once", () => {
	const { change, worse } = changeWith(
		{ kind: "lost-figure", metric: "memory_rss_peak_mb", ratio: null, interval: null, stage: null },
		{ kind: "lost-figure", metric: "startup_time_ms", ratio: null, interval: null, stage: null },
	);
	const source = changeJUnit(change);
	readXml(source);
	const [, found = ""] =
		source.match(new RegExp(`<testcase[^>]*name="${worse.scenario}">(.*?)</testcase>`, "s")) ?? [];
	assert.deepEqual(found.match(/<(error|failure) /g), ["<error ", "<error ", "<failure "]);
	assert.match(found, /<error message="[^"]*gives no figure of RSS peak/);
	assert.match(found, /<error message="[^"]*gives no figure of Startup/);
	assert.match(found, /<failure type="regression" message="[^"]*Median latency is worse by/);
	assert.match(source, / failures="0" errors="1" /);
});

test("the kind of a regression decides, not whether it has a ratio", () => {
	const { change } = changeWith({ kind: "lost-figure", metric: "startup_time_ms" });
	assert.equal(changeJUnit(change).match(/<error /g)?.length, 1);
	assert.match(changeJUnit(changeWith().change), / failures="1" errors="0" /);
});

test("a lost scenario and a lost target have no cell and are errors in cases of their own", () => {
	const { change } = changeWith(
		{ kind: "lost-scenario", scenario: "startup" },
		{ kind: "lost-target", scenario: "*", target: "Rust" },
	);
	const source = changeJUnit(change);
	assert.match(source, /name="startup">\s*<error message="[^"]*the head did not run this scenario/);
	assert.match(source, /name="Rust">\s*<error message="Rust: the head does not have this target/);
	assert.match(source, / failures="1" errors="2" /);
});
