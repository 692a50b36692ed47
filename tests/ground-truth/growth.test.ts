// A copy of a framework that keeps 1 KB of every message and 100 KB of every agent is found, and by how much; the
// framework as it is published is not accused of anything more.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { soakDifference, soakFigures } from "../../analysis/growth/soak.ts";
import { readJson } from "../../orchestrator/files.ts";
import { densityFile, soakFile } from "../../shared/types.ts";
import { LONG } from "../support/long.ts";
import { succeed } from "../support/program.ts";
import { once } from "../support/small-runs.ts";
import { freshCopy } from "./copies.ts";
import { applyChanges, type TextChange } from "./edit.ts";

const KEPT = { message: 1024, agent: 100 * 1024 } as const;
/** What CPython and its allocator take for a bytearray and its place in a list, beside its content. */
const BESIDE = 72;

const CHANGES: readonly TextChange[] = [
	{
		file: "elizaos/services/message_service.py",
		find: /^( *)# Check for custom message handler template from character$/m,
		replace: `$1globals().setdefault("_kept", []).append(bytearray(${KEPT.message - BESIDE}))\n$&`,
	},
	{
		file: "elizaos/runtime.py",
		find: /^( *)self\._capability_disable_basic = disable_basic_capabilities$/m,
		replace: `$1self._kept = bytearray(${KEPT.agent})\n$&`,
	},
];

const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-growth-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const makeTargets = once(() => {
	const copies = { base: freshCopy("python", "base"), head: freshCopy("python", "head") };
	applyChanges(copies.head, CHANGES);
	return [copies.base, copies.head].map((path) => `python=path:${path}`).join();
});

test("1 KB a message more is found and sized", LONG, () => {
	const output = join(folder, "soak");
	succeed("soak", "--targets", makeTargets(), "--messages", "2000", "--output", output);
	const { differences, targets: found } = readJson(join(output, "soak.json"), soakFile, "soak file");
	const [difference] = differences;
	console.log(JSON.stringify(difference));
	assert.equal(difference?.verdict, "more");
	assert.ok(Math.abs(difference.perMessageBytes.value / KEPT.message - 1) < 0.1);
	// The published framework against itself: its two processes, each taken for a target.
	const [published] = found;
	const [one, other] = ["main", "second"].map((role) => {
		const processes = (published?.processes ?? [])
			.filter((process) => process.role === role)
			.map((process) => ({ ...process, role: "main" as const }));
		return { id: role, processes, figures: soakFigures(processes) };
	});
	assert.ok(one && other);
	const same = soakDifference(one, other);
	console.log(JSON.stringify(same));
	assert.equal(same?.verdict, "same");
});

test("100 KB an agent more are found and sized", LONG, () => {
	const output = join(folder, "density");
	const plan = ["--sizes", "1,20,80", "--processes", "2", "--idle", "0"];
	succeed("density", "--targets", makeTargets(), ...plan, "--output", output);
	const file = readJson(join(output, "density.json"), densityFile, "density file");
	const [published, keeps] = file.targets.map(({ figures }) => figures.perAgentBytes);
	assert.ok(published && keeps);
	console.log(JSON.stringify({ published, keeps }));
	assert.ok(Math.abs((keeps.value - published.value) / KEPT.agent - 1) < 0.1);
});
