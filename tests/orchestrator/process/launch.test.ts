import assert from "node:assert/strict";
import { test } from "node:test";
import { execaSync } from "execa";
import { harnessEnvironment } from "../../../orchestrator/environment/environment.ts";
import { drawPadding, padLaunch } from "../../../orchestrator/process/launch.ts";

const place = (target: string, block: number) => ["single-message", target, "measure", block, 1];

test("the size of an environment belongs to the seed and the place, so that a resumed run has the same", () => {
	assert.equal(drawPadding(1, place("a", 3)), drawPadding(1, place("a", 3)));
	const others = [
		drawPadding(2, place("a", 3)),
		drawPadding(1, place("b", 3)),
		drawPadding(1, place("a", 4)),
	];
	assert.ok(others.every((bytes) => bytes !== drawPadding(1, place("a", 3))));
});

test("sizes are spread evenly over a page, and those of two targets of a block are unrelated", () => {
	const blocks = Array.from({ length: 4000 }, (_, block) => block);
	const [one, other] = ["typescript", "typescript-copy"].map((target) =>
		blocks.map((block) => drawPadding(7, place(target, block))),
	);
	assert.ok(one && other);
	const quarters = [0, 0, 0, 0];
	for (const bytes of one) quarters[Math.floor(bytes / 1024)] = (quarters[Math.floor(bytes / 1024)] ?? 0) + 1;
	assert.ok(
		quarters.every((count) => Math.abs(count / blocks.length - 0.25) < 0.03),
		quarters.join(),
	);
	const middle = 2047.5;
	const covariance =
		blocks.reduce((sum, block) => sum + ((one[block] ?? 0) - middle) * ((other[block] ?? 0) - middle), 0) /
		blocks.length;
	assert.ok(Math.abs(covariance / (4096 ** 2 / 12)) < 0.06);
});

test("a process has so many bytes more in its environment, and nothing else changes", () => {
	const script = "process.stdout.write(JSON.stringify(process.env))";
	const environmentOf = (bytes: number): Record<string, string> => {
		const launch = { file: process.execPath, args: ["-e", script], env: harnessEnvironment() };
		const { file, args, env } = padLaunch(launch, bytes);
		return JSON.parse(execaSync(file, args, { env, extendEnv: false }).stdout);
	};
	const [short, long] = [environmentOf(0), environmentOf(4095)];
	const size = (env: Record<string, string>) => Object.entries(env).flat().join("").length;
	assert.equal(size(long) - size(short), 4095);
	assert.deepEqual(Object.keys(long), Object.keys(short));
});
