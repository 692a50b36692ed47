/**
 * Measures the edits of `edits/` and writes `docs/accuracy.md`.
 *
 * `npm run accuracy` measures them all; `npm run accuracy -- --only NAME` one of them, beside what is kept of the
 * others. Ctrl-C ends it and keeps what there is.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { ROOT, readJson } from "../../orchestrator/files.ts";
import { accuracyDocument } from "./document.ts";
import type { Edit } from "./edit.ts";
import { loadEdits } from "./edits.ts";
import { measureEdit } from "./measure.ts";
import { judge, type Outcome, outcome } from "./outcome.ts";

const KEPT = join(ROOT, "results/accuracy");
/** Pairs of processes of the independent script: its interval has to be as narrow as that of `ab`. */
const PAIRS = 48;
const INTERRUPTED = 130;

interface Flags {
	only?: string;
	output: string;
	budget?: number;
	pairs: number;
}

const command = new Command("accuracy")
	.description("Measures edits with a known effect and writes how true the verdicts are.")
	.option("--only <names>", "only these edits, separated by commas; of the others what is kept is shown")
	.option("--budget <seconds>", "for each, instead of what ab takes by default", Number)
	.option("--pairs <number>", "pairs of processes of the independent script", Number, PAIRS)
	.option("--output <file>", "the document", join(ROOT, "docs/accuracy.md"))
	.action(run);
await command.parseAsync();

async function run({ only, output, budget, pairs }: Flags): Promise<void> {
	const edits = await loadEdits();
	const names = only?.split(",") ?? [...edits.keys()];
	const unknown = names.filter((name) => !edits.has(name));
	if (unknown.length > 0)
		command.error(`error: no edit ${unknown.join(", ")}: there are ${[...edits.keys()].join(", ")}`, {
			exitCode: 2,
		});
	if (only === undefined) rmSync(KEPT, { recursive: true, force: true });
	mkdirSync(KEPT, { recursive: true });
	let stopped = false;
	process.on("SIGINT", () => {
		stopped = true;
	});
	let failed = false;
	for (const [index, name] of names.entries()) {
		if (stopped) break;
		console.error(`[${index + 1}/${names.length} ${name}]`);
		const edit = edits.get(name) as Edit;
		try {
			const found = await measureEdit(name, edit, { pairs, ...(budget === undefined ? {} : { budget }) });
			if (stopped) break;
			writeFileSync(join(KEPT, `${name}.json`), JSON.stringify(found, null, "\t"));
			console.error(lineText(found));
		} catch (error) {
			if (stopped) break;
			failed = true;
			console.error(error instanceof Error ? error.message : error);
		}
		writeDocument(edits, output);
	}
	if (stopped) console.error("Stopped. What was measured is kept.");
	process.exitCode = stopped ? INTERRUPTED : failed ? 1 : 0;
}

function writeDocument(edits: ReadonlyMap<string, Edit>, output: string): void {
	const kept = readdirSync(KEPT)
		.toSorted()
		.map((file) => readJson(join(KEPT, file), outcome, "outcome"))
		.filter(({ edit }) => edits.has(edit));
	if (kept.length === 0) return;
	const measured = new Set(kept.map(({ edit }) => edit));
	const missing = [...edits.keys()].filter((name) => !measured.has(name));
	writeFileSync(output, accuracyDocument(kept, missing));
}

function lineText(found: Outcome): string {
	const { right, stageRight } = judge(found);
	const { change, ratio, interval, stage } = found.found;
	const size = `${ratio?.toFixed(3)} (${interval?.low.toFixed(3)} to ${interval?.high.toFixed(3)})`;
	const staged = stageRight === null ? "" : `, ${stageRight ? "right" : "wrong"} stage: ${stage ?? "none"}`;
	return `  ${right ? "right" : "WRONG"}: ${change} ${size}, true ${found.truth.ratio.toFixed(3)}${staged}; ${found.seconds.toFixed(0)} s`;
}
