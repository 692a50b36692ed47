import assert from "node:assert/strict";
import { test } from "node:test";
import { renderDensity, renderSoak } from "../../report/console/growth-tables.ts";
import { densityMarkdown, soakMarkdown } from "../../report/exporters/markdown-growth.ts";
import { renderDensityPage, renderSoakPage } from "../../report/html/growth-page.ts";
import { densityRemarks, densityRows } from "../../report/text/density.ts";
import { soakRemarks, soakRows } from "../../report/text/soak.ts";
import { densityFile, soakFile } from "../../shared/types.ts";
import { densityExample, soakExample } from "../support/growth-files.ts";

const HOSTILE = "<b>\u001b[31m|x|</b>\u202e";

test("density says what one more agent takes, and what went otherwise", () => {
	const file = densityFile.parse(densityExample());
	const cells = Object.fromEntries(densityRows(file).map(({ label, cells: [cell] }) => [label, cell]));
	assert.match(cells["One more agent: memory"] ?? "", /^80\.\dKB\n/);
	assert.equal(cells["One more agent: heap"], undefined);
	assert.match(cells["Agents in 1 GB"] ?? "", /^12,4\d\d\n/);
	assert.equal(cells["Idle processor time with 100"], "5.0%");
	assert.match(cells["A message to all at once"] ?? "", /^297 of 300 right \(3 without a reply\)/);
	const remarks = densityRemarks(file).join("\n");
	assert.match(remarks, /up to 100 agents was ended at a limit of memory: it occupied 200 MB/);
	assert.match(remarks, /agent 4 stores 0 of the user/);
});

test("a soak says what a message leaves, the verdict, where it was, and what was dropped", () => {
	const file = soakFile.parse(soakExample());
	const cells = Object.fromEntries(soakRows(file).map(({ label, cells }) => [label, cells]));
	assert.match(cells["A message leaves"]?.[0] ?? "", /^1\.\d\dKB\n.*\nof heap$/);
	assert.match(cells.Verdict?.[0] ?? "", /^grows\nby 1 GB in [89]\d\d,000 messages/);
	assert.equal(cells.Verdict?.[1], "bounded");
	assert.match(
		cells["At rest after a burst, young"]?.[0] ?? "",
		/^after 5\d\dms\n.*\n.*\n90 of 100 embeddings$/,
	);
	assert.match(
		soakRemarks(file).join("\n"),
		/were followed, 400 messages left 1\.17KB each, by the line of the framework that allocated it: 0\.977KB elizaos_plugin\/adapter\.py:301; 175B elizaos\/<runtime>\.py:7\./,
	);
	assert.match(soakRemarks(file).join("\n"), /Python: of 1\.\d\dKB a message .* by emptying states/);
});

test("every format shows both, and no foreign word is markup or moves a terminal", () => {
	const [density, soak] = [densityExample(), soakExample()];
	for (const { targets } of [density, soak]) for (const target of targets) target.label = HOSTILE;
	const pages = [renderDensityPage(density), renderSoakPage(soak)];
	const marked = [densityMarkdown(density), soakMarkdown(soak)];
	const printed = [renderDensity(density), renderSoak(soak)];
	for (const text of [...pages, ...marked]) assert.doesNotMatch(text, /<b>\|x|\u202e/);
	for (const text of printed) assert.ok(!text.includes("\u001b[31m|x") && !text.includes("\u202e"));
	assert.match(pages[0] ?? "", /It was interrupted/);
	assert.match(pages[1] ?? "", /<svg/);
	for (const text of [...pages, ...marked, ...printed]) assert.match(text, /1 GB/);
});
