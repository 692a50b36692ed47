/** `./run.sh compare`: stored results, read again and put side by side. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { compare } from "../../analysis/comparison.ts";
import { renderComparison } from "../../report/console.ts";
import { type BenchmarkResult, benchmarkResult, runFile } from "../../shared/types.ts";
import { UserError } from "../errors.ts";
import { readJson } from "../files.ts";

const NOT_COMPARABLE = 3;

/** @throws {UserError} 2 for unusable input, 3 for results that were not measured alike. */
export function compareCommand(paths: string[], flags: { json?: true }): void {
	const results = paths.flatMap(resultFiles).map((path) => readJson(path, benchmarkResult, "result file"));
	refuseUnlike(results);
	const comparison = compare(results);
	console.log(flags.json ? JSON.stringify(comparison) : renderComparison(comparison));
}

function resultFiles(path: string): string[] {
	if (!existsSync(path)) throw new UserError(`there is no ${path}: name a run's folder or result files`);
	if (!statSync(path).isDirectory()) return [path];
	const record = join(path, "run.json");
	if (!existsSync(record)) throw new UserError(`the folder ${path} holds no run: name a run's folder, as printed at the end of a run`);
	return readJson(record, runFile, "run file").targets.map(({ id }) => join(path, `${id}.json`));
}

function refuseUnlike(results: readonly BenchmarkResult[]): void {
	const [first, ...others] = results;
	for (const other of others) {
		const pair = `${first?.target.id} and ${other.target.id}`;
		if (other.target.id === first?.target.id || others.filter(({ target }) => target.id === other.target.id).length > 1)
			throw new UserError(`two results of the target ${other.target.id}: name one result per target`);
		if (JSON.stringify(other.machine) !== JSON.stringify(first?.machine))
			throw new UserError(`the results of ${pair} come from unlike machines: measure both on one`, NOT_COMPARABLE);
		if (other.model_delay_ms !== first?.model_delay_ms || other.profile !== first?.profile || other.alternate !== first?.alternate)
			throw new UserError(
				`the results of ${pair} were measured with unlike settings (profile, model delay, what took turns)`,
				NOT_COMPARABLE,
			);
	}
}
