// The docs say what is true: links and paths lead somewhere, options and checks are those of the program.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, test } from "node:test";
import { Command } from "commander";
import { marked, type Token } from "marked";
import { addAgentCommand } from "../orchestrator/cli/agent.ts";
import { addFleetCommand } from "../orchestrator/cli/fleet.ts";
import { addGrowthCommands } from "../orchestrator/cli/growth.ts";
import { addMeasuringCommands } from "../orchestrator/cli/measuring.ts";
import { withMeasureOptions } from "../orchestrator/cli/options.ts";
import { addReadingCommands } from "../orchestrator/cli/reading.ts";
import { addToolCommands } from "../orchestrator/cli/tools.ts";
import { CHECKS } from "../orchestrator/conformance/checks.ts";
import { ROOT } from "../orchestrator/files.ts";
import { namedTargetsFile, scenarioFile, thresholdFile } from "../shared/types.ts";

const WIDTH = 100;
const README_LINES = 90;
/** Written by a command, which has tests of its own. */
const GENERATED = ["docs/accuracy.md", "docs/support-matrix.md"];
/** Folders that exist once something has been set up or measured. */
const MADE_LATER = [
	"results",
	".cache",
	"node_modules",
	"python/.venv",
	"rust/target",
	"typescript/node_modules",
];

const pages = [
	"README.md",
	"CONTRIBUTING.md",
	"CHANGELOG.md",
	...readdirSync(join(ROOT, "docs"))
		.filter((name) => name.endsWith(".md"))
		.map((name) => `docs/${name}`),
];
const textOf = new Map(pages.map((page) => [page, readFileSync(join(ROOT, page), "utf8")]));
const written = pages.filter((page) => !GENERATED.includes(page));

function read(page: string): string {
	return textOf.get(page) ?? "";
}

function tokensOf(page: string): Token[] {
	const tokens: Token[] = [];
	marked.walkTokens(marked.lexer(read(page)), (token) => {
		tokens.push(token);
	});
	return tokens;
}

/** As GitHub makes them: lower case, without punctuation, hyphens for spaces. */
function anchorsOf(page: string): string[] {
	return tokensOf(page).flatMap((token) =>
		token.type === "heading"
			? [
					token.text
						.toLowerCase()
						.replace(/[^\p{L}\p{N}\s_-]/gu, "")
						.replace(/\s/g, "-"),
				]
			: [],
	);
}

function linksOf(page: string): string[] {
	return tokensOf(page).flatMap((token) =>
		token.type === "link" && !/^[a-z]+:/.test(token.href) ? [token.href] : [],
	);
}

/** `{a,b}` in a path stands for both. */
function alternatives(path: string): string[] {
	const found = /^(.*)\{([^{}]*)\}(.*)$/.exec(path);
	if (!found) return [path];
	const [, before = "", words = "", after = ""] = found;
	return words.split(",").flatMap((word) => alternatives(`${before}${word}${after}`));
}

const rooms = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const ROOM = new RegExp(`^(${rooms.map(({ name }) => name.replaceAll(".", "\\.")).join("|")})/`);
const PLACEHOLDER = /[<>*…]|\bDIR\b|\bFILE\b/;

/** What code spans name of the repository: whole paths, without the words of a command around them. */
function pathsOf(page: string): string[] {
	return tokensOf(page)
		.flatMap((token) => (token.type === "codespan" ? token.text.split(/[\s=,;:]+(?![^{]*\})/) : []))
		.map((word: string) => word.replace(/^\.\//, ""))
		.filter((word: string) => ROOM.test(word) && !PLACEHOLDER.test(word))
		.flatMap(alternatives);
}

function isThere(path: string): boolean {
	return (
		existsSync(join(ROOT, path)) ||
		MADE_LATER.some((folder) => path === folder || path.startsWith(`${folder}/`))
	);
}

/** Lines of prose: no code, no tables, no lines whose length is that of a link. */
function proseOf(page: string): [number, string][] {
	let inCode = false;
	return read(page)
		.split("\n")
		.flatMap((line, index): [number, string][] => {
			const fence = line.trimStart().startsWith("```");
			if (fence) inCode = !inCode;
			return fence || inCode || line.startsWith("|") || /\]\([^)]*\)|https?:/.test(line)
				? []
				: [[index + 1, line]];
		});
}

test(`README.md has at most ${README_LINES} lines`, () => {
	assert.ok(read("README.md").trimEnd().split("\n").length <= README_LINES);
});

for (const page of pages) {
	describe(page, () => {
		test("its links lead to files and headings that are there", () => {
			for (const link of linksOf(page)) {
				const [path = "", anchor] = link.split("#");
				const target = path === "" ? page : relative(ROOT, resolve(ROOT, dirname(page), path));
				assert.ok(isThere(target), `${link}: there is no ${target}`);
				if (anchor && target.endsWith(".md"))
					assert.ok(anchorsOf(target).includes(anchor), `${link}: ${target} has no such heading`);
			}
		});
		// A generated page names the files as they were when it was made.
		const skip = GENERATED.includes(page);
		test("the paths it names are there", { skip }, () => {
			assert.deepEqual(
				pathsOf(page).filter((path) => !isThere(path)),
				[],
			);
		});
	});
}

for (const page of written) {
	test(`${page}: lines of prose have at most ${WIDTH} characters`, () => {
		const long = proseOf(page).filter(([, line]) => [...line].length > WIDTH);
		assert.deepEqual(
			long.map(([number, line]) => `${number}: ${line.slice(0, 60)}`),
			[],
		);
	});
}

for (const page of written.filter((one) => one.startsWith("docs/"))) {
	test(`${page} starts with who it is for`, () => {
		const [heading, , first] = read(page).split("\n");
		assert.match(heading ?? "", /^# \S/);
		assert.match(first ?? "", /^\*For (people|everybody) /);
	});
}

test("every page can be reached from another one", () => {
	const reached = new Set(
		pages.flatMap((page) =>
			linksOf(page).map((link) =>
				relative(ROOT, resolve(ROOT, dirname(page), link.split("#")[0] || "README.md")),
			),
		),
	);
	assert.deepEqual(
		pages.filter((page) => !reached.has(page) && page !== "README.md"),
		[],
	);
});

describe("docs/usage.md", () => {
	const program = withMeasureOptions(new Command("run.sh").enablePositionalOptions());
	addMeasuringCommands(program);
	addGrowthCommands(program);
	addAgentCommand(program);
	addReadingCommands(program);
	addToolCommands(program);
	addFleetCommand(program, async () => {});
	/** A command of a command, such as `fleet status`, has rows of its own. */
	const commands = program.commands.flatMap((command) =>
		command.commands.length === 0
			? [{ name: command.name(), command }]
			: command.commands.map((own) => ({ name: `${command.name()} ${own.name()}`, command: own })),
	);
	const usage = read("docs/usage.md");

	test("has every option of a run", () => {
		for (const { long } of program.options)
			assert.match(usage, new RegExp(`^\\| \`${long}[ \`]`, "m"), `${long} has no row`);
	});
	for (const { name, command } of commands) {
		test(`has the command ${name} and its options`, () => {
			const first = name.includes(" ") ? ".*`(\\./run\\.sh )?" : " `\\./run\\.sh ";
			assert.match(usage, new RegExp(`^\\|${first}${name}[ \`]`, "m"));
			for (const { long } of command.options) assert.ok(usage.includes(`\`${long}`), `${long} is not there`);
		});
	}
	test("has no option that is not there", () => {
		const known = [program, ...commands.map(({ command }) => command)].flatMap(({ options }) =>
			options.map(({ long }) => long),
		);
		const named = [...usage.matchAll(/`(--[a-z-]+)/g)].map(([, option]) => option);
		assert.deepEqual(
			named.filter((option) => !known.includes(option) && option !== "--help"),
			[],
		);
	});
});

test("docs/adding-a-runtime.md names every conformance check, and no other", () => {
	const steps = /^## Step by step$(.*?)^## /ms.exec(read("docs/adding-a-runtime.md"))?.[1] ?? "";
	const named = [...steps.matchAll(/\(((?:later )?`[a-z-]+`(?:,\s+(?:later )?`[a-z-]+`)*)\)/g)].flatMap(
		([, list = ""]) => [...list.matchAll(/`([a-z-]+)`/g)].map(([, name = ""]) => name),
	);
	assert.deepEqual([...new Set(named)].sort(), CHECKS.map(({ name }) => name).sort());
});

/** The columns of the table of the harnesses' files, each with its folder and the ending that it leaves out. */
const HARNESS_FOLDERS = [
	["typescript/src", ".ts"],
	["python/src/eliza_bench", ".py"],
	["rust/src", ".rs"],
] as const;
for (const [column, [folder, ending]] of HARNESS_FOLDERS.entries()) {
	test(`docs/architecture.md names every file of ${folder}, and no other`, () => {
		const section = /^## The harnesses$(.*?)^## /ms.exec(read("docs/architecture.md"))?.[1] ?? "";
		const rows = [...section.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| [^|]+ \|$/gm)];
		const named = rows.flatMap((row) => /^`([^`]*[^`/])`$/.exec(row[column + 1] ?? "")?.[1] ?? []);
		const there = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
			.filter((name) => name.endsWith(ending))
			.map((name) => name.slice(0, -ending.length));
		assert.deepEqual(named.toSorted(), there.toSorted());
	});
}

const EXAMPLES = {
	"docs/adding-a-scenario.md": scenarioFile,
	"docs/targets.md": namedTargetsFile,
	"docs/ci.md": thresholdFile,
};
for (const [page, schema] of Object.entries(EXAMPLES)) {
	test(`${page}: the example of a file is valid`, () => {
		const examples = tokensOf(page).filter((token) => token.type === "code" && token.lang === "json");
		assert.ok(examples.length > 0);
		for (const example of examples) if ("text" in example) schema.parse(JSON.parse(example.text));
	});
}

test("docs/glossary.md has one meaning for each term", () => {
	const terms = read("docs/glossary.md")
		.split("\n")
		.flatMap((line) => /^\| ([^|]+?) \|/.exec(line)?.[1] ?? [])
		.filter((term) => term !== "term" && !term.startsWith("---"));
	assert.ok(terms.length > 50);
	assert.deepEqual(terms, [...new Set(terms)]);
});
