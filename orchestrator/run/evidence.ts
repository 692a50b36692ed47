/** Loads what a run folder holds already, in the form in which a run that is under way has it. */
import { join } from "node:path";
import type { CellEvidence } from "../../analysis/cell/result.ts";
import {
	type CharacterFile,
	type MeasurementFile,
	measurementFile,
	type ProcessRecord,
	type RunFile,
	type Scenario,
	type Target,
} from "../../shared/types.ts";
import { readJson } from "../files.ts";
import type { Evidence } from "./scenario.ts";
import type { RunStore } from "./store.ts";
import { conclude, type Verification } from "./verify.ts";

/** @throws {UserError} when the file that the record names cannot be read */
export function readMeasurement(
	store: Pick<RunStore, "folder">,
	{ file }: ProcessRecord,
): MeasurementFile | null {
	return file === null ? null : readJson(join(store.folder, file), measurementFile, "measurement file");
}

/** @returns null unless every target of the scenario has been verified */
export function loadVerifications(
	store: RunStore,
	record: RunFile,
	scenario: Scenario,
	fixtures: CharacterFile["fixtures"],
): Verification[] | null {
	const verified: Verification[] = [];
	for (const target of record.targets) {
		const records = verificationsOf(record, scenario, target);
		const last = records.at(-1);
		if (!last) return null;
		verified.push(conclude(scenario, target, records, readMeasurement(store, last), fixtures));
	}
	return verified;
}

/** Says whether an interrupted run has verified all cells of a scenario. A new run has none. */
export function isVerified(record: RunFile, scenario: Scenario): boolean {
	return record.targets.every((target) => verificationsOf(record, scenario, target).length > 0);
}

function verificationsOf({ processes }: RunFile, scenario: Scenario, target: Target): ProcessRecord[] {
	return processes.filter(
		(row) => row.role === "verify" && row.scenario === scenario.id && row.target === target.id,
	);
}

/** Loads the blocks measured so far. A new run has none. */
export function loadEvidence(
	store: RunStore,
	record: RunFile,
	scenario: Scenario,
	verified: readonly Verification[],
): Evidence {
	return new Map(
		verified.map(({ target, ledger, judgement }): [string, CellEvidence] => {
			const rows = record.processes.filter(
				(row) => row.role !== "verify" && row.scenario === scenario.id && row.target === target.id,
			);
			const processes = rows.map((row) => ({ record: row, measurement: readMeasurement(store, row) }));
			return [target.id, { scenario, ledger, judgement, processes }];
		}),
	);
}
