/** This exporter writes the comparison for a pull request or the summary of a CI step. */
import { type Asked, countedDifferences } from "../../analysis/compare/counted.ts";
import type {
	ComparisonFile,
	ComparisonRow,
	DatabasePair,
	GrowthFit,
	ScenarioComparison,
} from "../../shared/types.ts";
import { COUNTED } from "../text/counted.ts";
import {
	crossoversOf,
	DATABASES_LEGEND,
	DATABASES_TITLE,
	databaseText,
	databaseTexts,
	type Names,
	placeHeads,
	serverText,
} from "../text/databases.ts";
import {
	crossoverText,
	DIMENSIONS,
	factorTexts,
	fitText,
	growthRemarks,
	pointTexts,
	sizeRows,
} from "../text/growth.ts";
import { decidingRow, metricLabel } from "../text/metrics.ts";
import { falseAlarmText, floorTexts, sharpnessText } from "../text/noise.ts";
import { intervalText } from "../text/ratio.ts";
import { firstReasonText } from "../text/reasons.ts";
import { runWarnings } from "../text/run.ts";
import { countedText, countText, numberText, ratioText, valueText } from "../text/units.ts";
import { categoryText } from "../text/verdict.ts";
import { machinesMarkdown } from "./markdown-machines.ts";
import { foldDetails, joinParts, markdownTable, markdownText, timeText } from "./markdown-text.ts";

const MARKS = { divergent: "~", unsupported: "✗", failed: "✗" } as const;

export function comparisonMarkdown(comparison: ComparisonFile): string {
	return joinParts([
		"## Eliza framework benchmark",
		...runWarnings(comparison).map((text) => `> ${text}`),
		summary(comparison),
		foldDetails("Every scenario", scenarios(comparison)),
		machinesMarkdown(comparison),
		...COUNTED.map(({ asked, title }) => counted(comparison, asked, title)),
		exceptions(comparison),
		growth(comparison),
		databases(comparison),
		noise(comparison),
		machine(comparison),
	]);
}

function summary({ categories, targets }: ComparisonFile): string {
	if (categories.length === 0) return "No category has two comparable targets.";
	const rows = categories.map((one) => {
		const { category, cells, left_out, standing } = one;
		const counted = new Set(cells.map(({ scenario }) => scenario)).size;
		const text = markdownText(categoryText(one, targets));
		return [
			category,
			standing.winner === null ? text : `**${text}**`,
			`${counted} of ${counted + left_out.length}`,
		];
	});
	const head = ["Category", "Geometric mean, 95 % interval", "Scenarios"];
	return markdownTable(head, rows, (column) => column === 2);
}

const LEGEND = [
	"2.10x: 2.10 times worse than the best comparable target.",
	`${MARKS.divergent} divergent: did other work and takes part in no ratio.`,
	`${MARKS.failed} no figure.`,
].join(" ");

function scenarios({ scenarios: all, targets }: ComparisonFile): string {
	const head = ["Scenario", "Deciding metric", ...targets.map(({ label }) => markdownText(label, 40))];
	const rows = all.flatMap((scenario) => {
		const row = decidingRow(scenario);
		if (!row) return [];
		const values = targets.map(({ id }) => cellText(scenario, row, id));
		return [[markdownText(scenario.id, 80), markdownText(metricLabel(row)), ...values]];
	});
	return `${markdownTable(head, rows, (column) => column > 1)}\n\n${LEGEND}`;
}

function counted({ scenarios: all, targets }: ComparisonFile, asked: Asked, title: string): string {
	const lines = countedDifferences(all, asked);
	if (lines.length === 0) return "";
	const head = ["Scenario", title, ...targets.map(({ label }) => markdownText(label, 40))];
	const rows = lines.map(({ scenario, row }) => [
		markdownText(scenario.id, 80),
		markdownText(metricLabel(row)),
		...targets.map(({ id }) => cellText(scenario, row, id)),
	]);
	return foldDetails(
		title,
		markdownTable(head, rows, (column) => column > 1),
	);
}

function cellText({ cells }: ScenarioComparison, row: ComparisonRow, target: string): string {
	const status = cells[target]?.status;
	if (status === undefined) return "-";
	if (status === "unsupported" || status === "failed") return `${MARKS[status]} ${status}`;
	const interval = row.intervals[target];
	const ratio = row.ratios[target] ?? null;
	const range = interval ? ` (${intervalText(interval, numberText)})` : "";
	const text = `${valueText(row.values[target], row.unit)}${range}`;
	if (ratio === null) return status === "divergent" ? `${text} ${MARKS.divergent}` : text;
	return `${ratio === 1 ? `**${text}**` : text} ${ratioText(ratio)}`;
}

function exceptions({ scenarios: all, targets, left_out }: ComparisonFile): string {
	const cells = all.flatMap(({ id: scenario, cells }) =>
		targets.flatMap(({ id, label }) => {
			const cell = cells[id];
			if (!cell || cell.status === "comparable") return [];
			const name = `${markdownText(scenario, 80)}, ${markdownText(label, 40)}`;
			return [`- ${name}: **${cell.status}**. ${markdownText(firstReasonText(cell.reasons))}`];
		}),
	);
	const withoutSetUp = left_out.map(
		({ label, reason }) => `- ${markdownText(label, 40)}: **not set up**. ${markdownText(reason)}`,
	);
	if (cells.length + withoutSetUp.length === 0) return "";
	const counts = [
		...(withoutSetUp.length > 0 ? [`${countedText(withoutSetUp.length, "target")} could not be set up`] : []),
		`${countedText(cells.length, "cell")} not compared`,
	];
	return foldDetails(counts.join(", "), [...withoutSetUp, ...cells].join("\n"));
}

function growth({ growth: fits, crossovers, targets }: ComparisonFile): string {
	const label = (id: string) => markdownText(targets.find((target) => target.id === id)?.label ?? id, 40);
	const rows = fits.flatMap((fit) =>
		fit.factor
			? [[DIMENSIONS[fit.dimension].name, label(fit.target), factorTexts(fit.factor).join(" "), fitText(fit)]]
			: [],
	);
	if (fits.length === 0) return "";
	const head = ["Growth with", "Target", "Grows", "Median latency: base, cost a unit"];
	const table = rows.length === 0 ? "" : markdownTable(head, rows, (column) => column === 2);
	const sentences = [
		...crossovers.map((one) => `- ${crossoverText(one, label)}.`),
		...growthRemarks(fits).map((one) => `- ${one}`),
	];
	const parts = [table, sentences.join("\n"), ...sizeTables(fits, label)].filter((part) => part !== "");
	return foldDetails("Growth", parts.join("\n\n"));
}

/** Makes a table of each dimension: the median latency of each target at every size. */
function sizeTables(growth: readonly GrowthFit[], label: (id: string) => string): string[] {
	return sizeRows(growth).map(({ dimension, fits, sizes }) => {
		const rows = sizes.map((size) => [
			countText(size),
			...fits.map(({ points }) => {
				const [value, interval] = pointTexts(points.find((point) => point.size === size));
				return interval === undefined ? `${value}` : `${value} (${interval})`;
			}),
		]);
		const head = [`ms at ${DIMENSIONS[dimension].sizes}`, ...fits.map(({ target }) => label(target))];
		return markdownTable(head, rows, () => true);
	});
}

function databases({ databases: pairs = [], crossovers, targets }: ComparisonFile): string {
	if (pairs.length === 0) return "";
	const names = {
		label: (id: string) => markdownText(targets.find((target) => target.id === id)?.label ?? id, 40),
		scenario: (id: string) => markdownText(id, 80),
	};
	const parts = pairs.flatMap((pair) => [
		databaseText(pair, names),
		...crossoversOf(pair, crossovers).map((one) => `${crossoverText(one, names.label)}.`),
		databaseTable(pair, names),
	]);
	return foldDetails(DATABASES_TITLE, [...parts, DATABASES_LEGEND].join("\n\n"));
}

function databaseTable(pair: DatabasePair, { scenario }: Names): string {
	const rows = pair.scenarios.map((one) => {
		const { metric, ratio, range, ...texts } = databaseTexts(one);
		return [
			`${scenario(one.scenario)}${metric === null ? "" : `, ${metric}`}`,
			texts.here,
			texts.there,
			range === null ? ratio : `${ratio} (${range})`,
			texts.stage,
			texts.statements,
			texts.rows,
			texts.serverCpu,
			`${texts.cpu}, ${texts.twinCpu}`,
		];
	});
	const [here, there] = placeHeads(pair);
	const work = ["Statements", "Rows", "CPU of the server", "CPU of the process, here and there"];
	const head = ["Scenario", here, there, "Times worse", "Difference in", ...work];
	return markdownTable(head, rows, (column) => column > 0 && column !== 4);
}

function noise({ scenarios: all, false_alarms, sharpness }: ComparisonFile): string {
	const lines = floorTexts(all.flatMap(({ noise: cells }) => Object.values(cells)));
	const alarms = falseAlarmText({ false_alarms });
	const sharp = sharpnessText({ sharpness });
	return [...lines, ...[alarms, sharp].filter((one) => one !== null)].join(" ");
}

function machine(comparison: ComparisonFile): string {
	const { system, machine: host, targets, profile, seed, timestamp, model_delay_ms } = comparison;
	const versions = targets.map(({ label, versions: found }) => {
		const text = found ? `${found.framework} on ${found.engine}` : "versions unknown, nothing ran";
		return `- ${markdownText(label, 40)}: ${markdownText(text, 200)}`;
	});
	const where = [
		markdownText(host.cpu_model, 80),
		`${system.cpus} cores`,
		`${Math.round(system.memory_gb)} GB`,
		markdownText(`${system.os} ${system.arch}`, 80),
	];
	const how = [
		timeText(timestamp),
		`profile ${markdownText(profile, 40)}`,
		`seed ${seed}`,
		`model delay ${model_delay_ms} ms`,
	];
	const server = comparison.database_server;
	const database = server === undefined ? [] : [`- ${markdownText(serverText(server), 200)}`];
	return [...versions, ...database, `- ${where.join(", ")}`, `- ${how.join(", ")}`].join("\n");
}
