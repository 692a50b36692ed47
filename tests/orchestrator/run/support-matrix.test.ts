import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { loadTargets } from "../../../orchestrator/contract.ts";
import { ROOT, readJson, SHARED } from "../../../orchestrator/files.ts";
import { lastWords } from "../../../orchestrator/run/support-matrix.ts";
import { parseSpecifications } from "../../../orchestrator/targets/specification.ts";
import {
	generalizeReason,
	type SupportCell,
	type SupportColumn,
	type SupportMatrix,
	supportMatrixMarkdown,
} from "../../../report/exporters/support-matrix.ts";
import { type CellStatus, cellStatus, versionsFile } from "../../../shared/types.ts";
import { readMarkdown } from "../../support/read-back.ts";

const [locked] = loadTargets();
assert.ok(locked);

function column(
	runtime: SupportColumn["runtime"],
	version: string,
	change: Partial<SupportColumn> = {},
): SupportColumn {
	const framework = { package: runtime === "typescript" ? "@elizaos/core" : "elizaos", version };
	return {
		runtime,
		label: version,
		framework,
		database: framework,
		engine: "Engine 1",
		problem: null,
		...change,
	};
}

const cell = (status: CellStatus, ...reasons: string[]): SupportCell => ({ status, reasons });

function matrixOf(columns: SupportColumn[], rows: SupportMatrix["rows"]): SupportMatrix {
	return { command: "./run.sh support-matrix", digests: { "shared/scenarios.json": "0123" }, columns, rows };
}

const tableRows = (page: string, table: number) =>
	page
		.split("\n\n")
		.filter((part) => part.startsWith("| "))
		.at(table)
		?.split("\n")
		.filter((_, index) => index !== 1)
		.map((line) => line.slice(2, -2).split(" | ")) ?? [];

test("a version is a column beside those of its runtime, a scenario is a row, and every reason appears once", () => {
	const page = supportMatrixMarkdown(
		matrixOf(
			[
				column("python", "1.0"),
				column("typescript", "3.0"),
				column("python", "2.0", { problem: "No such version" }),
				column("rust", "4.0"),
			],
			[
				{
					scenario: "one",
					cells: [
						cell("comparable"),
						cell("divergent", "twice", "thrice"),
						null,
						cell("unsupported", "raised"),
					],
				},
				{
					scenario: "two",
					cells: [cell("failed", "died"), cell("divergent", "thrice"), null, cell("comparable")],
				},
			],
		),
	);
	assert.deepEqual(tableRows(page, 0), [
		["Scenario", "TypeScript<br>3.0", "Python<br>1.0", "Python<br>2.0", "Rust<br>4.0"],
		["one", "≠ <sup>1 2</sup>", "✓", "– <sup>3</sup>", "✗ <sup>4</sup>"],
		["two", "≠ <sup>2</sup>", "! <sup>5</sup>", "– <sup>3</sup>", "✓"],
	]);
	assert.deepEqual(tableRows(page, 1), [
		["Version", "Framework", "Database", "Engine", "Comparable"],
		["TypeScript 3.0", "@&#8203;elizaos/core 3.0", "@&#8203;elizaos/core 3.0", "Engine 1", "0 of 2"],
		["Python 1.0", "elizaos 1.0", "elizaos 1.0", "Engine 1", "1 of 2"],
		["Python 2.0", "not set up <sup>3</sup>", "–", "–", "–"],
		["Rust 4.0", "elizaos 4.0", "elizaos 4.0", "Engine 1", "1 of 2"],
	]);
	assert.match(page, /\n1\. twice\n2\. thrice\n3\. No such version\n4\. raised\n5\. died\n/);
});

test("a reason that differs in numbers of the scenario only is one reason", () => {
	assert.equal(
		generalizeReason("logged 801 errors: no database"),
		generalizeReason("logged 1 error: no database"),
	);
	assert.equal(
		generalizeReason("10 of 10 messages answered with nothing"),
		generalizeReason("100 of 100 messages answered with nothing"),
	);
	assert.equal(
		generalizeReason("1 of 1 message answered with nothing"),
		generalizeReason("10 of 10 messages answered with nothing"),
	);
	assert.notEqual(
		generalizeReason("9 of 10 messages answered with nothing"),
		generalizeReason("10 of 10 messages answered with nothing"),
	);
	assert.notEqual(generalizeReason("logged 1 error: one"), generalizeReason("logged 1 error: other"));
});

test("whatever the frameworks say, the page has one shape, and every number of a cell has its line", () => {
	const words = fc.oneof(
		fc.string({ maxLength: 60 }),
		fc.constantFrom("</td><h1>", "| x |\n# y", "`", "1. z", "[a](b)", "<!--"),
	);
	const reasons = fc.array(words, { maxLength: 3 });
	const cells = fc.array(fc.option(fc.record({ status: fc.constantFrom(...cellStatus.options), reasons })), {
		minLength: 3,
		maxLength: 3,
	});
	const runtimes = ["rust", "typescript", "python"] as const;
	fc.assert(
		fc.property(fc.array(cells, { minLength: 1, maxLength: 4 }), words, words, (grid, engine, problem) => {
			const columns = runtimes.map((runtime, index) =>
				column(runtime, "1", { engine, problem: index === 2 ? problem : null }),
			);
			const rows = grid.map((one, index) => ({ scenario: `s-${index}`, cells: one }));
			const page = supportMatrixMarkdown(matrixOf(columns, rows));
			const calm = supportMatrixMarkdown(
				matrixOf(
					columns.map((one) => ({ ...one, engine: "e", problem: one.problem && plainly(one.problem) })),
					rows.map((row) => ({
						...row,
						cells: row.cells.map((one) => one && { ...one, reasons: one.reasons.map(plainly) }),
					})),
				),
			);
			assert.equal(readMarkdown(page).skeleton, readMarkdown(calm).skeleton);
			const listed = page.split("\n").filter((line) => /^\d+\. /.test(line)).length;
			for (const [, numbers = ""] of page.matchAll(/<sup>([\d ]+)<\/sup>/g))
				for (const number of numbers.split(" "))
					assert.ok(Number(number) >= 1 && Number(number) <= listed, number);
		}),
	);
});

/** Other words, without any sign; the same for the same. */
const plainly = (text: string) =>
	text === "" ? "" : `w${Buffer.from(generalizeReason(text)).toString("hex")}`;

test("a package manager's own error is kept, without the time and the place", () => {
	const failed =
		"setting up x failed (Command failed with exit code 1: npm install error: x); its log ends: npm warn old";
	const npm =
		`${failed} npm error code ETARGET npm error notarget No matching version found for core@9. ` +
		"npm error A complete log of this run can be found in: " +
		"/root/.npm/_logs/2026-11-23T16_21_13_009Z-debug-0.log";
	assert.equal(lastWords(npm, locked), "npm error notarget No matching version found for core@9.");
	const pip =
		`setting up x failed; its log ends: Looking in links: ${ROOT}wheels ` +
		`ERROR: No matching distribution found for elizaos==9 (${ROOT}wheels)`;
	assert.equal(lastWords(pip, locked), "ERROR: No matching distribution found for elizaos==9 (wheels)");
	const cargo =
		"setting up x failed; its log ends: Updating crates.io index " +
		"error: failed to select a version for the requirement `elizaos`";
	assert.equal(lastWords(cargo, locked), "error: failed to select a version for the requirement `elizaos`");
	assert.equal(
		lastWords("the target rust needs Rust: install it", locked),
		"the target rust needs Rust: install it",
	);
});

test("the versions of the matrix are targets, as a run takes them, each once", () => {
	const { lists } = readJson(join(SHARED, "versions.json"), versionsFile, "list of versions");
	const words = lists["support-matrix"] ?? [];
	assert.ok(words.length > 8 && new Set(words).size === words.length);
	for (const word of words)
		assert.equal(
			parseSpecifications(word, { locked: loadTargets(), folder: ROOT }).specifications[0]?.source?.kind,
			"version",
		);
});

test("differences between versions are found without the number of any version", () => {
	const files = [
		"orchestrator/run/support-matrix.ts",
		"orchestrator/commands/support-matrix.ts",
		"report/exporters/support-matrix.ts",
		...["typescript/src/frameworks", "typescript/src/databases"].flatMap((folder) =>
			readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`),
		),
		"python/src/eliza_bench/framework_differences.py",
		"analysis/cell/verification.ts",
	];
	for (const file of files)
		assert.doesNotMatch(readFileSync(join(ROOT, file), "utf8"), /\d+\.\d+\.\d+|alpha|\da\d/, file);
});
