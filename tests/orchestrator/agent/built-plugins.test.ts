// A plugin's folder of which nothing can be imported is refused when it is named.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { resolveAgent } from "../../../orchestrator/agent/resolve.ts";
import { ROOT } from "../../../orchestrator/files.ts";
import { targets } from "../../support/evidence.ts";
import { temporaryFolder } from "../../support/real.ts";

const TYPESCRIPT = targets.find(({ id }) => id === "typescript") ?? assert.fail();
const ADA = join(ROOT, "tests/fixtures/agents/characters/ada.json");

/** @param files with what they hold: a package.json as data */
function add(files: Record<string, unknown>): Promise<unknown> {
	const folder = temporaryFolder();
	for (const [name, data] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, name)), { recursive: true });
		writeFileSync(join(folder, name), JSON.stringify(data));
	}
	const asked = { path: ADA, added: [`path:${folder}`], without: [] };
	return resolveAgent(asked, TYPESCRIPT, { kind: "version", version: "1.7.2" });
}

test("an empty folder, and a plugin that is not built, are refused", async () => {
	await assert.rejects(add({}), /^UserError: the plugin in .* has no package\.json and no index\.js/);
	await assert.rejects(
		add({ "package.json": { name: "a", main: "dist/index.js" }, "src/index.ts": "" }),
		/has no dist\/index\.js, which it exports: build it first$/,
	);
	const exported = { ".": { types: "./a.d.ts", import: { types: "./a.d.ts", default: "./dist/a.js" } } };
	await assert.rejects(
		add({ "package.json": { name: "a", exports: exported }, "a.d.ts": "" }),
		/has no \.\/dist\/a\.js, which it exports: build it first$/,
	);
	await assert.rejects(
		add({ "package.json": { name: "a" } }),
		/has no index\.js, and its package\.json names/,
	);
});

test("what an engine would find is taken", async () => {
	await add({ "index.js": "" });
	await add({ "package.json": { main: "lib" }, "lib/index.js": "" });
	await add({ "package.json": { main: "dist/a" }, "dist/a.js": "" });
	await add({ "package.json": { exports: { ".": { bun: "./a.ts", default: "./dist/a.js" } } }, "a.ts": "" });
	await add({ "package.json": { exports: { import: "./a.js", "./sub": "./sub.js" } }, "a.js": "" });
});
