// Every format as it was reviewed. UPDATE_GOLDEN=1 writes the files anew: review the difference before you
// commit it.
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { renderChange } from "../../report/console/change.ts";
import { renderComparison } from "../../report/console/report.ts";
import { CHANGE_EXPORTERS, COMPARISON_EXPORTERS } from "../../report/exporters/index.ts";
import { changeFile, comparisonFile } from "../../shared/types.ts";
import { golden } from "../support/golden.ts";
import { recordedChange, recordedComparison } from "../support/recorded.ts";

const comparison = recordedComparison();
const change = recordedChange({ unlike: [{ kind: "processor", base: "one", head: "another" }] });

for (const width of [80, 120]) {
	test(`a terminal of ${width} columns shows the recorded run as it was reviewed`, () => {
		golden(`console-${width}.txt`, `${stripVTControlCharacters(renderComparison(comparison, { width }))}\n`);
	});
	test(`a terminal of ${width} columns shows what changed as it was reviewed`, () => {
		golden(`change-${width}.txt`, `${stripVTControlCharacters(renderChange(change, { width }))}\n`);
	});
}

/** The page is tested in a browser; its text is too long for a review. */
const READ = (format: string) => format !== "html";

for (const { format, file, render } of COMPARISON_EXPORTERS.filter((one) => READ(one.format)))
	test(`${file} (${format}) of the recorded run is as it was reviewed`, () =>
		golden(file, render(comparison)));

for (const { format, file, render } of CHANGE_EXPORTERS.filter((one) => READ(one.format)))
	test(`${file} (${format}) of a change is as it was reviewed`, () => golden(file, render(change)));

test("the JSON formats fit their schemas", () => {
	const rendered = (file: string) =>
		JSON.parse([...COMPARISON_EXPORTERS].find((one) => one.file === file)?.render(comparison) ?? "null");
	comparisonFile.parse(rendered("report.json"));
	changeFile.parse(
		JSON.parse(CHANGE_EXPORTERS.find(({ file }) => file === "change.json")?.render(change) ?? "null"),
	);
});
