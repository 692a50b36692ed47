/** Writes `docs/accuracy.md` from outcomes. Every figure in it is theirs. */

import { median } from "../../analysis/stats/statistics.ts";
import { markdownTable, markdownText } from "../../report/exporters/markdown-text.ts";
import { percentText } from "../../report/text/units.ts";
import { type Judgement, judge, type Outcome } from "./outcome.ts";

/** What the project wants to be held to. */
const SECONDS_ALLOWED = 180;

/** No column holds figures only. */
const NO_COLUMN = () => false;

const RUNTIMES = { typescript: "TypeScript", python: "Python", rust: "Rust" } as const;

const HOW_KNOWN: Record<Outcome["truth"]["by"], string> = {
	nothing: "the edit does nothing",
	wait: "a busy wait of this length",
	script: "a script of its own",
	probe: "a clock in the framework",
};

interface Judged {
	outcome: Outcome;
	judgement: Judgement;
}

/**
 * @param outcomes at least one
 * @param missing names of edits that have none
 */
export function accuracyDocument(outcomes: readonly Outcome[], missing: readonly string[]): string {
	const judged = outcomes.map((outcome) => ({ outcome, judgement: judge(outcome) }));
	const real = judged.filter(({ outcome }) => outcome.expected !== null);
	const empty = judged.filter(({ outcome }) => outcome.expected === null);
	return [
		"# Accuracy",
		"*For people who want to know how far `./run.sh ab` can be believed.*",
		"Edits with a known effect were made in copies of the published frameworks, and others that do " +
			"nothing, or too little to be seen. For each, `ab` was asked what changed from the published package to the edited one. " +
			"The edits are in `tests/ground-truth/edits/`, one a file. This page is written by `npm run " +
			"accuracy`, which makes, measures and judges them all; do not edit it.",
		sourceText(outcomes),
		...(missing.length === 0 ? [] : [`Not measured in this run: ${missing.map(codeText).join(", ")}.`]),
		"## In sum",
		sumText(real, empty),
		"## Edits with an effect",
		real.length === 0 ? "None was measured." : realTable(real),
		"*True*: how many percent longer a message truly takes (or more memory), and how that is known. *A script of its own* times " +
			"messages of both copies without any code of the harness, in processes as old and after pauses as " +
			"long as `ab`'s; it has an interval too (95 %), and times its own message. *A busy wait* has a known " +
			"length, and *a clock in the framework* times what the edit takes away, in a third copy; both are " +
			"set against the base's message of the same run. *Set-up* is what the first `ab` of a new copy " +
			"takes longer: packing, installing or building both copies, and verifying them.",
		"## Edits without an effect",
		empty.length === 0 ? "None was measured." : emptyTable(empty),
		"A false alarm is a message that is called slower or faster, or a gate that fails.",
	]
		.join("\n\n")
		.concat("\n");
}

function sourceText(outcomes: readonly Outcome[]): string {
	const days = outcomes.map(({ startedAt }) => `${startedAt.slice(0, 16).replace("T", " ")} UTC`).toSorted();
	const machines = new Set(
		outcomes.map(
			({ machine }) =>
				`${machine.cpus} processors (${machine.cpuModel}), ${machine.os} ${machine.kernel}, ${machine.arch}`,
		),
	);
	const versions = new Set(
		outcomes.map(
			({ runtime, versions: { framework, engine } }) => `${RUNTIMES[runtime]} ${framework} on ${engine}`,
		),
	);
	const when = days[0] === days.at(-1) ? `at ${days[0]}` : `from ${days[0]} to ${days.at(-1)}`;
	const loads = outcomes.map(({ loadAverage }) => loadAverage);
	const load = `${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`;
	return (
		`Measured ${when} on ${[...machines].map((text) => markdownText(text)).join("; ")}. ` +
		`The load average of the minute before was ${load}. ` +
		`Frameworks: ${[...versions].map((text) => markdownText(text)).join(", ")}.`
	);
}

function sumText(real: readonly Judged[], empty: readonly Judged[]): string {
	const found = real.filter(({ judgement }) => judgement.right);
	const inTime = found.filter(({ outcome }) => outcome.seconds <= SECONDS_ALLOWED);
	const withStage = real.filter(({ judgement }) => judgement.stageRight !== null);
	const staged = withStage.filter(({ judgement }) => judgement.right && judgement.stageRight);
	const errors = found.flatMap(({ judgement }) => judgement.sizeError ?? []).map(Math.abs);
	const covered = real.filter(({ judgement }) => judgement.covered);
	const alarms = empty.filter(({ judgement }) => !judgement.right);
	const others = empty.filter(({ outcome }) => outcome.found.others.length > 0);
	const lines = [
		`Found, in the right direction: ${ofText(found, real)} edits, ${inTime.length} of them within three minutes`,
		`Right stage named: ${ofText(staged, withStage)}`,
		...(errors.length === 0
			? []
			: [
					`Distance of those found from the true ratio: ${percentText(median(errors))} in the median, ` +
						`${percentText(Math.max(...errors))} at most`,
				]),
		`True size inside the interval, or the two intervals meet: ${ofText(covered, real)}`,
		`False alarms: ${ofText(alarms, empty)} edits without an effect` +
			(others.length === 0 ? "" : `; another figure was called different in ${others.length}`),
	];
	return lines.map((line) => `- ${line}`).join("\n");
}

function ofText(some: readonly unknown[], all: readonly unknown[]): string {
	return `${some.length} of ${all.length}`;
}

function realTable(judged: readonly Judged[]): string {
	const headings = ["edit", "expected", "true", "found (95 %)", "stage named", "right", "took"];
	return markdownTable(
		headings,
		judged.map(({ outcome, judgement }) => [
			editText(outcome),
			expectedText(outcome),
			`${moreText(outcome.truth.ratio, outcome.truth.interval)}: ${HOW_KNOWN[outcome.truth.by]}`,
			foundText(outcome),
			stageNamedText(outcome),
			rightText(judgement),
			tookText(outcome),
		]),
		NO_COLUMN,
	);
}

function emptyTable(judged: readonly Judged[]): string {
	const headings = ["edit", "found (95 %)", "other figures called different", "right", "took"];
	return markdownTable(
		headings,
		judged.map(({ outcome, judgement }) => [
			editText(outcome),
			foundText(outcome),
			outcome.found.others.map(codeText).join(", ") || "none",
			judgement.right ? "yes" : outcome.found.regression ? "no: the gate fails" : "no",
			tookText(outcome),
		]),
		NO_COLUMN,
	);
}

function editText({ edit, runtime, about, scenario, command }: Outcome): string {
	const where = scenario === "single-message" ? "" : ` (${scenario})`;
	return `${codeText(edit)}: ${RUNTIMES[runtime]}: ${markdownText(about)}${where}<br>${codeText(command)}`;
}

function stageNamedText({ expected, found }: Outcome): string {
	if (expected?.stage === null) return "-";
	return found.stage === null ? "none" : codeText(found.stage);
}

/** Memory is not faster or slower, it is less or more. */
function expectedText({ expected }: Outcome): string {
	if (expected === null) return "no change";
	if (expected.stage !== null) return `${expected.change}, in ${codeText(expected.stage)}`;
	return `${expected.change === "faster" ? "less" : "more"}: ${codeText(expected.metric)}`;
}

function foundText({ found }: Outcome): string {
	return found.ratio === null ? found.change : `${found.change}: ${moreText(found.ratio, found.interval)}`;
}

function rightText({ right, stageRight, covered }: Judgement): string {
	const wrong = [
		...(right ? [] : ["not found"]),
		...(stageRight === false ? ["another stage"] : []),
		...(covered === false ? ["another size"] : []),
	];
	return wrong.length === 0 ? "yes" : `no: ${wrong.join(", ")}`;
}

function tookText({ seconds, setUpSeconds }: Outcome): string {
	return `${seconds.toFixed(0)} s, set-up ${setUpSeconds.toFixed(0)} s`;
}

/** How much more time a ratio is: `+5.1% (+4.0 to +6.2%)`. */
function moreText(ratio: number, interval: { low: number; high: number } | null): string {
	if (interval === null) return `${signedText(ratio)}%`;
	return `${signedText(ratio)}% (${signedText(interval.low)} to ${signedText(interval.high)}%)`;
}

function signedText(ratio: number): string {
	const percent = 100 * (ratio - 1);
	return `${percent < 0 ? "-" : "+"}${Math.abs(percent).toFixed(1)}`;
}

function codeText(text: string): string {
	return `\`${text}\``;
}
