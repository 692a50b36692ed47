/** Runs the whole conformance test of one executable, in a folder that is removed afterwards. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type ConformanceReport, SCHEMA_VERSION, type Scenario } from "../../shared/types.ts";
import type { Contract } from "../contract.ts";
import { messageOf, UserError } from "../errors.ts";
import { makeFolder } from "../files.ts";
import type { Launch } from "../process/launch.ts";
import { Watchdog } from "../process/watchdog.ts";
import { type Check, runChecks } from "./check.ts";
import { CHECKS } from "./checks.ts";
import { Sessions } from "./sessions.ts";

export interface ConformanceOptions {
	launch: Launch;
	contract: Contract;
	scenarios: readonly [Scenario, ...Scenario[]];
	seed: number;
	/** The time for one answer, or for one run in batch mode. */
	timeoutMs: number;
	/** An empty folder in which everything is kept. Undefined: nothing is kept. */
	keep?: string | undefined;
	onCheck?: (check: Check, index: number, of: number) => void;
}

export async function testConformance({
	launch,
	contract,
	scenarios,
	seed,
	timeoutMs,
	keep,
	onCheck,
}: ConformanceOptions): Promise<ConformanceReport> {
	const folder = keep === undefined ? mkdtempSync(join(tmpdir(), "eliza-conformance-")) : emptyFolder(keep);
	const remove = () => {
		if (keep === undefined) rmSync(folder, { recursive: true, force: true });
	};
	// The folder is removed after Ctrl-C too. The watchdog ends what still works in it.
	process.once("exit", remove);
	const watchdog = new Watchdog();
	try {
		const sessions = new Sessions(contract, scenarios, { launch, watchdog, timeoutMs }, folder, seed);
		const checks = await runChecks(CHECKS, sessions, (check, index) =>
			onCheck?.(check, index, CHECKS.length),
		);
		return {
			schemaVersion: SCHEMA_VERSION,
			kind: "conformance",
			seed,
			checks,
			harness: [launch.file, ...launch.args],
			scenarios: sessions.scenarios.map(({ id }) => id),
			passed: checks.every(({ status }) => status !== "failed"),
		};
	} finally {
		await watchdog.close();
		process.off("exit", remove);
		remove();
	}
}

/** @throws {UserError} for one in use, or that cannot be made */
function emptyFolder(path: string): string {
	const folder = resolve(path);
	let names: string[];
	try {
		makeFolder(folder);
		names = readdirSync(folder);
	} catch (error) {
		throw new UserError(`cannot write to the output folder ${folder}: ${messageOf(error)}`);
	}
	if (names.length > 0) throw new UserError(`the folder ${folder} is not empty: give another one`);
	return folder;
}
