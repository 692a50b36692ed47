/**
 * This file lists the formats: the name that a user gives, the file that it is written to, and its exporter.
 */
import type { Deployment } from "../../analysis/load/deployment.ts";
import type { AgentCosts, ChangeFile, ComparisonFile } from "../../shared/types.ts";
import { renderAgentPage } from "../html/agent-page.ts";
import { renderChangePage } from "../html/change.ts";
import { renderPage } from "../html/page.ts";
import { bencherMetricFormat } from "./bmf.ts";
import { changeCsv, comparisonCsv } from "./csv.ts";
import { biggerIsBetter, smallerIsBetter } from "./github-action-benchmark.ts";
import { changeJUnit } from "./junit.ts";
import { comparisonMarkdown } from "./markdown.ts";
import { agentMarkdown } from "./markdown-agent.ts";
import { changeMarkdown } from "./markdown-change.ts";
import { deploymentMarkdown } from "./markdown-growth.ts";
import { joinParts } from "./markdown-text.ts";

export interface Exporter<T> {
	/** Several files may belong to one format. */
	format: string;
	file: string;
	render: (from: T) => string;
	/** Says whether what was rendered holds no figure. Absent: it always says something. */
	isEmpty?: (text: string) => boolean;
}

/** Other programs take these for a run in which nothing was measured, or for an error of theirs. */
const isEmptyJson = (text: string): boolean => ["{}", "[]"].includes(text.trim());
const hasHeadOnly = (text: string): boolean => !text.trim().includes("\n");

const json = (from: unknown): string => `${JSON.stringify(from)}\n`;

export const COMPARISON_EXPORTERS: readonly Exporter<ComparisonFile>[] = [
	{ format: "html", file: "report.html", render: (comparison) => renderPage(comparison) },
	{ format: "markdown", file: "report.md", render: comparisonMarkdown },
	{ format: "csv", file: "report.csv", render: comparisonCsv, isEmpty: hasHeadOnly },
	{ format: "json", file: "report.json", render: json },
	{ format: "bmf", file: "bencher.json", render: bencherMetricFormat, isEmpty: isEmptyJson },
	{
		format: "github-action-benchmark",
		file: "benchmark-smaller-is-better.json",
		render: smallerIsBetter,
		isEmpty: isEmptyJson,
	},
	{
		format: "github-action-benchmark",
		file: "benchmark-bigger-is-better.json",
		render: biggerIsBetter,
		isEmpty: isEmptyJson,
	},
];

/** Puts what was measured of a deployment before the comparison, in the formats that people read. */
export function withDeployment(
	exporter: Exporter<ComparisonFile>,
	deployment: Deployment | null,
): Exporter<ComparisonFile> {
	const { format, render } = exporter;
	if (deployment === null) return exporter;
	if (format === "html")
		return { ...exporter, render: (comparison) => renderPage(comparison, undefined, deployment) };
	if (format === "markdown")
		return {
			...exporter,
			render: (comparison) => joinParts([deploymentMarkdown(deployment), render(comparison)]),
		};
	return exporter;
}

export const CHANGE_EXPORTERS: readonly Exporter<ChangeFile>[] = [
	{ format: "html", file: "change.html", render: renderChangePage },
	{ format: "markdown", file: "change.md", render: changeMarkdown },
	{ format: "csv", file: "change.csv", render: changeCsv, isEmpty: hasHeadOnly },
	{ format: "json", file: "change.json", render: json },
	{ format: "junit", file: "change.junit.xml", render: changeJUnit },
];

export const AGENT_EXPORTERS: readonly Exporter<AgentCosts>[] = [
	{ format: "html", file: "agent.html", render: renderAgentPage },
	{ format: "markdown", file: "agent.md", render: agentMarkdown },
	{ format: "json", file: "agent-costs.json", render: json },
];
