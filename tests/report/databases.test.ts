// What is said of real databases is true of the intervals that it stands on, in every format.
import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { parseHTML } from "linkedom";
import { compare } from "../../analysis/compare/comparison.ts";
import { renderDatabases } from "../../report/console/databases.ts";
import { renderHead } from "../../report/console/head.ts";
import { renderComparison } from "../../report/console/report.ts";
import { comparisonMarkdown } from "../../report/exporters/markdown.ts";
import { renderPage } from "../../report/html/page.ts";
import { databaseText, databaseTexts, serverText } from "../../report/text/databases.ts";
import { workLines } from "../../report/text/ledger.ts";
import { reasonText } from "../../report/text/reasons.ts";
import type { ComparisonFile, DatabasePair, DatabaseScenario } from "../../shared/types.ts";
import { databaseResults, SERVER } from "../support/databases.ts";
import { golden } from "../support/golden.ts";
import { HOSTILE, withText } from "../support/pages.ts";
import { recordedComparison } from "../support/recorded.ts";

const comparison = compare(databaseResults());
const NAMES = { label: () => "TypeScript PostgreSQL", scenario: (id: string) => id };

function pairOf(change: Partial<DatabaseScenario> = {}): DatabasePair {
	const one: DatabaseScenario = {
		scenario: "single-message",
		metric: "message_latency_p50_ms",
		value: 14.2,
		twin_value: 1.45,
		status: "comparable",
		twin_status: "comparable",
		ratio: { ratio: 9.8, interval: { low: 9.1, high: 10.5 }, verdict: "worse" },
		stage: { stage: "memory_create", difference_ms: 8, share: 0.63 },
		statements: 58,
		rows: 41,
		server_cpu_ms: 2.1,
		cpu_ms: 12,
		twin_cpu_ms: 2.4,
		...change,
	};
	return { target: "a", database: "postgres", twin: "b", twin_database: "in-memory", scenarios: [one] };
}

const said = (change: Partial<DatabaseScenario> = {}) => databaseText(pairOf(change), NAMES);
const without = { statements: null, rows: null, server_cpu_ms: null, cpu_ms: null, twin_cpu_ms: null };

test("one sentence sums a pair up", () => {
	assert.equal(
		said(),
		"TypeScript PostgreSQL takes 9.80 (9.10 to 10.5) times as long as in memory for a message of " +
			"single-message: 14.2ms against 1.45ms, most of the difference in memory_create; " +
			"58 statements, 41 rows, CPU of the process 12.0ms against 2.40ms, CPU of the server 2.10ms.",
	);
	const onPGlite = { ...pairOf({ ...without, stage: null }), twin_database: "pglite" as const };
	assert.match(
		databaseText(onPGlite, NAMES),
		/times as long as on PGlite for .*: 14\.2ms against 1\.45ms\.$/,
	);
});

test("a part of the difference is called most of it only where it is", () => {
	assert.match(
		said({ stage: { stage: "memory_get", difference_ms: 1, share: 0.34 } }),
		/against 1\.45ms, 34% of the difference in memory_get;/,
	);
	assert.match(
		said({ stage: { stage: "message", difference_ms: 9, share: 0.8 } }),
		/most of the difference in no stage/,
	);
	assert.doesNotMatch(said({ stage: null }), /difference/);
	const part = (share: number) => {
		const [one] = pairOf({ stage: { stage: "prompt", difference_ms: 1, share } }).scenarios;
		return one && databaseTexts(one).stage;
	};
	assert.deepEqual([0.126, 1, 1.2].map(part), ["prompt 13%", "prompt 100%", "prompt over 100%"]);
});

test("a tie, other work, a single block and no common turns are said as such", () => {
	const tie = { ratio: 1.01, interval: { low: 0.98, high: 1.04 }, verdict: "tie" as const };
	assert.match(
		said({ ratio: tie, stage: null }),
		/takes 1\.01 \(0\.980 to 1\.04\) times as long as in memory .*, which is no difference beyond the noise:/,
	);
	assert.doesNotMatch(said(), /no difference/);
	assert.match(said({ ratio: null, stage: null, status: "divergent" }), /does other work than in memory/);
	assert.match(
		said({ ratio: null, stage: null, twin_status: "divergent" }),
		/does other work than in memory/,
	);
	assert.match(said({ ratio: null, stage: null }), /took no turns with its twin in memory/);
	const single = { ratio: 9, interval: null, verdict: "undecided" as const };
	assert.match(
		said({ ratio: single, stage: null }),
		/takes 9\.00 \(one block, so no interval\) times as long/,
	);
});

test("a rate is better or worse by as many times as its interval says", () => {
	const rate = { metric: "read_by_id_ops_per_sec", scenario: "db-read-throughput", stage: null };
	assert.match(
		said(rate),
		/is 9\.80 \(9\.10 to 10\.5\) times worse than in memory in Reads by id\/s of db-read/,
	);
	fc.assert(
		fc.property(fc.double({ min: 0.01, max: 0.9, noNaN: true }), (value) => {
			const ratio = {
				ratio: value,
				interval: { low: 0.9 * value, high: 1.1 * value },
				verdict: "better" as const,
			};
			const [, times, low, high] =
				/is (\S+) \((\S+) to (\S+)\) times better/.exec(said({ ...rate, ratio })) ?? [];
			for (const [text, wanted] of [
				[times, 1 / value],
				[low, 1 / (1.1 * value)],
				[high, 1 / (0.9 * value)],
			] as const)
				assert.ok(Math.abs(Number(text) / wanted - 1) < 0.01, `${text} of ${wanted}`);
		}),
		{ numRuns: 50, seed: 3 },
	);
});

test("a single message stands for the pair, else the first message that can be compared", () => {
	const [one] = pairOf().scenarios;
	assert.ok(one);
	const named = (scenario: string, change: Partial<DatabaseScenario> = {}) => ({
		...one,
		scenario,
		...change,
	});
	const shown = (...scenarios: DatabaseScenario[]) =>
		/ of (\S+):/.exec(databaseText({ ...pairOf(), scenarios }, NAMES))?.[1];
	assert.equal(shown(named("burst-100"), named("single-message")), "single-message");
	assert.equal(shown(named("burst-100", { ratio: null }), named("conversation-10")), "conversation-10");
	assert.equal(
		shown(named("single-message", { ratio: null, stage: null }), named("conversation-10")),
		"conversation-10",
	);
});

test("an unknown CPU is a dash in a table and no word in a sentence, and a zero is a zero", () => {
	const [unknown] = pairOf({ server_cpu_ms: null, rows: 0 }).scenarios;
	assert.ok(unknown);
	assert.deepEqual([databaseTexts(unknown).serverCpu, databaseTexts(unknown).rows], ["-", "0"]);
	assert.doesNotMatch(said({ server_cpu_ms: null }), /of the server/);
	assert.match(said({ rows: 0 }), / 0 rows,/);
});

test("the head names the server, its settings and what a commit takes", () => {
	const text = "PostgreSQL 16.14, fsync on, synchronous_commit on, a commit takes 0.210 ms";
	assert.equal(serverText(SERVER), text);
	assert.equal(
		serverText({ ...SERVER, fsync: false, given: true }),
		"PostgreSQL 16.14, fsync off, synchronous_commit on, a commit takes 0.210 ms, " +
			"a server that the run did not start",
	);
	assert.ok(renderHead(comparison, { width: 120 }).includes(text));
	assert.ok(comparisonMarkdown(comparison).includes("PostgreSQL 16.14, fsync on, synchronous_commit on"));
	assert.ok(!renderHead(recordedComparison()).includes("PostgreSQL"));
});

for (const width of [80, 120])
	test(`a terminal of ${width} columns shows real databases as they were reviewed`, () => {
		const shown = stripVTControlCharacters(renderDatabases(comparison, { width }));
		for (const line of shown.split("\n")) assert.ok(line.length <= width, line);
		golden(`databases-${width}.txt`, `${shown}\n`);
		assert.ok(renderComparison(comparison, { width }).includes(renderDatabases(comparison, { width })));
	});

test("Markdown shows real databases as they were reviewed", () => {
	golden("databases.md", comparisonMarkdown(comparison));
});

test("where history makes memory slower, the place is named beside the pair and in the growth", () => {
	const growing = /overtakes Rust at \S+ \(.*\) messages in the history\./;
	for (const text of [
		renderDatabases(comparison, { width: 120 }),
		comparisonMarkdown(comparison),
		renderPage(comparison),
	])
		assert.match(text, growing);
});

function sectionOf(found: ComparisonFile): Element | null {
	return parseHTML(renderPage(found)).document.querySelector("#databases") as unknown as Element | null;
}

test("the page has a section with a sentence and a table in its own frame for each pair", () => {
	const shown = sectionOf(comparison);
	assert.ok(shown);
	const pairs = comparison.databases ?? [];
	assert.equal(shown.querySelectorAll("h3").length, pairs.length);
	assert.equal(shown.querySelectorAll(".scroll > table").length, pairs.length);
	assert.equal(
		shown.querySelectorAll("tbody tr").length,
		pairs.reduce((sum, { scenarios }) => sum + scenarios.length, 0),
	);
	const texts = [...shown.querySelectorAll("p")].map((one) => one.textContent ?? "");
	const labels = new Map(comparison.targets.map(({ id, label }) => [id, label]));
	for (const pair of pairs)
		assert.ok(
			texts.includes(databaseText(pair, { label: (id) => labels.get(id) ?? id, scenario: (id) => id })),
			pair.target,
		);
	assert.match(shown.textContent ?? "", /~/);
	assert.match(renderPage(comparison), /Server CPU per msg/);
});

test("a run without a real database has no such section and no word of one", () => {
	const found = recordedComparison();
	assert.equal(sectionOf(found), null);
	assert.equal(renderDatabases(found), "");
	for (const text of [renderPage(found), renderComparison(found), comparisonMarkdown(found)])
		assert.doesNotMatch(text, /PostgreSQL|PGlite|Asked of the database|Server CPU|Statements/);
});

test("hostile words in a pair and in a server's settings change only the words of the page", () => {
	const skeleton = (text: string) =>
		[...parseHTML(renderPage(withText(comparison, text))).document.querySelectorAll("*")]
			.map(({ tagName }) => tagName)
			.join(" ");
	const harmless = skeleton("harmless");
	for (const text of HOSTILE) {
		assert.equal(skeleton(text), harmless, text.slice(0, 30));
		const markdown = comparisonMarkdown(withText(comparison, text));
		assert.doesNotMatch(markdown, /<script|<img|\]\(http/);
		for (const line of stripVTControlCharacters(renderDatabases(withText(comparison, text))).split("\n"))
			assert.ok(line.length <= 80, line);
	}
});

test("the ledger says a dash for a target without a server, and a zero for one that sent nothing of a kind", () => {
	const cells = comparison.scenarios.find(({ id }) => id === "conversation-10")?.cells ?? {};
	const lines = workLines(["typescript", "typescript-postgres"].map((id) => cells[id]?.detail.work ?? null));
	const cellsOf = (label: string) => lines.find((line) => line.label === label)?.cells;
	assert.deepEqual(cellsOf("Statements"), [null, "62"]);
	assert.deepEqual(cellsOf("of them SELECT"), [null, "31"]);
	assert.deepEqual(cellsOf("Rows read"), [null, "60"]);
	assert.deepEqual(cellsOf("Statements after the last"), [null, "6"]);
	assert.equal(cellsOf("of them UPDATE"), undefined);
});

test("an adapter that returns too many memories is said to do so", () => {
	assert.equal(
		reasonText({ kind: "operation-wrong", operation: "read_by_room", wrong: 40, done: 40, limit: 20 }),
		"40 of 40 read_by_room operations returned more or fewer than the 20 memories asked for, " +
			"or some of another room",
	);
	assert.equal(
		reasonText({ kind: "operation-wrong", operation: "write", wrong: 1, done: 100 }),
		"1 of 100 write operations gave a wrong result",
	);
});
