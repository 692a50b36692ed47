// How a user's project is put beside the harness.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { copyProject } from "../../../orchestrator/runtimes/typescript/install-agent.ts";
import { settingsOf } from "../../../orchestrator/runtimes/typescript/packages.ts";
import { temporaryFolder } from "../../support/real.ts";

function makeProject(files: Record<string, string>): string {
	const folder = temporaryFolder();
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(join(folder, name, ".."), { recursive: true });
		writeFileSync(join(folder, name), text);
	}
	return folder;
}

test("of a project's settings the one about peers is followed, and keys are not copied", () => {
	const folder = makeProject({
		".npmrc": "registry=http://127.0.0.1:1/\n legacy-peer-deps = true\n//a/:_authToken=key\n",
		"package.json": "{}",
	});
	assert.deepEqual(settingsOf(folder), ["--legacy-peer-deps"]);
	assert.deepEqual(
		settingsOf(makeProject({ ".npmrc": "# legacy-peer-deps=true\nlegacy-peer-deps=false" })),
		[],
	);
	assert.deepEqual(settingsOf(makeProject({})), []);
	const place = temporaryFolder();
	copyProject({ folder, entry: "dist/index.js", lock: null }, place);
	assert.ok(existsSync(join(place, "project/package.json")));
	assert.ok(!existsSync(join(place, "project/.npmrc")) && !existsSync(join(place, ".npmrc")));
});
