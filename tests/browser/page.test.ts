// The page of a run in a real browser, opened from the disk and without a network.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { compare } from "../../analysis/compare/comparison.ts";
import { renderPage } from "../../report/html/page.ts";
import { turnText } from "../../report/text/units.ts";
import {
	accessibilityProblems,
	artefacts,
	LOOKS,
	launchBrowser,
	openAllDetails,
	openPage,
	written,
} from "../support/browser.ts";
import { databaseResults } from "../support/databases.ts";
import { grown, HOSTILE, withText } from "../support/pages.ts";
import { recordedComparison } from "../support/recorded.ts";

const comparison = recordedComparison();
const folder = artefacts();
const url = written(folder, "page.html", renderPage(comparison));
/** One scenario of every status: what takes axe long is to find the same thing nine times. */
const KINDS = ["single-message", "with-should-respond-no-name", "db-read-throughput", "multi-step"];
const short = written(
	folder,
	"short.html",
	renderPage({ ...comparison, scenarios: comparison.scenarios.filter(({ id }) => KINDS.includes(id)) }),
);
const MODES = [
	{ name: "desktop light", width: 1440, scheme: "light" },
	{ name: "desktop dark", width: 1440, scheme: "dark" },
	{ name: "phone light", width: 390, scheme: "light" },
	{ name: "phone dark", width: 390, scheme: "dark" },
] as const;

let browser: Browser;
before(async () => {
	browser = await launchBrowser();
	console.log(`pages and screenshots: ${folder}`);
});
after(async () => {
	await browser?.close();
});

function shownRows(page: Page): Promise<string[]> {
	return page.locator("#matrix tbody tr:visible th a").allTextContents();
}

test("it opens from the disk without a network, requests nothing else, and reports no problem", async () => {
	const { page, problems, requests } = await openPage(browser, url);
	await openAllDetails(page);
	assert.deepEqual(problems, []);
	assert.deepEqual(requests, [url]);
	assert.equal(await page.locator("html.js").count(), 1);
});

test("a whole run's page is there in less than a second", async () => {
	const whole = written(folder, "whole.html", renderPage(grown(comparison, 25, 5)));
	const times: number[] = [];
	for (let attempt = 0; attempt < 3; attempt++) {
		const { page } = await openPage(browser, whole);
		times.push(
			await page.evaluate(
				() => (performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming).loadEventEnd,
			),
		);
		await page.context().close();
	}
	assert.ok(Math.min(...times) < 1000, `${times} ms`);
});

test("choosing a metric, a category and targets changes the rows and columns of the table", async () => {
	const { page } = await openPage(browser, url);
	assert.deepEqual(
		await shownRows(page),
		comparison.scenarios.map(({ id }) => id),
	);
	const p95 = "process_latency_p95_ms";
	await page.selectOption("select[name=metric]", p95);
	assert.deepEqual(
		await shownRows(page),
		comparison.scenarios.filter(({ rows }) => rows.some(({ metric }) => metric === p95)).map(({ id }) => id),
	);
	assert.match((await page.locator("#matrix tbody tr:visible").first().textContent()) ?? "", /P95 latency/);
	await page.selectOption("select[name=metric]", "");
	await page.selectOption("select[name=category]", "startup");
	const startup = comparison.categories.find(({ category }) => category === "startup");
	assert.deepEqual(
		await shownRows(page),
		startup?.cells.map(({ scenario }) => scenario),
	);
	assert.match((await page.locator(".controls output").textContent()) ?? "", /^\d+ rows?$/);
	await page.selectOption("select[name=category]", "");
	await page.getByRole("checkbox", { name: "Python" }).uncheck();
	assert.equal(await page.locator("#matrix thead th:visible").count(), 4);
	assert.equal(await page.locator('#matrix td[data-t="1"]:visible').count(), 0);
	await page.getByRole("checkbox", { name: "Python" }).check();
	assert.equal(await page.locator("#matrix thead th:visible").count(), 5);
});

test("a heading sorts the rows, with the keyboard too, one way and the other, those without a figure last", async () => {
	const { page } = await openPage(browser, url);
	const head = page.locator("#matrix thead th").nth(2);
	const factors = () =>
		page
			.locator("#matrix tbody tr:visible")
			.evaluateAll((rows) =>
				rows.map((row) => (row.querySelector("td") ? (row as HTMLTableRowElement).cells[2]?.dataset.f : "")),
			);
	await head.getByRole("button").focus();
	await page.keyboard.press("Enter");
	assert.equal(await head.getAttribute("aria-sort"), "ascending");
	const rising = await factors();
	const known = rising.flatMap((factor) => (factor === undefined ? [] : [Number(factor)]));
	assert.ok(known.length > 3 && known.length < rising.length);
	assert.deepEqual(
		known,
		known.toSorted((a, b) => a - b),
	);
	assert.ok(rising.slice(known.length).every((factor) => factor === undefined));
	await page.keyboard.press("Enter");
	assert.equal(await head.getAttribute("aria-sort"), "descending");
	assert.deepEqual((await factors()).slice(0, known.length).map(Number), known.toReversed());
	await page.locator("#matrix thead th").first().getByRole("button").click();
	assert.equal(await head.getAttribute("aria-sort"), "none");
	const names = await shownRows(page);
	assert.deepEqual(
		names,
		names.toSorted((a, b) => a.localeCompare(b)),
	);
});

test("every chart that the data calls for is drawn, with visible marks", async () => {
	const { page } = await openPage(browser, url);
	await openAllDetails(page);
	const cells = comparison.scenarios.map((scenario) =>
		Object.values(scenario.cells).map(({ detail }) => detail),
	);
	const having = (what: (detail: (typeof cells)[number][number]) => unknown) =>
		cells.filter((row) => row.some(what)).length;
	const expected = {
		"#summary figure": comparison.categories.length > 0 ? 1 : 0,
		// The ratios of a category's scenarios say nothing of its growth, so growth has no chart there.
		"#summary details": comparison.categories.filter(({ measure }) => measure === "level").length,
		"figure.distribution": having(({ distributions }) => distributions.length > 0),
		"figure.position": having(({ by_position }) => by_position),
		"figure.phases": having(({ phases }) => phases && Object.values(phases).some((value) => value !== null)),
		"figure.memory": having(({ resources }) => resources),
		"figure.stages": having(({ pipeline }) => pipeline),
		"figure.timeline": cells.flat().filter(({ timeline }) => timeline.length > 0).length,
		"figure.growth": new Set(comparison.growth.map(({ dimension }) => dimension)).size,
		"figure.share": 1,
	};
	for (const [place, count] of Object.entries(expected)) {
		assert.ok(count > 0, place);
		assert.equal(await page.locator(`${place} svg.chart`).count(), count, place);
	}
	const empty = await page.locator("svg.chart").evaluateAll((charts) =>
		charts.flatMap((chart) => {
			const frame = chart.getBoundingClientRect();
			const marks = [...chart.querySelectorAll("path, rect, circle, line")].filter((mark) => {
				const box = mark.getBoundingClientRect();
				return (
					box.width + box.height > 1 &&
					box.left < frame.right + 2 &&
					box.right > frame.left - 2 &&
					box.top < frame.bottom + 2
				);
			});
			const texts = [...chart.querySelectorAll("text")].filter((text) => (text.textContent ?? "") !== "");
			return frame.width > 200 && frame.height > 40 && marks.length > 2 && texts.length > 1
				? []
				: [chart.getAttribute("aria-label")];
		}),
	);
	assert.deepEqual(empty, []);
});

test("texts of a chart stay inside its frame and do not run into each other", async () => {
	const { page } = await openPage(browser, url);
	await openAllDetails(page);
	const problems = await page.locator("svg.chart").evaluateAll((charts) =>
		charts.flatMap((chart) => {
			const frame = chart.getBoundingClientRect();
			const boxes = [...chart.querySelectorAll("text")].map((text) => ({
				text: text.textContent ?? "",
				box: text.getBoundingClientRect(),
			}));
			const name = chart.getAttribute("aria-label");
			const outside = boxes.filter(
				({ box }) =>
					box.left < frame.left - 2 || box.right > frame.right + 2 || box.bottom > frame.bottom + 2,
			);
			const touching = boxes.flatMap((one, index) =>
				boxes
					.slice(index + 1)
					.filter(
						({ box }) =>
							Math.min(box.right, one.box.right) - Math.max(box.left, one.box.left) > 1 &&
							Math.min(box.bottom, one.box.bottom) - Math.max(box.top, one.box.top) > 4,
					)
					.map((other) => `${name}: ${one.text} over ${other.text}`),
			);
			return [...outside.map(({ text }) => `${name}: ${text} outside`), ...touching];
		}),
	);
	assert.deepEqual(problems, []);
});

test("the slider shows the share that was worked out for its latency", async () => {
	const { page } = await openPage(browser, url);
	const first = page.locator("#model-shares tbody td").first();
	const shares = comparison.scenarios[0]?.cells.typescript?.detail.model_shares ?? [];
	await page.locator("#latency").fill("24");
	assert.equal(await page.locator("#latency-text").textContent(), "5,000 ms");
	assert.equal(await first.textContent(), shares[24] && turnText(shares[24]));
	await page.locator("#latency").focus();
	await page.keyboard.press("Home");
	assert.equal(await page.locator("#latency").getAttribute("aria-valuetext"), "200 ms");
	assert.equal(await first.textContent(), shares[0] && turnText(shares[0]));
});

test("a link of the table opens its scenario, and a command can be copied as it stands", async () => {
	const { page } = await openPage(browser, url, { permissions: ["clipboard-read", "clipboard-write"] });
	const last = comparison.scenarios.at(-1);
	assert.ok(last);
	await page.locator("#matrix tbody a", { hasText: last.id }).first().click();
	const scenario = page.locator("details.scenario[open]");
	assert.equal(await scenario.locator("h3").textContent(), last.id);
	assert.ok(await scenario.locator("h3").isVisible());
	const command = await scenario.locator("code").first().textContent();
	assert.match(command ?? "", new RegExp(`--scenarios ${last.id}$`));
	await scenario.getByRole("button", { name: "Copy" }).first().click();
	await scenario.getByRole("button", { name: "Copied" }).waitFor();
	assert.equal(await page.evaluate(() => navigator.clipboard.readText()), command);
});

test("without its script the page shows the same figures and none of the controls", async () => {
	const { page, problems } = await openPage(browser, url, { javaScriptEnabled: false });
	assert.equal(await page.locator(".scripted:visible").count(), 0);
	assert.equal(await page.locator("#matrix tbody tr:visible").count(), comparison.scenarios.length);
	await page.locator("details.scenario summary").first().click();
	assert.ok(await page.locator("figure.distribution").first().isVisible());
	assert.deepEqual(problems, []);
});

test("on paper everything is open and nothing is left to click", async () => {
	const { page } = await openPage(browser, url, { colorScheme: "dark" });
	await page.emulateMedia({ media: "print" });
	assert.equal(await page.locator(".scripted:visible, nav:visible").count(), 0);
	assert.equal(
		await page.evaluate(() => getComputedStyle(document.body).backgroundColor),
		"rgb(255, 255, 255)",
	);
	const pdf = await page.pdf({ path: join(folder, "page.pdf") });
	const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
	assert.ok(pages > comparison.scenarios.length, `${pages} pages`);
});

for (const { name, width, scheme } of MODES) {
	test(`${name}: nothing scrolls sideways but tables in their own frames, and axe finds nothing`, async () => {
		const options = { viewport: { width, height: 900 }, colorScheme: scheme };
		const { page } = await openPage(browser, url, options);
		const file = join(folder, name.replace(" ", "-"));
		await page.screenshot({ path: `${file}.png`, fullPage: true });
		await openAllDetails(page);
		assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
		await page.screenshot({ path: `${file}-open.png`, fullPage: true });
		const { page: judged } = await openPage(browser, short, options);
		await openAllDetails(judged);
		assert.deepEqual(await accessibilityProblems(judged), []);
	});
}

for (const { colorScheme, width } of LOOKS)
	test(`in ${colorScheme} at ${width} pixels real databases scroll in their own frames only, and axe finds nothing in them`, async () => {
		const databases = renderPage(compare(databaseResults()));
		const { page } = await openPage(browser, written(folder, "databases.html", databases), {
			viewport: { width, height: 900 },
			colorScheme,
		});
		const file = `databases-${width}-${colorScheme}.png`;
		await page.locator("#databases").screenshot({ path: join(folder, file) });
		await openAllDetails(page);
		assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
		assert.deepEqual(await accessibilityProblems(page), []);
	});

test("hostile words run nothing, break nothing and make nothing scroll sideways, even on a phone", async () => {
	for (const [index, text] of HOSTILE.entries()) {
		const hostile = written(folder, `hostile-${index}.html`, renderPage(withText(comparison, text)));
		const { page, problems } = await openPage(browser, hostile, { viewport: { width: 390, height: 800 } });
		await openAllDetails(page);
		assert.deepEqual(problems, [], text.slice(0, 40));
		assert.ok(
			await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
			text.slice(0, 40),
		);
		assert.equal(await page.locator("details.scenario").count(), comparison.scenarios.length);
		assert.equal(await page.locator("script").count(), 1);
		await page.context().close();
	}
});
