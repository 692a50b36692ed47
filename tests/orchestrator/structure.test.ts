// The rooms of the project import each other in one direction, no file imports itself by way of others, and
// no line is too long to read beside another.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../orchestrator/files.ts";

const ROOMS = ["shared", "analysis", "report", "orchestrator"];

/**
 * The order in which files and folders may import each other: each imports from its own line and from the
 * lines above it, in every list. A name stands for all that is below it, and the most particular name that
 * fits is taken.
 */
const ORDERS: readonly (readonly string[])[] = [
	["shared", "analysis", "report", "orchestrator"],
	["analysis/stats", "analysis/cell", "analysis/compare", "analysis/change", "analysis/agent"],
	["analysis/stats", "analysis/tools"],
	["analysis/stats", "analysis/cell", "analysis/load"],
	["analysis/stats", "analysis/growth"],
	["analysis/stats", "analysis/growth", "analysis/agent"],
	["report/text", "report/console"],
	["report/text", "report/html"],
	["report/text", "report/exporters"],
	[
		"orchestrator/errors.ts",
		"orchestrator/files.ts",
		"orchestrator/environment",
		"orchestrator/content.ts",
		"orchestrator/contract.ts",
		"orchestrator/machine",
		"orchestrator/process",
		"orchestrator/live",
		"orchestrator/runtimes",
		"orchestrator/targets",
		"orchestrator/database",
		"orchestrator/run",
		"orchestrator/terminal",
		"orchestrator/commands",
		"orchestrator/cli",
		"orchestrator/main.ts",
	],
	["orchestrator/run", "orchestrator/conformance", "orchestrator/commands"],
	[
		"orchestrator/machine",
		"orchestrator/process",
		"orchestrator/live",
		"orchestrator/growth",
		"orchestrator/commands",
	],
	["orchestrator/run", "orchestrator/commands"],
	["orchestrator/run", "orchestrator/fleet", "orchestrator/commands"],
	["orchestrator/machine", "orchestrator/process", "orchestrator/agent", "orchestrator/commands"],
	[
		"orchestrator/live",
		"orchestrator/database",
		"orchestrator/run",
		"orchestrator/load",
		"orchestrator/commands",
	],
];

/** Files by the files that they import, all relative to the repository. */
type Imports = ReadonlyMap<string, readonly string[]>;

const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
/** Imports and re-exports, those of types and those at run time too. */
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)"(\.[^"]*)"/g;

function importsIn(path: string, text: string): string[] {
	return [...text.replace(COMMENT, "").matchAll(IMPORT)].map(([, to = ""]) =>
		normalize(join(dirname(path), to)),
	);
}

function readSources(): ReadonlyMap<string, string> {
	const paths = ROOMS.flatMap((room) =>
		readdirSync(join(ROOT, room), { recursive: true, encoding: "utf8" })
			.filter((name) => name.endsWith(".ts"))
			.map((name) => join(room, name)),
	);
	return new Map(paths.map((path) => [path, readFileSync(join(ROOT, path), "utf8")]));
}

const MOST_COMMENT_COLUMNS = 110;
/** The formatter breaks code at 110 columns, but cannot break words in quotes. */
const MOST_CODE_COLUMNS = 140;
const TAB = " ".repeat(4);

/** Names the lines that are too long, where a tab has four columns. */
function longLines(path: string, text: string): string[] {
	return text.split("\n").flatMap((line, index) => {
		const { length } = line.replaceAll("\t", TAB);
		const most = /^\s*(\/\*|\*|\/\/)/.test(line) ? MOST_COMMENT_COLUMNS : MOST_CODE_COLUMNS;
		return length > most ? [`${path}:${index + 1} has ${length} columns, at most ${most}`] : [];
	});
}

/** The groups of files that import each other, each as one way round. */
function circlesIn(imports: Imports): string[][] {
	const done = new Set<string>();
	const circles: string[][] = [];
	const visit = (path: string, way: readonly string[]) => {
		const start = way.indexOf(path);
		if (start >= 0) circles.push([...way.slice(start), path]);
		if (start >= 0 || done.has(path)) return;
		for (const to of imports.get(path) ?? []) visit(to, [...way, path]);
		done.add(path);
	};
	for (const path of imports.keys()) visit(path, []);
	return circles;
}

/** The place of a file in an order: that of the longest name that it is, or lies below; -1: none. */
function placeOf(path: string, order: readonly string[]): number {
	const fitting = order.filter((name) => path === name || path.startsWith(`${name}/`));
	const longest = fitting.toSorted((a, b) => b.length - a.length)[0];
	return longest === undefined ? -1 : order.indexOf(longest);
}

function wrongDirections(imports: Imports): string[] {
	return [...imports].flatMap(([path, all]) =>
		all
			.filter((to) =>
				ORDERS.some((order) => {
					const [from, target] = [placeOf(path, order), placeOf(to, order)];
					return from >= 0 && target > from;
				}),
			)
			.map((to) => `${path} imports ${to}`),
	);
}

/** Beyond its rooms, a room imports packages only. */
function foreignImports(imports: Imports): string[] {
	return [...imports].flatMap(([path, all]) =>
		all.filter((to) => !ROOMS.includes(to.split("/")[0] ?? "")).map((to) => `${path} imports ${to}`),
	);
}

const sources = readSources();
const imports: Imports = new Map([...sources].map(([path, text]) => [path, importsIn(path, text)]));

test("every import is found, and leads to a file", () => {
	assert.deepEqual(
		importsIn(
			"a/b/c.ts",
			[
				'import "./one.ts";',
				'import { x,\n\ty } from "../two.ts";',
				'export type { z } from "./three.ts";',
				'const four = await import("./four.ts");',
				'let five: import("../../five.ts").Five;',
				'// import "./comment.ts";',
				'/** as in import "./comment.ts" */',
				'import { z } from "zod";',
			].join("\n"),
		),
		["a/b/one.ts", "a/two.ts", "a/b/three.ts", "a/b/four.ts", "five.ts"],
	);
	const all = [...imports.values()].flat();
	assert.ok(imports.size > 150 && all.length > 500, `${imports.size} files, ${all.length} imports`);
	const missing = all.filter((to) => !imports.has(to) && !existsSync(join(ROOT, to)));
	assert.deepEqual(missing, []);
	for (const name of ORDERS.flat())
		assert.ok(existsSync(join(ROOT, name)), `${name} is in an order and gone`);
});

test("circles and wrong directions would be found", () => {
	const circular = new Map([
		["a.ts", ["b.ts"]],
		["b.ts", ["c.ts", "d.ts"]],
		["c.ts", ["a.ts"]],
		["d.ts", []],
	]);
	assert.deepEqual(circlesIn(circular), [["a.ts", "b.ts", "c.ts", "a.ts"]]);
	const wrong = new Map([
		["shared/text.ts", ["analysis/metrics.ts"]],
		["analysis/cell/result.ts", ["analysis/stats/series.ts", "analysis/change/gate.ts"]],
		["orchestrator/process/log.ts", ["orchestrator/errors.ts", "orchestrator/run/run.ts"]],
	]);
	assert.deepEqual(wrongDirections(wrong), [
		"shared/text.ts imports analysis/metrics.ts",
		"analysis/cell/result.ts imports analysis/change/gate.ts",
		"orchestrator/process/log.ts imports orchestrator/run/run.ts",
	]);
});

test("no file imports itself by way of others", () => {
	const circles = circlesIn(imports).map((circle) => circle.join(" -> "));
	assert.deepEqual(circles, []);
});

test("rooms import each other in one direction only", () => {
	assert.deepEqual(wrongDirections(imports), []);
});

test("the four rooms import nothing of the repository's other folders", () => {
	assert.deepEqual(foreignImports(imports), []);
});

test("no comment has more than 110 columns, and no code more than 140", () => {
	const text = [`// ${"c".repeat(107)}`, `\t * ${"c".repeat(104)}`, "x".repeat(140), `\t${"x".repeat(137)}`];
	assert.deepEqual(longLines("a.ts", text.join("\n")), [
		"a.ts:2 has 111 columns, at most 110",
		"a.ts:4 has 141 columns, at most 140",
	]);
	const found = [...sources].flatMap(([path, source]) => longLines(path, source));
	assert.deepEqual(found, []);
});
