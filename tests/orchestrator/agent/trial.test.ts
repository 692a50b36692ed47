import assert from "node:assert/strict";
import { test } from "node:test";
import { failureLine, TrialEvents } from "../../../orchestrator/agent/trial.ts";
import { UserError } from "../../../orchestrator/errors.ts";
import type { TrialEvent } from "../../../shared/types.ts";

function hear(events: readonly TrialEvent[]): TrialEvents {
	const trial = new TrialEvents();
	for (const event of events) trial.take(event);
	return trial;
}

const doing = (plugin: string, phase: string): TrialEvent => ({ event: "doing", plugin, phase });
const done = (plugin: string, phase: string): TrialEvent => ({ event: "done", plugin, phase });

test("an agent that answers has no failures", () => {
	const trial = hear([doing("a", "import"), done("a", "import"), { event: "tried" }]);
	assert.deepEqual(trial.conclude("exited with status 0", ""), []);
	assert.deepEqual([...trial.plugins], ["a"]);
});

test("a process that ends without a word is the fault of the plugin that had begun last", () => {
	const trial = hear([doing("a", "init"), done("a", "init"), doing("b", "init"), doing("c", "init")]);
	const [failed, ...others] = trial.conclude("was killed by SIGSEGV", "");
	assert.equal(failed?.plugin, "c");
	assert.match(failed?.failure.message ?? "", /was killed by SIGSEGV during its init/);
	assert.deepEqual(others, []);
});

test("where no plugin is to blame the framework's own error is told", () => {
	const failure = { phase: "message", type: "Error", message: "no such room", stack: "" } as const;
	const trial = hear([{ event: "failed", plugin: null, failure }, { event: "tried" }]);
	assert.throws(
		() => trial.conclude("exited with status 0", ""),
		(error) => {
			assert.ok(error instanceof UserError);
			assert.match(error.message, /no plugin is to blame: Error: no such room/);
			return true;
		},
	);
});

test("a service that does not start is told, and leaves the agent at work", () => {
	const failure = { phase: "service", type: "Error", message: "no token", stack: "" } as const;
	const trial = hear([{ event: "failed", plugin: "a", failure }, { event: "tried" }]);
	assert.deepEqual(trial.conclude("exited with status 0", ""), [{ plugin: "a", failure }]);
});

test("a name that --without does not find in a project is told in one line, without the log", () => {
	const tail = "some words\nerror: the agent has no plugin x, which --without names: it has greets\n";
	assert.throws(() => hear([]).conclude("exited with status 2", tail), {
		message: "the agent has no plugin x, which --without names: it has greets",
	});
	const begun = hear([doing("a", "import"), done("a", "import")]);
	assert.throws(() => begun.conclude("exited with status 2", tail), /no plugin is to blame/);
});

test("a log's words are no lines of the terminal", () => {
	const failure = { phase: "message", type: "Error", message: "no\nsuch", stack: "" } as const;
	const trial = hear([{ event: "failed", plugin: null, failure }, { event: "tried" }]);
	assert.throws(() => trial.conclude("exited with status 0", "error: a\u001b[2J\nb"), {
		message:
			"the agent does not answer a message, and no plugin is to blame: Error: no such; " +
			"its log ends: error: a b",
	});
});

test("a plugin's words are one line of the progress", () => {
	const message = "no\nThe plugin other fails (init)\u001b[2J";
	assert.equal(
		failureLine("a", { phase: "init", type: "Error", message, stack: "" }),
		"The plugin a fails (init): Error: no The plugin other fails (init)",
	);
});
