/**
 * This exporter writes a Markdown page that says which version of a framework can do which scenario. The page
 * stays the same as long as the versions do the same.
 */
import { plainText } from "../../shared/text.ts";
import type { CellStatus, RuntimeName } from "../../shared/types.ts";
import { markdownTable, markdownText } from "./markdown-text.ts";

/** A column stands for one version, as it was installed. */
export interface SupportColumn {
	runtime: RuntimeName;
	label: string;
	/** The version that was asked for; once the package is installed, the one that it has. */
	framework: { package: string; version: string };
	database: { package: string; version: string };
	/** The engine is null where no process reported one. */
	engine: string | null;
	/** This is the reason why the version could not be set up. Null means that it was set up. */
	problem: string | null;
}

export interface SupportCell {
	status: CellStatus;
	reasons: string[];
}

export interface SupportMatrix {
	/** This command makes the page again. */
	command: string;
	/** For each path of a file that defines scenarios, this is the beginning of its SHA-256. */
	digests: Record<string, string>;
	columns: SupportColumn[];
	/** There is a cell for each column. Null means that the version could not be set up. */
	rows: { scenario: string; cells: (SupportCell | null)[] }[];
}

const MARKS: Record<CellStatus, string> = {
	comparable: "✓",
	divergent: "≠",
	unsupported: "✗",
	failed: "!",
};
const NOT_SET_UP = "–";
const RUNTIMES: Record<RuntimeName, string> = { typescript: "TypeScript", python: "Python", rust: "Rust" };
const LONGEST_REASON = 420;
const LONGEST_COMMAND = 2000;

/** @returns the whole page; versions stand beside those of the same runtime */
export function supportMatrixMarkdown(matrix: SupportMatrix): string {
	const order = Object.keys(RUNTIMES).flatMap((runtime) =>
		matrix.columns.flatMap((column, index) => (column.runtime === runtime ? [{ column, index }] : [])),
	);
	const footnotes = new Footnotes();
	const rows = matrix.rows.map(({ scenario, cells }) => [
		markdownText(scenario, 80),
		...order.map(({ column, index }) => {
			const cell = cells[index];
			return cell
				? withFootnotes(MARKS[cell.status], cell.reasons, footnotes)
				: withFootnotes(NOT_SET_UP, [column.problem ?? ""], footnotes);
		}),
	]);
	const installed = order.map(({ column, index }) =>
		installedRow(
			column,
			matrix.rows.map(({ cells }) => cells[index] ?? null),
			footnotes,
		),
	);
	const head = [
		"Scenario",
		...order.map(
			({ column }) => `${RUNTIMES[column.runtime]}<br>${markdownText(column.framework.version, 40)}`,
		),
	];
	return `${[
		"# Support matrix",
		introduction(matrix),
		LEGEND,
		markdownTable(head, rows, () => false),
		"## What was installed",
		markdownTable(
			["Version", "Framework", "Database", "Engine", "Comparable"],
			installed,
			(column) => column === 4,
		),
		...(footnotes.lines.length > 0 ? ["## Reasons", footnotes.lines.join("\n")] : []),
		sources(matrix),
	].join("\n\n")}\n`;
}

function introduction({ command }: SupportMatrix): string {
	const made = plainText(command, LONGEST_COMMAND).replaceAll("`", "'");
	return [
		`Made by \`${made}\`: every version is installed, every scenario is run on it once, and its work is`,
		"compared with what the scenario asks for. What a version does decides, not its number.",
		"No file of these versions is changed. Do not edit this page.",
	].join(" ");
}

const LEGEND = [
	`${MARKS.comparable} comparable: the version does what the scenario asks for.`,
	`${MARKS.divergent} divergent: it answers, but does other work. Results show it and give it no ratio.`,
	`${MARKS.unsupported} unsupported: the framework raises an error.`,
	`${MARKS.failed} failed: its process crashed or hung.`,
	`${NOT_SET_UP} the version could not be set up.`,
	"The small numbers refer to the reasons below.",
].join(" ");

function sources({ digests }: SupportMatrix): string {
	const files = Object.entries(digests).map(([path, digest]) => `\`${path}\` (SHA-256 ${digest})`);
	return `The scenarios are defined by these files: ${files.join(", ")}.`;
}

function installedRow(
	{ runtime, framework, database, engine, problem }: SupportColumn,
	cells: readonly (SupportCell | null)[],
	footnotes: Footnotes,
): string[] {
	const version = `${RUNTIMES[runtime]} ${markdownText(framework.version, 40)}`;
	if (problem !== null)
		return [version, withFootnotes("not set up", [problem], footnotes), NOT_SET_UP, NOT_SET_UP, NOT_SET_UP];
	const named = (one: SupportColumn["framework"]) =>
		`${markdownText(one.package, 60)} ${markdownText(one.version, 40)}`;
	const done = cells.filter((cell) => cell?.status === "comparable").length;
	return [
		version,
		named(framework),
		named(database),
		engine === null ? NOT_SET_UP : markdownText(engine, 120),
		`${done} of ${cells.length}`,
	];
}

function withFootnotes(mark: string, reasons: readonly string[], footnotes: Footnotes): string {
	const numbers = [
		...new Set(reasons.filter((reason) => reason !== "").map((reason) => footnotes.numberOf(reason))),
	].toSorted((a, b) => a - b);
	return numbers.length === 0 ? mark : `${mark} <sup>${numbers.join(" ")}</sup>`;
}

/** Footnotes hold each reason once, in the order of first appearance. */
class Footnotes {
	readonly #numbers = new Map<string, number>();

	numberOf(reason: string): number {
		const text = generalizeReason(reason);
		const number = this.#numbers.get(text) ?? this.#numbers.size + 1;
		this.#numbers.set(text, number);
		return number;
	}

	get lines(): string[] {
		return [...this.#numbers].map(([text, number]) => `${number}. ${markdownText(text, LONGEST_REASON)}`);
	}
}

/** Returns the same text for the same reason in scenarios whose numbers of messages differ. */
export function generalizeReason(reason: string): string {
	return reason
		.replace(/^logged [\d,]+ errors?:/, "logged errors:")
		.replace(/^([\d,]+) of \1 messages?\b/, "every message")
		.replace(/, in ([\d,]+) of \1 messages?$/, ", in every message");
}
