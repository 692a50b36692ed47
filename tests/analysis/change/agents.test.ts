// A user's agent is more than the framework that it runs on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compareChange } from "../../../analysis/change/change.ts";
import { versionLines } from "../../../analysis/change/collection.ts";
import { history } from "../../../analysis/change/history.ts";
import { differenceTexts } from "../../../report/text/differences.ts";
import type { BenchmarkResult, TargetAgent } from "../../../shared/types.ts";
import { recordedResults } from "../../support/recorded.ts";

const [recorded] = recordedResults();
assert.ok(recorded);
const AGENT: TargetAgent = { path: "/agents/ada.json", digest: "12345678ab", added: [], without: [] };

function resultOf(agent: TargetAgent, timestamp = recorded?.timestamp ?? ""): BenchmarkResult {
	const base = recorded as BenchmarkResult;
	return { ...base, timestamp, target: { ...base.target, id: "agent-ada", agent } };
}

test("a comparison says which agents it compares, where they are not the same", () => {
	const compareWith = (agent: TargetAgent) => {
		const [base, head] = [AGENT, agent].map((one) => ({ name: "made", results: [resultOf(one)] }));
		assert.ok(base && head);
		return compareChange(base, head, { pairs: [["agent-ada", "agent-ada"]], paired: false });
	};
	assert.deepEqual(compareWith(AGENT).differences, []);
	assert.deepEqual(differenceTexts(compareWith({ ...AGENT, added: ["path:/mine"] })), [
		"agent: /agents/ada.json (12345678) to /agents/ada.json --plugin path:/mine (12345678)",
	]);
	assert.equal(compareWith({ ...AGENT, digest: "87654321ab" }).differences.length, 1);
});

test("a history follows an agent through its changes, and takes no other one for it", () => {
	const complete = (agent: TargetAgent, day: number): BenchmarkResult => ({
		...resultOf(agent, `2026-11-0${day}T10:00:00.000Z`),
		complete: true,
	});
	const scenarios = ["single-message"];
	const seriesOf = (other: TargetAgent) =>
		history([complete(AGENT, 1), complete(other, 2)], { scenarios }).series.map(
			({ points }) => points.length,
		);
	assert.deepEqual(seriesOf({ ...AGENT, digest: "87654321ab" }), [2]);
	for (const other of [
		{ ...AGENT, path: "/agents/bob.json" },
		{ ...AGENT, added: ["path:/mine"] },
		{ ...AGENT, without: ["mine"] },
	])
		assert.deepEqual(seriesOf(other), [1, 1]);
});

test("an agent on two versions of the framework is no line of the framework's versions", () => {
	const on = (version: string): BenchmarkResult => {
		const { versions, ...rest } = resultOf(AGENT);
		return { ...rest, versions: versions && { ...versions, framework: version } };
	};
	assert.deepEqual(versionLines([on("1.7.1"), on("1.7.2")]), []);
});
