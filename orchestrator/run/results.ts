/** Stored results, read again: of a run's folder, or result files one by one. */
import { existsSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import type { Side } from "../../analysis/change/change.ts";
import { type BenchmarkResult, benchmarkResult, runFile, SCHEMA_VERSION } from "../../shared/types.ts";
import { messageOf, UserError } from "../errors.ts";
import { parsed, readJson } from "../files.ts";

/** For results that cannot be held against each other. */
export const NOT_COMPARABLE = 3;

/** Where it cannot be told, reading it in full says what is wrong. */
const anyVersion = z.looseObject({ schemaVersion: z.number(), kind: z.literal("result") });

/**
 * The results of one run.
 * @param path a run's folder or one result file
 * @param allowed takes a result of another schema version when it can be read all the same; called with what
 *   is unlike
 * @throws {UserError} for what is missing, truncated, no result or of another schema version
 */
export function readResults(
	path: string,
	allowed: ((unlike: string) => void) | null = null,
): BenchmarkResult[] {
	return resultFiles(path).map((file) => readResult(file, allowed));
}

/** The same, with a name that tells it from the other side. */
export function readSide(path: string, allowed: (unlike: string) => void): Side {
	const [only, ...others] = readResults(path, allowed);
	const results = only ? [only, ...others] : [];
	return { name: statSync(path).isDirectory() ? basename(resolve(path)) : basename(path, ".json"), results };
}

function readResult(path: string, allowed: ((unlike: string) => void) | null): BenchmarkResult {
	const data = readJson(path, z.unknown(), "result file");
	const { data: other } = anyVersion.safeParse(data);
	const version = other?.schemaVersion ?? SCHEMA_VERSION;
	if (version === SCHEMA_VERSION) return parsed(data, benchmarkResult, "result file", path);
	const unlike = `the result file ${path} has the schema version ${version}, this benchmark reads ${SCHEMA_VERSION}`;
	if (!allowed)
		throw new UserError(`${unlike}: measure again with this version, or read it with the one that wrote it`);
	allowed(unlike);
	return parsed({ ...other, schemaVersion: SCHEMA_VERSION }, benchmarkResult, "result file", path);
}

function resultFiles(path: string): string[] {
	if (!existsSync(path)) throw new UserError(`there is no ${path}: name a run's folder or result files`);
	try {
		if (!statSync(path).isDirectory()) return [path];
	} catch (error) {
		throw new UserError(`cannot read ${path}: ${messageOf(error)}`);
	}
	const record = join(path, "run.json");
	if (!existsSync(record))
		throw new UserError(
			`the folder ${path} holds no run: name a run's folder, as printed at the end of a run`,
		);
	return readJson(record, runFile, "run file").targets.map(({ id }) => join(path, `${id}.json`));
}
