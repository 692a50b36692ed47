/** Reads stored results again: those of a run's folder, or result files one by one. */
import { existsSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { upgradeResult } from "../../analysis/cell/version-1.ts";
import type { Side } from "../../analysis/change/change.ts";
import { unlikenessText } from "../../report/text/unlikeness.ts";
import {
	type BenchmarkResult,
	benchmarkResult,
	identifier,
	SCHEMA_VERSION,
	type Unlikeness,
} from "../../shared/types.ts";
import { messageOf, UserError } from "../errors.ts";
import { parseData, readJson } from "../files.ts";

const anyVersion = z.looseObject({ schema_version: z.number() });
const anyRun = z.looseObject({
	kind: z.literal("run"),
	targets: z.array(z.looseObject({ id: identifier })).min(1),
});

/** Called with a result's unlikeness to what this benchmark reads; throws, or accepts it. */
type Accept = (unlike: Unlikeness) => void;

/**
 * The results of one run.
 * @param path a run's folder or one result file
 * @param accept takes a result of another schema version when it can be read all the same
 * @throws {UserError} for what is missing, truncated, no result or of another schema version
 */
export function readResults(path: string, accept: Accept | null = null): BenchmarkResult[] {
	return findResultFiles(path).map((file) => readResultFile(file, accept));
}

/** Reads one side of a comparison, with the name that the reader knows it by. */
export function readSide(path: string, accept: Accept): Side {
	const [only, ...others] = readResults(path, accept);
	const results = only ? [only, ...others] : [];
	return { name: statSync(path).isDirectory() ? basename(resolve(path)) : basename(path, ".json"), results };
}

/**
 * Reads one result file, of this schema version or the one before it.
 * @throws {UserError} as {@link readResults}
 */
export function readResultFile(path: string, accept: Accept | null = null): BenchmarkResult {
	const data = upgradeResult(readJson(path, z.unknown(), "result file"));
	const found = anyVersion.safeParse(data).data?.schema_version ?? SCHEMA_VERSION;
	if (found === SCHEMA_VERSION) return parseData(data, benchmarkResult, "result file", path);
	const unlike: Unlikeness = { kind: "schema-version", file: path, found, wanted: SCHEMA_VERSION };
	if (!accept)
		throw new UserError(
			`${unlikenessText(unlike)}: measure again with this version, or read it with the one that wrote it`,
		);
	accept(unlike);
	return parseData(
		{ ...(data as object), schema_version: SCHEMA_VERSION },
		benchmarkResult,
		"result file",
		path,
	);
}

function findResultFiles(path: string): string[] {
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
	return readJson(record, anyRun, "run file").targets.map(({ id }) => join(path, `${id}.json`));
}
