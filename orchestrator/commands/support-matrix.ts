/** `./run.sh support-matrix` finds out which version of a framework can do which scenario. */
import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { supportMatrixMarkdown } from "../../report/exporters/support-matrix.ts";
import { type Target, versionsFile } from "../../shared/types.ts";
import { loadContract, loadTargets, select } from "../contract.ts";
import { withoutPassword } from "../database/given.ts";
import { refuseGivenServer } from "../database/open.ts";
import { messageOf, UserError } from "../errors.ts";
import { readJson, SHARED, writeText } from "../files.ts";
import { takeMeasuringTurn } from "../process/measuring-turn.ts";
import { applyProfile, DEFAULT_SEED, DEFAULT_TIMEOUT, PROFILES, settingsOf } from "../run/profiles.ts";
import { makeSupportMatrix } from "../run/support-matrix.ts";
import type { Say } from "../runtimes/runtime.ts";
import { parseTargets, resolveTargets } from "../targets/select.ts";
import { Terminal } from "../terminal/run-view.ts";
import { stopOnInterrupt } from "./run-measurement.ts";

export interface SupportMatrixFlags {
	targets?: string;
	scenarios?: string;
	targetFile?: string;
	scenarioFile?: string;
	timeout: number;
	databaseUrl?: string;
	beside?: true;
	output?: string;
}

/** The list of `versions.json` that is used where no targets are named. */
const LIST = "support-matrix";

/**
 * Prints the page, or writes it. @throws {UserError} for unusable input, when no version can be set up, and
 * when it is interrupted
 */
export async function supportMatrixCommand(flags: SupportMatrixFlags): Promise<void> {
	const profile = PROFILES.standard;
	if (!profile) throw new RangeError("there is no standard profile");
	const contract = loadContract(flags);
	const scenarios = select(contract.scenarios, flags.scenarios, "scenario")
		// A calibration asks nothing of a version. It is tried where it is named.
		.filter(({ kind }) => kind !== "calibration" || flags.scenarios !== undefined)
		.map((scenario) => applyProfile(scenario, profile, {}));
	const targets = await resolveWanted(flags);
	if (flags.output !== undefined) requireWritable(flags.output);
	const say: Say = (line) => console.error(line);
	await refuseGivenServer(targets, flags.databaseUrl, say);
	const endTurn = await takeMeasuringTurn(flags.beside === true, say);
	const terminal = new Terminal("nothing", "verify", "");
	const matrix = await makeSupportMatrix({
		contract,
		scenarios,
		targets,
		command: commandOf(flags),
		databaseUrl: flags.databaseUrl,
		seed: DEFAULT_SEED,
		stop: stopOnInterrupt(),
		settings: settingsOf(
			profile,
			{ alternate: "iterations", timeout: flags.timeout },
			{ verifyOnly: true, cells: scenarios.length * targets.length },
		),
		say,
		listener: terminal,
	}).finally(() => {
		terminal.close();
		endTurn();
	});
	const page = supportMatrixMarkdown(matrix);
	if (flags.output === undefined) process.stdout.write(page);
	else {
		writeText(resolve(flags.output), page);
		console.error(`Support matrix: ${resolve(flags.output)}`);
	}
}

/**
 * Resolves the targets, of which there may be more than a run takes. A version that is locked in this
 * repository is measured where it is.
 */
async function resolveWanted({ targets: words, targetFile }: SupportMatrixFlags): Promise<Target[]> {
	const list = parseTargets(words ?? defaultList(), { names: targetFile, most: Number.POSITIVE_INFINITY });
	const locked = loadTargets();
	const wanted = new Map<string, Target>();
	for (const target of await resolveTargets(list)) {
		const { source, variants, runtime } = target;
		const same =
			source?.kind === "version" && variants === undefined
				? locked.find((one) => one.runtime === runtime && one.framework.version === source.version)
				: undefined;
		const one = same ?? target;
		if (!wanted.has(one.id)) wanted.set(one.id, one);
	}
	return [...wanted.values()];
}

function defaultList(): string {
	const path = join(SHARED, "versions.json");
	const { lists } = readJson(path, versionsFile, "list of versions");
	const found = lists[LIST];
	if (found) return found.join(",");
	throw new UserError(
		`the list of versions ${path} has no field lists.${LIST}: name the versions there, or with --targets`,
	);
}

function commandOf({
	targets,
	scenarios,
	targetFile,
	scenarioFile,
	timeout,
	databaseUrl,
	output,
}: SupportMatrixFlags): string {
	const server = databaseUrl && withoutPassword(databaseUrl);
	const given = {
		targets,
		scenarios,
		"target-file": targetFile,
		"scenario-file": scenarioFile,
		"database-url": server,
		output,
	};
	const options = Object.entries(given).flatMap(([name, value]) =>
		value === undefined ? [] : [`--${name} ${value}`],
	);
	return [
		"./run.sh support-matrix",
		...options,
		...(timeout === DEFAULT_TIMEOUT ? [] : [`--timeout ${timeout}`]),
	].join(" ");
}

/** Refuses a path that cannot be written, before minutes are spent. */
function requireWritable(output: string): void {
	const path = resolve(output);
	try {
		if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error("it is a folder");
		mkdirSync(dirname(path), { recursive: true });
		accessSync(dirname(path), constants.W_OK);
	} catch (error) {
		throw new UserError(`cannot write ${path}: ${messageOf(error)}`);
	}
}
