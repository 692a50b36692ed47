/** `./run.sh history` draws a metric over many runs, with the points where its level changes. */

import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { history } from "../../analysis/change/history.ts";
import { COMPETING_METRICS } from "../../analysis/metrics.ts";
import { renderHistory } from "../../report/console/history.ts";
import { terminalLayout } from "../../report/console/table.ts";
import { renderHistoryPage } from "../../report/html/history.ts";
import type { BenchmarkResult } from "../../shared/types.ts";
import { UserError } from "../errors.ts";
import { ROOT, writeText } from "../files.ts";
import { type FoundResult, type LeaveOut, ResultReader, withoutHeldShards } from "../run/results-below.ts";

export interface HistoryFlags {
	scenarios?: string;
	targets?: string;
	metric?: string;
	output?: string;
	json?: true;
}

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
	const leaveOut: LeaveOut = (sentence) => console.error(`left out: ${sentence}`);
	const found: FoundResult[] = [];
	for (const one of new ResultReader(leaveOut).read(folder))
		if (one.result.complete) found.push(one);
		else leaveOut(`${one.path} is of an interrupted run`);
	return withoutHeldShards(found, leaveOut).map(({ result }) => result);
}
