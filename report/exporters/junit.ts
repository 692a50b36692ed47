/**
 * This exporter writes regressions as JUnit XML, which CI systems read. Each pair is a suite, each cell a
 * case.
 */
import { ALL } from "../../analysis/change/gate.ts";
import { plainText } from "../../shared/text.ts";
import type { CellChange, ChangeFile, Regression } from "../../shared/types.ts";
import { acrossText, changeReasonText, changeText, regressionText } from "../text/change.ts";
import { DIFFERENCES_TITLE, differenceTexts } from "../text/differences.ts";
import { decidingRow, metricLabel } from "../text/metrics.ts";
import { unlikenessText } from "../text/unlikeness.ts";

const LONGEST = 1000;
const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export function changeJUnit(change: ChangeFile): string {
	return [
		'<?xml version="1.0" encoding="UTF-8"?>',
		'<testsuites name="eliza-framework-benchmark">',
		...change.pairs.flatMap((_, pair) => suite(change, pair)),
		"</testsuites>",
		"",
	].join("\n");
}

function suite(change: ChangeFile, pair: number): string[] {
	const { base, head } = change.pairs[pair] ?? {};
	const cases = [
		...change.cells.filter((cell) => cell.pair === pair).map((cell) => testCase(cell, change)),
		...change.across.filter((one) => one.pair === pair).map((one) => acrossCase(one, change)),
		...lostCases(change, pair),
	];
	const has = (lines: readonly string[], tag: string) => lines.some((line) => line.includes(`<${tag} `));
	const count = (tag: string) => cases.filter((lines) => has(lines, tag)).length;
	const attributes = {
		name: base?.id === head?.id ? head?.label : `${base?.label} to ${head?.label}`,
		tests: cases.length,
		// A case with both counts once, so that the passed cases are what remains.
		failures: cases.filter((lines) => has(lines, "failure") && !has(lines, "error")).length,
		errors: count("error"),
		skipped: count("skipped"),
		timestamp: change.head.timestamp.slice(0, 19),
	};
	const notes = [
		...(change.unlike.length > 0
			? [`measured under different conditions: ${change.unlike.map(unlikenessText).join("; ")}`]
			: []),
		...(change.differences.length > 0 ? [`${DIFFERENCES_TITLE} ${differenceTexts(change).join("; ")}`] : []),
	];
	return [
		`  <testsuite${attributesText(attributes)}>`,
		...cases.flat(),
		...(notes.length > 0 ? [`    <system-out>${xml(notes.join(". "))}</system-out>`] : []),
		"  </testsuite>",
	];
}

/** A figure over all scenarios is a case of its own. */
function acrossCase(one: ChangeFile["across"][number], { gate, pairs }: ChangeFile): string[] {
	const [found] = (gate?.regressions ?? []).filter(
		({ scenario, pair, metric }) => scenario === ALL && pair === one.pair && metric === one.row.metric,
	);
	const attributes = { classname: pairs[one.pair]?.head.id ?? "", name: `${ALL}: ${metricLabel(one.row)}` };
	return [
		`    <testcase${attributesText(attributes)}>`,
		`      ${found ? regressionElement(found, pairs) : `<system-out>${xml(acrossText(one, pairs))}</system-out>`}`,
		"    </testcase>",
	];
}

function testCase(cell: CellChange, { gate, pairs }: ChangeFile): string[] {
	const found = (gate?.regressions ?? []).filter(
		({ scenario, pair }) => scenario === cell.scenario && pair === cell.pair,
	);
	const attributes = { classname: pairs[cell.pair]?.head.id ?? "", name: cell.scenario };
	const inside = (lines: readonly string[]) => [
		`    <testcase${attributesText(attributes)}>`,
		...lines.map((line) => `      ${line}`),
		"    </testcase>",
	];
	if (found.length > 0) {
		const lost = found.filter(({ kind }) => kind !== "worse");
		const worse = found.filter(({ kind }) => kind === "worse");
		return inside([...lost, ...worse].map((one) => regressionElement(one, pairs)));
	}
	if (cell.change === "not comparable") {
		const message = cell.reasons.map(changeReasonText).join("; ");
		return inside([`<skipped${attributesText({ message })} />`]);
	}
	const row = decidingRow(cell);
	const text = row ? `${metricLabel(row)}: ${changeText(row)}` : "";
	return inside([`<system-out>${xml(text)}</system-out>`]);
}

/** A figure that got worse is a failure. Work or a figure that the head lost is an error. */
function regressionElement(regression: Regression, pairs: ChangeFile["pairs"]): string {
	const message = attributesText({ message: regressionText(regression, pairs) });
	return regression.kind === "worse" ? `<failure type="regression"${message} />` : `<error${message} />`;
}

/** A scenario or target that the head does not have has no cell. It gets a case nevertheless. */
function lostCases({ gate, pairs, cells }: ChangeFile, pair: number): string[][] {
	const lost = (gate?.regressions ?? []).filter(
		(one) => one.pair === pair && (one.kind === "lost-scenario" || one.kind === "lost-target"),
	);
	return lost
		.filter(({ scenario }) => !cells.some((cell) => cell.pair === pair && cell.scenario === scenario))
		.map((one) => {
			const attributes = { classname: pairs[pair]?.head.id ?? "", name: one.target ?? one.scenario };
			return [
				`    <testcase${attributesText(attributes)}>`,
				`      ${regressionElement(one, pairs)}`,
				"    </testcase>",
			];
		});
}

function attributesText(attributes: Record<string, string | number | undefined>): string {
	return Object.entries(attributes)
		.map(([name, value]) => ` ${name}="${xml(String(value ?? ""))}"`)
		.join("");
}

/** Escapes a text or an attribute, and drops the characters that XML 1.0 cannot hold. */
function xml(text: string): string {
	return plainText(text, LONGEST)
		.replace(/[\ufffe\uffff]/g, "\ufffd")
		.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}
