/** Resumes an interrupted run: its whole blocks are taken over, and the one under way is measured again. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { machineDifferences } from "../../analysis/change/machine-differences.ts";
import { machineDifferenceText } from "../../report/text/unlikeness.ts";
import { toSnakeCase } from "../../shared/snake-case.ts";
import { machine, type ProcessRecord, type RunFile, runFile, type Target } from "../../shared/types.ts";
import { loadTargets } from "../contract.ts";
import { EXIT, UserError } from "../errors.ts";
import { readJson } from "../files.ts";
import { describeMachine } from "../machine/describe.ts";
import { RUNTIMES } from "../runtimes/index.ts";
import { databaseWith, engineWith } from "../targets/variants.ts";
import { readMeasurement } from "./evidence.ts";
import type { RunStore } from "./store.ts";

/** @throws {UserError} when the folder holds no run, or one that is complete */
export function readInterruptedRun(store: RunStore): RunFile {
	const path = join(store.folder, "run.json");
	if (!existsSync(path))
		throw new UserError(
			`the folder ${store.folder} holds no run to resume: name a run's folder, as printed when it began`,
		);
	const record = readJson(path, runFile, "run file");
	refuseForeign(record, path);
	if (record.merged)
		throw new UserError(
			`the run ${store.folder} is merged from shards: resume the shards, and merge them again`,
		);
	if (record.status === "complete")
		throw new UserError(`the run ${store.folder} is complete: there is nothing to resume`);
	return record;
}

/**
 * Refuses a run that this benchmark has not begun. A run folder may come from anywhere, and what its
 * targets name is installed.
 * @throws {UserError} for such a run
 */
function refuseForeign({ targets, scenarios }: RunFile, path: string): void {
	const locked = loadTargets();
	for (const [index, { runtime, framework, database, engine, variants = [] }] of targets.entries()) {
		const own = locked.find((target) => target.runtime === runtime);
		const known =
			own?.framework.package === framework.package &&
			databaseWith(own, variants).package === database.package;
		if (
			!known ||
			engineWith(own, variants) !== engine ||
			!variants.every((name) => RUNTIMES[runtime].variants.some((one) => one.name === name))
		)
			throw new UserError(
				`the run file ${path} has a wrong field targets.${index}: it is no target of this benchmark`,
			);
	}
	for (const [field, rows] of Object.entries({ targets, scenarios }))
		if (new Set(rows.map(({ id }) => id)).size < rows.length)
			throw new UserError(`the run file ${path} has a wrong field ${field}: two entries have the same id`);
}

/**
 * @throws {UserError} with status 3 when figures measured now could not be compared with those measured
 *   then
 */
export function refuseUnlike(
	record: Pick<RunFile, "machine" | "fingerprint">,
	fingerprint: RunFile["fingerprint"],
): void {
	const [difference] = machineDifferences(
		toSnakeCase(machine, record.machine),
		toSnakeCase(machine, describeMachine()),
	);
	if (difference) throw refusal(`it was begun on another machine (${machineDifferenceText(difference)})`);
	for (const name of new Set([...Object.keys(record.fingerprint), ...Object.keys(fingerprint)])) {
		if (record.fingerprint[name] !== fingerprint[name])
			throw refusal(`${name} has changed since it was begun (versions, harness or contract)`);
	}
}

/**
 * Called before a local copy is set up again.
 * @throws {UserError} with status 3 when its content has changed since the run was begun
 */
export function refuseChanged(then: readonly Target[], now: readonly Target[]): void {
	const digest = ({ source }: Target) => (source?.kind === "path" ? source.digest : null);
	for (const [index, target] of then.entries()) {
		const found = now[index];
		if (found && digest(found) !== digest(target))
			throw refusal(`the local copy of ${target.id} has changed since it was begun`);
		if (found && found.agent?.digest !== target.agent?.digest)
			throw refusal(`the agent of ${target.id} or a plugin of it has changed since it was begun`);
	}
}

function refusal(reason: string): UserError {
	return new UserError(`this run cannot be resumed: ${reason}; start a new one`, EXIT.notComparable);
}

/**
 * Takes blocks that were cut short or have lost a file out of the record, and removes files that no record
 * names.
 */
export function takeOver(store: RunStore, record: RunFile): RunFile {
	const broken = new Set<string>();
	const kept = record.processes.filter((row) => {
		const usable = !row.cut && (row.problem !== null || row.failure !== null || isUsable(store, row));
		if (!usable) broken.add(placeOf(row));
		return usable;
	});
	const processes = kept.filter((row) => !broken.has(placeOf(row)));
	const finished = record.finishedScenarios.filter(
		(id) => ![...broken].some((place) => place.startsWith(`${id}/`)),
	);
	const turns = record.turns.filter(({ scenario, block }) => !broken.has(`${scenario}/${block}`));
	removeUnnamed(store, processes);
	const resumed = [...record.resumed, new Date().toISOString()];
	return {
		...record,
		processes,
		turns,
		finishedScenarios: finished,
		status: "running",
		finishedAt: null,
		resumed,
	};
}

/** The unit that is measured again: a target in verification, a block in measurement. */
function placeOf({ scenario, target, role, block }: ProcessRecord): string {
	return role === "verify" ? `${scenario}/verify-${target}` : `${scenario}/${block}`;
}

function isUsable(store: RunStore, row: ProcessRecord): boolean {
	try {
		return readMeasurement(store, row) !== null;
	} catch {
		return false;
	}
}

function removeUnnamed(store: RunStore, processes: readonly ProcessRecord[]): void {
	const named = new Set(processes.flatMap(({ file, log }) => (file === null ? [log] : [file, log])));
	for (const folder of ["measurements", "logs"]) {
		const root = join(store.folder, folder);
		if (!existsSync(root)) continue;
		for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
			const path = join(entry.parentPath, entry.name);
			// Logs of no process are those of a whole run, such as its database server's, which writes again.
			if (folder === "logs" && entry.parentPath === root) continue;
			if (entry.isFile() && !named.has(store.relative(path))) rmSync(path);
		}
	}
}
