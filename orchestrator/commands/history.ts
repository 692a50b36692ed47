/** `./run.sh history` draws a metric over many runs, with the points where its level changes. */

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { history } from "../../analysis/change/history.ts";
import { COMPETING_METRICS } from "../../analysis/metrics.ts";
import { renderHistory } from "../../report/console/history.ts";
import { terminalLayout } from "../../report/console/table.ts";
import { renderHistoryPage } from "../../report/html/history.ts";
import type { BenchmarkResult } from "../../shared/types.ts";
import { messageOf, UserError } from "../errors.ts";
import { ROOT, withoutMark, writeText } from "../files.ts";
import { readResultFile } from "../run/results.ts";

export interface HistoryFlags {
	scenarios?: string;
	targets?: string;
	metric?: string;
	output?: string;
	json?: true;
}

/** Results do not lie deeper than this below the folder that is named. */
const MOST_DEPTH = 12;
/** Folders of a run that hold other things than its results. */
const NOT_RESULTS = ["measurements", "logs"];

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
	const known = new Map<string, string>();
	return findResultFiles(folder, 0, []).flatMap((path) => {
		try {
			const result = readResultFile(path);
			// Another system's line ends and marks make no other run.
			const digest = createHash("sha256").update(JSON.stringify(result)).digest("hex");
			const original = known.get(digest);
			known.set(digest, original ?? path);
			if (original !== undefined) console.error(`left out: ${path} is a copy of ${original}`);
			else if (result.complete) return [result];
			else console.error(`left out: ${path} is of an interrupted run`);
		} catch (error) {
			console.error(`left out: ${messageOf(error)}`);
		}
		return [];
	});
}

/**
 * Finds JSON files that say they are results, and those that cannot be read: the user should hear of
 * them. Links are followed.
 * @param above the folders that this one lies in
 */
function findResultFiles(folder: string, depth: number, above: readonly string[]): string[] {
	const real = realpathSync(folder);
	const names = readdirSync(folder).toSorted();
	const isRun = names.includes("run.json");
	return names.flatMap((name) => {
		const path = join(folder, name);
		const found = statSync(path, { throwIfNoEntry: false });
		if (!found) console.error(`left out: ${path} is a link to nothing`);
		else if (found.isDirectory()) {
			if (isRun && NOT_RESULTS.includes(name)) return [];
			if ([...above, real].includes(realpathSync(path)))
				console.error(`left out: ${path} is a link to a folder that it lies in`);
			else if (depth === MOST_DEPTH) console.error(`left out: ${path} lies too deep in ${folder}`);
			else return findResultFiles(path, depth + 1, [...above, real]);
		} else if (name.endsWith(".json") && mayBeResult(path)) return [path];
		return [];
	});
}

function mayBeResult(path: string): boolean {
	const text = withoutMark(readFileSync(path, "utf8"));
	try {
		return (JSON.parse(text) as { kind?: unknown } | null)?.kind === "result";
	} catch {
		return text.slice(0, 200).includes('"result"');
	}
}
