/**
 * `./run.sh versions` measures published versions of one framework in one run, and finds where each metric
 * changed from one to the next.
 */
import { join } from "node:path";
import { versionHistory } from "../../analysis/change/versions.ts";
import { renderExceptions } from "../../report/console/exceptions.ts";
import { renderHistory } from "../../report/console/history.ts";
import { terminalLayout } from "../../report/console/table.ts";
import { renderHistoryPage } from "../../report/html/history.ts";
import { joinAlternatives } from "../../shared/text.ts";
import type { ShardWay } from "../../shared/types.ts";
import { loadContract, loadTargets, select } from "../contract.ts";
import { EXIT, UserError } from "../errors.ts";
import { writeText } from "../files.ts";
import { DEFAULT_SEED, DEFAULT_TIMEOUT } from "../run/profiles.ts";
import { readResults } from "../run/results.ts";
import { RUNTIME_NAMES } from "../runtimes/index.ts";
import { chooseVersions, listPublishedVersions } from "../targets/published.ts";
import { parseTargets } from "../targets/select.ts";
import { MOST_TARGETS, type TargetList } from "../targets/specification.ts";
import { runMeasurement, writePage } from "./run-measurement.ts";
import { type NewRunFlags, requestRun } from "./run-request.ts";

export interface VersionsFlags {
	scenarios: string;
	profile: string;
	precision?: number;
	budget?: number;
	scenarioFile?: string;
	blocks?: number;
	shard?: { index: number; of: number };
	shardBy?: ShardWay;
	beside?: true;
	output?: string;
	json?: true;
}

/** The run that versions are measured in. */
export interface VersionsRun {
	versions: readonly string[];
	targets: TargetList;
	options: NewRunFlags;
}

/**
 * @throws {UserError} for a runtime or versions that do not exist, and when fewer than two can be compared
 */
export async function chooseRun(
	runtime: string,
	words: string[],
	flags: VersionsFlags,
): Promise<VersionsRun> {
	const [target] = select(loadTargets(), runtime, "runtime");
	if (!target || target.id !== runtime)
		throw new UserError(`versions takes one runtime: ${joinAlternatives(RUNTIME_NAMES)}`);
	const ranged = words.length === 0 || words.some((word) => word.includes(".."));
	const published = ranged ? await listPublishedVersions(target, (line) => console.error(line)) : [];
	const most = mostVersions(flags);
	const { versions, leftOut } = chooseVersions(words, published, target.framework.version, most);
	if (versions.length < 2)
		throw new UserError(
			`one version, ${versions.join()}, cannot change: name two or more, or a range such as A..B`,
		);
	if (leftOut.length > 0)
		console.error(`A run takes ${most} targets. Left out, spread evenly: ${leftOut.join(", ")}`);
	const targets = parseTargets(versions.map((version) => `${target.id}@${version}`).join(","), { most });
	const options: NewRunFlags = {
		...flags,
		alternate: "iterations",
		modelDelayMs: 0,
		seed: DEFAULT_SEED,
		timeout: DEFAULT_TIMEOUT,
	};
	return { versions, targets, options };
}

export async function versionsCommand(runtime: string, words: string[], flags: VersionsFlags): Promise<void> {
	const { targets, options } = await chooseRun(runtime, words, flags);
	const contract = loadContract(flags);
	const request = await requestRun(contract, targets, options, "measure");
	const measurement = await runMeasurement(contract, request, { prints: "nothing" });
	const { outcome, leftOut: broken, terminal } = measurement;
	terminal.close();
	const { folder, comparison, interrupted } = outcome;
	const found = versionHistory(readResults(folder));
	if (found.series.length === 0)
		throw new UserError(`no version does what a scenario asks for: the reasons are in ${folder}`);
	const page = join(folder, "versions.html");
	if (comparison) await writePage(folder, comparison);
	writeText(page, renderHistoryPage(found));
	if (flags.json) console.log(JSON.stringify(found));
	else {
		const layout = terminalLayout();
		const parts = [
			renderHistory(found, layout),
			comparison ? renderExceptions(comparison, layout) : "",
		].filter((part) => part !== "");
		console.log(
			`${parts.join("\n\n")}\nResults: ${folder}\nPage: ${page}\nWhole page: ${join(folder, "report.html")}`,
		);
	}
	process.exitCode = interrupted
		? EXIT.interrupted
		: outcome.failed + broken.length > 0
			? EXIT.failed
			: EXIT.done;
}

/** A machine has the version that all groups share, the last one of the group before, and its own. */
function mostVersions({ shard, shardBy }: Pick<VersionsFlags, "shard" | "shardBy">): number {
	return shard && shardBy === "versions" ? (MOST_TARGETS - 2) * shard.of + 1 : MOST_TARGETS;
}
