import assert from "node:assert/strict";
import { test } from "node:test";
import { findHotFunctions } from "../../../analysis/tools/hot-functions.ts";

const all = () => true;
const shares = (text: string, belongs: Parameters<typeof findHotFunctions>[1] = all) =>
	findHotFunctions(text, belongs, 10).map(({ name, selfShare }) => [name, Number(selfShare.toFixed(3))]);

const CPU_PROFILE = JSON.stringify({
	nodes: [
		{ id: 1, callFrame: { functionName: "(root)", url: "" } },
		{ id: 2, callFrame: { functionName: "render", url: "node_modules/@elizaos/core/index.js" } },
		{ id: 3, callFrame: { functionName: "", url: "bench.ts" } },
	],
	samples: [2, 2, 3, 1],
	timeDeltas: [100, 500, 300, 100],
});

const FRAMES = [{ name: "main" }, { name: "render", file: "elizaos/runtime.py" }];

test("a .cpuprofile's self time is the time at its samples' leaves", () => {
	assert.deepEqual(shares(CPU_PROFILE), [
		["render", 0.6],
		["(anonymous)", 0.3],
		["(root)", 0.1],
	]);
});

test("only the functions asked about are listed, with their share of everything", () => {
	assert.deepEqual(
		shares(CPU_PROFILE, ({ file }) => file.includes("@elizaos/core")),
		[["render", 0.6]],
	);
});

test("sampled and evented speedscope profiles of the same run say the same", () => {
	const sampled = { type: "sampled", samples: [[0], [0, 1], [0, 1]], weights: [1, 2, 1] };
	const events = [
		{ type: "O", frame: 0, at: 0 },
		{ type: "O", frame: 1, at: 1 },
		{ type: "C", frame: 1, at: 4 },
		{ type: "C", frame: 0, at: 4 },
	];
	const expected = [
		["render", 0.75],
		["main", 0.25],
	];
	assert.deepEqual(shares(JSON.stringify({ shared: { frames: FRAMES }, profiles: [sampled] })), expected);
	assert.deepEqual(
		shares(JSON.stringify({ shared: { frames: FRAMES }, profiles: [{ type: "evented", events }] })),
		expected,
	);
});

test("collapsed stacks end in the function that worked", () => {
	assert.deepEqual(shares("main;run;render 30\nmain;run 10\nmain;other::render 10\n"), [
		["render", 0.6],
		["run", 0.2],
		["other::render", 0.2],
	]);
});

test("the same function in many stacks is one row, and only the hottest functions are listed", () => {
	assert.deepEqual(
		findHotFunctions("a;x 1\nb;x 1\nc;y 1", all, 1).map(({ name }) => name),
		["x"],
	);
});

test("text that is no profile is an error, not an empty list", () => {
	assert.throws(() => findHotFunctions("{}", all, 10), /no CPU profile/);
	assert.throws(() => findHotFunctions("hello", all, 10), /no CPU profile/);
});
