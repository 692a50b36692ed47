// Somebody else's words (names, versions, errors) are text in every format: never markup, a formula, a link, an escape sequence.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DOMParser, parseHTML } from "linkedom";
import { history } from "../analysis/history.ts";
import { renderChange } from "../report/change.ts";
import { renderComparison } from "../report/console.ts";
import { bencherMetricFormat } from "../report/exporters/bmf.ts";
import { changeCsv, comparisonCsv } from "../report/exporters/csv.ts";
import { biggerIsBetter, smallerIsBetter } from "../report/exporters/github-action-benchmark.ts";
import { changeJUnit } from "../report/exporters/junit.ts";
import { comparisonMarkdown } from "../report/exporters/markdown.ts";
import { changeMarkdown } from "../report/exporters/markdown-change.ts";
import { plainText } from "../report/format.ts";
import { renderHistory } from "../report/history.ts";
import { renderChangePage } from "../report/html/change.ts";
import { renderHistoryPage } from "../report/html/history.ts";
import { renderPage } from "../report/html/page.ts";
import type { ChangeFile, ComparisonFile, HistoryFile } from "../shared/types.ts";
import { recordedChange, recordedComparison, recordedResults } from "./support/recorded.ts";

const HOSTILE = [
	"<script>alert(1)</script><img src=x onerror=alert(2)>",
	"</td></tr></table>]]>--><h1>",
	"| a | b |\n| --- |\n**bold** [link](http://example.invalid) `code` ![x](y)",
	"@someone #123 GH-7 www.example.invalid http://example.invalid a@example.invalid :smile: $x^2$",
	'=cmd|"/c calc"!A1',
	"+1+1, -2-2, @SUM(A1)",
	"\u001b[31mred\u001b[0m \u001b]8;;http://example.invalid\u0007link\u001b]8;;\u0007 \u0000\u0007\b\r\n\t",
	"\u202eright to left\u2066 \u200f",
	"lone \ud800 surrogate \udc00, not a character \ufffe\uffff",
	"x".repeat(10_000),
	"\"quoted\", 'quoted', back\\slash, &amp; &#60;",
];

const comparison = recordedComparison();
const change = recordedChange();

/** The recorded run with every text that is not ours replaced. */
function hostileComparison(text: string): ComparisonFile {
	const copy = structuredClone(comparison);
	copy.system.os = text;
	copy.machine.cpuModel = text;
	copy.profile = text;
	for (const target of copy.targets) {
		target.label = text;
		if (target.versions) target.versions = { ...target.versions, framework: text, engine: text, database: text };
	}
	for (const scenario of copy.scenarios) {
		scenario.name = text;
		scenario.question = text;
		for (const cell of Object.values(scenario.cells)) if (cell.status !== "comparable") cell.reasons = [text, text];
	}
	const [first] = copy.scenarios;
	assert.ok(first);
	first.id = text;
	return copy;
}

function hostileChange(text: string): ChangeFile {
	const copy = structuredClone(change);
	copy.base.name = text;
	copy.head.name = text;
	copy.unlike = [text];
	for (const pair of copy.pairs)
		for (const target of [pair.base, pair.head]) {
			target.label = text;
			if (target.versions) target.versions = { ...target.versions, framework: text };
		}
	const [first] = copy.cells;
	assert.ok(first);
	for (const one of copy.gate?.regressions ?? []) if (one.scenario === first.scenario) one.scenario = text;
	first.scenario = text;
	for (const cell of copy.cells) if (cell.change === "not comparable") cell.reasons = [text];
	return copy;
}

function hostileHistory(text: string): HistoryFile {
	const found = history(recordedResults());
	const point = { timestamp: "2026-11-24T00:00:00.000Z", version: text, value: 1, interval: null, status: "comparable" as const };
	for (const series of found.series) {
		Object.assign(series, { label: text, scenario: text, machine: text });
		series.points.push(point);
		const { timestamp, version } = point;
		series.changes = [{ index: 1, timestamp, version, version_before: text, ratio: 1.5, interval: null, change: "slower" }];
	}
	return found;
}

/** RFC 4180, strictly: what a spreadsheet would read. */
function parseCsv(text: string): string[][] {
	const rows: string[][] = [];
	let row: string[] = [];
	const token = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/gy;
	for (let found = token.exec(text); found; found = token.exec(text)) {
		const [, field = "", end] = found;
		row.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
		if (end === "\r\n") {
			rows.push(row);
			row = [];
		}
		if (token.lastIndex === text.length) return rows;
	}
	throw new Error(`not CSV after ${rows.length} rows`);
}

function checkCsv(text: string): void {
	const rows = parseCsv(text);
	for (const row of rows) {
		assert.equal(row.length, rows[0]?.length);
		for (const field of row) assert.ok(!/^[=+@]/.test(field) && (!field.startsWith("-") || Number.isFinite(Number(field))), field);
	}
}

function checkMarkdown(text: string): void {
	assert.ok(Buffer.byteLength(text) < 65_536);
	for (const tag of text.match(/<\/?[a-z][^>]*>/gi) ?? []) assert.match(tag, /^<\/?(details|summary)>$/);
	// biome-ignore lint/suspicious/noControlCharactersInRegex: the point of it
	assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u202e]/);
	assert.doesNotMatch(text, /@\w|#\d(?!\d*;)|https?:\/\/|www\.|:smile:|`/);
	const columns = (line: string) => line.split("|").length;
	for (const block of text.split("\n\n").filter((part) => part.startsWith("|")))
		for (const line of block.split("\n")) assert.equal(columns(line), columns(block.split("\n")[0] ?? ""), line);
}

function checkXml(text: string): void {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no place for them
	assert.doesNotMatch(text, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/u);
	const document = new DOMParser().parseFromString(text, "text/xml");
	const known = new Set(["testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out"]);
	for (const element of document.querySelectorAll("*")) assert.ok(known.has(element.tagName), element.tagName);
	assert.equal(document.querySelectorAll("testcase").length, change.cells.length);
}

/** Nothing but what the page itself is made of: no script, no handler, no address of anybody else's. */
function checkHtml(text: string, scripts: number): void {
	const { document } = parseHTML(text);
	assert.equal(document.querySelectorAll("script").length, scripts);
	assert.equal(document.querySelectorAll("img, iframe, object, embed, form[action], base").length, 0);
	for (const element of document.querySelectorAll("*"))
		for (const { name, value } of [...element.attributes]) {
			assert.doesNotMatch(name, /^on/);
			if (name === "href" || name === "src") assert.match(value, /^(#|data:,$)/);
		}
	// biome-ignore lint/suspicious/noControlCharactersInRegex: the point of it
	assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u202e]/);
}

function checkTerminal(text: string, width: number): void {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: no colours are on in a test, so there is none that is ours
	assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Cs}/u);
	for (const line of text.split("\n")) assert.ok(line.length <= width, `${line.length}: ${line.slice(0, 200)}`);
}

for (const [index, text] of HOSTILE.entries()) {
	test(`hostile text ${index + 1} (${JSON.stringify(text.slice(0, 24))}) is text in every format`, () => {
		const [run, moved] = [hostileComparison(text), hostileChange(text)];
		checkMarkdown(comparisonMarkdown(run));
		checkMarkdown(changeMarkdown(moved));
		checkCsv(comparisonCsv(run));
		checkCsv(changeCsv(moved));
		for (const json of [bencherMetricFormat(run), smallerIsBetter(run), biggerIsBetter(run)]) JSON.parse(json);
		checkXml(changeJUnit(moved));
		checkHtml(renderPage(run), 1);
		checkHtml(renderChangePage(moved), 0);
		checkHtml(renderHistoryPage(hostileHistory(text)), 0);
		for (const width of [80, 120]) {
			checkTerminal(renderComparison(run, { width }), width);
			checkTerminal(renderChange(moved, { width }), width);
			checkTerminal(renderHistory(hostileHistory(text), { width }), width);
		}
	});
}

test("the words are still there to be read", () => {
	const run = hostileComparison("<b>Rust & friends</b>");
	assert.match(comparisonMarkdown(run), /&#60;b&#62;Rust &#38; friends/);
	assert.match(comparisonCsv(run), /<b>Rust & friends<\/b>/);
	assert.match(changeJUnit(hostileChange("<b>Rust & friends</b>")), /&lt;b&gt;Rust &amp; friends/);
	assert.match(renderComparison(run), /<b>Rust & friends<\/b>/);
});

test("plain text is one line without control characters, of no more than the limit, for any text at all", () => {
	fc.assert(
		fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 50 }), (text, limit) => {
			const plain = plainText(text, limit);
			assert.ok(plain.length <= limit);
			assert.doesNotMatch(plain, /[\p{Cc}\p{Cs}\u2028\u2029\u202e]/u);
		}),
	);
});

test("any text at all leaves CSV, Markdown and XML whole", () => {
	fc.assert(
		fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
			checkCsv(changeCsv(hostileChange(text)));
			checkMarkdown(changeMarkdown(hostileChange(text)));
			checkXml(changeJUnit(hostileChange(text)));
		}),
		{ numRuns: 60 },
	);
});
