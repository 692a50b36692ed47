/** The command line of the harness contract. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { DEFAULT_SHARED } from "./contract.ts";
import { DATABASE_KINDS, type DatabaseKind } from "./databases/database.ts";
import { InputError } from "./failure.ts";

/** Every mode has these. */
interface CommonOptions {
	/** Scenario ids, or `all`. */
	scenarios: string[];
	modelDelayMs: number;
	seed: number;
	shared: string;
	/** Null stands for the scenarios of `shared`. */
	scenarioFile: string | null;
	/** True for the variant whose evaluators are taken out of every runtime. */
	withoutEvaluators: boolean;
	/** The manifest of a user's own agent; null: the benchmark's. */
	agent: string | null;
	/** True for a process that tries the agent, and measures nothing. */
	trial: boolean;
	/** Plugins of the agent that are not loaded. */
	without: string[];
	/** Where every agent of the process keeps its data. */
	database: DatabaseKind;
}

export interface Options extends CommonOptions {
	live: false;
	worker: boolean;
	output: string;
	/** Null stands for the scenario's own number, also in `warmup`. */
	iterations: number | null;
	warmup: number | null;
	observe: number;
	verify: boolean;
	boxMs: number | null;
	/** Null writes no events. It is the default of batch mode. */
	eventsFd: number | null;
}

export interface LiveOptions extends CommonOptions {
	live: true;
	/** True for a process without a framework, which shows what everything around it costs. */
	empty: boolean;
	eventsFd: number;
}

const DEFAULT_EVENTS_FD = 3;
const DEFAULT_LIVE_SCENARIO = "single-message";

type Values = ReturnType<typeof parseArguments>["values"];

/** @throws {InputError} if the arguments do not follow the contract */
export function parseOptions(argv: string[]): Options | LiveOptions {
	const { values } = parseArguments(argv);
	return values.live ? readLiveOptions(values) : readOptions(values);
}

function readLiveOptions(values: Values): LiveOptions {
	const strange = Object.keys(values).find((name) => !LIVE_NAMES.includes(name));
	if (strange !== undefined) throw new InputError(`--live takes no --${strange}`);
	return {
		...readCommon(values, values.scenario ?? DEFAULT_LIVE_SCENARIO),
		live: true,
		empty: values.empty ?? false,
		eventsFd: parseWholeNumber(values["events-fd"] ?? String(DEFAULT_EVENTS_FD), "--events-fd", 1),
	};
}

function readOptions(values: Values): Options {
	if (values.empty) throw new InputError("--empty is only for --live");
	const worker = values.worker ?? false;
	const named = worker ? values.scenario : values.scenarios;
	if (!named)
		throw new InputError(
			worker ? "--worker needs --scenario ID" : "name the scenarios: --scenarios single-message[,...] or all",
		);
	if (!values.output) throw new InputError("name the measurement file: --output FILE");
	const eventsFd = parseOptional(values["events-fd"], "--events-fd", 1);
	return {
		...readCommon(values, named),
		live: false,
		worker,
		output: resolve(values.output),
		iterations: parseOptional(values.iterations, "--iterations", 1),
		warmup: parseOptional(values.warmup, "--warmup", 0),
		observe: parseWholeNumber(values.observe ?? "0", "--observe", 0),
		verify: values.verify ?? false,
		boxMs: parseOptional(values["box-ms"], "--box-ms", 1),
		eventsFd: eventsFd ?? (worker ? DEFAULT_EVENTS_FD : null),
	};
}

function readCommon(values: Values, scenarios: string): CommonOptions {
	const { "scenario-file": scenarioFile } = values;
	return {
		scenarios: scenarios.split(","),
		modelDelayMs: parseWholeNumber(values["model-delay-ms"] ?? "0", "--model-delay-ms", 0),
		seed: parseWholeNumber(values.seed ?? "1", "--seed", 0),
		shared: resolve(values.shared ?? DEFAULT_SHARED),
		scenarioFile: scenarioFile === undefined ? null : resolve(scenarioFile),
		withoutEvaluators: values["no-evaluators"] ?? false,
		agent: values.agent === undefined ? null : resolve(values.agent),
		trial: values.trial ?? false,
		without: values.without?.split(",").filter((name) => name !== "") ?? [],
		database: parseDatabase(values.database ?? "in-memory"),
	};
}

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
/** The options of every mode. */
const COMMON = {
	scenario: text,
	"model-delay-ms": text,
	seed: text,
	shared: text,
	"scenario-file": text,
	database: text,
	"events-fd": text,
	"no-evaluators": flag,
	agent: text,
	without: text,
	trial: flag,
} as const;
const LIVE_NAMES = [...Object.keys(COMMON), "live", "empty"];

function parseArguments(argv: string[]) {
	try {
		return parseArgs({
			args: argv,
			options: {
				...COMMON,
				live: flag,
				empty: flag,
				worker: flag,
				verify: flag,
				scenarios: text,
				output: text,
				iterations: text,
				warmup: text,
				observe: text,
				"box-ms": text,
			} as const,
		});
	} catch (error) {
		throw new InputError(error instanceof Error ? error.message : String(error));
	}
}

function parseDatabase(text: string): DatabaseKind {
	const found = DATABASE_KINDS.find((kind) => kind === text);
	if (found) return found;
	throw new InputError(`--database takes ${DATABASE_KINDS.join(", ")}, not '${text}'`);
}

function parseOptional(text: string | undefined, name: string, least: number): number | null {
	return text === undefined ? null : parseWholeNumber(text, name, least);
}

function parseWholeNumber(text: string, name: string, least: number): number {
	const value = Number(text);
	if (/^\d+$/.test(text) && value >= least && Number.isSafeInteger(value)) return value;
	throw new InputError(`${name} takes a whole number of at least ${least}, not '${text}'`);
}
