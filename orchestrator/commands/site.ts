/** `./run.sh site` writes a static site from many runs. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
	type CollectedRun,
	collectRun,
	inOrder,
	runKey,
	withoutSamples,
} from "../../analysis/change/collection.ts";
import { history } from "../../analysis/change/history.ts";
import { compare } from "../../analysis/compare/comparison.ts";
import { renderRunPage, renderSitePages } from "../../report/html/site/site.ts";
import { countedText } from "../../report/text/units.ts";
import { plainText } from "../../shared/text.ts";
import type { BenchmarkResult } from "../../shared/types.ts";
import { messageOf, UserError } from "../errors.ts";
import { ROOT } from "../files.ts";
import { readResultFile } from "../run/results.ts";
import { type FoundResult, ResultReader, withoutHeldShards } from "../run/results-below.ts";
import { SiteFolder } from "./site-folder.ts";

/** A run whose results have been found, and will be read again one run at a time. */
interface FoundRun {
	paths: Map<string, string>;
	results: BenchmarkResult[];
}

/**
 * @param output the folder of the site
 * @param places folders below which runs lie, or result files
 * @throws {UserError} when there is no run, or the folder holds something else
 */
export function siteCommand(output: string, places: readonly string[]): void {
	const roots = (places.length > 0 ? places : [join(ROOT, "results")]).map((place) => resolve(place));
	for (const root of roots)
		if (!existsSync(root)) throw new UserError(`there is no ${root}: name folders that hold runs`);
	const leftOut: string[] = [];
	const leaveOut = (sentence: string) => {
		console.error(`left out: ${sentence}`);
		leftOut.push(withoutRoots(sentence, roots));
	};
	const found = findRuns(roots, leaveOut);
	if (found.length === 0)
		throw new UserError(`there is no result that can be read below ${roots.join(", ")}: nothing was written`);
	const site = SiteFolder.open(output);
	try {
		const results: BenchmarkResult[] = [];
		const runs = found.flatMap((run): CollectedRun[] => {
			try {
				const { collected, page } = collect(run);
				site.write(page.path, page.text);
				results.push(...run.results);
				return [collected];
			} catch (error) {
				if (error instanceof UserError) throw error;
				leaveOut(
					`${[...run.paths.values()].join(", ")}: no comparison can be made of it: ${messageOf(error)}`,
				);
				return [];
			}
		});
		for (const { path, text } of renderSitePages(runs, history(results), leftOut.toSorted()))
			site.write(path, text);
		site.finish();
		const rest = leftOut.length === 0 ? "" : `, ${leftOut.length} left out`;
		console.log(`Site: ${resolve(output)} (${countedText(runs.length, "run")}${rest})`);
		console.log(`Opens from the disk: ${pathToFileURL(join(resolve(output), "index.html")).href}`);
	} catch (error) {
		site.discard();
		throw error;
	}
}

/** Groups results by run. Of two states of one result the later one counts. */
function findRuns(roots: readonly string[], leaveOut: (sentence: string) => void): FoundRun[] {
	const runs = new Map<string, Map<string, FoundResult>>();
	for (const one of withoutHeldShards(readAll(roots, leaveOut), leaveOut)) {
		const { result } = one;
		const run = runs.get(runKey(result)) ?? new Map<string, FoundResult>();
		runs.set(runKey(result), run);
		const other = run.get(result.target.id);
		const [kept, dropped] = other && isLater(other.result, result) ? [other, one] : [one, other];
		run.set(result.target.id, kept);
		if (dropped) leaveOut(`${dropped.path} is an earlier state of ${kept.path}`);
	}
	// A site does not depend on the order in which files are found.
	return [...runs]
		.toSorted(([one], [other]) => (one < other ? -1 : 1))
		.map(([, run]) => ({
			paths: new Map([...run].map(([target, { path }]) => [target, path])),
			results: inOrder([...run.values()].map(({ result }) => result)),
		}));
}

/** Reads the results that have a time, and keeps of each what a history needs. */
function readAll(roots: readonly string[], leaveOut: (sentence: string) => void): FoundResult[] {
	const reader = new ResultReader(leaveOut);
	const found: FoundResult[] = [];
	for (const root of roots)
		for (const { path, result } of reader.read(root))
			if (Number.isNaN(Date.parse(result.timestamp)))
				leaveOut(`${path} has no time: ${plainText(result.timestamp, 40)}`);
			else found.push({ path, result: withoutSamples(result) });
	return found;
}

/** A run that was interrupted and resumed has results of both states where a copy was made in between. */
function isLater(one: BenchmarkResult, other: BenchmarkResult): boolean {
	const [a, b] = [one, other].map(({ complete, resumed }) => resumed + Number(complete));
	return (a ?? 0) >= (b ?? 0);
}

function collect({ paths }: FoundRun): { collected: CollectedRun; page: ReturnType<typeof renderRunPage> } {
	const [first, ...others] = inOrder([...paths.values()].map((path) => readResultFile(path)));
	if (!first) throw new RangeError("a run without results");
	const comparison = compare([first, ...others]);
	const collected = collectRun([first, ...others], comparison);
	return { collected, page: renderRunPage(collected, comparison) };
}

/** A site says where a file lies below the folder that was named, and nothing of what is above it. */
function withoutRoots(sentence: string, roots: readonly string[]): string {
	return roots.reduce((text, root) => text.replaceAll(`${root}/`, ""), sentence);
}
