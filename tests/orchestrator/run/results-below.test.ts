// A merged run and its shards may lie in one folder: whoever lists many runs counts each measurement once.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { historyCommand } from "../../../orchestrator/commands/history.ts";
import { siteCommand } from "../../../orchestrator/commands/site.ts";
import { mergeShards } from "../../../orchestrator/run/merge.ts";
import { readShards } from "../../../orchestrator/run/shards.ts";
import { RunStore } from "../../../orchestrator/run/store.ts";
import { historyFile } from "../../../shared/types.ts";
import { character, makeShards, readRecord } from "../../support/shards.ts";

const root = mkdtempSync(join(tmpdir(), "results-below-"));
after(() => rmSync(root, { recursive: true, force: true }));

/** Three shards that began one after another, each with results of its own. */
function shardsIn(folder: string): string[] {
	const started = (index: number) => `2026-11-20T10:00:0${index}.000Z`;
	const shards = makeShards(folder, {
		by: "blocks",
		of: 3,
		copies: 3,
		change: (record, index) => ({ ...record, startedAt: started(index) }),
	});
	for (const [place, shard] of shards.entries())
		for (const { id } of readRecord(shard).targets) {
			const path = join(shard, `${id}.json`);
			const result = JSON.parse(readFileSync(path, "utf8"));
			writeFileSync(path, JSON.stringify({ ...result, timestamp: started(place + 1) }));
		}
	return shards;
}

function mergeInto(folder: string, shards: readonly string[]): void {
	const store = RunStore.create(folder, new Date());
	mergeShards(readShards(shards, true), store, character.fixtures);
	store.close();
}

/** @returns how many runs a history and a site of the folder have, and what they say that they leave out */
function runsIn(context: TestContext, folder: string): { points: number; pages: number; said: string[] } {
	const said: string[] = [];
	const printed: string[] = [];
	context.mock.method(console, "log", (text: string) => printed.push(text));
	context.mock.method(console, "error", (line: string) => said.push(line));
	historyCommand(folder, { json: true, output: join(root, "history.html") });
	const site = mkdtempSync(join(root, "site-"));
	siteCommand(site, [folder]);
	context.mock.restoreAll();
	const { series } = historyFile.parse(JSON.parse(printed[0] ?? ""));
	return {
		points: Math.max(...series.map(({ points }) => points.length)),
		pages: readdirSync(join(site, "runs")).length,
		said: said.filter((line) => line.startsWith("left out")),
	};
}

test("the shards of a merged run are left out beside it, in one sentence, and are runs without it", (context) => {
	const folder = join(root, "whole");
	const shards = shardsIn(folder);
	const before = runsIn(context, folder);
	assert.deepEqual([before.points, before.pages, before.said], [3, 3, []]);
	mergeInto(join(folder, "merged"), shards);
	const { points, pages, said } = runsIn(context, folder);
	assert.deepEqual([points, pages], [1, 1]);
	const sentence = `left out: 6 results of shards 1, 2, and 3: the merged run ${join(folder, "merged")} holds them`;
	assert.deepEqual(said, [sentence, sentence]);
});

test("a merged run that lacks a shard counts for nothing, so its shards stay, and a shard of another run too", (context) => {
	const folder = join(root, "partial");
	const shards = shardsIn(folder);
	mergeInto(join(folder, "merged"), shards.slice(1));
	assert.equal(runsIn(context, folder).points, 3);
	rmSync(join(folder, "merged"), { recursive: true });
	mergeInto(join(folder, "merged"), shards);
	const path = join(shards[0] ?? "", "rust.json");
	writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), seed: 7 }));
	assert.equal(runsIn(context, folder).points, 2);
});
