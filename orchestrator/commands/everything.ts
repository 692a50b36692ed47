/** `./run.sh everything` runs what a deployment asks beside the main run, into one folder with one page. */
import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { compare } from "../../analysis/compare/comparison.ts";
import { renderDeployment } from "../../report/console/deployment.ts";
import { terminalLayout } from "../../report/console/table.ts";
import { COMPARISON_EXPORTERS, withDeployment } from "../../report/exporters/index.ts";
import {
	type EverythingFile,
	type EverythingPart,
	everythingFile,
	needsServer,
	type PartName,
	partName,
	SCHEMA_VERSION,
} from "../../shared/types.ts";
import { loadContract, select } from "../contract.ts";
import { parseDatabaseUrl } from "../database/given.ts";
import { EXIT, messageOf, UserError } from "../errors.ts";
import { readJson, writeText } from "../files.ts";
import { describeMachine } from "../machine/describe.ts";
import { hasKeptSignal, keepNextSignal } from "../process/signals.ts";
import { readDeployment } from "../run/deployment-files.ts";
import { isOpen, type PartMeans, partFolder, partWords } from "../run/parts.ts";
import { readResults } from "../run/results.ts";
import { refuseUnlike } from "../run/resume.ts";
import { EVERYTHING_FILE, RunStore } from "../run/store.ts";
import { parseTargets, resolveTargets } from "../targets/select.ts";

export interface EverythingFlags {
	targets: string;
	targetFile?: string;
	scenarios: string;
	databaseUrl?: string;
	profile: string;
	resume?: string;
	beside?: true;
	output?: string;
}

/** Runs a command line. Its exit status is that of the process. */
export type RunWords = (words: readonly string[]) => Promise<void>;

export async function everythingCommand(flags: EverythingFlags, run: RunWords): Promise<void> {
	if (flags.databaseUrl !== undefined) parseDatabaseUrl(flags.databaseUrl);
	const begun = flags.resume === undefined ? null : openBegun(flags.resume);
	const asked = begun?.record.asked ?? askedOf(flags);
	const list = parseTargets(asked.targets, { names: asked.targetFile });
	const targets = await resolveTargets(list);
	const inProcess = targets.flatMap((target, index) =>
		needsServer(target) ? [] : (list.words[index] ?? []),
	);
	const { store, record } = begun ?? beginNew(flags, { ...asked, targets: list.argument }, inProcess);
	const { databaseUrl, beside } = flags;
	const { folder } = store;
	const means = { folder, asked: record.asked, inProcess, databaseUrl, beside: beside === true };
	await runParts(record, store, (name) => run(wordsOf(name, means)));
	const isReported = writeReports(folder, true);
	if (record.parts.some(isOpen)) console.log(`To resume it: ./run.sh everything --resume ${folder}`);
	process.exitCode = Math.max(statusOf(record), isReported ? EXIT.done : EXIT.failed);
}

/** @throws {UserError} for scenarios that are none */
function askedOf({ targets, targetFile, scenarios, profile }: EverythingFlags): EverythingFile["asked"] {
	select(loadContract({}).scenarios, scenarios, "scenario");
	return { targets, scenarios, profile, ...(targetFile === undefined ? {} : { targetFile }) };
}

interface Begun {
	store: RunStore;
	record: EverythingFile;
}

function beginNew(
	{ output }: EverythingFlags,
	asked: EverythingFile["asked"],
	inProcess: readonly string[],
): Begun {
	const startedAt = new Date();
	const names: readonly PartName[] =
		inProcess.length > 0 ? partName.options : ["main", "load", "conversations"];
	const record: EverythingFile = {
		schemaVersion: SCHEMA_VERSION,
		kind: "everything",
		startedAt: startedAt.toISOString(),
		machine: describeMachine(),
		asked,
		parts: names.map((name) => ({ name, exitStatus: null, problem: null })),
	};
	const store = RunStore.create(output, startedAt, "-everything");
	store.save(EVERYTHING_FILE, record);
	// The main run claims the same folder.
	store.close();
	return { store, record };
}

/** @throws {UserError} when there is nothing to resume, or it was begun on another machine */
function openBegun(folder: string): Begun {
	const store = RunStore.open(folder);
	store.close();
	const path = join(store.folder, EVERYTHING_FILE);
	if (!existsSync(path))
		throw new UserError(
			`the folder ${store.folder} holds nothing of everything: name its folder, as printed`,
		);
	const record = readJson(path, everythingFile, "record of everything");
	if (!record.parts.some(isOpen))
		throw new UserError(`every part in ${store.folder} has ended: there is nothing to resume`);
	refuseUnlike({ machine: record.machine, fingerprint: {} }, {});
	return { store, record };
}

/** Only the main run and a soak go on where they were. Another part is begun anew, beside what it had. */
function wordsOf(name: PartName, means: PartMeans): string[] {
	const own = partFolder(name, means.folder);
	const resumes = existsSync(join(own, name === "main" ? "run.json" : "soak.json"));
	const canGoOn = resumes && (name === "main" || name === "soak");
	if (!canGoOn && name !== "main" && existsSync(own)) renameSync(own, freePath(own));
	return partWords(name, means, canGoOn);
}

function freePath(path: string): string {
	for (let number = 1; ; number++) {
		const free = `${path}-begun-${number}`;
		if (!existsSync(free)) return free;
	}
}

/** A part that fails does not take the others with it; Ctrl-C ends all. The page is there after each. */
async function runParts(
	record: EverythingFile,
	store: RunStore,
	run: (name: PartName) => Promise<void>,
): Promise<void> {
	for (const [index, part] of record.parts.entries()) {
		if (!isOpen(part)) continue;
		if (hasKeptSignal()) break;
		console.error(`\nPart ${index + 1} of ${record.parts.length}: ${part.name}`);
		// Nothing was measured before the main run: what sets it up is ended at once.
		if (part.name !== "main") keepNextSignal(sayKept);
		await runPart(part, run);
		store.save(EVERYTHING_FILE, record);
		if (part.exitStatus === EXIT.interrupted) break;
		keepNextSignal(sayKept);
		writeReports(store.folder, false);
	}
}

function sayKept(): void {
	console.error("\nStopping; what is measured is kept. Press Ctrl-C again to stop at once.");
}

async function runPart(part: EverythingPart, run: (name: PartName) => Promise<void>): Promise<void> {
	process.exitCode = EXIT.done;
	part.problem = null;
	try {
		await run(part.name);
		part.exitStatus = Number(process.exitCode);
	} catch (error) {
		// Words that the main run refuses are wrong for every part.
		if (part.name === "main" && error instanceof UserError && error.exitCode !== EXIT.failed) throw error;
		console.error(`error: ${error instanceof UserError ? error.message : fullText(error)}`);
		part.exitStatus = error instanceof UserError ? error.exitCode : EXIT.failed;
		part.problem = messageOf(error);
	}
	if (part.exitStatus !== EXIT.done && part.exitStatus !== EXIT.interrupted)
		console.error(`The part ${part.name} ended with status ${part.exitStatus}.`);
}

/** An error of this program is told with its place. */
function fullText(error: unknown): string {
	return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/**
 * @param isLast says where they are, too
 * @returns false where what was measured could not be read
 */
function writeReports(folder: string, isLast: boolean): boolean {
	try {
		const comparison = compare(readResults(folder));
		const deployment = readDeployment(folder);
		for (const exporter of COMPARISON_EXPORTERS)
			if (["html", "markdown"].includes(exporter.format))
				writeText(join(folder, exporter.file), withDeployment(exporter, deployment).render(comparison));
		if (!isLast) return true;
		const table = deployment === null ? [] : [renderDeployment(deployment, terminalLayout())];
		console.log([...table, `Results: ${folder}`, `Page: ${join(folder, "report.html")}`].join("\n"));
		return true;
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		if (isLast) console.error(`There is no page of all parts: ${error.message}`);
		return false;
	}
}

function statusOf({ parts }: EverythingFile): number {
	const statuses = parts.map(({ exitStatus }) => exitStatus);
	if (statuses.some((status) => status === null || status === EXIT.interrupted)) return EXIT.interrupted;
	return Math.max(...statuses.map(Number));
}
