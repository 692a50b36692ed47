// A merge of many shards streams: a tenth of 200 shards and ten million messages, in a process of its own. The long
// tests merge them all.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { mergeShards } from "../../../orchestrator/run/merge.ts";
import { readShards } from "../../../orchestrator/run/shards.ts";
import { RunStore } from "../../../orchestrator/run/store.ts";
import { isLong } from "../../support/long.ts";
import { character, makeLargeShards } from "../../support/shards.ts";

/** Targets times shards times iterations of a thousand messages. */
const SHARDS = isLong ? 200 : 20;
const ITERATIONS = 17;
/** A minute for the whole, and of a part a half more for a machine that is slow. */
const MOST_SECONDS = isLong ? 60 : (1.5 * 60 * SHARDS) / 200;
/** With the interpreter, which takes 0.1 of them however few messages there are. */
const MOST_GIGABYTES = isLong ? 1 : 0.5;
const MICROSECONDS = 1e6;

test(`${(SHARDS * 0.051).toFixed(1)} million messages of ${SHARDS} shards are merged in seconds`, () => {
	const root = mkdtempSync(join(tmpdir(), "merge-size-"));
	try {
		const shards = makeLargeShards(join(root, "shards"), SHARDS, ITERATIONS);
		const store = RunStore.create(join(root, "merged"), new Date());
		const before = process.cpuUsage();
		const comparison = mergeShards(readShards(shards, false), store, character.fixtures);
		const { user, system } = process.cpuUsage(before);
		store.close();
		const cells = Object.values(comparison.scenarios[0]?.cells ?? {});
		assert.deepEqual(
			cells.map(({ processes, detail }) => [processes, detail.distributions[0]?.messages]),
			cells.map(() => [SHARDS, 1000 * ITERATIONS]),
		);
		assert.equal(cells.length, 3);
		const seconds = (user + system) / MICROSECONDS;
		assert.ok(seconds < MOST_SECONDS, `${seconds} s of processor time`);
		const gigabytes = process.resourceUsage().maxRSS / 1024 ** 2;
		assert.ok(gigabytes < MOST_GIGABYTES, `${gigabytes} GB`);
	} finally {
		rmSync(root, { recursive: true, force: true });
	}
});
