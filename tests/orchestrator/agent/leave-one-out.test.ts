// When a run with `--each` has more to measure, and so can be resumed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { lacksLeaveOneOut, pluginsToLeaveOut } from "../../../orchestrator/agent/leave-one-out.ts";
import { agentExample } from "../../support/agent-files.ts";

const file = agentExample();
const [row] = file.leaveOneOut ?? [];
assert.ok(row);
const whole = { ...file, leaveOneOut: pluginsToLeaveOut(file).map((plugin) => ({ ...row, plugin })) };
const { kept: _, ...unkept } = whole;

test("an interrupted --each lacks plugins, or what messages leave without them", () => {
	assert.equal(lacksLeaveOneOut(whole, { each: true, growth: true }), false);
	assert.equal(lacksLeaveOneOut(file, { each: true, growth: true }), true);
	assert.equal(lacksLeaveOneOut(unkept, { each: true, growth: true }), true);
	assert.equal(lacksLeaveOneOut(unkept, { each: true, growth: false }), false);
});

test("without --each, and without a plugin, nothing is lacking", () => {
	assert.equal(lacksLeaveOneOut(file, { growth: true }), false);
	assert.equal(lacksLeaveOneOut({ plugins: [] }, { each: true, growth: true }), false);
});
