/** `./run.sh fleet slurm` writes, shows and submits the jobs of a fleet. */
import { rmSync } from "node:fs";
import { userInfo } from "node:os";
import { resolve } from "node:path";
import { countedText } from "../../report/text/units.ts";
import { joinList } from "../../shared/text.ts";
import { type FleetFile, type FleetJob, SCHEMA_VERSION, type ShardWay } from "../../shared/types.ts";
import { loadContract } from "../contract.ts";
import { UserError } from "../errors.ts";
import { ROOT, writeText } from "../files.ts";
import { FleetFolder } from "../fleet/fleet-folder.ts";
import { parseHeader, readTemplate, TEMPLATE } from "../fleet/job-script.ts";
import { copyProgram, programDigest } from "../fleet/program-copy.ts";
import { scriptsOf, submitJobs } from "../fleet/submission.ts";
import { shareSeconds } from "../run/shard-plan.ts";
import { parseTargets } from "../targets/select.ts";
import type { TargetList } from "../targets/specification.ts";
import { describeDuration } from "../terminal/progress.ts";
import { watchFleet } from "./fleet-status.ts";
import {
	chooseProfile,
	commandOf,
	type MeasureFlags,
	type NewRunFlags,
	observeOf,
	shareOf,
	wantedOf,
} from "./run-request.ts";
import { chooseRun, type VersionsFlags } from "./versions.ts";

export interface FleetSlurmFlags {
	shards: number;
	shardBy?: ShardWay;
	partition?: string;
	time?: string;
	atOnce?: number;
	header?: string[];
	template?: string;
	local?: string;
	inPlace?: true;
	output?: string;
	print?: true;
	watch?: true;
}

/** The run that a fleet measures, with its words parsed. */
export type FleetRun =
	| { kind: "run"; flags: MeasureFlags }
	| { kind: "versions"; runtime: string; versions: string[]; flags: VersionsFlags };

/**
 * @throws {UserError} for a run that cannot be shared so, before anything is written, and when Slurm does not
 *   take the jobs
 */
export async function fleetSlurmCommand(run: FleetRun, flags: FleetSlurmFlags): Promise<void> {
	const by = flags.shardBy ?? "scenarios";
	const { list, options, words } = await wordsOf(run, flags.shards, by);
	const described = await describeShares(list, options, { of: flags.shards, by });
	const fleet = FleetFolder.plan(flags.output, new Date());
	const template = readTemplate(flags.template ?? TEMPLATE);
	const local = flags.local ?? `/tmp/eliza-benchmark-fleet-${userInfo().uid}`;
	if (!/^\/[^\s"'\\]+$/.test(local))
		throw new UserError(
			`--local ${local} is no absolute path without spaces: name a folder on each node's disk`,
		);
	const file: FleetFile = {
		schemaVersion: SCHEMA_VERSION,
		kind: "fleet",
		createdAt: new Date().toISOString(),
		of: flags.shards,
		by,
		words: flags.inPlace ? [...words, "--beside"] : words,
		request: {
			partition: flags.partition ?? null,
			time: flags.time ?? null,
			atOnce: flags.atOnce ?? null,
			headers: (flags.header ?? []).map(parseHeader),
		},
		program: flags.inPlace
			? { kind: "in-place", root: ROOT.replace(/\/$/, "") }
			: { kind: "copied", digest: programDigest(), local },
		jobs: [],
	};
	const shards = Array.from({ length: file.of }, (_, place) => place + 1);
	console.error(described);
	if (flags.print) {
		const { array, merge } = scriptsOf(fleet, file, shards, template);
		console.log(`# sbatch --parsable ${array.path}\n${array.text}`);
		console.log(`# sbatch --parsable --dependency=afterany:JOB ${merge.path}\n${merge.text.trimEnd()}`);
		console.error("Nothing was written or submitted");
		return;
	}
	const [array, merge] = await submitNew(fleet, file, template, shards);
	console.log(
		`Submitted: job ${array.id} (${countedText(file.of, "shard")}), and job ${merge.id} (their merge)`,
	);
	console.log(`Fleet: ${fleet.folder}`);
	if (flags.watch) await watchFleet(fleet);
	else console.log(`To watch it: ./run.sh fleet status ${fleet.folder} --watch`);
}

/** A fleet that Slurm does not take leaves no folder. */
async function submitNew(
	fleet: FleetFolder,
	file: FleetFile,
	template: string,
	shards: readonly number[],
): Promise<[FleetJob, FleetJob]> {
	fleet.make(file);
	try {
		writeText(fleet.template, template);
		if (file.program.kind === "copied") copyProgram(fleet.program);
		return await submitJobs(fleet, file, shards);
	} catch (error) {
		rmSync(fleet.folder, { recursive: true, force: true });
		throw error;
	}
}

/** All that a task needs to know of the run, whatever its folder is, and whatever is published then. */
async function wordsOf(
	run: FleetRun,
	of: number,
	shardBy: ShardWay,
): Promise<{ list: TargetList; options: NewRunFlags; words: string[] }> {
	if (run.kind === "versions") {
		const { runtime, flags } = run;
		const shard = { index: 1, of };
		const { versions, targets, options } = await chooseRun(runtime, run.versions, {
			...flags,
			shard,
			shardBy,
		});
		return { list: targets, options, words: ["versions", runtime, ...versions, ...versionOptions(flags)] };
	}
	if (shardBy === "versions")
		throw new UserError("--shard-by versions shares ./run.sh versions: write -- versions RUNTIME A..B");
	const { flags } = run;
	const list = parseTargets(flags.targets, { names: flags.targetFile });
	const [, ...words] = commandOf({ ...flags, targets: list.argument });
	const rest = ["--scenarios", flags.scenarios, ...(flags.beside ? ["--beside"] : [])];
	return { list, options: flags, words: [...words, ...rest] };
}

function versionOptions({
	scenarios,
	profile,
	precision,
	budget,
	blocks,
	scenarioFile,
	beside,
}: VersionsFlags): string[] {
	const given: Record<string, string | undefined> = {
		"--scenarios": scenarios,
		"--profile": profile,
		"--precision": precision === undefined ? undefined : `${100 * precision}%`,
		"--budget": budget === undefined ? undefined : `${budget}s`,
		"--blocks": blocks?.toString(),
		"--scenario-file": scenarioFile === undefined ? undefined : resolve(scenarioFile),
	};
	const words = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
	return beside ? [...words, "--beside"] : words;
}

/** Makes every share, so that what no task could do is refused here. @returns what they are, in a sentence */
async function describeShares(
	list: TargetList,
	options: NewRunFlags,
	{ of, by }: { of: number; by: ShardWay },
): Promise<string> {
	const profile = chooseProfile(options.profile);
	const wanted = await wantedOf(loadContract(options), list, options, "measure");
	const observe = observeOf(wanted.scenarios, profile, options);
	const seconds = Array.from({ length: of }, (_, place) => {
		const flags = { ...options, shard: { index: place + 1, of }, shardBy: by };
		const share = shareOf(profile, flags, wanted);
		return shareSeconds({ ...share, observe, modelDelayMs: options.modelDelayMs });
	});
	const what = joinList([
		countedText(wanted.scenarios.length, "scenario"),
		countedText(wanted.targets.length, "target"),
	]);
	const time = describeDuration(Math.max(...seconds));
	return `Plan: ${what} in ${countedText(of, "shard")} by ${by}, each measured for ${time}, once its node is set up`;
}
