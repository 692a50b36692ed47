/**
 * Reads the contract's files. Only types are imported from the shared schemas, so that the schema library
 * stays out of the measured process.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type {
	CalibrationFile,
	CharacterFile,
	MockResponsesFile,
	Scenario,
	ScenarioFile,
} from "../../shared/types.ts";
import { InputError } from "./failure.ts";

export const SCHEMA_VERSION = 2;

/** The contract's files lie in this folder of the repository. */
export const DEFAULT_SHARED = fileURLToPath(new URL("../../shared/contract/", import.meta.url));

export interface Contract {
	/** The folder of the files. */
	shared: string;
	scenarios: Scenario[];
	character: CharacterFile["character"];
	fixtures: CharacterFile["fixtures"];
	responses: MockResponsesFile;
}

/** @throws {InputError} that names the file and says what is wrong with it */
export function loadContract(shared: string, scenarioFile: string | null = null): Contract {
	const { scenarios } = readContractFile<ScenarioFile>(
		scenarioFile ?? join(shared, "scenarios.json"),
		"scenarios",
	);
	const { character, fixtures } = readContractFile<CharacterFile>(join(shared, "character.json"), "fixtures");
	const responses = readContractFile<MockResponsesFile>(join(shared, "mock-responses.json"), "templates");
	return { shared, scenarios, character, fixtures, responses };
}

/**
 * Reads the inputs of a calibration. Only its process does: the others would have its texts in their memory.
 * @throws {InputError} as above
 */
export function loadCalibration({ shared }: Contract): CalibrationFile {
	return readContractFile<CalibrationFile>(join(shared, "calibration.json"), "records");
}

/** @returns the scenarios in the order of `ids` */
export function chooseScenarios({ scenarios }: Contract, ids: string[]): Scenario[] {
	if (ids.length === 1 && ids[0] === "all") return scenarios;
	return ids.map((id) => {
		const found = scenarios.find((scenario) => scenario.id === id);
		if (found) return found;
		throw new InputError(
			`unknown scenario '${id}': choose from ${scenarios.map((scenario) => scenario.id).join(", ")}`,
		);
	});
}

function readContractFile<T extends { schemaVersion: number }>(path: string, field: keyof T & string): T {
	let data: T;
	try {
		data = JSON.parse(readFileSync(path, "utf8"));
	} catch (error) {
		throw new InputError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
	}
	if (data?.schemaVersion !== SCHEMA_VERSION)
		throw new InputError(`${path} is not of schema version ${SCHEMA_VERSION}`);
	if (data[field] === undefined) throw new InputError(`${path} has no field '${field}'`);
	return data;
}
