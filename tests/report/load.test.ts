import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { loadReport } from "../../analysis/load/report.ts";
import { renderLoad } from "../../report/console/load.ts";
import { toLoadMarkdown } from "../../report/exporters/markdown-load.ts";
import { renderLoadSection } from "../../report/html/sections/load.ts";
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

test("the page has the words of a framework as words", () => {
	const failure = { phase: "agents", type: "Error", message: "<script>alert(1)</script>", stack: "" };
	const [process, ...others] = file.processes;
	assert.ok(process !== undefined);
	const failed = loadReport({ ...file, processes: [{ ...process, failure }, ...others] });
	const text = String(renderLoadSection(failed));
	assert.ok(text.includes("&lt;script&gt;alert") && !text.includes("<script>"));
});
