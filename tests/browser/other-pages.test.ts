// The pages of a change, of a history and of versions in a real browser, opened from the disk and without a
// network.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { history } from "../../analysis/change/history.ts";
import { versionHistory } from "../../analysis/change/versions.ts";
import { renderChangePage } from "../../report/html/change.ts";
import { renderHistoryPage } from "../../report/html/history.ts";
import type { HistoryFile } from "../../shared/types.ts";
import {
	accessibilityProblems,
	artefacts,
	LOOKS,
	launchBrowser,
	openAllDetails,
	openPage,
	written,
} from "../support/browser.ts";
import { later } from "../support/many-runs.ts";
import { recordedChange, recordedResults } from "../support/recorded.ts";

const folder = artefacts();
const change = recordedChange({ unlike: [{ kind: "processor", base: "one", head: "another" }] });
const runs = history(
	Array.from({ length: 12 }, (_, day) => recordedResults().map((result) => later(result, day))).flat(),
);
const versions = versionHistory(recordedResults());
const PAGES = [
	{ name: "change", url: written(folder, "change.html", renderChangePage(change)), charts: 1 },
	{
		name: "history",
		url: written(folder, "history.html", renderHistoryPage(runs)),
		charts: chartsOf(runs),
	},
	{
		name: "versions",
		url: written(folder, "versions.html", renderHistoryPage(versions)),
		charts: chartsOf(versions),
	},
];

function chartsOf({ series }: HistoryFile): number {
	return series.filter(({ points }) => points.some(({ value }) => value !== null)).length;
}

let browser: Browser;
before(async () => {
	browser = await launchBrowser();
});
after(async () => {
	await browser?.close();
});

for (const { name, url, charts } of PAGES) {
	test(`the page of a ${name} opens without a network, reports no problem, and has charts with marks`, async () => {
		const { page, problems, requests } = await openPage(browser, url);
		await openAllDetails(page);
		assert.deepEqual(problems, []);
		assert.deepEqual(requests, [url]);
		const found = page.locator("svg[role=img]");
		assert.equal(await found.count(), charts);
		for (const one of await found.all())
			assert.ok((await one.locator("circle, path, line, rect").count()) > 2);
	});

	for (const { colorScheme, width } of LOOKS)
		test(`the page of a ${name} is accessible and fits in ${colorScheme} at ${width} pixels`, async () => {
			const { page } = await openPage(browser, url, { viewport: { width, height: 900 }, colorScheme });
			await openAllDetails(page);
			assert.deepEqual(await accessibilityProblems(page), []);
			assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width);
			await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
		});
}

test("the page of a change shows the warning of different machines and the regressions", async () => {
	const { page } = await openPage(browser, PAGES[0]?.url ?? "");
	const warnings = await page.locator(".warning").allTextContents();
	assert.equal(warnings.length, 2);
	assert.match(warnings[0] ?? "", /different processors/);
	assert.match(warnings[1] ?? "", /Beside the framework's/);
	assert.equal(await page.locator("#regressions li").count(), change.gate?.regressions.length);
});
