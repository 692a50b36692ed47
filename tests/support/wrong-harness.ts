/**
 * `wrong-harness.ts NAME REAL`, and then a harness's own options, runs the harness REAL behind a wrapper that
 * breaks the contract in one way.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { WorkerEvent } from "../../shared/types.ts";
import { line, WRONGS, type Wrapper, type Wrong, type WrongName } from "./contract-faults.ts";

const [, , name, harness, ...options] = process.argv;
const wrong: Wrong | undefined = WRONGS[name as WrongName];
if (!wrong || harness === undefined) {
	console.error(`error: name one of ${Object.keys(WRONGS).join(", ")}, and the harness`);
	process.exit(2);
}

// Frameworks may print on stdout.
console.log("Loading plugins ...");

const folder = mkdtempSync(join(process.cwd(), "wrong-harness-"));
const inner = join(folder, "measurement.json");
const output = optionOf("--output");
const eventsFd = Number(optionOf("--events-fd") ?? 3);
const worker = options.includes("--worker");
const wrapper: Wrapper = { output, say: (text) => writeSync(eventsFd, text) };

const told = options.map((option, index) =>
	options[index - 1] === "--output" ? inner : options[index - 1] === "--events-fd" ? "3" : option,
);
const real = spawn(harness, wrong.options?.(told) ?? told, {
	stdio: [worker ? "pipe" : "inherit", "inherit", "inherit", "pipe"],
});
real.stdin?.on("error", () => {});
// An event and the end of the process may come in either order.
const ended = new Promise<number>((resolve) =>
	real.once("close", (code, signal) => resolve(signal === null ? (code ?? 1) : 1)),
);

if (worker) {
	const commands = createInterface({ input: process.stdin });
	commands.on("line", (text) => {
		if (isPassedOn(text)) real.stdin?.write(`${text}\n`);
	});
	commands.once("close", () => real.stdin?.end());
	createInterface({ input: real.stdio[3] as Readable }).on("line", (text) => {
		const event: WorkerEvent = JSON.parse(text);
		if (event.event === "finished") deliver();
		const own = event.event === "ready" ? { ...event, pid: process.pid } : event;
		for (const one of wrong.event?.(own, wrapper) ?? [own]) wrapper.say(line(one));
	});
}
const status = await ended;
if (!worker) deliver();
rmSync(folder, { recursive: true });
if (wrong.lingers && worker && status === 0) setInterval(() => {}, 1000);
else process.exit(wrong.status?.(status) ?? status);

/** Whether the real harness gets a line. */
function isPassedOn(text: string): boolean {
	try {
		return wrong?.command?.(JSON.parse(text), wrapper) ?? true;
	} catch {
		return true;
	}
}

/** Puts the real harness's file, with its fault, where it was asked for. */
function deliver(): void {
	let text: string;
	try {
		text = readFileSync(inner, "utf8");
	} catch {
		return;
	}
	if (output === undefined) return;
	(wrong?.write ?? writeAndRename)(output, wrong?.file?.(text) ?? text);
}

function writeAndRename(path: string, text: string): void {
	writeFileSync(`${path}.partial`, text);
	renameSync(`${path}.partial`, path);
}

function optionOf(option: string): string | undefined {
	const at = options.indexOf(option);
	return at < 0 ? undefined : options[at + 1];
}
