/**
 * Lets a reader read mutated files, in a process of its own, so that a test sees crashes and hangs. Started by a
 * test, it takes one job after another. `fuzz.ts READER SEED` reads one file alone, which shows where an error
 * comes from.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { READERS } from "./fuzz-readers.ts";
import { mutate } from "./mutate.ts";

export interface Job {
	reader: string;
	/** The seed of the first file. */
	seed: number;
	files: number;
}

/** How many files gave a result, or what was wrong with the first that gave neither a result nor an error line. */
export type Outcome = { read: number } | { fault: string };

/** No file may take longer to be read and used. */
const MOST_MS = 5000;
const LONGEST_LINE = 2000;
/** Texts that show a missing figure. */
const NO_FIGURE = /(?<![A-Za-z])(?:NaN|undefined|Infinity)(?![A-Za-z])|\[object Object\]/;

// The folder is in memory where there is such a place: a disk would take longer than the readers.
const root = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "eliza-benchmark-fuzz-"));
process.once("exit", () => rmSync(root, { recursive: true, force: true }));
if (process.send) {
	// Most files give an error, and stacks take longer than all the rest.
	Error.stackTraceLimit = 0;
	process.on("message", (job: Job) => process.send?.(outcomeOf(job)));
	process.once("disconnect", () => process.exit());
} else console.log(outcomeOf({ reader: process.argv[2] ?? "", seed: Number(process.argv[3]), files: 1 }));

function outcomeOf(job: Job): Outcome {
	try {
		return { read: readAll(job) };
	} catch (error) {
		return { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
	}
}

function readAll({ reader, seed, files }: Job): number {
	const {
		text,
		file = "file.json",
		use,
	} = READERS.find(({ name }) => name === reader) ?? fail(`no reader '${reader}'`);
	const folder = mkdtempSync(join(root, "reader-"));
	const path = join(folder, file);
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, text);
	// For the seed 0 a reader writes what else it wants to find.
	for (const shown of use(path, 0, folder) ?? fail("the valid file counts as none")) check(shown);
	let read = 0;
	for (let at = seed; at < seed + files; at++) {
		const changed = mutate(text, at, file.endsWith(".json"));
		writeFileSync(path, changed);
		const started = performance.now();
		try {
			const texts = use(path, at, folder);
			if (texts !== null) read++;
			if (texts !== null && !NO_FIGURE.test(changed)) texts.forEach(check);
		} catch (error) {
			const fault = faultOf(error as Error);
			if (fault !== null) fail(`seed ${at}: ${fault}`);
		}
		const took = performance.now() - started;
		if (took > MOST_MS) fail(`seed ${at}: took ${Math.round(took)} ms`);
	}
	return read;
}

function check(text: string): void {
	if (!NO_FIGURE.test(text)) return;
	const shown = text.replaceAll(/<script>.*?<\/script>/gs, "");
	const found = NO_FIGURE.exec(shown);
	if (found) fail(`not a figure: ${shown.slice(Math.max(0, found.index - 80), found.index + 40)}`);
}

/** Null for an error of one line that is meant for users. */
function faultOf({ name, message, stack }: Error): string | null {
	if (name !== "UserError") return stack ?? message;
	if (/\p{Cc}/u.test(message)) return `not one line: ${JSON.stringify(message.slice(0, LONGEST_LINE))}`;
	return message.length > LONGEST_LINE
		? `a line of ${message.length} characters: ${message.slice(0, LONGEST_LINE)}`
		: null;
}

function fail(why: string): never {
	throw new Error(why);
}
