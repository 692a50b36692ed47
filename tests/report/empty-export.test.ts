// An export without a figure is not written: a dashboard would take it for a measurement.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { COMPARISON_EXPORTERS } from "../../report/exporters/index.ts";
import { recordedComparison } from "../support/recorded.ts";

const MAIN = fileURLToPath(new URL("../../orchestrator/main.ts", import.meta.url));
const FIXTURE = fileURLToPath(new URL("../fixtures/recorded-run/python.json", import.meta.url));

function report(file: string, formats: string, output: string) {
	const args = ["--import", "tsx", MAIN, "report", file, "--format", formats, "--output", output];
	return spawnSync(process.execPath, args, { encoding: "utf8" });
}

test("a result without a comparable cell gives no dashboard file, removes an older one, and says so", () => {
	const folder = mkdtempSync(join(tmpdir(), "empty-export-"));
	try {
		const file = join(folder, "python.json");
		cpSync(FIXTURE, file);
		assert.match(report(file, "bmf,github-action-benchmark", folder).stderr, /Written: .*bencher\.json/);
		assert.ok(existsSync(join(folder, "bencher.json")));
		const result = JSON.parse(readFileSync(file, "utf8"));
		for (const cell of Object.values<{ status: string }>(result.scenarios)) cell.status = "divergent";
		writeFileSync(file, JSON.stringify(result));
		const { status, stderr } = report(file, "bmf,github-action-benchmark,csv,markdown", folder);
		assert.equal(status, 0);
		for (const name of [
			"bencher.json",
			"benchmark-smaller-is-better.json",
			"benchmark-bigger-is-better.json",
		]) {
			assert.ok(!existsSync(join(folder, name)), name);
			assert.match(stderr, new RegExp(`Not written: .*${name}.* no figure .* older file .* removed`));
		}
		assert.ok(existsSync(join(folder, "report.csv")), "a cell without figures has a line that says why");
		assert.ok(existsSync(join(folder, "report.md")));
	} finally {
		rmSync(folder, { recursive: true });
	}
});

test("no export of a run with figures is called empty, and a table of heads alone is", () => {
	const comparison = recordedComparison();
	for (const { file, render, isEmpty } of COMPARISON_EXPORTERS)
		assert.notEqual(isEmpty?.(render(comparison)), true, file);
	const nothing = { ...comparison, scenarios: [] };
	const empty = COMPARISON_EXPORTERS.filter(({ render, isEmpty }) => isEmpty?.(render(nothing)));
	assert.deepEqual(empty.map(({ file }) => file).toSorted(), [
		"bencher.json",
		"benchmark-bigger-is-better.json",
		"benchmark-smaller-is-better.json",
		"report.csv",
	]);
});
