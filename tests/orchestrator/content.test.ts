// The digest of a folder's content, and its copy.
import assert from "node:assert/strict";
import { chmodSync, cpSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { contentDigest, copyContent, rewriteFile } from "../../orchestrator/content.ts";
import { newFolder, writeFiles } from "./support/folders.ts";

test("a digest depends on names and content alone, and differs for any two contents", () => {
	const files = { "package.json": "{}", "dist/a.js": "one", "dist/b.js": "two", "target/kept.js": "three" };
	const folder = writeFiles(newFolder(), files);
	const digest = contentDigest([folder]);
	const copy = join(newFolder(), "elsewhere");
	cpSync(folder, copy, { recursive: true });
	utimesSync(join(copy, "dist/a.js"), 1, 1);
	writeFiles(copy, {
		"node_modules/x/index.js": "",
		".git/HEAD": "",
		"dist/__pycache__/a.pyc": "",
		"env/pyvenv.cfg": "",
		"build/CACHEDIR.TAG": "",
		"build/x": "",
	});
	assert.equal(contentDigest([copy]), digest);
	const changes: Record<string, string>[] = [
		{ "dist/a.js": "One" },
		{ "dist/c.js": "" },
		{ "target/kept.js": "" },
		{ "dist/a.js": "onetwo", "dist/b.js": "" },
	];
	const digests = changes.map((change) =>
		contentDigest([writeFiles(writeFiles(newFolder(), files), change)]),
	);
	const linked = writeFiles(newFolder(), files);
	symlinkSync("a.js", join(linked, "dist/link.js"));
	assert.equal(new Set([digest, ...digests, contentDigest([linked])]).size, changes.length + 2);
	const staged = join(newFolder(), "staged");
	copyContent(copy, staged);
	assert.equal(contentDigest([staged]), digest);
	assert.deepEqual(readdirSync(staged).toSorted(), ["dist", "package.json", "target"]);
});

test("a digest depends on how names and contents are divided", () => {
	const files = fc.dictionary(fc.stringMatching(/^[a-c]{1,2}$/), fc.string({ maxLength: 3 }), { maxKeys: 3 });
	fc.assert(
		fc.property(files, files, (one, other) => {
			const [a, b] = [one, other].map((entries) => contentDigest([writeFiles(newFolder(), entries)]));
			const sorted = (entries: object) => JSON.stringify(Object.entries(entries).toSorted());
			assert.equal(a === b, sorted(one) === sorted(other));
		}),
		{ numRuns: 50 },
	);
});

test("a file that is written anew is another file with the same content, which can be run as before", () => {
	const folder = writeFiles(newFolder(), { program: "content" });
	const path = join(folder, "program");
	chmodSync(path, 0o755);
	const before = statSync(path);
	rewriteFile(path);
	const now = statSync(path);
	assert.notEqual(now.ino, before.ino);
	assert.equal(now.mode, before.mode);
	assert.equal(readFileSync(path, "utf8"), "content");
	assert.deepEqual(readdirSync(folder), ["program"]);
});
