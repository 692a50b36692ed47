/**
 * This file lists the formats: the name that a user gives, the file that it is written to, and its exporter.
 */
import type { ChangeFile, ComparisonFile } from "../../shared/types.ts";
import { renderChangePage } from "../html/change.ts";
import { renderPage } from "../html/page.ts";
import { bencherMetricFormat } from "./bmf.ts";
import { changeCsv, comparisonCsv } from "./csv.ts";
import { biggerIsBetter, smallerIsBetter } from "./github-action-benchmark.ts";
import { changeJUnit } from "./junit.ts";
import { comparisonMarkdown } from "./markdown.ts";
import { changeMarkdown } from "./markdown-change.ts";

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
	{ format: "html", file: "report.html", render: renderPage },
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

export const CHANGE_EXPORTERS: readonly Exporter<ChangeFile>[] = [
	{ format: "html", file: "change.html", render: renderChangePage },
	{ format: "markdown", file: "change.md", render: changeMarkdown },
	{ format: "csv", file: "change.csv", render: changeCsv, isEmpty: hasHeadOnly },
	{ format: "json", file: "change.json", render: json },
	{ format: "junit", file: "change.junit.xml", render: changeJUnit },
];
