// Every format as it was looked at and found right. UPDATE_GOLDEN=1 writes them anew: look at the difference
// before keeping it.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { renderChange } from "../../report/console/change.ts";
import { renderComparison } from "../../report/console/report.ts";
import { CHANGE_EXPORTERS, COMPARISON_EXPORTERS } from "../../report/exporters/index.ts";
import { changeFile, comparisonFile } from "../../shared/types.ts";
import { recordedChange, recordedComparison } from "../support/recorded.ts";

const folder = new URL("../golden/report/", import.meta.url);
const comparison = recordedComparison();
const change = recordedChange({ unlike: [{ kind: "processor", base: "one", head: "another" }] });

function golden(name: string, text: string): void {
	const path = new URL(name, folder);
	if (process.env.UPDATE_GOLDEN === "1" || !existsSync(path)) {
		assert.equal(
			process.env.UPDATE_GOLDEN,
			"1",
			`there is no ${path.pathname}: write it with UPDATE_GOLDEN=1`,
		);
		mkdirSync(folder, { recursive: true });
		writeFileSync(path, text);
	}
	assert.equal(text, readFileSync(path, "utf8"), `${name} has changed: look at it, then UPDATE_GOLDEN=1`);
}

for (const width of [80, 120]) {
	test(`a terminal of ${width} columns shows the recorded run as it was found right`, () => {
		golden(`console-${width}.txt`, `${stripVTControlCharacters(renderComparison(comparison, { width }))}\n`);
	});
	test(`a terminal of ${width} columns shows what changed as it was found right`, () => {
		golden(`change-${width}.txt`, `${stripVTControlCharacters(renderChange(change, { width }))}\n`);
	});
}

/** The page is looked at in a browser; its text is too long to be read here. */
const READ = (format: string) => format !== "html";

for (const { format, file, render } of COMPARISON_EXPORTERS.filter((one) => READ(one.format)))
	test(`${file} (${format}) of the recorded run is as it was found right`, () =>
		golden(file, render(comparison)));

for (const { format, file, render } of CHANGE_EXPORTERS.filter((one) => READ(one.format)))
	test(`${file} (${format}) of a change is as it was found right`, () => golden(file, render(change)));

test("the JSON formats fit their schemas", () => {
	const rendered = (file: string) =>
		JSON.parse([...COMPARISON_EXPORTERS].find((one) => one.file === file)?.render(comparison) ?? "null");
	comparisonFile.parse(rendered("report.json"));
	changeFile.parse(
		JSON.parse(CHANGE_EXPORTERS.find(({ file }) => file === "change.json")?.render(change) ?? "null"),
	);
});
