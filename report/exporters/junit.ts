/** Regressions as a test report (the JUnit XML that CI systems read): a suite a pair, a case a cell. */
import { plainText } from "../../shared/text.ts";
import type { CellChange, ChangeFile } from "../../shared/types.ts";
import { changeReasonText, changeText, regressionText } from "../text/change.ts";
import { decidingRow, metricLabel } from "../text/metrics.ts";
import { unlikenessText } from "../text/unlikeness.ts";

const LONGEST = 1000;
const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export function changeJUnit(change: ChangeFile): string {
	const suites = change.pairs.map(({ base, head }, pair) => {
		const cells = change.cells.filter((cell) => cell.pair === pair);
		const cases = cells.map((cell) => testCase(cell, change));
		const count = (tag: string) => cases.filter((text) => text.includes(`<${tag} `)).length;
		const name = base.id === head.id ? head.label : `${base.label} to ${head.label}`;
		const warnings =
			change.unlike.length === 0
				? ""
				: `    <system-out>${xml(`not measured alike: ${change.unlike.map(unlikenessText).join("; ")}`)}</system-out>\n`;
		return `  <testsuite name="${xml(name)}" tests="${cases.length}" failures="${count("failure")}" errors="${count("error")}" skipped="${count("skipped")}" timestamp="${xml(change.head.timestamp.slice(0, 19))}">\n${cases.join("")}${warnings}  </testsuite>\n`;
	});
	return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="eliza-framework-benchmark">\n${suites.join("")}</testsuites>\n`;
}

function testCase(cell: CellChange, { gate, pairs }: ChangeFile): string {
	const head = pairs[cell.pair]?.head;
	const found = (gate?.regressions ?? []).filter(
		({ scenario, pair }) => scenario === cell.scenario && pair === cell.pair,
	);
	const open = `    <testcase classname="${xml(head?.id ?? "")}" name="${xml(cell.scenario)}"`;
	const lost = found.find(({ ratio }) => ratio === null);
	if (lost)
		return `${open}>\n      <error message="${xml(regressionText(lost, pairs))}" />\n    </testcase>\n`;
	if (found.length > 0) {
		const failures = found.map(
			(one) => `      <failure type="regression" message="${xml(regressionText(one, pairs))}" />\n`,
		);
		return `${open}>\n${failures.join("")}    </testcase>\n`;
	}
	if (cell.change === "not comparable")
		return `${open}>\n      <skipped message="${xml(cell.reasons.map(changeReasonText).join("; "))}" />\n    </testcase>\n`;
	const row = decidingRow(cell);
	return `${open}>\n      <system-out>${row ? xml(`${metricLabel(row)}: ${changeText(row)}`) : ""}</system-out>\n    </testcase>\n`;
}

/** Text or attribute: escaped, and without what XML 1.0 cannot hold at all. */
function xml(text: string): string {
	return plainText(text, LONGEST)
		.replace(/[\ufffe\uffff]/g, "\ufffd")
		.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}
