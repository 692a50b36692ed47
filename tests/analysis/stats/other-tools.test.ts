// The same three minutes on the same made-up machine are spent and judged as other tools do. The tests count
// false alarms (A/A), and how often a true 5 % is found.
import assert from "node:assert/strict";
import { test } from "node:test";
import { decideVerdict } from "../../../analysis/compare/verdict.ts";
import { blockLogRatio, ratioEstimate } from "../../../analysis/stats/intervals.ts";
import { Random } from "../../../shared/random.ts";
import { alternating, Machine, type Measured, oneAfterAnother, TYPESCRIPT } from "../../support/machine.ts";
import {
	criterion,
	hyperfine,
	hyperfineWelch,
	inParts,
	oneProcess,
	pyperf,
	type Rule,
	welch,
} from "../../support/other-tools.ts";

/** The table of docs/methodology.md has 1,000 runs: `RUNS=1000 PRINT_TABLES=1`. */
const RUNS = Number(process.env.RUNS ?? 100);
const SECONDS = 180;
const EFFECT = Math.log(1.05);

type Design = (machine: Machine, effect: number) => Measured;
const inTurns: Design = (machine, effect) => alternating(machine, SECONDS, 40, TYPESCRIPT, effect);
const inSequence: Design = (machine, effect) => oneAfterAnother(machine, SECONDS, 10, TYPESCRIPT, effect);
/** All the time is spent on one process each. */
const onlyOne: Design = (machine, effect) => oneAfterAnother(machine, SECONDS, 1950, TYPESCRIPT, effect);

const ours: Rule = (a, b) => {
	const logs = a.map((times, block) => blockLogRatio([...times], [...(b[block] ?? [])]));
	return decideVerdict(ratioEstimate(logs), 0) === "tie" ? "same" : "different";
};

interface Entry {
	design: Design;
	rule: Rule;
	/** The rule sees the means of so many parts of each process. */
	parts?: number;
}

const OURS: Entry = { design: inTurns, rule: ours };
const OTHER_TOOLS: Record<string, Entry> = {
	"Welch's t test of all iterations": { design: inSequence, rule: welch },
	"pyperf, three values a process": { design: inSequence, rule: pyperf, parts: 3 },
	"hyperfine's Welch script": { design: inSequence, rule: hyperfineWelch },
	"hyperfine's printed deviation": { design: inSequence, rule: hyperfine },
	"a bootstrap of one process each": { design: onlyOne, rule: oneProcess },
	"criterion, 100 samples of one process each": { design: onlyOne, rule: criterion, parts: 100 },
};

function shareCalledDifferent({ design, rule, parts }: Entry, effect: number): number {
	let count = 0;
	for (let run = 0; run < RUNS; run++) {
		const { a, b } = design(new Machine(1000 + run), effect);
		const seen = (processes: number[][]) =>
			parts === undefined ? processes : processes.map((times) => inParts(times, parts));
		if (rule(seen(a), seen(b), new Random(run)) === "different") count++;
	}
	return count / RUNS;
}

function measure(name: string, entry: Entry): { alarms: number; power: number } {
	const found = { alarms: shareCalledDifferent(entry, 0), power: shareCalledDifferent(entry, EFFECT) };
	if (process.env.PRINT_TABLES)
		console.error(`${name}: ${(100 * found.alarms).toFixed(1)} | ${(100 * found.power).toFixed(1)}`);
	return found;
}

test("three minutes of taking turns find 5 % in nine runs of ten, with at most one false alarm in twenty", () => {
	const { alarms, power } = measure("ours", OURS);
	// The interval alone decides, so one alarm in twenty is what it promises; three standard errors above it.
	assert.ok(alarms <= 0.05 + 3 * Math.sqrt((0.05 * 0.95) / RUNS), `${alarms} false alarms`);
	assert.ok(power >= 0.9, `power ${power}`);
	measure("Welch on our blocks", { design: inTurns, rule: welch });
	measure("ours on processes in sequence", { ...OURS, design: inSequence });
});

for (const [name, entry] of Object.entries(OTHER_TOOLS)) {
	test(`${name}: the same time gives too many false alarms, or 5 % is missed`, () => {
		const { alarms, power } = measure(name, entry);
		assert.ok(alarms > 0.05 || power < 0.9, `${alarms} false alarms, power ${power}`);
	});
}
