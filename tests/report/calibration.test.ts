// What is said of the calibration is about engines, and every sentence is true of what it stands on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { parseHTML } from "linkedom";
import { compare } from "../../analysis/compare/comparison.ts";
import { renderCalibration } from "../../report/console/calibration.ts";
import { renderPage } from "../../report/html/page.ts";
import { calibrationLegend, shareText } from "../../report/text/calibration.ts";
import type { CalibrationShare, Target } from "../../shared/types.ts";
import { calibratedResult } from "../support/calibration.ts";
import { targets } from "../support/evidence.ts";

const NAMES = { label: () => "Python", scenario: (id: string) => id };
const SHARE: CalibrationShare = {
	target: "python",
	scenario: "single-message",
	stage: "prompt",
	stage_ns: 247_000,
	operations: ["render_template", "parse_answer"],
	operations_ns: 6100,
	share: 0.0247,
	interval: { low: 0.0221, high: 0.0276 },
};
const said = (change: Partial<CalibrationShare> = {}) => shareText({ ...SHARE, ...change }, NAMES);

const [typescript, python] = targets as [Target, Target, Target];
const comparison = compare([
	calibratedResult(typescript, { ns: 2000, firstNs: 90_000, message: { ms: 2, stages: { prompt: 1 } } }),
	calibratedResult(python, { ns: 6000, firstNs: 60_000, message: { ms: 1, stages: { prompt: 0.2 } } }),
]);

test("a sentence says what part of a stage its operations are, and that the rest is more only if it is", () => {
	assert.equal(
		said(),
		"Python: a message of single-message spends 247us in prompt. By themselves, rendering its template " +
			"and parsing its answer once take 6.10us in this engine, 2.47% of that (2.21% to 2.76%). " +
			"The rest goes into other work of the stage, or into other ways of doing this.",
	);
	assert.match(
		said({ share: 0.9, interval: { low: 0.7, high: 1.2 } }),
		/not known to take longer than that\.$/,
	);
	assert.match(said({ interval: null }), /\(too few processes for an interval\)\.$/);
	assert.match(said({ share: 0.0004, interval: null }), /<0\.1% of that/);
});

test("terminal and page show each operation, warm and first, beside the message", () => {
	const console = stripVTControlCharacters(renderCalibration(comparison));
	const { document } = parseHTML(renderPage(comparison));
	const page = document.querySelector("#calibration")?.textContent?.replaceAll(/\s+/g, " ") ?? "";
	for (const text of [console.replaceAll(/\s+/g, " "), page]) {
		for (const label of ["parse an answer", "render a template", "state to JSON", "state from JSON"])
			assert.equal(text.split(label).length, 3, label);
		assert.match(text, /2\.0\dus.*6\.0\dus 3\.00x/);
		assert.match(text, /a message.*2\.00ms 2\.0\dx.*1\.00ms 1\.00x/);
		assert.match(text, /They decide nothing/);
	}
	assert.ok(console.split("\n").every((line) => line.length <= 80));
});

test("nothing wins by the calibration, and no factor of a framework is made of it", () => {
	const page = renderPage(comparison);
	const { document } = parseHTML(page);
	const rows = [...document.querySelectorAll("#matrix tbody th")].map(({ textContent }) => textContent);
	assert.ok(rows.length > 0 && rows.every((text) => !text?.includes("calibration")));
	assert.doesNotMatch(document.querySelector("#calibration")?.textContent ?? "", /wins|framework factor/i);
	const calibration = comparison.calibration;
	assert.ok(calibration);
	assert.doesNotMatch(calibrationLegend({ ...calibration, message: null }, NAMES), /The message/);
	assert.equal(renderCalibration({ targets: comparison.targets }), "");
});
