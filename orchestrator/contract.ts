/** Reads and checks the contract's files, and selects from them by the user's words. */
import { resolve } from "node:path";
import {
	type CharacterFile,
	characterFile,
	type Scenario,
	scenarioFile,
	type Target,
	type TargetsFile,
	targetsFile,
} from "../shared/types.ts";
import { UserError } from "./errors.ts";
import { readJson, SHARED } from "./files.ts";

export interface Contract {
	shared: string;
	scenarioPath: string;
	scenarios: Scenario[];
	character: CharacterFile;
}

/** Reads the contract. Scenario ids must be unique, or one would hide the other's result. */
export function loadContract(options: {
	shared?: string | undefined;
	scenarioFile?: string | undefined;
}): Contract {
	const shared = resolve(options.shared ?? SHARED);
	const scenarioPath = options.scenarioFile
		? resolve(options.scenarioFile)
		: resolve(shared, "scenarios.json");
	const { scenarios } = readJson(scenarioPath, scenarioFile, "scenario file");
	const seen = new Set<string>();
	for (const { id, kind, database, calibration } of scenarios) {
		if (seen.has(id))
			throw new UserError(
				`the scenario file ${scenarioPath} has two scenarios with the id ${id}: rename one`,
			);
		seen.add(id);
		const needed = kind === "calibration" ? { calibration } : kind.startsWith("database") ? { database } : {};
		for (const [field, value] of Object.entries(needed))
			if (!value)
				throw new UserError(
					`the scenario file ${scenarioPath} has a wrong field scenarios.${id}.${field}: ` +
						`a ${kind} scenario needs one`,
				);
	}
	return {
		shared,
		scenarioPath,
		scenarios,
		character: readJson(resolve(shared, "character.json"), characterFile, "character file"),
	};
}

export function loadTargetFile(): TargetsFile {
	return readJson(resolve(SHARED, "targets.json"), targetsFile, "target file");
}

export function loadTargets(): Target[] {
	return loadTargetFile().targets;
}

/**
 * Selects the items that a comma-separated list names, in the list's order. `all` or nothing selects every
 * one.
 */
export function select<T extends { id: string }>(
	items: readonly T[],
	list: string | undefined,
	what: string,
): T[] {
	if (list === undefined || list === "all") return [...items];
	const wanted = [
		...new Set(
			list
				.split(",")
				.map((name) => name.trim())
				.filter((name) => name !== ""),
		),
	];
	if (wanted.length === 0)
		throw new UserError(`no ${what} named: give one or more of ${items.map((item) => item.id).join(", ")}`);
	return wanted.map((name) => {
		const found = items.find((item) => item.id === name);
		if (found) return found;
		throw new UserError(`unknown ${what} '${name}': choose from ${items.map((item) => item.id).join(", ")}`);
	});
}
