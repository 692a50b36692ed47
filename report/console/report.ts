/** The comparison for a terminal: the summary first, then what it rests on. */
import Table from "cli-table3";
import { plainText } from "../../shared/text.ts";
import type { ComparisonFile } from "../../shared/types.ts";
import { dayText, figure } from "../text/units.ts";
import { colours as pc } from "./colours.ts";
import { renderFindings } from "./findings.ts";
import { renderScenario } from "./scenario.ts";
import { renderCategories, renderExceptions, renderHeatmap, renderRelative } from "./summary.ts";
import { COMPACT, centred, columnWidths, heading, inTables, type Layout, NARROW, right } from "./table.ts";
import { renderNoise, renderScaling } from "./verdicts.ts";

/** Who was measured, where, with which versions. */
export function renderHead(
	comparison: Pick<
		ComparisonFile,
		"system" | "targets" | "timestamp" | "profile" | "seed" | "model_delay_ms" | "alternate"
	>,
	{ width }: Layout = NARROW,
): string {
	const { system, targets } = comparison;
	const table = new Table({ ...COMPACT, colWidths: [width - 2], wordWrap: true });
	table.push([centred(pc.bold("Eliza Framework Benchmark Results"))]);
	const where = `${dayText(comparison.timestamp)} | ${plainText(`${system.os} ${system.arch}`, 50)} | ${system.cpus} cores | ${Math.round(system.memory_gb)} GB`;
	const how = `profile ${plainText(comparison.profile, 30)} | seed ${comparison.seed} | model delay ${comparison.model_delay_ms} ms`;
	table.push([centred(`${where}\n${how}`)]);
	if (comparison.alternate === "messages")
		table.push([centred("Turns of single messages: each comes after a pause, and is slower than in a row")]);
	const lines = targets.map(({ label, versions }) => {
		const name = plainText(label, 40);
		if (!versions) return `${name}: versions unknown, nothing ran`;
		const database = versions.database === versions.framework ? "" : `, database ${versions.database}`;
		return `${name}: ${versions.framework} on ${versions.engine}${database}`;
	});
	table.push([lines.map((line) => plainText(line)).join("\n")]);
	return table.toString();
}

/** How many cells may be compared. */
function renderCoverage(
	{ scenarios, targets, complete, resumed }: ComparisonFile,
	{ width }: Layout,
): string {
	const lines = targets.map(({ id, label }) => {
		const statuses = scenarios.flatMap(({ cells }) => cells[id]?.status ?? []);
		const counts = (["comparable", "divergent", "unsupported", "failed"] as const)
			.map((name) => [statuses.filter((one) => one === name).length, name] as const)
			.filter(([count]) => count > 0)
			.map(([count, name]) => `${count} ${name}`);
		return `${plainText(label, 40)}: ${statuses.length} ${statuses.length === 1 ? "cell" : "cells"}, ${counts.join(", ")}`;
	});
	const table = new Table({ ...COMPACT, colWidths: [width - 2], wordWrap: true });
	for (const line of [...lines, ...disturbances(scenarios), ...interruptions(complete, resumed)])
		table.push([line]);
	return table.toString();
}

const LEGEND = [
	"2.10x: that many times worse than the best comparable target, which has 1.00x.",
	"=: tied for the lead. ~: divergent, did other work; takes part in no ratio.",
].join("\n");

function interruptions(complete: boolean, resumed: number): string[] {
	const again =
		resumed > 0
			? [`This run was interrupted and resumed ${resumed === 1 ? "once" : `${resumed} times`}.`]
			: [];
	return complete ? again : [...again, "This run was interrupted: it is not complete."];
}

/**
 * What the machine did to the run: blocks repeated, processes that counted although disturbed, and series
 * that never came to rest.
 */
function disturbances(scenarios: ComparisonFile["scenarios"]): string[] {
	const cells = scenarios.flatMap((scenario) => Object.values(scenario.cells));
	const total = (of: (cell: (typeof cells)[number]) => number) =>
		cells.reduce((sum, cell) => sum + of(cell), 0);
	const unsteady = total(
		({ steadiness: { warming = 0, slowing = 0, unsteady: unrest = 0 } }) => warming + slowing + unrest,
	);
	const judged = total(({ steadiness }) => Object.values(steadiness).reduce((sum, count) => sum + count, 0));
	return [
		`Disturbed by others: ${total((cell) => cell.repeated)} processes repeated, ${total((cell) => cell.disturbed)} counted all the same.`,
		...(judged > 0
			? [`Steady state: ${judged - unsteady} of ${judged} processes long enough to judge are flat.`]
			: []),
	];
}

const SIZES = [
	["framework_bundle_bytes", "Framework bundle (MB)"],
	["minified_bundle_bytes", "Minified bundle (MB)"],
	["binary_bytes", "Binary (MB)"],
	["installed_bytes", "Installed (MB)"],
] as const;
const BYTES_PER_MB = 1024 ** 2;

/** What each runtime weighs on the disk; nothing where no set-up measured it. */
function renderSize({ targets }: Pick<ComparisonFile, "targets">, layout: Layout): string {
	if (targets.every(({ size }) => size === null)) return "";
	return inTables(targets, layout)
		.map((columns) => {
			const { labelWidth, columnWidth } = columnWidths(columns.length, layout);
			const table = new Table({
				...COMPACT,
				colWidths: [labelWidth, ...columns.map(() => columnWidth)],
				wordWrap: true,
			});
			table.push([pc.bold("Size"), ...columns.map(({ label }) => heading(label, columnWidth - 2))]);
			for (const [field, label] of SIZES) {
				const megabytes = columns.map(({ size }) =>
					size?.[field] == null ? null : size[field] / BYTES_PER_MB,
				);
				if (megabytes.some((value) => value !== null))
					table.push([label, ...megabytes.map((value) => right(figure(value, "mb")))]);
			}
			table.push(["Set-up (s)", ...columns.map(({ size }) => right(figure(size?.setup_seconds, "count")))]);
			return table.toString();
		})
		.join("\n");
}

/** What is read first: who leads, how far, and what does not count. */
function renderSummary(comparison: ComparisonFile, layout: Layout): string[] {
	return [
		renderCategories(comparison, layout),
		renderRelative(comparison, layout),
		LEGEND,
		renderExceptions(comparison, layout),
	];
}

function renderGrounds(comparison: ComparisonFile, layout: Layout): string[] {
	return [
		renderHeatmap(comparison, layout),
		renderFindings(comparison, layout),
		renderScaling(comparison, layout),
		renderSize(comparison, layout),
		renderNoise(comparison, layout),
		renderCoverage(comparison, layout),
	];
}

/** Everything that is said of the run as a whole; the scenarios' own tables stand above it already. */
export function renderWhole(comparison: ComparisonFile, layout: Layout = NARROW): string {
	return joined([...renderGrounds(comparison, layout), ...renderSummary(comparison, layout)]);
}

export function renderComparison(comparison: ComparisonFile, layout: Layout = NARROW): string {
	return joined([
		renderHead(comparison, layout),
		...renderSummary(comparison, layout),
		...renderGrounds(comparison, layout),
		...comparison.scenarios.map((scenario) => renderScenario(scenario, comparison.targets, layout)),
	]);
}

function joined(parts: readonly string[]): string {
	return parts.filter((part) => part !== "").join("\n\n");
}
