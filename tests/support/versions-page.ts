/**
 * Writes docs/versions.md: what versions do for one message, by the ledgers of one or more verifications.
 *
 *   ./run.sh verify --targets … --scenarios … --output FOLDER
 *   node --import tsx tests/support/versions-page.ts FOLDER … > docs/versions.md
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promptCharacters, summarizeLedger, textModelCalls } from "../../analysis/cell/ledger-summary.ts";
import { judge } from "../../analysis/cell/verification.ts";
import { loadContract } from "../../orchestrator/contract.ts";
import { readJson } from "../../orchestrator/files.ts";
import { markdownTable, markdownText } from "../../report/exporters/markdown-text.ts";
import { reasonText } from "../../report/text/reasons.ts";
import { countText } from "../../report/text/units.ts";
import { toSnakeCase } from "../../shared/snake-case.ts";
import {
	type CallSequence,
	type MeasurementFile,
	measurementFile,
	runFile,
	type Target,
	type WorkItem,
	workLedger,
} from "../../shared/types.ts";

const { fixtures } = loadContract({}).character;

const WORK: readonly [heading: string, item: WorkItem["item"]][] = [
	["Providers that ran", "providers_that_ran"],
	["Provider runs", "provider_runs"],
	["Evaluator runs", "evaluator_runs"],
	["Database calls", "database_calls"],
	["Memories read", "memories_read"],
	["Memories written", "memories_written"],
	["of them bookkeeping", "bookkeeping_memories"],
];

interface Line {
	scenario: string;
	work: string[];
	asked: string[];
	reasons: string[];
}

const runs = process.argv.slice(2).map((folder) => ({
	folder,
	run: readJson(join(folder, "run.json"), runFile, "run file"),
}));
const lines = runs.flatMap(({ folder, run }) =>
	run.scenarios.flatMap((scenario) =>
		run.targets.flatMap((target): Line[] => {
			const label = nameOf(target);
			const cell = measurementOf(folder, scenario.id, target.id)?.cells[0];
			if (!cell?.ledger) {
				const why = cell?.failure ? `${cell.failure.type}: ${cell.failure.message}` : "no measurement";
				return [
					{ scenario: scenario.id, work: [label, "unsupported"], asked: [], reasons: [`${label}: ${why}`] },
				];
			}
			const { status, reasons } = judge(scenario, fixtures, cell.ledger);
			const ledger = toSnakeCase(workLedger, cell.ledger);
			const items = summarizeLedger(ledger);
			const amount = (item: WorkItem["item"]) => items.find((one) => one.item === item)?.value ?? 0;
			const counts = WORK.map(([, item]) => countText(amount(item)));
			const asks = [textModelCalls(ledger), promptCharacters(ledger)].map(countText);
			const concurrent = scenario.config.delivery === "concurrent";
			return [
				{
					scenario: scenario.id,
					work: [label, status, ...asks, ...counts],
					asked: concurrent ? [] : [label, sequenceText(cell.ledger.callSequence ?? [])],
					reasons: reasons.map((reason) => `${label}: ${reasonText(reason)}`),
				},
			];
		}),
	),
);

function measurementOf(folder: string, scenario: string, target: string): MeasurementFile | null {
	const path = join(folder, "measurements", scenario, `${target}.verify-0.json`);
	return existsSync(path) ? readJson(path, measurementFile, "measurement") : null;
}

/** A label of a version in the repository does not name it. */
function nameOf({ label, framework: { version } }: Target): string {
	return markdownText(label.endsWith(version) ? label : `${label} ${version}`, 60);
}

/** `1 to 4: messageHandler; 5: messageHandler, reflection` */
function sequenceText(sequence: CallSequence): string {
	let sent = 0;
	const parts = sequence.map(({ messages, calls }) => {
		const [from, to] = [sent + 1, sent + messages];
		sent = to;
		return `${from === to ? from : `${from} to ${to}`}: ${calls.join(", ") || "nothing"}`;
	});
	return parts.join("; ");
}

/** Names versions that ask the same in one row. */
function groupByWords(rows: readonly (readonly string[])[]): string[][] {
	const versions = new Map<string, string[]>();
	for (const [version = "", words = ""] of rows)
		versions.set(words, [...(versions.get(words) ?? []), version]);
	return [...versions].map(([words, names]) => [names.join(", "), words]);
}

const HEAD = ["Version", "Outcome", "Model calls", "Prompt characters", ...WORK.map(([heading]) => heading)];
const scenarios = [...new Set(lines.map(({ scenario }) => scenario))];
const sections = scenarios.map((id) => {
	const own = lines.filter(({ scenario }) => scenario === id);
	const work = own.map(({ work: cells }) => HEAD.map((_, column) => cells[column] ?? "–"));
	const asked = groupByWords(own.flatMap((line) => (line.asked.length > 0 ? [line.asked] : [])));
	const reasons = own.flatMap((line) => line.reasons.map((reason) => [markdownText(reason, 420)]));
	return [
		`## ${id}`,
		markdownTable(HEAD, work, (column) => column > 1),
		markdownTable(["Version", "Message: what the model is asked"], asked, () => false),
		...(reasons.length > 0
			? [markdownTable(["What is not as the scenario asks"], reasons, () => false)]
			: []),
	].join("\n\n");
});

const versions = runs.flatMap(({ folder, run }) =>
	run.targets.map((target) => {
		const found = run.scenarios.flatMap(({ id }) => measurementOf(folder, id, target.id)?.versions ?? [])[0];
		const { framework = "unknown", database = "unknown", engine = "unknown" } = found ?? {};
		return [nameOf(target), ...[framework, database, engine].map((text) => markdownText(text, 80))];
	}),
);

process.stdout.write(`# What versions do for one message

*For people who choose a version, and want to know what it does with a message.*

Every figure is counted by the recorder in one verification of a version as it is published, on its
in-memory database. Nothing here is a time. Figures are per message, as the mean over a scenario's
messages; a history that is seeded is not counted. *Comparable* says that the outcome is exactly
what the scenario asks for ([how it is judged](methodology.md#verify-before-you-measure)); how much is
done for it is each version's own. A *question* like \`providerSelection/2\` is another one than
\`providerSelection\` ([why](harness-contract.md#the-mock-model)); \`messageHandler/2\` is the same step
in the words of another generation. Prompts vary by some 2 % from run to run, because the clock and
shuffled examples are in them. Where a version does not store its replies itself, the harness does
as a server of that version would.

Made by \`tests/support/versions-page.ts\`, whose first lines say how. Do not edit this page.

${sections.join("\n\n")}

## What was installed

${markdownTable(["Version", "Framework", "Database", "Engine"], versions, () => false)}
`);
