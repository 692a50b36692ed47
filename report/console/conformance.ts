/** This table shows the result of a conformance test, with a row for each check. */
import { plainText } from "../../shared/text.ts";
import type { ConformanceReport, ConformanceStatus } from "../../shared/types.ts";
import { colours as pc } from "./colours.ts";
import { across, type Layout, NARROW, tableText } from "./table.ts";

const NAME_WIDTH = 20;
const STATUS_WIDTH = 11;
const BORDERS = 4;

export function renderConformance(
	{ harness, scenarios, checks, passed }: ConformanceReport,
	{ width }: Layout = NARROW,
): string {
	const head = [pc.bold("Harness conformance"), plainText(harness.join(" ")), scenarios.join(", ")];
	const rows = checks.map(({ name, about, status, reason }) => {
		const text = plainText(reason);
		return [name, statusText(status), status === "failed" ? `${text}\n(${about})` : text];
	});
	const notes = checks.flatMap((check) => check.notes).map((note) => `Note: ${plainText(note)}`);
	const table = tableText(
		[NAME_WIDTH, STATUS_WIDTH, width - NAME_WIDTH - STATUS_WIDTH - BORDERS],
		[
			[across(head.join("\n"), 2)],
			["Check", "Result", "Reason"].map((text) => pc.bold(text)),
			...rows,
			...(notes.length > 0 ? [[across(notes.join("\n"), 2)]] : []),
		],
	);
	const counted = (status: ConformanceStatus) => checks.filter((check) => check.status === status).length;
	const sum = `${counted("passed")} passed, ${counted("failed")} failed, ${counted("not-tried")} not tried`;
	return `${table}\n${passed ? pc.green("conforms") : pc.red("does not conform")}: ${sum}`;
}

function statusText(status: ConformanceStatus): string {
	if (status === "passed") return pc.green(status);
	return status === "failed" ? pc.red(status) : pc.yellow("not tried");
}
