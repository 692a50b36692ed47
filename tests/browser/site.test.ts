// A site in a real browser, opened from the disk and without a network.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { siteCommand } from "../../orchestrator/commands/site.ts";
import { accessibilityProblems, artefacts, launchBrowser, openPage } from "../support/browser.ts";
import { writeManyRuns } from "../support/many-runs.ts";

const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-site-"));
const site = join(folder, "site");
const pictures = artefacts();
/** These have tests of their own. What a site puts around them is looked at once, since axe takes long over them. */
const [RUN, LINE] = ["a run", "a version line"];

let browser: Browser;
let pages: Map<string, string>;
before(async () => {
	writeManyRuns(join(folder, "runs"));
	siteCommand(site, [join(folder, "runs")]);
	const firstIn = (name: string) => `${name}/${readdirSync(join(site, name)).toSorted()[0]}`;
	pages = new Map([
		["overview", "index.html"],
		["history", "history.html"],
		["history of a scenario", "history/single-message.html"],
		["versions", "versions.html"],
		[LINE, firstIn("versions")],
		["machines", "machines.html"],
		[RUN, firstIn("runs")],
	]);
	browser = await launchBrowser();
});
after(async () => {
	await browser?.close();
	rmSync(folder, { recursive: true, force: true });
});

const addressOf = (path: string) => pathToFileURL(join(site, path)).href;

test("every kind of page opens from the disk, requests nothing else, and reports no problem", async () => {
	for (const [name, path] of pages) {
		const { page, problems, requests } = await openPage(browser, addressOf(path));
		assert.deepEqual([problems, requests], [[], [addressOf(path)]], name);
		assert.equal(await page.locator("nav.site a").count(), 4, name);
		await page.context().close();
	}
});

/** Row heads whose text runs into the next column. */
function overflowingCells(): string[] {
	const heads = [...document.querySelectorAll("tbody th")];
	return heads.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent ?? "");
}

for (const [colorScheme, width] of [
	["light", 1440],
	["dark", 390],
] as const)
	test(`every kind of page is accessible and fits in ${colorScheme} at ${width} pixels`, async () => {
		for (const [name, path] of pages) {
			const { page } = await openPage(browser, addressOf(path), {
				viewport: { width, height: 900 },
				colorScheme,
			});
			if ((name !== RUN && name !== LINE) || (name === RUN && colorScheme === "light"))
				assert.deepEqual(await accessibilityProblems(page), [], name);
			assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, name);
			assert.deepEqual(await page.evaluate(overflowingCells), [], name);
			const picture = `site-${name.replaceAll(" ", "-")}-${width}-${colorScheme}.png`;
			await page.screenshot({ path: join(pictures, picture), fullPage: true });
			await page.context().close();
		}
	});

test("a reader gets from the overview to a change, a run, a machine and back by clicks alone", async () => {
	const { page, problems } = await openPage(browser, addressOf("index.html"));
	const heading = () => page.locator("h1").textContent();
	const nav = (name: string) => page.locator("nav.site").getByRole("link", { name }).click();
	await page.locator("#changes tbody a", { hasText: "single-message" }).first().click();
	assert.equal(await heading(), "single-message");
	assert.match(page.url(), /#series-\d+$/);
	const target = page.locator(`[id="${page.url().split("#")[1]}"]`);
	assert.ok(await target.isVisible());
	await nav("Machines and runs");
	assert.equal(await page.locator("nav.site [aria-current=page]").textContent(), "Machines and runs");
	assert.equal(await page.locator("main section").count(), 2);
	await page.locator("main section").first().locator("tbody a").first().click();
	assert.match(page.url(), /\/runs\/2026-10-22-/);
	assert.match((await page.locator("header .warning").textContent()) ?? "", /interrupted/);
	await nav("Overview");
	await page.locator("#versions tbody a").first().click();
	assert.equal(await heading(), "Versions");
	await nav("Versions");
	await nav("Overview");
	assert.equal(await heading(), "Eliza framework benchmark");
	assert.deepEqual(problems, []);
});
