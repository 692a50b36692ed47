/** Writes a load run as Markdown. */
import type { LoadReport } from "../../analysis/load/report.ts";
import { loadHead, loadRows } from "../text/load.ts";
import { loadSentences } from "../text/load-sentences.ts";
import { joinParts, markdownTable, markdownText, timeText } from "./markdown-text.ts";

export function toLoadMarkdown(report: LoadReport): string {
	const rows = loadRows(report).map(({ label, cells }) =>
		[label, ...cells].map((text) => markdownText(text)),
	);
	return joinParts([
		"## Load",
		`Measured on ${timeText(report.startedAt)} UTC. ${markdownText(loadHead(report))}`,
		markdownTable(
			["", ...report.targets.map(({ label }) => markdownText(label))],
			rows,
			(column) => column > 0,
		),
		loadSentences(report)
			.map((sentence) => `- ${markdownText(sentence, 600)}`)
			.join("\n"),
	]);
}
