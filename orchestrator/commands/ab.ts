/**
 * `./run.sh ab` measures two targets in one run and says what changed: did this change make it faster, by
 * how much, and where?
 */
import { join } from "node:path";
import { compareChange } from "../../analysis/change/change.ts";
import { renderChange } from "../../report/console/change.ts";
import { terminalLayout } from "../../report/console/table.ts";
import { CHANGE_EXPORTERS } from "../../report/exporters/index.ts";
import { failedText } from "../../report/text/agent.ts";
import { ageText, changeSentences } from "../../report/text/change.ts";
import { plainText } from "../../shared/text.ts";
import { type FailedPlugin, leavesOut } from "../agent/trial.ts";
import { loadContract, select } from "../contract.ts";
import { EXIT, UserError } from "../errors.ts";
import { DEFAULT_SEED, DEFAULT_TIMEOUT } from "../run/profiles.ts";
import { readSide } from "../run/results.ts";
import { parseTargets } from "../targets/select.ts";
import { applyGate, exitStatus, gateRules, writeFormats } from "./compare.ts";
import { chooseFormats } from "./formats.ts";
import { type Measurement, runMeasurement, writePage } from "./run-measurement.ts";
import { type NewRunFlags, requestRun } from "./run-request.ts";

export interface AbFlags {
	scenarios: string;
	precision: number;
	/** Seconds. The default depends on the number of scenarios. */
	budget?: number;
	targetFile?: string;
	scenarioFile?: string;
	failOn?: string[];
	thresholds?: string;
	format?: string;
	databaseUrl?: string;
	beside?: true;
	output?: string;
	json?: true;
}

/** With two set-ups of half a minute each, verification and the pilot this stays under three minutes. */
const SECONDS_PER_SCENARIO = 90;
/** Observed iterations of each process. The interval of a stage has to be as narrow as that of a message. */
const OBSERVED = 6;
/**
 * `ab` is asked again and again, and each time one verdict is acted on: at 95 % it would send a maintainer
 * after nothing one time in twenty.
 */
const CONFIDENCE = 0.99;
/**
 * A run that stops on its own interval stops too early when a few blocks agree by chance. These cost a
 * maintainer ten seconds.
 */
const LEAST_BLOCKS = 12;
const LONGEST_FAILURE = 600;
/** This format is always written. */
const PAGE = "html";

/**
 * Sets the exit status as `compare` does: 0 no regression, 1 regression.
 * @throws {UserError} with status 2 for unusable input, 3 for targets that cannot be compared
 */
export async function abCommand(base: string, head: string, flags: AbFlags): Promise<void> {
	const formats = chooseFormats(
		CHANGE_EXPORTERS,
		flags.format === undefined ? PAGE : `${PAGE},${flags.format}`,
	);
	const rules = gateRules(flags);
	const contract = loadContract(flags);
	const targets = parseTargets(`${base},${head}`, { names: flags.targetFile });
	const ids = targets.specifications.map(({ id }) => id);
	if (ids.length === 1 && !`${base}${head}`.includes(","))
		throw new UserError(`ab compares two targets, and both words name ${ids[0]}: name another one`);
	if (ids.length !== 2)
		throw new UserError(`ab compares two targets, these words name ${ids.length}: ${ids.join(", ")}`);
	const scenarios = select(contract.scenarios, flags.scenarios, "scenario").length;
	const options: NewRunFlags = {
		scenarios: flags.scenarios,
		profile: "standard",
		blocks: LEAST_BLOCKS,
		precision: flags.precision,
		budget: flags.budget ?? SECONDS_PER_SCENARIO * scenarios,
		observe: OBSERVED,
		observeEveryBlock: true,
		alternate: "iterations",
		modelDelayMs: 0,
		seed: DEFAULT_SEED,
		timeout: DEFAULT_TIMEOUT,
		...(flags.targetFile === undefined ? {} : { targetFile: flags.targetFile }),
		...(flags.scenarioFile === undefined ? {} : { scenarioFile: flags.scenarioFile }),
		...(flags.databaseUrl === undefined ? {} : { databaseUrl: flags.databaseUrl }),
		...(flags.beside ? { beside: true as const } : {}),
		...(flags.output === undefined ? {} : { output: flags.output }),
	};
	const request = await requestRun(contract, targets, options, "measure");
	const measured = await runMeasurement(contract, request, { prints: "nothing", needs: "all" });
	const { outcome, terminal } = measured;
	terminal.close();
	const { folder, comparison, interrupted } = outcome;
	const side = readSide(folder, () => {});
	const [one, other] = side.results;
	if (!one || !other || (interrupted && Object.keys(other.scenarios).length === 0))
		throw new UserError(`the run ${folder} was stopped before both targets were measured`, EXIT.interrupted);
	const pairs = [[one.target.id, other.target.id] as const];
	const change = compareChange(
		{ ...side, name: one.target.label },
		{ ...side, name: other.target.label },
		{ pairs, paired: true, confidence: CONFIDENCE },
	);
	const shown = applyGate(change, rules);
	if (comparison) await writePage(folder, comparison);
	writeFormats(shown, formats, { output: folder });
	if (flags.json) console.log(JSON.stringify(shown));
	else {
		const sentences = [
			...changeSentences(shown),
			...[one, other].flatMap(({ target: { id, label } }) =>
				leftOutOf(measured.failed, id).map(
					({ plugin, failure }) =>
						`In ${label}, ${plainText(failedText(plugin, failure), LONGEST_FAILURE)} It is left out of all figures.`,
				),
			),
			ageText(Object.values(one.scenarios)) ?? [],
		].flat();
		console.log(`${sentences.join("\n")}\n\n${renderChange(shown, terminalLayout())}`);
		console.log(`Results: ${folder}\nWhole page: ${join(folder, "report.html")}`);
	}
	const [before, after] = [one, other].map(({ target }) => leftOutOf(measured.failed, target.id));
	const isNews = ({ plugin }: FailedPlugin) => before?.some((known) => known.plugin === plugin) !== true;
	const lost = rules.length > 0 && after?.some(isNews) ? EXIT.failed : EXIT.done;
	process.exitCode = interrupted ? EXIT.interrupted : Math.max(lost, exitStatus(shown));
}

/** A plugin of the head's that does not work costs nothing, and is no reason to pass. */
function leftOutOf(failed: Measurement["failed"], target: string): FailedPlugin[] {
	return failed.get(target)?.filter(leavesOut) ?? [];
}
