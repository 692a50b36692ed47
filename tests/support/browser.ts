/** Opens pages in a real browser, which has to be there: a test that is left out proves nothing. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { isLong } from "./long.ts";

/** How a page is looked at. Both schemes and both widths are in the first two; the long tests add the rest. */
export const LOOKS: readonly { colorScheme: "light" | "dark"; width: number }[] = [
	{ colorScheme: "light", width: 1440 },
	{ colorScheme: "dark", width: 390 },
	...(isLong
		? ([
				{ colorScheme: "dark", width: 1440 },
				{ colorScheme: "light", width: 390 },
			] as const)
		: []),
];

/** @throws with one line that says what to install */
export async function launchBrowser(): Promise<Browser> {
	const inPath = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "chromium"));
	const executablePath = (process.env.CHROMIUM ? [process.env.CHROMIUM] : inPath).find((path) =>
		existsSync(path),
	);
	if (executablePath === undefined)
		throw new Error(
			`there is no ${process.env.CHROMIUM ?? "chromium in PATH"}: ` +
				"install Chromium (Debian package chromium), or set CHROMIUM to its path",
		);
	return await chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** The folder of pages and screenshots: that of BENCHMARK_ARTEFACTS, or a new temporary one. */
export function artefacts(): string {
	const folder = process.env.BENCHMARK_ARTEFACTS ?? mkdtempSync(join(tmpdir(), "benchmark-page-"));
	mkdirSync(folder, { recursive: true });
	return folder;
}

export function written(folder: string, name: string, source: string): string {
	const path = join(folder, name);
	writeFileSync(path, source);
	return pathToFileURL(path).href;
}

/** An open page with all that went wrong, which has to be nothing. */
export interface Opened {
	page: Page;
	problems: string[];
	/** Every address that was asked for, the page's own included. */
	requests: string[];
}

/** Opens a page from the disk, without a network. */
export async function openPage(
	browser: Browser,
	url: string,
	options: BrowserContextOptions = {},
): Promise<Opened> {
	const context = await browser.newContext({
		viewport: { width: 1440, height: 900 },
		...options,
		offline: true,
	});
	const page = await context.newPage();
	const problems: string[] = [];
	const requests: string[] = [];
	page.on("console", (message) => problems.push(`${message.type()}: ${message.text()}`));
	page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
	page.on("dialog", (dialog) => {
		problems.push(`dialog: ${dialog.message()}`);
		void dialog.dismiss();
	});
	page.on("request", (request) => requests.push(request.url()));
	page.on("requestfailed", (request) => problems.push(`failed: ${request.url()}`));
	await page.goto(url);
	return { page, problems, requests };
}

export async function openAllDetails(page: Page): Promise<void> {
	await page.evaluate(() => {
		for (const part of document.querySelectorAll("details")) part.open = true;
	});
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Violations found by axe, one line each. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
	await page.evaluate(AXE);
	return await page.evaluate(async () => {
		// biome-ignore lint/suspicious/noExplicitAny: axe puts itself there
		const { violations } = await (globalThis as any).axe.run(document, { resultTypes: ["violations"] });
		return violations.map(
			({
				id,
				help,
				nodes,
			}: {
				id: string;
				help: string;
				nodes: { html: string; failureSummary: string }[];
			}) =>
				`${id}: ${help} (${nodes.length}), for example ${nodes[0]?.html.slice(0, 160)} ${nodes[0]?.failureSummary}`,
		);
	});
}
