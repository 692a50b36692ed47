/** The command line of the harness contract. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { DEFAULT_SHARED } from "./contract.ts";
import { DATABASE_KINDS, type DatabaseKind } from "./databases/database.ts";
import { InputError } from "./failure.ts";

export interface Options {
	worker: boolean;
	/** Scenario ids, or `all`. */
	scenarios: string[];
	output: string;
	/** Null stands for the scenario's own number, also in `warmup`. */
	iterations: number | null;
	warmup: number | null;
	observe: number;
	modelDelayMs: number;
	seed: number;
	verify: boolean;
	shared: string;
	/** Null stands for the scenarios of `shared`. */
	scenarioFile: string | null;
	boxMs: number | null;
	/** True for the variant whose evaluators are taken out of every runtime. */
	withoutEvaluators: boolean;
	/** Where every agent of the process keeps its data. */
	database: DatabaseKind;
	/** Null writes no events. It is the default of batch mode. */
	eventsFd: number | null;
}

const DEFAULT_EVENTS_FD = 3;

/** @throws {InputError} if the arguments do not follow the contract */
export function parseOptions(argv: string[]): Options {
	const { values } = parseArguments(argv);
	const worker = values.worker ?? false;
	const named = worker ? values.scenario : values.scenarios;
	if (!named)
		throw new InputError(
			worker ? "--worker needs --scenario ID" : "name the scenarios: --scenarios single-message[,...] or all",
		);
	if (!values.output) throw new InputError("name the measurement file: --output FILE");
	const { "scenario-file": scenarioFile, "events-fd": eventsFd } = values;
	return {
		worker,
		scenarios: named.split(","),
		output: resolve(values.output),
		iterations: parseOptional(values.iterations, "--iterations", 1),
		warmup: parseOptional(values.warmup, "--warmup", 0),
		observe: parseWholeNumber(values.observe ?? "0", "--observe", 0),
		modelDelayMs: parseWholeNumber(values["model-delay-ms"] ?? "0", "--model-delay-ms", 0),
		seed: parseWholeNumber(values.seed ?? "1", "--seed", 0),
		verify: values.verify ?? false,
		shared: resolve(values.shared ?? DEFAULT_SHARED),
		scenarioFile: scenarioFile === undefined ? null : resolve(scenarioFile),
		boxMs: parseOptional(values["box-ms"], "--box-ms", 1),
		withoutEvaluators: values["no-evaluators"] ?? false,
		database: parseDatabase(values.database ?? "in-memory"),
		eventsFd:
			eventsFd === undefined
				? worker
					? DEFAULT_EVENTS_FD
					: null
				: parseWholeNumber(eventsFd, "--events-fd", 1),
	};
}

function parseArguments(argv: string[]) {
	const text = { type: "string" } as const;
	const flag = { type: "boolean" } as const;
	try {
		return parseArgs({
			args: argv,
			options: {
				worker: flag,
				verify: flag,
				"no-evaluators": flag,
				scenario: text,
				scenarios: text,
				output: text,
				iterations: text,
				warmup: text,
				observe: text,
				"model-delay-ms": text,
				seed: text,
				shared: text,
				"scenario-file": text,
				"box-ms": text,
				database: text,
				"events-fd": text,
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
