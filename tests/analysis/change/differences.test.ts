// What else is another in the head is found, and named in every format, whether the framework changed or not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compareChange } from "../../../analysis/change/change.ts";
import { sideDifferences } from "../../../analysis/change/differences.ts";
import { renderChange } from "../../../report/console/change.ts";
import { CHANGE_EXPORTERS } from "../../../report/exporters/index.ts";
import type { BenchmarkResult } from "../../../shared/types.ts";
import { recordedResults } from "../../support/recorded.ts";

const results = recordedResults().map((result) => ({ ...result, harness_digest: "1".repeat(64) }));
const PAIRS = results.map(({ target }) => [target.id, target.id] as const);

/** Every result, with other versions. */
function changed(versions: Partial<NonNullable<BenchmarkResult["versions"]>>, rest = {}): BenchmarkResult[] {
	return results.map((one) => ({
		...one,
		...rest,
		versions: one.versions && { ...one.versions, ...versions },
	}));
}

function changeTo(head: readonly BenchmarkResult[]) {
	return compareChange({ name: "a", results }, { name: "b", results: head }, { pairs: PAIRS, paired: false });
}

test("two runs of one set-up differ in nothing", () => {
	assert.deepEqual(changeTo(results).differences, []);
	assert.doesNotMatch(renderChange(changeTo(results)), /these differ/);
});

test("an engine, lock file, database, harness or kernel of another version is named in every format", () => {
	const heads: [string, RegExp, BenchmarkResult[]][] = [
		["engine", /CPython 3\.11\.7 to CPython 3\.13\.0/, changed({ engine: "CPython 3.13.0" })],
		["lock-file", /lock file: [0-9a-f]{12} to 222222222222/, changed({ lock_digest: "2".repeat(64) })],
		["database", /elizaos-plugin-inmemorydb 9\.9\.9/, changed({ database: "9.9.9" })],
		["harness", /harness: 111111111111 to 333333333333/, changed({}, { harness_digest: "3".repeat(64) })],
		["kernel", /kernel: Linux .* to Linux 99/i, changed({}, { machine: kernel99() })],
	];
	for (const [kind, pattern, head] of heads) {
		const change = changeTo(head);
		assert.deepEqual([...new Set(change.differences.map((one) => one.kind))], [kind]);
		assert.match(renderChange(change, { width: 200 }), pattern, `${kind} on the terminal`);
		for (const { file, render } of CHANGE_EXPORTERS.filter(({ format }) => format !== "json"))
			assert.match(render(change), pattern, `${kind} in ${file}`);
		const stored = JSON.parse(CHANGE_EXPORTERS.find(({ format }) => format === "json")?.render(change) ?? "");
		assert.deepEqual(stored.differences, change.differences);
		const program = kind !== "kernel";
		assert.ok(
			change.pairs.every(({ unchanged }) => unchanged !== program),
			`${kind}: whether the program is the same decides what the drift is measured by`,
		);
	}
});

function kernel99(): BenchmarkResult["machine"] {
	const machine = results[0]?.machine;
	assert.ok(machine);
	return { ...machine, kernel: "99" };
}

test("a difference that all targets share is one, and what one side did not record is none", () => {
	const kernel = sideDifferences(
		results.map((base, index) => ({ base, head: changed({}, { machine: kernel99() })[index] ?? base })),
	);
	assert.deepEqual(
		kernel.map(({ pairs }) => pairs),
		[[0, 1, 2]],
	);
	const [base] = recordedResults();
	const [head] = results;
	assert.ok(base && head);
	assert.deepEqual(sideDifferences([{ base, head }]), []);
});

test("two runtimes are not told apart part by part", () => {
	const [base, head] = results;
	assert.ok(base && head && base.runtime !== head.runtime);
	assert.deepEqual(sideDifferences([{ base, head }]), []);
});
