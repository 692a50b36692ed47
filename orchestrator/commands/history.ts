/** `./run.sh history` draws a metric over many runs, with the points where its level changes. */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { history } from "../../analysis/change/history.ts";
import { COMPETING_METRICS } from "../../analysis/metrics.ts";
import { renderHistory } from "../../report/console/history.ts";
import { terminalLayout } from "../../report/console/table.ts";
import { renderHistoryPage } from "../../report/html/history.ts";
import type { BenchmarkResult } from "../../shared/types.ts";
import { messageOf, UserError } from "../errors.ts";
import { ROOT, writeText } from "../files.ts";
import { readResultFile } from "../run/results.ts";

export interface HistoryFlags {
	scenarios?: string;
	targets?: string;
	metric?: string;
	output?: string;
	json?: true;
}

/** Runs, or results that a CI has put together, lie at most so deep in their folder. */
const DEPTH = 3;

/** @throws {UserError} when there is nothing to draw */
export function historyCommand(folder = join(ROOT, "results"), flags: HistoryFlags = {}): void {
	if (!existsSync(folder) || !statSync(folder).isDirectory())
		throw new UserError(`there is no folder ${folder}: name one that holds runs`);
	if (flags.metric !== undefined && !COMPETING_METRICS.some(({ id }) => id === flags.metric))
		throw new UserError(
			`unknown metric '${flags.metric}': choose from ${COMPETING_METRICS.map(({ id }) => id).join(", ")}`,
		);
	const results = readResultsBelow(folder);
	const found = history(results, {
		...(flags.metric === undefined ? {} : { metric: flags.metric }),
		...(flags.scenarios === undefined ? {} : { scenarios: flags.scenarios.split(",") }),
		...(flags.targets === undefined ? {} : { targets: flags.targets.split(",") }),
	});
	if (found.series.length === 0)
		throw new UserError(
			`no result in ${folder} fits: it needs complete runs of the scenarios and targets named`,
		);
	if (flags.json) console.log(JSON.stringify(found));
	else console.log(renderHistory(found, terminalLayout()));
	const page = resolve(flags.output ?? join(folder, "history.html"));
	writeText(page, renderHistoryPage(found));
	console.error(`Page: ${page}`);
}

function readResultsBelow(folder: string): BenchmarkResult[] {
	return findResultFiles(folder, 0).flatMap((path) => {
		try {
			const result = readResultFile(path);
			if (result.complete) return [result];
			console.error(`left out: ${path} is of an interrupted run`);
		} catch (error) {
			console.error(`left out: ${messageOf(error)}`);
		}
		return [];
	});
}

/**
 * Finds JSON files that say they are results, and those that cannot be read: the user should hear of them.
 */
function findResultFiles(folder: string, depth: number): string[] {
	return readdirSync(folder, { withFileTypes: true })
		.toSorted((a, b) => (a.name < b.name ? -1 : 1))
		.flatMap((entry) => {
			const path = join(folder, entry.name);
			if (entry.isDirectory())
				return depth < DEPTH && entry.name !== "measurements" ? findResultFiles(path, depth + 1) : [];
			return entry.name.endsWith(".json") && mayBeResult(path) ? [path] : [];
		});
}

function mayBeResult(path: string): boolean {
	const text = readFileSync(path, "utf8");
	try {
		return (JSON.parse(text) as { kind?: unknown } | null)?.kind === "result";
	} catch {
		return text.slice(0, 200).includes('"result"');
	}
}
