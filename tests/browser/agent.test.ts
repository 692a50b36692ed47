// The page of an agent in a real browser, opened from the disk and without a network.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { agentCosts } from "../../analysis/agent/costs.ts";
import { renderAgentPage } from "../../report/html/agent-page.ts";
import { agentExample } from "../support/agent-files.ts";
import {
	accessibilityProblems,
	artefacts,
	LOOKS,
	launchBrowser,
	openPage,
	written,
} from "../support/browser.ts";

const folder = artefacts();
const url = written(folder, "agent.html", renderAgentPage(agentCosts(agentExample())));

let browser: Browser;
before(async () => {
	browser = await launchBrowser();
});
after(async () => {
	await browser?.close();
});

test("a reader's own factor and prices give tokens and money, and without them there are none", async () => {
	const { page, problems, requests } = await openPage(browser, url);
	const costs = page.locator(".cost");
	const fill = async (id: string, text: string) => await page.fill(`#${id}`, text);
	assert.equal(await costs.count(), 0);
	await fill("price-in", "3");
	assert.equal(await costs.count(), 0);
	await fill("token-chars", "4");
	const cellsOf = (name: string) =>
		page.locator("tr", { has: page.getByText(name, { exact: true }) }).locator(".cost");
	assert.deepEqual(await cellsOf("wordy").allTextContents(), ["750 tokens, 2.25 for 1,000 messages"]);
	assert.deepEqual(await cellsOf("asks-again").allTextContents(), ["105 tokens"]);
	await fill("price-out", "15");
	assert.deepEqual(await cellsOf("asks-again").allTextContents(), ["105 tokens, 0.375 for 1,000 messages"]);
	await fill("token-chars", "");
	assert.equal(await costs.count(), 0);
	assert.deepEqual(problems, []);
	assert.deepEqual(requests, [url]);
});

for (const { colorScheme, width } of LOOKS)
	test(`the page of an agent is accessible and fits in ${colorScheme} at ${width} pixels`, async () => {
		const { page } = await openPage(browser, url, { viewport: { width, height: 900 }, colorScheme });
		await page.fill("#token-chars", "4");
		assert.deepEqual(await accessibilityProblems(page), []);
		assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width);
		await page.screenshot({ path: join(folder, `agent-${width}-${colorScheme}.png`), fullPage: true });
	});
