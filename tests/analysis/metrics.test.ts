// The registry has every metric once, and a cell has one value of it, wherever it is looked up.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHTML } from "linkedom";
import { FLAT_METRICS } from "../../analysis/cell/flat-metrics.ts";
import { compareChange } from "../../analysis/change/change.ts";
import { history } from "../../analysis/change/history.ts";
import { compare } from "../../analysis/compare/comparison.ts";
import {
	COMPETING_METRICS,
	decidingMetricsOf,
	figureOf,
	findMetric,
	METRICS,
	metricOf,
} from "../../analysis/metrics.ts";
import { COMPARISON_EXPORTERS } from "../../report/exporters/index.ts";
import { renderPage } from "../../report/html/page.ts";
import { valueText } from "../../report/text/units.ts";
import { metricCategory } from "../../shared/types.ts";
import { readCsv } from "../support/read-back.ts";
import { recordedResults } from "../support/recorded.ts";

const results = recordedResults();
const comparison = compare(results);

/** Returns the one value of the metric in the recorded cell. */
function figureIn(scenario: string, target: string, metric: string): number | null {
	const cell = results.find((one) => one.target.id === target)?.scenarios[scenario];
	return cell ? figureOf(metricOf(metric), cell) : null;
}

/** Returns every number below a key that is a metric's id. */
function metricValues(data: unknown, path: string[] = []): { path: string[]; id: string; value: number }[] {
	if (Array.isArray(data)) return data.flatMap((item, index) => metricValues(item, [...path, String(index)]));
	if (data === null || typeof data !== "object") return [];
	return Object.entries(data).flatMap(([key, value]) =>
		typeof value === "number" && findMetric(key)
			? [{ path: [...path, key], id: key, value }]
			: metricValues(value, [...path, key]),
	);
}

test("every metric has an id and a label of its own, a known parent, and no blanks around its label", () => {
	assert.equal(new Set(METRICS.map(({ id }) => id)).size, METRICS.length);
	const labels = METRICS.map(({ label, parent }) => `${parent ?? ""}/${label}`);
	assert.equal(new Set(labels).size, METRICS.length);
	for (const { id, label, parent, better, decides } of METRICS) {
		assert.equal(label, label.trim(), id);
		if (parent !== null) assert.ok(findMetric(parent), `${id} is a part of ${parent}`);
		if (better === "none") assert.deepEqual(decides, { categories: [], scenarios: [] }, id);
	}
});

test("a metric decides every category and every kind of scenario, and the registry has every flat metric", () => {
	for (const category of metricCategory.options) assert.ok(decidingMetricsOf(category).length > 0, category);
	for (const kind of ["latency", "throughput", "database-write", "database-read", "startup"] as const)
		assert.ok(
			METRICS.some(({ decides }) => decides.scenarios.includes(kind)),
			kind,
		);
	for (const { metric } of FLAT_METRICS) assert.ok(findMetric(metric), metric);
});

test("no metric id has two values in a result: its fields, estimates and flat metrics agree", () => {
	let seen = 0;
	for (const { scenarios, metrics, target } of results) {
		for (const [scenario, cell] of Object.entries(scenarios)) {
			for (const [id, estimate] of Object.entries(cell.estimates)) {
				assert.ok(findMetric(id), `${id} is in no registry`);
				if (estimate)
					assert.equal(estimate.value, figureOf(metricOf(id), cell), `${target.id} ${scenario} ${id}`);
				seen++;
			}
			// The samples are of single processes.
			const { samples: _, estimates: __, ...fields } = cell;
			for (const { id, value, path } of metricValues(fields)) {
				// The rate of a concurrent cell has an id of its own.
				const metric =
					id === "messages_per_second" && cell.throughput?.concurrent_messages_per_second !== null
						? "concurrent_throughput"
						: id;
				assert.equal(value, figureOf(metricOf(metric), cell), `${target.id} ${scenario} ${path.join(".")}`);
				seen++;
			}
		}
		for (const { name, metric, scenario } of FLAT_METRICS) {
			const cell = scenarios[scenario];
			const figure = cell?.status === "comparable" ? figureOf(metricOf(metric), cell) : null;
			assert.equal(metrics[name], figure, `${target.id} ${name}`);
		}
	}
	assert.ok(seen > 500, `${seen}`);
});

test("no metric id has two values in a comparison: its rows, details, findings and growth agree", () => {
	let seen = 0;
	for (const { id: scenario, rows, cells, deciding_metric } of comparison.scenarios) {
		for (const { metric, values, intervals } of rows)
			for (const [target, value] of Object.entries(values)) {
				assert.equal(value, figureIn(scenario, target, metric), `${scenario} ${target} ${metric}`);
				const interval = intervals[target];
				if (interval && value !== null)
					assert.ok(interval.low <= value && value <= interval.high, `${scenario} ${target} ${metric}`);
				seen++;
			}
		assert.ok(deciding_metric === null || rows.some(({ metric }) => metric === deciding_metric));
		for (const [target, { detail }] of Object.entries(cells)) {
			for (const { id, value, path } of metricValues(detail)) {
				assert.equal(value, figureIn(scenario, target, id), `${scenario} ${target} ${path.join(".")}`);
				seen++;
			}
			if (detail.phases)
				assert.equal(detail.phases.cold_ms, figureIn(scenario, target, "first_message_latency_ms"));
			for (const { stage, inclusive_ms } of detail.pipeline?.stages ?? []) {
				const average = findMetric(`${stage}_avg_ms`);
				if (average)
					assert.equal(inclusive_ms, figureIn(scenario, target, average.id), `${scenario} ${stage}`);
			}
		}
	}
	for (const { dimension, target, points } of comparison.growth) {
		const own = Object.entries(results.find((one) => one.target.id === target)?.scenarios ?? {});
		for (const { size, value_ms } of points) {
			const scenario = own.find(
				([, { scaling }]) => scaling?.series === dimension && scaling.size === size,
			)?.[0];
			assert.equal(value_ms, figureIn(scenario ?? "", target, "message_latency_p50_ms"));
			seen++;
		}
	}
	const metricOfFinding = {
		provider_overlap: "provider_overlap",
		memory_growth: "memory_growth_kb_per_message",
	};
	for (const { finding, scenario, values } of comparison.findings)
		for (const [target, value] of Object.entries(values))
			if (finding in metricOfFinding)
				assert.equal(
					value,
					figureIn(scenario, target, metricOfFinding[finding as keyof typeof metricOfFinding]),
				);
	assert.ok(seen > 800, `${seen}`);
});

test("a change and a history show the same values", () => {
	const side = { name: "run", results };
	const change = compareChange(side, side, { pairs: [["python", "rust"]], paired: true });
	let seen = 0;
	for (const { scenario, rows } of change.cells)
		for (const { metric, base, head } of rows) {
			assert.equal(base, figureIn(scenario, "python", metric));
			assert.equal(head, figureIn(scenario, "rust", metric));
			seen++;
		}
	for (const { target, scenario, metric, points } of history(
		results.map((one) => ({ ...one, complete: true })),
	).series)
		for (const { value, status } of points) {
			assert.equal(value, status === "comparable" ? figureIn(scenario, target, metric) : null);
			seen++;
		}
	assert.ok(seen > 40, `${seen}`);
});

/** Tables whose rows are metrics. Those of stages have self times. */
const FIGURES = ["Time", "Memory and collections", "Pipeline, inclusive time per message"];

test("the page shows the same values, in its matrix and in the tables of its scenarios", () => {
	const { document } = parseHTML(renderPage(comparison));
	const ids = comparison.targets.map(({ id }) => id);
	const seen = { matrix: 0, tables: 0 };
	for (const line of document.querySelectorAll("#matrix tr[data-m]")) {
		const scenario = line.querySelector("th a")?.textContent ?? "";
		const metric = line.getAttribute("data-m") ?? "";
		for (const cell of line.querySelectorAll("td[data-v]")) {
			const figure = figureIn(scenario, ids[Number(cell.getAttribute("data-t"))] ?? "", metric);
			assert.equal(
				Number(cell.getAttribute("data-v")),
				Number(figure?.toPrecision(6)),
				`${scenario} ${metric}`,
			);
			assert.ok(
				cell.textContent?.includes(valueText(figure, metricOf(metric).unit)),
				`${scenario} ${metric}`,
			);
			seen.matrix++;
		}
	}
	const tables = [...document.querySelectorAll("[aria-label]")];
	for (const scenario of comparison.scenarios) {
		const own = tables.filter((one) =>
			FIGURES.includes(one.getAttribute("aria-label")?.replace(` of ${scenario.id}`, "") ?? ""),
		);
		for (const row of own.flatMap((one) => [...one.querySelectorAll("tr")])) {
			const [label, ...cells] = [...row.children].map((one) => one.textContent?.trim() ?? "");
			const metric = METRICS.find((one) => one.parent === null && one.label === label);
			if (!metric || cells.length !== ids.length) continue;
			for (const [index, text] of cells.entries()) {
				const figure = figureIn(scenario.id, ids[index] ?? "", metric.id);
				// A dash, or why there is none.
				if (figure === null) continue;
				if (text === "not called") assert.equal(figure, 0);
				else assert.ok(text.includes(valueText(figure, metric.unit)), `${scenario.id} ${metric.id}: ${text}`);
				seen.tables++;
			}
		}
	}
	assert.ok(seen.matrix > 200 && seen.tables > 500, JSON.stringify(seen));
});

test("every export shows the same values", () => {
	const rendered = (format: string) =>
		COMPARISON_EXPORTERS.filter((one) => one.format === format).map(({ render }) => render(comparison));
	let seen = 0;
	const [head = [], ...lines] = readCsv(rendered("csv").join(""));
	for (const line of lines) {
		const row = Object.fromEntries(head.map((name, index) => [name, line[index]]));
		if (!row.metric) continue;
		const value = figureIn(row.scenario ?? "", row.target ?? "", row.metric);
		assert.equal(
			row.value,
			value === null ? "" : String(value),
			`${row.scenario} ${row.target} ${row.metric}`,
		);
		seen++;
	}
	const measures: Record<string, string> = { latency: "message_latency_p50_ms" };
	for (const [name, metrics] of Object.entries(
		JSON.parse(rendered("bmf").join("")) as Record<string, Record<string, { value: number }>>,
	)) {
		const [scenario = "", target = ""] = name.split("/");
		for (const [slug, { value }] of Object.entries(metrics)) {
			const ids =
				slug === "throughput"
					? ["messages_per_second", "concurrent_throughput"]
					: [measures[slug] ?? slug.replaceAll("-", "_")];
			const figure = ids.map((id) => figureIn(scenario, target, id)).find((one) => one !== null);
			assert.equal(value, slug === "latency" ? (figure ?? 0) * 1e6 : figure, `${name} ${slug}`);
			seen++;
		}
	}
	for (const { name, value } of rendered("github-action-benchmark").flatMap(
		(text) => JSON.parse(text) as { name: string; value: number }[],
	)) {
		const [, scenario = "", target = "", label = ""] = /^([^/]+)\/(\S+) (.*)$/.exec(name) ?? [];
		const metric = COMPETING_METRICS.find((one) => one.label === label);
		assert.equal(value, figureIn(scenario, target, metric?.id ?? ""), name);
		seen++;
	}
	assert.ok(seen > 600, `${seen}`);
});
