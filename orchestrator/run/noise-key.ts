/**
 * Says which cells share their noise and their costs: those that differ in nothing that shapes them. What a
 * target or a scenario is called, and where an install lies, is no part of it.
 */
import { createHash } from "node:crypto";
import type { BenchmarkResult, RunFile, Scenario, Target } from "../../shared/types.ts";

/** What a run does alike with all its cells. */
export type RunConditions = Pick<RunFile, "settings" | "modelDelayMs" | "fingerprint">;

/** The versions of a target that its processes have named. */
export type MeasuredVersions = Pick<
	NonNullable<BenchmarkResult["versions"]>,
	"language" | "engine" | "build" | "database"
>;

/** The key of what a cell costs. It is known before anything has run, so it holds no version of an engine. */
export function costKey(target: Target, scenario: Scenario, conditions: RunConditions): string {
	return keyOf(target, [workOf(target, scenario, conditions)]);
}

/** The key of how far a cell differs from itself. */
export function noiseKey(
	target: Target,
	{ language, engine, build, database }: MeasuredVersions,
	scenario: Scenario,
	conditions: RunConditions,
): string {
	return keyOf(target, [workOf(target, scenario, conditions), language, engine, build, database]);
}

function workOf(
	{ id, runtime, framework, database, engine, source, variants = [], agent }: Target,
	scenario: Scenario,
	{ settings: { alternate }, modelDelayMs, fingerprint }: RunConditions,
): unknown {
	// What a scenario is called and what it decides changes nothing of what is run.
	const {
		id: _,
		name: __,
		description: ___,
		question: ____,
		categories: _____,
		scaling: ______,
		...run
	} = scenario;
	return {
		runtime,
		framework: framework.package,
		// A local copy keeps its version while its content changes.
		content: source?.kind === "path" ? source.digest : framework.version,
		database,
		engine,
		variants,
		...(agent === undefined
			? {}
			: { agent: { digest: agent.digest, added: agent.added, without: agent.without } }),
		packages: fingerprint[`what is installed for the target ${id}`] ?? null,
		harness: fingerprint[`the ${runtime} harness`] ?? null,
		contract: Object.entries(fingerprint)
			.filter(([what]) => what.startsWith("shared/"))
			.toSorted(([one], [other]) => (one < other ? -1 : 1)),
		scenario: run,
		alternate,
		modelDelayMs,
	};
}

/** The words before the digest are for people. */
function keyOf({ runtime, framework }: Target, parts: readonly unknown[]): string {
	const digest = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 24);
	return `${runtime} ${framework.version} ${digest}`;
}
