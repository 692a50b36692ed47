import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { loadReport } from "../../analysis/load/report.ts";
import { renderLoad } from "../../report/console/load.ts";
import { toLoadMarkdown } from "../../report/exporters/markdown-load.ts";
import { renderLoadSection } from "../../report/html/sections/load.ts";
import { figureText, untilText } from "../../report/text/load.ts";
import { loadFile } from "../../shared/types.ts";
import { golden } from "../support/golden.ts";
import { madeLoadFile } from "../support/made-load.ts";

const file = madeLoadFile();
const report = loadReport(file);

test("a load run fits its schema, and is shown as it was reviewed", () => {
	loadFile.parse(JSON.parse(JSON.stringify(file)));
	golden("load-120.txt", `${stripVTControlCharacters(renderLoad(report, { width: 120 }))}\n`);
	golden("load.md", toLoadMarkdown(report));
});

test("a rate that the rig did not let begin is not said to be held for 0 messages", () => {
	const rig = [{ kind: "pipe-full", times: 1 }] as const;
	const until = { load: 100, processes: 1, ended: 0, messages: null, rig: [...rig] };
	assert.equal(untilText({ ...until, atLeast: 0 }), "the rig ran out");
	assert.equal(untilText({ ...until, atLeast: 1 }), "the rig ran out: at least 1 message");
});

test("an interval that says nothing is said to be none", () => {
	const write = (value: number) => `${Math.round(value)}`;
	const figure = (low: number, high: number) => ({ value: 1021, interval: { low, high } });
	assert.equal(figureText(figure(845, 1249), write), "1021 (845 to 1249)");
	for (const [low, high] of [
		[0.005, 2e8],
		[0, 3000],
		[100, Number.POSITIVE_INFINITY],
	] as const)
		assert.equal(
			figureText(figure(low, high), write),
			"1021 (the few processes differ too much for an interval)",
		);
});

test("the page has the words of a framework as words", () => {
	const failure = { phase: "agents", type: "Error", message: "<script>alert(1)</script>", stack: "" };
	const [process, ...others] = file.processes;
	assert.ok(process !== undefined);
	const failed = loadReport({ ...file, processes: [{ ...process, failure }, ...others] });
	const text = String(renderLoadSection(failed));
	assert.ok(text.includes("&lt;script&gt;alert") && !text.includes("<script>"));
});
