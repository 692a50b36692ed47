// Foreign words (names, versions, errors) are text in every format: never markup, a formula, a link or an
// escape sequence.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import stringWidth from "string-width";
import { renderChange } from "../../report/console/change.ts";
import { renderComparison } from "../../report/console/report.ts";
import { bencherMetricFormat } from "../../report/exporters/bmf.ts";
import { changeCsv, comparisonCsv } from "../../report/exporters/csv.ts";
import { biggerIsBetter, smallerIsBetter } from "../../report/exporters/github-action-benchmark.ts";
import { COMPARISON_EXPORTERS } from "../../report/exporters/index.ts";
import { changeJUnit } from "../../report/exporters/junit.ts";
import { comparisonMarkdown } from "../../report/exporters/markdown.ts";
import { changeMarkdown } from "../../report/exporters/markdown-change.ts";
import { renderChangePage } from "../../report/html/change.ts";
import { renderPage } from "../../report/html/page.ts";
import { plainText } from "../../shared/text.ts";
import type { ChangeFile, ComparisonFile } from "../../shared/types.ts";
import { grown } from "../support/pages.ts";
import { type Reading, readCsv, readHtml, readMarkdown, readXml } from "../support/read-back.ts";
import { recordedChange, recordedComparison } from "../support/recorded.ts";

const HOSTILE = [
	"<script>alert(1)</script><img src=x onerror=alert(2)>",
	"</td></tr></table>]]>--><h1>",
	"</details><!-- <summary>",
	"| a | b |\n| --- |\n**bold** [link](http://example.invalid) `code` ![x](y)",
	"@someone org/repository#123 #7 GH-7 www.example.invalid http://example.invalid ftp://example.invalid a@example.invalid :smile: $x^2$",
	"# heading",
	"#1",
	"- item",
	"+ item",
	"1. one",
	"2) two",
	"---",
	"===",
	"```",
	"> said",
	"[x] done",
	"[^1]: note",
	"__a__ _b_ c_d_e",
	":smile",
	":_",
	"some :a_",
	":_a:",
	'=cmd|"/c calc"!A1',
	"+1+1, -2-2, @SUM(A1)",
	"-2",
	"\t=1",
	"\u202e=1",
	"＝1+1",
	"\u001b[31mred\u001b[0m \u001b]8;;http://example.invalid\u0007link\u001b]8;;\u0007 \u0000\u0007\b\r\n\t\u009b1m",
	"\u202eright to left\u2066 \u200f",
	"lone \ud800 surrogate \udc00, not a character \ufffe\uffff",
	"x".repeat(10_000),
	"世界のみなさん、こんにちは",
	"e\u0301".repeat(300),
	"👩‍👩‍👧‍👦 family",
	"\"quoted\", 'quoted', back\\slash, &amp; &#60;",
	"__proto__",
];

const whole = recordedComparison();
/** A comparable, a divergent and an unsupported cell are enough, and fast. */
const comparison = {
	...whole,
	scenarios: whole.scenarios.filter(({ id }) => /^(single-message|multi-step)$/.test(id)),
};
const change = recordedChange({ unlike: [{ kind: "processor", base: "one", head: "another" }] });

/** A run in which every foreign text is replaced. */
function hostileComparison(text: string): ComparisonFile {
	const copy = structuredClone(comparison);
	copy.timestamp = text;
	copy.profile = text;
	copy.system = { ...copy.system, os: text, arch: text };
	copy.machine.cpu_model = text;
	for (const target of copy.targets) {
		target.label = text;
		if (target.versions)
			target.versions = { ...target.versions, framework: text, engine: text, database: text };
	}
	copy.left_out = [{ id: "absent", label: text, reason: text }];
	for (const scenario of copy.scenarios) {
		scenario.name = text;
		scenario.question = text;
		for (const cell of Object.values(scenario.cells))
			if (cell.status !== "comparable")
				cell.reasons = [
					{ kind: "words", words: text },
					{ kind: "words", words: text },
				];
	}
	const [first] = copy.scenarios;
	assert.ok(first);
	first.id = text;
	return copy;
}

function hostileChange(text: string): ChangeFile {
	const copy = structuredClone(change);
	for (const side of [copy.base, copy.head])
		Object.assign(side, { name: text, timestamp: text, profile: text });
	copy.unlike = [{ kind: "processor", base: text, head: text }];
	copy.missing = [{ scenario: text, target: text, side: "base" }];
	for (const pair of copy.pairs)
		for (const target of [pair.base, pair.head]) {
			target.label = text;
			if (target.versions) target.versions = { ...target.versions, framework: text };
		}
	const [first] = copy.cells;
	assert.ok(first);
	for (const one of copy.gate?.regressions ?? []) {
		if (one.scenario === first.scenario) one.scenario = text;
		if (one.kind === "lost-cell") one.reason = { kind: "words", words: text };
	}
	first.scenario = text;
	for (const cell of copy.cells)
		if (cell.change === "not comparable")
			cell.reasons = [
				{ kind: "status", side: "base", status: "divergent", reason: { kind: "words", words: text } },
			];
	return copy;
}

/** As much of the text as every format shows, without the blanks at which it may be broken. */
function core(text: string): string {
	return plainText(text).replace(/\s+/g, "").slice(0, 12);
}

function checkCsv(source: string, like: { length: number }, text: string): void {
	const rows = readCsv(source);
	assert.equal(rows.length, like.length);
	for (const field of rows.flat())
		assert.ok(
			!/^[=+@\t\r＝＋－＠]/.test(field) && (!field.startsWith("-") || Number.isFinite(Number(field))),
			field,
		);
	const shown = new Set(rows.flat());
	assert.ok(shown.has(plainText(text, 1000)) || shown.has(`'${plainText(text, 1000)}`));
}

/**
 * What GitHub makes live in words that are rendered already; no emoji is called by two digits, as minutes
 * are.
 */
const LIVE = /@\w|#\d|\bGH-\d|\b(?:https?|ftp):\/\/|\bwww\.|:(?!\d\d:)[\w+-]+:/i;

function checkMarkdown(source: string, like: Reading, text: string): void {
	assert.ok(Buffer.byteLength(source) < 65_536);
	assertPlain(source);
	const { skeleton, text: shown } = readMarkdown(source);
	assert.equal(skeleton, like.skeleton);
	assert.doesNotMatch(shown, LIVE);
	assert.ok(shown.replace(/[\s\u200b]+/g, "").includes(core(text)));
}

function checkXml(source: string, like: Reading, text: string): void {
	const { skeleton, values } = readXml(source);
	assert.equal(skeleton, like.skeleton);
	assert.ok(
		values.some((value) =>
			value.replace(/\s+/g, "").includes(core(text).replace(/[\ufffe\uffff]/g, "\ufffd")),
		),
	);
}

function checkPage(source: string, like: Reading): void {
	assertPlain(source.replaceAll("\t", ""));
	assert.equal(readHtml(source).skeleton, like.skeleton);
}

function checkTerminal(source: string, width: number, text: string): void {
	assertPlain(source);
	for (const line of source.split("\n"))
		assert.ok(stringWidth(line) <= width, `${stringWidth(line)}: ${line.slice(0, 200)}`);
	assert.ok(source.replace(/[\s║]+/g, "").includes(core(text)), core(text));
}

/** Control characters, overrides of the direction, halves of characters. Colours are off in a test. */
const NOT_PLAIN =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
	/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200e\u200f]|\p{Cs}/u;

function assertPlain(source: string): void {
	assert.doesNotMatch(source, NOT_PLAIN);
}

/** The files to compare with: they have a harmless word in place of the text. */
const [plainRun, plainChange] = [hostileComparison("harmless"), hostileChange("harmless")];
const like = {
	markdown: readMarkdown(comparisonMarkdown(plainRun)),
	changeMarkdown: readMarkdown(changeMarkdown(plainChange)),
	csv: readCsv(comparisonCsv(plainRun)),
	changeCsv: readCsv(changeCsv(plainChange)),
	junit: readXml(changeJUnit(plainChange)),
	page: readHtml(renderPage(plainRun)),
	changePage: readHtml(renderChangePage(plainChange)),
};

function checkTexts(run: ComparisonFile, moved: ChangeFile, text: string): void {
	checkMarkdown(comparisonMarkdown(run), like.markdown, text);
	checkMarkdown(changeMarkdown(moved), like.changeMarkdown, text);
	checkCsv(comparisonCsv(run), like.csv, text);
	checkCsv(changeCsv(moved), like.changeCsv, text);
	checkXml(changeJUnit(moved), like.junit, text);
}

for (const [index, text] of HOSTILE.entries()) {
	test(`hostile text ${index + 1} (${JSON.stringify(text.slice(0, 24))}) is text in every format`, () => {
		const [run, moved] = [hostileComparison(text), hostileChange(text)];
		checkTexts(run, moved, text);
		for (const render of [bencherMetricFormat, smallerIsBetter, biggerIsBetter])
			assert.equal(entriesOf(render(run)), entriesOf(render(plainRun)));
		assert.ok(Object.hasOwn(JSON.parse(bencherMetricFormat(run)), `${plainText(text)}/rust`));
		checkPage(renderPage(run), like.page);
		checkPage(renderChangePage(moved), like.changePage);
	});
}

for (const [index, text] of HOSTILE.entries()) {
	test(`hostile text ${index + 1} (${JSON.stringify(text.slice(0, 24))}) is text on a terminal`, () => {
		const [run, moved] = [hostileComparison(text), hostileChange(text)];
		run.system.arch = comparison.system.arch;
		for (const file of [run, moved.base, moved.head]) file.timestamp = comparison.timestamp;
		for (const width of [80, 120]) {
			checkTerminal(renderComparison(run, { width }), width, text);
			checkTerminal(renderChange(moved, { width }), width, text);
		}
	});
}

function entriesOf(source: string): number {
	return Object.keys(JSON.parse(source)).length;
}

test("the time and the architecture that a result file claims are text on a terminal too", () => {
	const [run, moved] = [hostileComparison("\u001b[31mred"), hostileChange("\u001b[31mred")];
	assertPlain(renderComparison(run));
	assertPlain(renderChange(moved));
});

test("the JSON of a run is the comparison itself, whatever its words are", () => {
	const json = COMPARISON_EXPORTERS.find(({ format }) => format === "json");
	for (const text of HOSTILE) {
		const run = hostileComparison(text);
		assert.deepEqual(JSON.parse(json?.render(run) ?? ""), run);
	}
});

test("a comment that would be too long keeps its summary, says what it leaves out, and stays under the limit", () => {
	const run = grown(whole, 400, 1);
	const source = comparisonMarkdown(run);
	assert.ok(Buffer.byteLength(source) < 65_536);
	assert.match(source, /Too long for a comment/);
	assert.match(source, /\*\*Rust wins/);
	assert.match(source, /seed 20260206/);
	assert.doesNotMatch(comparisonMarkdown(whole), /Too long for a comment/);
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

/** Any characters, and those of markup more often than chance would bring them. */
const anyText = fc.oneof(
	fc.string({ unit: "binary", maxLength: 60 }),
	fc.string({ unit: fc.constantFrom(..."<>&|\\`*_[]()#@:/!~$=+-.1a \n\t\"'{}^"), maxLength: 40 }),
);
test("any text at all leaves CSV, Markdown and XML whole", () => {
	fc.assert(
		fc.property(
			anyText.filter((text) => core(text) !== ""),
			(text) => checkTexts(hostileComparison(text), hostileChange(text), text),
		),
		{ numRuns: 150 },
	);
});
