// The parts of `everything` stand in for real commands here: each leaves the files that its command leaves.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { everythingCommand } from "../../../orchestrator/commands/everything.ts";
import { UserError } from "../../../orchestrator/errors.ts";
import { hasKeptSignal, listenForSignals, onNextSignal } from "../../../orchestrator/process/signals.ts";
import { everythingFile } from "../../../shared/types.ts";
import { densityExample, soakExample } from "../../support/growth-files.ts";
import { madeLoadFile } from "../../support/made-load.ts";

const FIXTURE = fileURLToPath(new URL("../../fixtures/small-run/", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "eliza-benchmark-everything-"));
after(() => rmSync(root, { recursive: true, force: true }));
afterEach(() => {
	process.exitCode = 0;
});

const NAMES = ["main", "load", "conversations", "density", "soak"] as const;
type Name = (typeof NAMES)[number];
const FILES = {
	load: ["load.json", madeLoadFile()],
	conversations: ["load.json", { ...madeLoadFile(), interrupted: true }],
	density: ["density.json", densityExample()],
	soak: ["soak.json", soakExample()],
} as const;

function nameOf(words: readonly string[]): Name {
	if (words.includes("--conversations")) return "conversations";
	return NAMES.find((name) => words[0] === name) ?? "main";
}

/** Does what the command of a part does to the disk. */
function leaveFiles(words: readonly string[]): void {
	const name = nameOf(words);
	const folder = words[words.indexOf(words.includes("--resume") ? "--resume" : "--output") + 1] ?? "";
	mkdirSync(folder, { recursive: true });
	if (name === "main") cpSync(FIXTURE, folder, { recursive: true });
	else writeFileSync(join(folder, FILES[name][0]), JSON.stringify(FILES[name][1]));
}

interface Ran {
	words: string[][];
	status: number;
	said: string;
	page: string;
}

let number = 0;
const newFolder = () => join(root, String(++number));

/** @param act happens in place of a part, and may leave its files */
async function everything(
	context: TestContext,
	flags: { output: string } | { resume: string },
	act: Partial<Record<Name, (words: readonly string[]) => void>> = {},
): Promise<Ran> {
	const words: string[][] = [];
	const said: string[] = [];
	for (const method of ["log", "error"] as const)
		context.mock.method(console, method, (line: string) => said.push(line));
	const asked = { targets: "python,rust,rust+postgres", scenarios: "single-message", profile: "quick" };
	await everythingCommand({ ...asked, ...flags }, async (own) => {
		words.push([...own]);
		(act[nameOf(own)] ?? leaveFiles)(own);
	});
	context.mock.restoreAll();
	const path = join("output" in flags ? flags.output : flags.resume, "report.html");
	const page = existsSync(path) ? readFileSync(path, "utf8") : "";
	return { words, status: Number(process.exitCode), said: said.join("\n"), page };
}

test("every part gets its targets and a folder, and one page begins with all of them", async (context) => {
	const output = newFolder();
	const { words, status, said, page } = await everything(context, { output });
	assert.deepEqual(words.map(nameOf), NAMES);
	const targets = words.map((own) => own[own.indexOf("--targets") + 1]);
	const [served, inProcess] = ["python,rust,rust+postgres", "python,rust"];
	assert.deepEqual(targets, [served, served, served, inProcess, inProcess]);
	assert.equal(status, 0);
	assert.match(said, /What it means for a/);
	assert.match(page, /id="deployment"[\s\S]*id="summary"[\s\S]*id="soak"/);
	assert.match(readFileSync(join(output, "report.md"), "utf8"), /^## What it means for a deployment/);
});

test("a part that fails is named on the terminal and on the page, and the others go on", async (context) => {
	const output = newFolder();
	const { words, status, said, page } = await everything(
		context,
		{
			output,
		},
		{
			load: () => {
				throw new UserError("the disk is <full>", 1);
			},
			density: (own) => {
				leaveFiles(own);
				process.exitCode = 1;
			},
		},
	);
	assert.equal(words.length, 5);
	assert.equal(status, 1);
	assert.match(said, /error: the disk is <full>\nThe part load ended with status 1/);
	assert.match(page, /The part load failed: the disk is &lt;full&gt;/);
	assert.match(page, /Not all of density could be measured/);
	assert.match(page, /Not measured: \.\/run\.sh load\./);
});

test("Ctrl-C in a part ends all, its page says so, and what was not measured is resumed", async (context) => {
	const output = newFolder();
	const interrupt = (own: readonly string[]) => {
		leaveFiles(own);
		process.exitCode = 130;
	};
	const first = await everything(context, { output }, { conversations: interrupt });
	assert.equal(first.status, 130);
	assert.equal(first.words.length, 3);
	assert.match(first.page, /The part conversations was interrupted: what it had measured is here/);
	assert.match(first.page, /Not measured: \.\/run\.sh density and \.\/run\.sh soak\./);
	assert.match(first.said, /To resume it: \.\/run\.sh everything --resume /);
	const second = await everything(context, { resume: output }, { soak: interrupt });
	assert.deepEqual(second.words.map(nameOf), ["conversations", "density", "soak"]);
	assert.ok(existsSync(join(output, "conversations-begun-1", "load.json")), "what was measured is gone");
	const third = await everything(context, { resume: output });
	assert.deepEqual(third.words, [["soak", "--resume", join(output, "soak")]]);
	assert.equal(third.status, 0);
	assert.doesNotMatch(third.page, /was interrupted: what/);
	await assert.rejects(everything(context, { resume: output }), /there is nothing to resume/);
});

test("a signal before a part listens ends that part as soon as it does", async (context) => {
	listenForSignals();
	const { status, words } = await everything(
		context,
		{ output: newFolder() },
		{
			load: (own) => {
				process.emit("SIGINT");
				let isStopped = false;
				onNextSignal(() => {
					isStopped = true;
				});
				leaveFiles(own);
				process.exitCode = isStopped ? 130 : 0;
			},
		},
	);
	assert.deepEqual(
		{ status, parts: words.length, kept: hasKeptSignal() },
		{ status: 130, parts: 2, kept: false },
	);
	const between = await everything(
		context,
		{ output: newFolder() },
		{
			load: (own) => {
				leaveFiles(own);
				process.emit("SIGINT");
			},
		},
	);
	assert.deepEqual([between.status, between.words.length], [130, 2]);
	onNextSignal(() => {});
});

test("what the main run refuses is refused, and the folder can be used again", async (context) => {
	const output = newFolder();
	const refuse = () => {
		throw new UserError("--profile is unknown");
	};
	await assert.rejects(everything(context, { output }, { main: refuse }), /--profile is unknown/);
	context.mock.restoreAll();
	everythingFile.parse(JSON.parse(readFileSync(join(output, "everything.json"), "utf8")));
	assert.equal((await everything(context, { output })).status, 0);
});
