import assert from "node:assert/strict";
import { test } from "node:test";
import { ReadLimits, readsMemories } from "../src/read-limits.ts";

const memories = (count: number) => Array.from({ length: count }, () => ({}));

test("reads that return more than their limit are counted, and the worst of them is kept", () => {
	const limits = new ReadLimits();
	limits.note([{ roomId: "room", count: 20 }], memories(20));
	assert.deepEqual(limits.result(), { reads: 1, beyond: 0, worst: null });
	limits.note([{ roomIds: [], limit: 5 }], memories(8));
	limits.note([{ count: 20 }], memories(1001));
	limits.note([{ count: 900 }], memories(1002));
	assert.deepEqual(limits.result(), { reads: 4, beyond: 3, worst: { asked: 20, returned: 1001 } });
});

test("a read without a limit asks for everything", () => {
	const limits = new ReadLimits();
	limits.note([{ roomId: "room" }], memories(1001));
	limits.note([["id"], "messages"], memories(1));
	limits.note([{ count: undefined }], memories(1));
	limits.note([], memories(1));
	assert.deepEqual(limits.result(), { reads: 0, beyond: 0, worst: null });
});

test("only methods that give a number of memories are reads of them", () => {
	for (const name of ["getMemories", "getMemoriesByRoomIds", "searchMemories"])
		assert.ok(readsMemories(name), name);
	for (const name of ["getMemoryById", "countMemories", "getEntitiesForRoom", "createMemories"])
		assert.ok(!readsMemories(name), name);
});
