/** `./run.sh sweep` measures a scenario over sizes of the user's own, and says how its latency grows. */
import { join } from "node:path";
import { renderSweep } from "../../report/console/sweep.ts";
import { terminalLayout } from "../../report/console/table.ts";
import { COMPARISON_EXPORTERS } from "../../report/exporters/index.ts";
import { commandText } from "../../report/html/shell.ts";
import type { Scenario } from "../../shared/types.ts";
import { type Contract, loadContract } from "../contract.ts";
import { EXIT, UserError } from "../errors.ts";
import { writeText } from "../files.ts";
import { DEFAULT_SEED, DEFAULT_TIMEOUT } from "../run/profiles.ts";
import { DIMENSIONS, type Dimension, sweepScenarios } from "../run/sweep.ts";
import { parseTargets } from "../targets/select.ts";
import { chooseFormats } from "./formats.ts";
import { nearestNames } from "./nearest.ts";
import { runMeasurement, writePage } from "./run-measurement.ts";
import { chooseProfile, type NewRunFlags, requestRun } from "./run-request.ts";

export interface SweepFlags {
	sizes?: string;
	base?: string;
	targets: string;
	profile: string;
	precision?: number;
	budget?: number;
	targetFile?: string;
	scenarioFile?: string;
	format?: string;
	databaseUrl?: string;
	beside?: true;
	output?: string;
	json?: true;
}

/** A run of more scenarios would take hours. */
const MOST_SIZES = 30;

/** @throws {UserError} for an unknown dimension, unusable sizes, or a base that sends no messages */
export async function sweepCommand(name: string, flags: SweepFlags): Promise<void> {
	const formats = chooseFormats(COMPARISON_EXPORTERS, flags.format);
	const contract = loadContract(flags);
	const dimension = chooseDimension(name);
	const sizes = flags.sizes === undefined ? dimension.sizes : parseSizes(flags.sizes, dimension);
	const base = chooseBase(flags.base ?? dimension.base, contract);
	const scenarios = sweepScenarios(dimension, base, sizes, chooseProfile(flags.profile), contract.character);
	const targets = parseTargets(flags.targets, { names: flags.targetFile });
	const options: NewRunFlags = {
		scenarios: "all",
		profile: flags.profile,
		alternate: "iterations",
		modelDelayMs: 0,
		seed: DEFAULT_SEED,
		timeout: DEFAULT_TIMEOUT,
		...(flags.precision === undefined ? {} : { precision: flags.precision }),
		...(flags.budget === undefined ? {} : { budget: flags.budget }),
		...(flags.targetFile === undefined ? {} : { targetFile: flags.targetFile }),
		...(flags.databaseUrl === undefined ? {} : { databaseUrl: flags.databaseUrl }),
		...(flags.beside ? { beside: true as const } : {}),
		...(flags.output === undefined ? {} : { output: flags.output }),
	};
	const request = await requestRun(contract, targets, options, "measure", { scenarios });
	const { outcome, leftOut, terminal } = await runMeasurement(contract, request, { prints: "nothing" });
	terminal.close();
	const { folder, comparison, interrupted } = outcome;
	if (comparison) {
		const page = await writePage(folder, comparison);
		for (const { file, render } of formats) writeText(join(folder, file), render(comparison));
		const places = [`Results: ${folder}`, `Page: ${page}`];
		console.log(
			flags.json
				? JSON.stringify(comparison)
				: [renderSweep(comparison, terminalLayout()), ...places].join("\n"),
		);
	}
	if (interrupted)
		console.error(
			`Interrupted: what was measured is in ${folder}\nTo resume it: ${commandText(["./run.sh", "--resume", folder])}`,
		);
	process.exitCode = interrupted
		? EXIT.interrupted
		: outcome.failed + leftOut.length > 0
			? EXIT.failed
			: EXIT.done;
}

function chooseDimension(name: string): Dimension {
	const found = DIMENSIONS.find((dimension) => dimension.name === name);
	if (found) return found;
	const names = DIMENSIONS.map((dimension) => dimension.name);
	throw new UserError(
		`unknown dimension '${name}', did you mean ${nearestNames(name, names)[0]}? Choose from ${names.join(", ")}`,
	);
}

function chooseBase(id: string, { scenarios, scenarioPath }: Contract): Scenario {
	const base = scenarios.find((scenario) => scenario.id === id);
	if (!base)
		throw new UserError(
			`the scenario file ${scenarioPath} has no scenario '${id}' to sweep: name one of it with --base`,
		);
	if (base.kind !== "messages")
		throw new UserError(`--base ${id} sends no messages to time: name a scenario of the kind 'messages'`);
	return base;
}

/** @returns the sizes in ascending order */
function parseSizes(text: string, { name, least, most }: Dimension): number[] {
	const words = text.split(",").map((word) => word.trim());
	const sizes = words.map((word) => {
		const size = Number(word);
		if (/^\d+$/.test(word) && size >= least && size <= most) return size;
		throw new UserError(
			`--sizes has '${word}': a size of ${name} is a whole number from ${least} to ${most}`,
		);
	});
	const doubled = sizes.find((size, index) => sizes.indexOf(size) < index);
	if (doubled !== undefined) throw new UserError(`--sizes has ${doubled} twice: name every size once`);
	if (sizes.length < 2)
		throw new UserError("--sizes has a single size, which shows no growth: name two or more, better five");
	if (sizes.length > MOST_SIZES)
		throw new UserError(`--sizes has ${sizes.length} sizes: a sweep takes at most ${MOST_SIZES}`);
	return sizes.toSorted((a, b) => a - b);
}
