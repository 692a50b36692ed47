/** This file finds what else is another in the head: engine, harness, lock file and the like. */

import type { BenchmarkResult, SideDifference } from "../../shared/types.ts";
import { BYTES_PER_MB } from "../../shared/units.ts";
import type { MatchedTarget } from "./drift.ts";

const PARTS: readonly [SideDifference["kind"], (result: BenchmarkResult) => string | undefined][] = [
	["engine", ({ versions }) => versions?.engine],
	["language", ({ versions }) => versions?.language],
	["build", ({ versions }) => versions?.build],
	["database", databaseOf],
	["database-server", serverOf],
	["lock-file", ({ versions }) => versions?.lock_digest],
	["harness", ({ harness_digest }) => harness_digest],
	["kernel", ({ machine }) => `${machine.os} ${machine.kernel}`],
	["agent", agentOf],
];

/**
 * Lists what differs. A difference that several pairs share is one. Two runtimes have nothing of this in
 * common, so only pairs of one runtime are looked at, and only parts that both sides recorded.
 */
export function sideDifferences(matched: readonly MatchedTarget[]): SideDifference[] {
	const found = new Map<string, SideDifference>();
	for (const [kind, partOf] of PARTS)
		for (const [pair, { base, head }] of matched.entries()) {
			const [before, after] = [partOf(base), partOf(head)];
			if (base.runtime !== head.runtime || before === undefined || after === undefined || before === after)
				continue;
			const key = JSON.stringify([kind, before, after]);
			const known = found.get(key) ?? { kind, base: before, head: after, pairs: [] };
			known.pairs.push(pair);
			found.set(key, known);
		}
	return [...found.values()];
}

/** What a commit takes differs a little in every run. */
function serverOf({ database_server: server }: BenchmarkResult): string | undefined {
	if (server === undefined) return undefined;
	const { version, fsync, synchronous_commit, shared_buffers_bytes } = server;
	return [
		version,
		`fsync ${fsync ? "on" : "off"}`,
		`synchronous_commit ${synchronous_commit}`,
		`shared_buffers ${shared_buffers_bytes / BYTES_PER_MB} MB`,
	].join(", ");
}

/** Which agent of the user's it is: where it is, what was changed of its plugins, and its content. */
function agentOf({ target: { agent } }: BenchmarkResult): string | undefined {
	if (agent === undefined) return undefined;
	const words = (option: string, plugins: readonly string[]) =>
		plugins.map((plugin) => ` --${option} ${plugin}`);
	const { path, digest, added, without } = agent;
	return [path, ...words("plugin", added), ...words("without", without), ` (${digest.slice(0, 8)})`].join("");
}

function databaseOf({ versions, target }: BenchmarkResult): string | undefined {
	return versions ? `${target.database.package} ${versions.database}` : undefined;
}
