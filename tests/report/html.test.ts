// The page of a run as a file: complete without its script, small, and safe whatever words it contains.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { parseHTML } from "linkedom";
import { shortPath } from "../../report/html/charts/path.ts";
import { logTicks, spreadScale } from "../../report/html/charts/scales.ts";
import { renderDocument } from "../../report/html/document.ts";
import { html } from "../../report/html/markup.ts";
import { renderPage } from "../../report/html/page.ts";
import { shadeOf } from "../../report/html/parts.ts";
import { commandText } from "../../report/html/shell.ts";
import { countWins } from "../../report/html/wins.ts";
import { othersOf, ratioToReference } from "../../report/text/ratio.ts";
import { reasonText } from "../../report/text/reasons.ts";
import { smallShareText, turnText, valueText } from "../../report/text/units.ts";
import type { ComparisonFile, RatioPair } from "../../shared/types.ts";
import { grown, HOSTILE, withText } from "../support/pages.ts";
import { recordedComparison } from "../support/recorded.ts";

const comparison = recordedComparison();
const page = renderPage(comparison);

function open(source: string): Document {
	return parseHTML(source).document as unknown as Document;
}
const document = open(page);

function texts(selector: string, from: Document | Element = document): string[] {
	return [...from.querySelectorAll(selector)].map((element) =>
		(element.textContent ?? "").replace(/\s+/g, " ").trim(),
	);
}

function changed(change: (copy: ComparisonFile) => void): Document {
	const copy = structuredClone(comparison);
	change(copy);
	return open(renderPage(copy));
}

test("the page has its sections in the order of a reader's questions, and the list of contents names each", () => {
	const ids = [...document.querySelectorAll("main > section")].map(({ id }) => id);
	assert.deepEqual(ids, [
		"summary",
		"reading",
		"table",
		"scenarios",
		"pipeline",
		"growth",
		"findings",
		"model-share",
		"noise",
		"machine",
	]);
	assert.deepEqual(
		[...document.querySelectorAll("nav a")].map((link) => link.getAttribute("href")),
		ids.map((id) => `#${id}`),
	);
});

test("every link goes to one element of the page, and no id is given twice", () => {
	const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
	assert.equal(new Set(ids).size, ids.length);
	for (const link of document.querySelectorAll("a"))
		assert.ok(ids.includes((link.getAttribute("href") ?? "").slice(1)), link.outerHTML);
	for (const use of document.querySelectorAll("use"))
		assert.ok(ids.includes((use.getAttribute("href") ?? "").slice(1)), use.outerHTML);
});

test("the page requests nothing: it has no foreign address, and its policy allows its own script only", () => {
	assert.doesNotMatch(
		page,
		/\b(?:src|srcset|action|data|poster)=|url\(|@import|https?:(?!\/\/www\.w3\.org\/)/,
	);
	const scripts = [...page.matchAll(/<script>(.*?)<\/script>/gs)].map(([, source = ""]) => source);
	assert.equal(scripts.length, 1);
	const digest = createHash("sha256")
		.update(scripts[0] ?? "")
		.digest("base64");
	const policy =
		document.querySelector("meta[http-equiv='Content-Security-Policy']")?.getAttribute("content") ?? "";
	assert.ok(policy.startsWith("default-src 'none'"));
	assert.ok(policy.includes(`script-src 'sha256-${digest}'`));
});

test("a document without a script forbids scripts, and one that would end early is refused", () => {
	assert.match(renderDocument({ title: "t", body: html`b` }), /script-src 'none'/);
	assert.throws(() => renderDocument({ title: "t", body: html`b`, script: "'</script>'" }), RangeError);
});

test("the same comparison gives the same page, byte by byte", () => {
	assert.equal(renderPage(structuredClone(comparison)), page);
});

test("a run of 25 scenarios, three targets and five processes each is a page of less than 2 MB", () => {
	const whole = renderPage(grown(comparison, 25, 5));
	assert.equal(open(whole).querySelectorAll("details.scenario").length, 25);
	assert.ok(Buffer.byteLength(whole) < 2e6, `${Buffer.byteLength(whole)} bytes`);
});

test("without its script the table shows the deciding metric of every scenario", () => {
	const shown = [...document.querySelectorAll("#matrix tbody tr")].filter(
		(row) => !row.hasAttribute("hidden"),
	);
	assert.deepEqual(
		shown.map((row) => row.querySelector("a")?.textContent),
		comparison.scenarios.map(({ id }) => id),
	);
	assert.ok(document.querySelectorAll("#matrix tbody tr[hidden]").length > shown.length);
});

test("a cell of the table has the value, the factor and the interval of the comparison", () => {
	const [scenario] = comparison.scenarios;
	const row = scenario?.rows.find(({ metric }) => metric === scenario.deciding_metric);
	const cells = texts("#matrix tbody tr:first-child td[data-t]");
	assert.equal(cells.length, comparison.targets.length);
	for (const [index, { id }] of comparison.targets.entries()) {
		const text = cells[index] ?? "";
		assert.ok(row && text.includes(valueText(row.values[id], "ms")), text);
		assert.match(text, /\d to \d/);
		assert.match(text, /[\d.]+x/);
	}
});

test("a missing figure is a dash, a measured zero is a zero, and a stage that cannot be observed says so", () => {
	const id = "single-message";
	const shown = changed((copy) => {
		const scenario = copy.scenarios.find((one) => one.id === id);
		const row = scenario?.rows.find(({ metric }) => metric === "memory_growth_kb_per_message");
		assert.ok(row);
		row.values = { typescript: null, python: 0, rust: 1.5 };
		row.intervals = {};
	});
	const growth = [...shown.querySelectorAll("#s-single-message ~ .columns tr")].find((row) =>
		row.textContent?.startsWith("Growth (KB/msg)"),
	);
	assert.ok(growth);
	assert.deepEqual(texts("td", growth), ["-", "0", "1.50"]);
	const serialization = texts("#s-single-message ~ .columns tr").find((text) =>
		text.startsWith("state_serialization"),
	);
	assert.match(serialization ?? "", /^state_serializationnot observable/);
});

test("a divergent cell has no ratio and no colour, an unsupported one has no figure, and both give the reason", () => {
	const cells = [...document.querySelectorAll("#matrix tbody tr")];
	const rowOf = (id: string) =>
		cells.find((row) => row.querySelector("a")?.textContent === id && !row.hasAttribute("hidden"));
	const divergent = rowOf("with-should-respond-no-name")?.querySelector('td[data-t="1"]');
	assert.match(divergent?.textContent ?? "", /~/);
	assert.equal(divergent?.getAttribute("data-f"), null);
	assert.equal(divergent?.getAttribute("class"), "other");
	assert.equal(rowOf("multi-step")?.querySelector('td[data-t="1"]')?.textContent, "unsupported");
	const reasons = comparison.scenarios.flatMap((one) =>
		Object.values(one.cells).flatMap((cell) => cell.reasons),
	);
	const said = texts("#summary tr").join(" ");
	for (const reason of reasons.map(reasonText)) assert.ok(said.includes(reason.slice(0, 60)), reason);
});

test("the head of the page says that a run was interrupted, resumed, alternated by message, or has failed cells", () => {
	const shown = changed((copy) => {
		Object.assign(copy, { complete: false, resumed: 2, alternate: "messages" });
		const cell = copy.scenarios[0]?.cells.python;
		assert.ok(cell);
		cell.status = "failed";
	});
	const warnings = texts("header .warning", shown);
	for (const word of ["not complete", "resumed 2 times", "message by message", "1 cell failed"])
		assert.ok(
			warnings.some((text) => text.includes(word)),
			word,
		);
	assert.deepEqual(texts("header .warning"), []);
});

test("the slider's texts are the shares of the comparison, one for each latency", () => {
	const latencies = document.querySelector("#latency")?.getAttribute("data-texts")?.split("|") ?? [];
	assert.equal(latencies.length, 25);
	assert.deepEqual([latencies[0], latencies.at(-1)], ["200 ms", "5,000 ms"]);
	const shares = document.querySelector("#model-shares tbody td")?.getAttribute("data-v")?.split("|") ?? [];
	const detail = comparison.scenarios[0]?.cells.typescript?.detail.model_shares ?? [];
	assert.deepEqual(shares, detail.map(turnText));
	assert.match(texts("#model-share").join(), /Derived, not measured/);
});

test("every chart has a name and a description, and draws inside its frame with few decimals", () => {
	const charts = [...document.querySelectorAll("svg.chart")];
	assert.ok(charts.length > 40);
	for (const chart of charts) {
		assert.equal(chart.getAttribute("role"), "img");
		assert.ok((chart.getAttribute("aria-label") ?? "").length > 10);
		assert.ok(
			(chart.querySelector("desc")?.textContent ?? "").length > 5,
			chart.getAttribute("aria-label") ?? "",
		);
		assert.doesNotMatch(chart.outerHTML, /NaN|Infinity|undefined|="[^"]*\d\.\d{3}/);
	}
});

test("false alarms are counted with A/A, and without it the page says that they were not", () => {
	assert.match(texts("#noise li").join(), /False alarms: of 26 cells/);
	const without = changed((copy) => {
		copy.false_alarms = null;
		for (const { noise } of copy.scenarios) for (const cell of Object.values(noise)) cell.aa = null;
	});
	assert.match(texts("#noise li", without).join(), /not counted in this run/);
	assert.doesNotMatch(texts("#noise th", without).join(), /Itself/);
});

test("a run without a scenario, and one with a single target that has no versions, are pages too", () => {
	const empty = changed((copy) =>
		Object.assign(copy, {
			scenarios: [],
			categories: [],
			growth: [],
			crossovers: [],
			findings: [],
			pipelines: [],
		}),
	);
	assert.match(texts("main", empty).join(), /Nothing was measured/);
	const single = changed((copy) => {
		copy.targets = copy.targets.slice(0, 1).map((target) => ({ ...target, versions: null, size: null }));
		copy.categories = [];
		for (const scenario of copy.scenarios)
			scenario.cells = { typescript: scenario.cells.typescript as (typeof scenario.cells)[string] };
	});
	assert.match(texts("header", single).join(), /versions unknown/);
	assert.match(texts("header .lead", single).join(), /Nothing could be compared/);
});

test("eight targets have eight styles, and the ninth is still on the page", () => {
	const shown = changed((copy) => {
		const [first] = copy.targets;
		assert.ok(first);
		copy.targets = Array.from({ length: 9 }, (_, index) => ({
			...first,
			id: `t${index}`,
			label: `Target ${index}`,
		}));
	});
	assert.equal(
		new Set([...shown.querySelectorAll("header .targets use")].map((use) => use.getAttribute("href"))).size,
		8,
	);
	assert.equal(
		new Set([...shown.querySelectorAll("svg.swatches defs > svg")].map(({ innerHTML }) => innerHTML)).size,
		8,
	);
	assert.ok(texts("header .targets", shown).join().includes("Target 8"));
});

/** The page's elements, one after the other, without the words between them. */
function skeleton(source: string): string {
	return [...open(source).querySelectorAll("*")].map(({ tagName }) => tagName.toLowerCase()).join(" ");
}
const harmless = skeleton(renderPage(withText(comparison, "harmless")));

const NOT_PLAIN =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
	/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f]|\p{Cs}/u;

for (const text of HOSTILE) {
	test(`hostile words (${JSON.stringify(text.slice(0, 24))}) change only the words of the page`, () => {
		const source = renderPage(withText(comparison, text));
		assert.equal(skeleton(source), harmless);
		assert.doesNotMatch(source, NOT_PLAIN);
		for (const element of open(source).querySelectorAll("*"))
			for (const { name, value } of element.attributes) {
				assert.doesNotMatch(name, /^on/);
				if (name === "href") assert.match(value, /^#|^data:,$/);
			}
	});
}

test("hostile words can still be read", () => {
	const shown = open(renderPage(withText(comparison, "<b>Rust & friends</b>")));
	assert.ok(texts("header .targets strong", shown).includes("<b>Rust & friends</b>"));
	assert.ok(texts("details.scenario .question", shown).includes("<b>Rust & friends</b>"));
});

test("any value in a template is text, in an element and in an attribute", () => {
	fc.assert(
		fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
			const source = String(html`<p title="${text}">${text}</p>`);
			assert.match(source, /^<p title="[^"<>]*">[^<>]*<\/p>$/);
		}),
	);
	assert.equal(String(html`${[html`<b>`, "<", null, false, undefined, 0]}`), "<b>&lt;0");
});

test("a pasted command has the same arguments in the shell", () => {
	const tricky = fc.constantFrom(
		"'",
		'"',
		"$",
		"\\",
		"`",
		"\n",
		"\t",
		"\u001b",
		"\u0085",
		"\u00ad",
		"\u202e",
		"\ufeff",
		"!",
		"é",
		"1",
	);
	const unit = fc.oneof(tricky, fc.string({ unit: "binary", minLength: 1, maxLength: 1 }));
	const argument = fc.string({ unit, maxLength: 12 }).map((text) => text.replace(/\0|\p{Cs}/gu, "?"));
	fc.assert(
		fc.property(fc.array(fc.array(argument, { minLength: 1, maxLength: 40 }), { minLength: 10 }), (lines) => {
			const script = lines.map((words) => `printf '%s\\0' ${commandText(words)}`).join("\n");
			const printed = execFileSync("bash", ["-c", script], {
				encoding: "utf8",
				env: { PATH: process.env.PATH, LC_ALL: "C.UTF-8" },
			});
			assert.deepEqual(printed.split("\0").slice(0, -1), lines.flat());
		}),
		{ numRuns: 4 },
	);
	assert.equal(
		commandText(["./run.sh", "--scenarios", "a b", "it's", ""]),
		"./run.sh --scenarios 'a b' 'it'\\''s' ''",
	);
});

test("a shortened path goes through the same points, to a twentieth of a unit", () => {
	const coordinate = fc.double({ min: -2000, max: 2000, noNaN: true });
	fc.assert(
		fc.property(
			fc.array(fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 8 }), {
				minLength: 1,
				maxLength: 4,
			}),
			(lines) => {
				const long = lines
					.map((points) =>
						points
							.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x.toFixed(3)},${y.toFixed(3)}`)
							.join(""),
					)
					.join("");
				const short = shortPath(long);
				const found = pointsOf(short);
				const wanted = lines.flat();
				assert.equal(found.length, wanted.length, short);
				for (const [index, [x, y]] of wanted.entries()) {
					const [nearX = Number.NaN, nearY = Number.NaN] = found[index] ?? [];
					assert.ok(Math.abs(nearX - x) < 0.0511 && Math.abs(nearY - y) < 0.0511, `${long} ${short}`);
				}
			},
		),
	);
	assert.equal(shortPath("M10,5.04L10,9.96L12.51,9.96Z"), "M10 5v5h2.5z");
	assert.equal(shortPath("M-2.6591,1.2345h5.3181Z"), "M-2.7,1.2h5.3Z");
});

/** Absolute points of a path of M, l, h and v. */
function pointsOf(path: string): [number, number][] {
	const points: [number, number][] = [];
	let [x, y] = [0, 0];
	for (const [, command = "", rest = ""] of path.matchAll(/([Mlhv])([^Mlhvz]*)/g)) {
		const values = (rest.match(/-?\d*\.?\d+/g) ?? []).map(Number);
		const step = command === "h" || command === "v" ? 1 : 2;
		for (let index = 0; index < values.length; index += step) {
			const [first = 0, second = 0] = values.slice(index, index + step);
			if (command === "M") [x, y] = [first, second];
			else if (command === "l") [x, y] = [x + first, y + second];
			else if (command === "h") x += first;
			else y += first;
			points.push([x, y]);
		}
	}
	return points;
}

test("an axis has two ticks or more within its ends for any positive values, and is logarithmic only where they are far apart", () => {
	fc.assert(
		fc.property(
			fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 }),
			(values) => {
				const { type, domain, ticks } = spreadScale(values);
				assert.equal(type, Math.max(...values) / Math.min(...values) > 8 ? "log" : "linear");
				assert.ok(values.every((value) => value >= domain[0] && value <= domain[1]));
				assert.ok(
					ticks.length >= 2 &&
						ticks.length <= 8 &&
						ticks.every((tick) => tick >= domain[0] * 0.999 && tick <= domain[1]),
				);
			},
		),
	);
	assert.deepEqual(logTicks([0.4, 30]), [0.5, 1, 2, 5, 10, 20]);
	assert.deepEqual(logTicks([1.9, 2.1]), [1.9, 2, 2.1]);
	assert.deepEqual(logTicks([1, 1e6]), [1, 10, 100, 1000, 10_000, 100_000, 1_000_000]);
});

test("an inverted pair has the inverse ratio, interval and verdict", () => {
	const pair: RatioPair = {
		a: "x",
		b: "y",
		ratio: 2,
		interval: { low: 1.6, high: 2.5 },
		blocks: 5,
		floor: 0.01,
		minimum_detectable_effect: null,
		verdict: "worse",
	};
	assert.deepEqual(ratioToReference([pair], "y", "x"), {
		id: "y",
		ratio: 0.5,
		interval: { low: 0.4, high: 0.625 },
		verdict: "better",
	});
	assert.equal(ratioToReference([pair], "x", "z"), null);
	const ranks = { x: { best: 2, worst: 2 }, y: { best: 1, worst: 1 } };
	assert.deepEqual(
		othersOf({ winner: "y", leaders: ["y"], ranks, pairs: [pair] }).map(({ id, ratio }) => [id, ratio]),
		[["x", 2]],
	);
});

test("every scenario of a target is counted in exactly one place", () => {
	for (const { id } of comparison.targets) {
		const { wins, shares, behind, alone, others } = countWins(comparison, id);
		const all = [...wins, ...shares, ...behind, ...alone, ...others.map(({ scenario }) => scenario)];
		assert.deepEqual(
			all.toSorted(),
			comparison.scenarios
				.filter(({ cells }) => cells[id])
				.map((scenario) => scenario.id)
				.toSorted(),
		);
	}
});

test("small shares keep two digits, exponents have no negative zero, and worse factors have darker shades", () => {
	assert.deepEqual([0, 0.00048, 0.0012, 0.0213, 1].map(smallShareText), [
		"0%",
		"0.048%",
		"0.12%",
		"2.1%",
		"100.0%",
	]);
	assert.deepEqual([1, 1.05, 1.5, 1.9, 3, 7.9, 16, 1000].map(shadeOf), [0, 1, 2, 3, 4, 5, 6, 7]);
});
