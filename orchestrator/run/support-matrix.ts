/**
 * Verifies every scenario on every version, in runs of as many targets as may be alive at once. Nothing is
 * timed.
 */

import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { SupportCell, SupportColumn, SupportMatrix } from "../../report/exporters/support-matrix.ts";
import { reasonText } from "../../report/text/reasons.ts";
import type { RunSettings, Scenario, Target } from "../../shared/types.ts";
import type { Contract } from "../contract.ts";
import type { Databases } from "../database/databases.ts";
import { openDatabases } from "../database/open.ts";
import { EXIT, UserError } from "../errors.ts";
import { ROOT } from "../files.ts";
import type { Say } from "../runtimes/runtime.ts";
import { isLocked, rootOf } from "../targets/folder.ts";
import { installTargets, sizeOf } from "../targets/install.ts";
import { launchOf } from "../targets/launch.ts";
import { MOST_TARGETS } from "../targets/specification.ts";
import { readMeasurement } from "./evidence.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { NoiseHistory } from "./noise-history.ts";
import { newRecord } from "./record.ts";
import { type RunListener, run } from "./run.ts";
import { RunStore } from "./store.ts";
import type { Verification } from "./verify.ts";

export interface MatrixOptions {
	contract: Contract;
	scenarios: Scenario[];
	/** Those that cannot be set up are columns too. */
	targets: Target[];
	command: string;
	/** The user's own database server; absent: one is started where a target needs it. */
	databaseUrl?: string | undefined;
	settings: RunSettings;
	seed: number;
	stop: { requested: boolean };
	say: Say;
	/** Hears of all the runs, one after the other. */
	listener: RunListener;
}

const DIGEST_DIGITS = 16;

/**
 * @throws {UserError} when no version can be set up, and when the user stops it: part of a matrix would be
 *   taken for all of it
 */
export async function makeSupportMatrix(options: MatrixOptions): Promise<SupportMatrix> {
	const { contract, scenarios, targets: wanted, command, databaseUrl, say } = options;
	const installed = await installTargets(wanted, say);
	const place = { url: databaseUrl, logs: temporaryFolder, say };
	const { databases, ...served } = await openDatabases(installed.targets, place);
	const { targets } = served;
	const leftOut = [...installed.leftOut, ...served.leftOut];
	const cells = new Map<string, Map<string, SupportCell>>();
	const engines = new Map<string, string>();
	try {
		for (let first = 0; first < targets.length; first += MOST_TARGETS) {
			const batch = targets.slice(first, first + MOST_TARGETS);
			say(`Verifying ${batch.map(({ label }) => label).join(", ")}`);
			await verifyBatch(options, batch, databases, (target, scenario, cell, engine) => {
				const column = cells.get(target) ?? new Map<string, SupportCell>();
				cells.set(target, column.set(scenario, cell));
				if (engine !== null) engines.set(target, engine);
			});
		}
	} finally {
		await databases?.close();
	}
	const columns = wanted.map((target): SupportColumn => {
		const { runtime, label, framework, database } = targets.find(({ id }) => id === target.id) ?? target;
		const left = leftOut.find(({ id }) => id === target.id);
		return {
			runtime,
			label,
			framework,
			database,
			engine: engines.get(target.id) ?? null,
			problem: left ? lastWords(left.reason, target) : null,
		};
	});
	const rows = scenarios.map(({ id }) => ({
		scenario: id,
		cells: wanted.map((target) => cells.get(target.id)?.get(id) ?? null),
	}));
	return { command, digests: digestsOf(contract), columns, rows };
}

async function verifyBatch(
	options: MatrixOptions,
	targets: Target[],
	databases: Databases | null,
	found: (target: string, scenario: string, cell: SupportCell, engine: string | null) => void,
): Promise<void> {
	const { contract, scenarios, settings, seed, stop, say } = options;
	const startedAt = new Date();
	const store = RunStore.create(temporaryFolder(), startedAt);
	try {
		const definition = {
			scenarios,
			settings,
			seed,
			startedAt: startedAt.toISOString(),
			profile: "standard",
			command: [options.command],
			modelDelayMs: 0,
			observe: Object.fromEntries(scenarios.map(({ id }) => [id, 0])),
		};
		const fingerprint = fingerprintOf(targets, contract.shared, databases?.info);
		const record = newRecord(definition, { targets, leftOut: [], fingerprint, sizeOf });
		const means = { contract, store, history: NoiseHistory.none(), launch: launchOf, databases, stop };
		const outcome = await run(record, means, options.listener);
		if (outcome.interrupted)
			throw new UserError(
				`interrupted: no matrix is made; what was verified is in ${store.folder}`,
				EXIT.interrupted,
			);
		for (const [scenario, verifications] of outcome.verifications)
			for (const verification of verifications)
				found(verification.target.id, scenario, cellOf(verification), engineOf(store, verification));
		say(`Logs and measurements: ${store.folder}`);
	} finally {
		store.close();
	}
}

function temporaryFolder(): string {
	return mkdtempSync(join(tmpdir(), "eliza-benchmark-matrix-"));
}

function cellOf({ target, judgement: { status, reasons } }: Verification): SupportCell {
	return { status, reasons: reasons.map((reason) => withoutPlace(reasonText(reason), target)) };
}

function engineOf(store: RunStore, { records }: Verification): string | null {
	const last = records.at(-1);
	return (last && readMeasurement(store, last)?.versions.engine) ?? null;
}

/** The place of a set-up differs from machine to machine. */
function withoutPlace(text: string, target: Target): string {
	const place = isLocked(target) ? text : text.replaceAll(`${rootOf(target)}/`, "");
	return place.replaceAll(ROOT, "");
}

/** The benchmark's own words before it quotes. */
const QUOTED = /^.*?its log ends:\s*/s;
const FIRST_ERROR = /\b(?:npm error (?!code\b)|ERROR: |error(?:\[E\d+\])?: ).*/s;
/** The name of npm's log has the time of day in it. */
const LOG_HINT = /\s*(?:npm error )?A complete log of this run can be found in.*/s;

/**
 * The words with which a package manager ended, without those of the benchmark.
 * @param reason on one line
 */
export function lastWords(reason: string, target: Target): string {
	const quoted = reason.replace(QUOTED, "");
	const words = FIRST_ERROR.exec(quoted)?.[0] ?? quoted;
	return withoutPlace(words.replace(LOG_HINT, ""), target);
}

function digestsOf({ shared, scenarioPath }: Contract): Record<string, string> {
	const paths = [scenarioPath, join(shared, "mock-responses.json"), join(shared, "character.json")];
	return Object.fromEntries(
		paths.map((path) => [
			relative(ROOT, path),
			createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, DIGEST_DIGITS),
		]),
	);
}
