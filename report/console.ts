/** The comparison as box tables for a terminal of 80 columns. */
import Table from "cli-table3";
import type { CellStatus, ComparisonFile, ComparisonRow, ScenarioComparison } from "../shared/types.ts";
import { COMPACT, columnWidths, statusText, WIDTH } from "./box.ts";
import { colours as pc } from "./colours.ts";
import { figure, number, plainText, ratio } from "./format.ts";
import { bounds, renderCategories, renderNoise, renderScaling, standingText } from "./verdicts.ts";

type Targets = ComparisonFile["targets"];

/** Who was measured, where, with which versions. */
export function renderHead(
	comparison: Pick<ComparisonFile, "system" | "targets" | "timestamp" | "profile" | "seed" | "model_delay_ms" | "alternate">,
): string {
	const { system, targets } = comparison;
	const table = new Table({ ...COMPACT, colWidths: [WIDTH - 2], wordWrap: true });
	table.push([{ content: pc.bold("Eliza Framework Benchmark Results"), hAlign: "center" }]);
	const where = `${comparison.timestamp.slice(0, 10)} | ${system.os} ${system.arch} | ${system.cpus} cores | ${Math.round(system.memory_gb)} GB`;
	const how = `profile ${comparison.profile} | seed ${comparison.seed} | model delay ${comparison.model_delay_ms} ms`;
	table.push([{ content: `${where}\n${how}`, hAlign: "center" }]);
	if (comparison.alternate === "messages")
		table.push([{ content: "Turns of single messages: each comes after a pause, and is slower than in a row", hAlign: "center" }]);
	const lines = targets.map(({ label, versions }) =>
		versions ? `${label}: ${versions.framework} on ${versions.engine}, ${versions.database}` : `${label}: versions unknown, nothing ran`,
	);
	table.push([lines.map((line) => plainText(line)).join("\n")]);
	return table.toString();
}

/** One scenario: a column a target, ratios to the best comparable one behind the values, and what does not count, in words. */
export function renderScenario(scenario: ScenarioComparison, targets: Targets): string {
	const present = targets.filter(({ id }) => scenario.cells[id]);
	const { labelWidth, columnWidth } = columnWidths(present.length);
	const table = new Table({ ...COMPACT, colWidths: [labelWidth, ...present.map(() => columnWidth)], wordWrap: true });
	const title = `Scenario: ${scenario.id} (${scenario.iterations} iterations, ${scenario.warmup} warmup)`;
	table.push([{ content: `${pc.bold(plainText(title))}\n${plainText(scenario.question)}`, colSpan: present.length + 1 }]);
	table.push([
		pc.bold("Metric"),
		...present.map(({ label }) => ({ content: pc.bold(plainText(label, columnWidth - 2)), hAlign: "center" as const })),
	]);
	table.push(["Status", ...present.map(({ id }) => ({ content: statusText(scenario.cells[id]?.status), hAlign: "center" as const }))]);
	for (const section of ["main", "memory", "pipeline"] as const) {
		const rows = scenario.rows.filter((row) => row.section === section);
		if (section === "pipeline" && rows.length > 0) table.push([pc.bold("Pipeline per message"), ...present.map(() => "")]);
		for (const row of rows) {
			table.push([
				row.label,
				...present.map(({ id }) => ({ content: value(row, id, scenario.cells[id]?.status), hAlign: "right" as const })),
			]);
			if (row.metric === scenario.headline && present.some(({ id }) => row.intervals[id]))
				table.push(["  95 % interval", ...present.map(({ id }) => ({ content: interval(row, id), hAlign: "right" as const }))]);
		}
	}
	const deciding = scenario.rows.find(({ metric }) => metric === scenario.headline);
	if (deciding?.standing)
		table.push([{ content: `${deciding.label}: ${standingText(deciding.standing, targets)}`, colSpan: present.length + 1 }]);
	const notes = present.flatMap(({ id, label }) =>
		(scenario.cells[id]?.reasons ?? []).map((reason) => `${label} ${scenario.cells[id]?.status}: ${plainText(reason)}`),
	);
	if (notes.length > 0) table.push([{ content: notes.join("\n"), colSpan: present.length + 1 }]);
	return table.toString();
}

/** How many cells may be compared, and which may not. */
export function renderCoverage({ scenarios, targets, complete, resumed }: ComparisonFile): string {
	const lines = targets.map(({ id, label }) => {
		const statuses = scenarios.flatMap(({ cells }) => cells[id]?.status ?? []);
		const counts = (["comparable", "divergent", "unsupported", "failed"] as const)
			.map((name) => [statuses.filter((one) => one === name).length, name] as const)
			.filter(([count]) => count > 0)
			.map(([count, name]) => `${count} ${name}`);
		return `${label}: ${statuses.length} ${statuses.length === 1 ? "cell" : "cells"}, ${counts.join(", ")}`;
	});
	const legend =
		"2.10x: that many times worse than the best comparable target, which has 1.00x.\n~: divergent, did other work; takes part in no ratio.";
	return [...lines, legend, ...disturbances(scenarios), ...interruptions(complete, resumed)].join("\n");
}

function interruptions(complete: boolean, resumed: number): string[] {
	const again = resumed > 0 ? [`This run was interrupted and resumed ${resumed === 1 ? "once" : `${resumed} times`}.`] : [];
	return complete ? again : [...again, "This run was interrupted: it is not complete."];
}

/** What the machine did to the run: blocks repeated, processes that counted although disturbed, and series that never came to rest. */
function disturbances(scenarios: ComparisonFile["scenarios"]): string[] {
	const cells = scenarios.flatMap((scenario) => Object.values(scenario.cells));
	const total = (of: (cell: (typeof cells)[number]) => number) => cells.reduce((sum, cell) => sum + of(cell), 0);
	const unsteady = total(({ steadiness: { warming = 0, slowing = 0, unsteady: unrest = 0 } }) => warming + slowing + unrest);
	const judged = total(({ steadiness }) => Object.values(steadiness).reduce((sum, count) => sum + count, 0));
	return [
		`Disturbed by others: ${total((cell) => cell.repeated)} processes repeated, ${total((cell) => cell.disturbed)} counted all the same.`,
		...(judged > 0 ? [`Steady state: ${judged - unsteady} of ${judged} processes long enough to judge are flat.`] : []),
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
export function renderSize({ targets }: Pick<ComparisonFile, "targets">): string {
	const { labelWidth, columnWidth } = columnWidths(targets.length);
	const table = new Table({ ...COMPACT, colWidths: [labelWidth, ...targets.map(() => columnWidth)], wordWrap: true });
	table.push([
		pc.bold("Size"),
		...targets.map(({ label }) => ({ content: pc.bold(plainText(label, columnWidth - 2)), hAlign: "center" as const })),
	]);
	for (const [field, label] of SIZES) {
		const megabytes = targets.map(({ size }) => (size?.[field] == null ? null : size[field] / BYTES_PER_MB));
		table.push([label, ...megabytes.map((value) => ({ content: figure(value, "mb"), hAlign: "right" as const }))]);
	}
	table.push(["Set-up (s)", ...targets.map(({ size }) => ({ content: figure(size?.setup_seconds, "count"), hAlign: "right" as const }))]);
	return table.toString();
}

/** Everything that is said of the run as a whole. */
export function renderWhole(comparison: ComparisonFile): string {
	const parts = [
		renderSize(comparison),
		renderScaling(comparison),
		renderNoise(comparison),
		renderCategories(comparison),
		renderCoverage(comparison),
	];
	return parts.filter((part) => part !== "").join("\n\n");
}

export function renderComparison(comparison: ComparisonFile): string {
	return [
		renderHead(comparison),
		...comparison.scenarios.map((scenario) => renderScenario(scenario, comparison.targets)),
		renderWhole(comparison),
	].join("\n\n");
}

function interval(row: ComparisonRow, target: string): string {
	const found = row.intervals[target];
	return found ? bounds(found, number) : "-";
}

function value(row: ComparisonRow, target: string, cellStatus: CellStatus | undefined): string {
	const shown = row.absent[target] ?? figure(row.values[target], row.unit);
	const factor = row.ratios[target] ?? null;
	if (factor !== null) return `${shown} ${factor === 1 ? pc.green(ratio(factor)) : ratio(factor)}`;
	return cellStatus === "divergent" && row.values[target] != null && row.better !== "none" ? `${shown} ~` : shown;
}
