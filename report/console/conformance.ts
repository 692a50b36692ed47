/** What a conformance test found, a row a check. */
import Table from "cli-table3";
import { plainText } from "../../shared/text.ts";
import type { ConformanceReport, ConformanceStatus } from "../../shared/types.ts";
import { colours as pc } from "./colours.ts";
import { COMPACT, type Layout, NARROW } from "./table.ts";

const NAME_WIDTH = 20;
const STATUS_WIDTH = 11;
const BORDERS = 4;

export function renderConformance(
	{ harness, scenarios, checks, passed }: ConformanceReport,
	{ width }: Layout = NARROW,
): string {
	const colWidths = [NAME_WIDTH, STATUS_WIDTH, width - NAME_WIDTH - STATUS_WIDTH - BORDERS];
	const table = new Table({ ...COMPACT, colWidths, wordWrap: true });
	const whole = (content: string) => [{ content, colSpan: colWidths.length }];
	table.push(
		whole(`${pc.bold("Harness conformance")}\n${plainText(harness.join(" "))}\n${scenarios.join(", ")}`),
	);
	table.push([pc.bold("Check"), pc.bold("Result"), pc.bold("Reason")]);
	for (const { name, about, status, reason } of checks) {
		const text = plainText(reason);
		table.push([name, statusText(status), status === "failed" ? `${text}\n(${about})` : text]);
	}
	const notes = checks.flatMap((check) => check.notes);
	if (notes.length > 0) table.push(whole(notes.map((note) => `Note: ${plainText(note)}`).join("\n")));
	const of = (status: ConformanceStatus) => checks.filter((check) => check.status === status).length;
	const sum = `${of("passed")} passed, ${of("failed")} failed, ${of("not-tried")} not tried`;
	return `${table.toString()}\n${passed ? pc.green("conforms") : pc.red("does not conform")}: ${sum}`;
}

function statusText(status: ConformanceStatus): string {
	if (status === "passed") return pc.green(status);
	return status === "failed" ? pc.red(status) : pc.yellow("not tried");
}
