/** Regressions as JUnit XML, which CI systems read: a suite for each pair, a case for each cell. */
import { plainText } from "../../shared/text.ts";
import type { CellChange, ChangeFile } from "../../shared/types.ts";
import { changeReasonText, changeText, regressionText } from "../text/change.ts";
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
		...lostCases(change, pair),
	];
	const count = (tag: string) =>
		cases.filter((lines) => lines.some((line) => line.includes(`<${tag} `))).length;
	const attributes = {
		name: base?.id === head?.id ? head?.label : `${base?.label} to ${head?.label}`,
		tests: cases.length,
		failures: count("failure"),
		errors: count("error"),
		skipped: count("skipped"),
		timestamp: change.head.timestamp.slice(0, 19),
	};
	const unlike = `measured under different conditions: ${change.unlike.map(unlikenessText).join("; ")}`;
	return [
		`  <testsuite${attributesText(attributes)}>`,
		...cases.flat(),
		...(change.unlike.length > 0 ? [`    <system-out>${xml(unlike)}</system-out>`] : []),
		"  </testsuite>",
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
	const message = (text: string) => attributesText({ message: text });
	const lost = found.find(({ ratio }) => ratio === null);
	if (lost) return inside([`<error${message(regressionText(lost, pairs))} />`]);
	if (found.length > 0) {
		const texts = found.map((one) => regressionText(one, pairs));
		return inside(texts.map((text) => `<failure type="regression"${message(text)} />`));
	}
	if (cell.change === "not comparable")
		return inside([`<skipped${message(cell.reasons.map(changeReasonText).join("; "))} />`]);
	const row = decidingRow(cell);
	const text = row ? `${metricLabel(row)}: ${changeText(row)}` : "";
	return inside([`<system-out>${xml(text)}</system-out>`]);
}

/** What the head has not at all has no cell, and a case all the same. */
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
				`      <error${attributesText({ message: regressionText(one, pairs) })} />`,
				"    </testcase>",
			];
		});
}

function attributesText(attributes: Record<string, string | number | undefined>): string {
	return Object.entries(attributes)
		.map(([name, value]) => ` ${name}="${xml(String(value ?? ""))}"`)
		.join("");
}

/** Text or attribute: escaped, and without what XML 1.0 cannot hold at all. */
function xml(text: string): string {
	return plainText(text, LONGEST)
		.replace(/[\ufffe\uffff]/g, "\ufffd")
		.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}
