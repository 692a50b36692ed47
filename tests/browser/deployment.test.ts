// The page of `everything` in a real browser: what it means for a deployment comes first, and the reader's own
// price makes a cost of it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { renderPage } from "../../report/html/page.ts";
import { deploymentRows } from "../../report/text/deployment.ts";
import {
	accessibilityProblems,
	artefacts,
	LOOKS,
	launchBrowser,
	openPage,
	written,
} from "../support/browser.ts";
import { deploymentExample } from "../support/deployments.ts";
import { recordedComparison } from "../support/recorded.ts";

const folder = artefacts();
const comparison = recordedComparison();
const deployment = deploymentExample();
const few = { ...comparison, scenarios: comparison.scenarios.slice(0, 1) };
const url = written(folder, "everything.html", renderPage(few, undefined, deployment));

let browser: Browser;
before(async () => {
	browser = await launchBrowser();
});
after(async () => {
	await browser?.close();
});

test("a price makes a cost of every figure that has one, and another price another cost", async () => {
	const { page, problems } = await openPage(browser, url);
	assert.equal(await page.locator("main > section").first().getAttribute("id"), "deployment");
	const costs = page.locator("#deployment-figures .cost");
	assert.equal(await costs.count(), 0);
	const hours = deploymentRows(deployment).flatMap(({ coreHours }) => coreHours ?? []);
	const known = hours.filter((one) => one !== null);
	for (const price of [0.04, 2]) {
		await page.getByLabel("A processor costs, an hour").fill(String(price));
		const texts = await costs.allTextContents();
		assert.deepEqual(
			texts,
			known.map((one) => `costs ${(price * one).toPrecision(3)}`),
		);
	}
	await page.getByLabel("A processor costs, an hour").fill("");
	assert.equal(await costs.count(), 0);
	assert.deepEqual(problems, []);
});

for (const { colorScheme, width } of LOOKS)
	test(`the page of everything is accessible and fits in ${colorScheme} at ${width} pixels`, async () => {
		const { page } = await openPage(browser, url, { viewport: { width, height: 900 }, colorScheme });
		await page.getByLabel("A processor costs, an hour").fill("0.04");
		assert.deepEqual(await accessibilityProblems(page), []);
		assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width);
		for (const id of ["deployment", "load", "density", "soak"])
			await page
				.locator(`#${id}`)
				.screenshot({ path: join(folder, `everything-${id}-${width}-${colorScheme}.png`) });
	});
