// The edits fit the frameworks that are installed, and change what they say.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { publishedPackage } from "./copies.ts";
import { changeText, PROBE_FILE, WAIT } from "./edit.ts";
import { loadEdits } from "./edits.ts";

const edits = await loadEdits();

for (const [name, { runtime, changes, size }] of edits)
	test(`${name} fits the published package in one place`, () => {
		const folder = publishedPackage(runtime);
		for (const list of [changes, size.by === "probe" ? size.changes : []]) {
			const texts = new Map<string, string>();
			for (const change of list) {
				const text = texts.get(change.file) ?? readFileSync(join(folder, change.file), "utf8");
				const changed = changeText(text, change);
				assert.notEqual(changed, text);
				texts.set(change.file, changed);
			}
			const all = [...texts.values()].join();
			if (list === changes) assert.equal(all.includes(WAIT), size.by === "wait");
			else assert.equal(all.includes(PROBE_FILE), size.by === "probe");
		}
	});
