// How a user's project is put beside the harness.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
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

const MANIFEST = {
	dependencies: { plug: "file:./plug", "@elizaos/core": "1.7.2", packed: "file:packed.tgz" },
	devDependencies: { tool: "file:../tool" },
	workspaces: ["pk/*"],
};

function moveProject(lock: "package-lock.json" | "bun.lock", text: string): Record<string, string> {
	const folder = makeProject({
		"package.json": JSON.stringify(MANIFEST),
		"plug/package.json": "{}",
		[lock]: text,
	});
	const place = temporaryFolder();
	copyProject({ folder, entry: "dist/index.js", lock }, place);
	const read = (name: string) => readFileSync(join(place, name), "utf8");
	assert.ok(existsSync(join(place, "project/plug/package.json")));
	return { manifest: read("package.json"), lock: read(lock) };
}

test("folders of a project that it installs are found from where its manifest lies", () => {
	const packages = {
		"": MANIFEST,
		"node_modules/plug": { resolved: "plug", link: true },
		"node_modules/packed": { version: "1.0.0", resolved: "file:packed.tgz" },
		"node_modules/is-odd": { version: "3.0.1", resolved: "https://registry.npmjs.org/is-odd-3.0.1.tgz" },
		plug: { version: "1.0.0", dependencies: { other: "file:../other" } },
		"plug/node_modules/is-odd": { version: "2.0.0" },
	};
	const { manifest = "", lock = "" } = moveProject("package-lock.json", JSON.stringify({ packages }));
	const moved = {
		dependencies: {
			plug: "file:./project/plug",
			"@elizaos/core": "1.7.2",
			packed: "file:project/packed.tgz",
		},
		devDependencies: { tool: "file:../tool" },
		workspaces: ["project/pk/*"],
	};
	assert.deepEqual(JSON.parse(manifest), moved);
	assert.deepEqual(JSON.parse(lock).packages, {
		"": moved,
		"node_modules/plug": { resolved: "project/plug", link: true },
		"node_modules/packed": { version: "1.0.0", resolved: "file:project/packed.tgz" },
		"node_modules/is-odd": packages["node_modules/is-odd"],
		"project/plug": packages.plug,
		"project/plug/node_modules/is-odd": { version: "2.0.0" },
	});
});

test("the same holds for bun's lock file", () => {
	const text = `{
  "workspaces": {
    "": {
      "dependencies": {
        "plug": "file:./plug",
      },
    },
    "pk/inner": {
      "name": "inner",
    },
  },
  "packages": {
    "inner": ["inner@workspace:pk/inner"],

    "plug": ["plug@file:plug", { "dependencies": { "is-odd": "3.0.1" } }],
  }
}
`;
	const { lock = "" } = moveProject("bun.lock", text);
	for (const said of [
		'"plug": "file:./project/plug",',
		'    "project/pk/inner": {',
		'["inner@workspace:project/pk/inner"]',
		'["plug@file:project/plug", { "dependencies": { "is-odd": "3.0.1" } }]',
	])
		assert.ok(lock.includes(said), said);
});

test("a folder outside of the project is refused, because it is not copied", () => {
	const folder = makeProject({ "package.json": JSON.stringify({ dependencies: { a: "file:../a" } }) });
	assert.throws(
		() => copyProject({ folder, entry: "dist/index.js", lock: null }, temporaryFolder()),
		/^UserError: the project takes a from file:\.\.\/a, outside of its folder, and only its folder is copied/,
	);
});
