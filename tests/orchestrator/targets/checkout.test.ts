// A local copy of a framework: what it holds, and what is said of a folder that holds something else.
import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { findCrates } from "../../../orchestrator/runtimes/rust/checkout.ts";
import {
	findNpmPackages,
	resolveWorkspaceRanges,
} from "../../../orchestrator/runtimes/typescript/checkout.ts";
import { inspectCheckout } from "../../../orchestrator/targets/checkout.ts";
import type { RuntimeName } from "../../../shared/types.ts";
import { newFolder, npmPackage, writeFiles } from "../support/folders.ts";

const pyproject = {
	"pyproject.toml": '[tool.x]\nname = "other"\n[project]\nname = "elizaos"\nversion = "2.0.0a9"\n',
};
const crate = (name: string) => `[package]\nname = "${name}"\nversion = "2.3.4"\nedition = "2021"\n`;

test("a folder says which version of the framework it holds", async () => {
	assert.equal((await inspectCheckout("typescript", writeFiles(newFolder(), npmPackage()))).version, "2.1.0");
	assert.equal(
		(
			await inspectCheckout(
				"typescript",
				writeFiles(newFolder(), npmPackage({ exports: undefined, main: "dist/i.js" })),
			)
		).version,
		"2.1.0",
	);
	assert.equal((await inspectCheckout("python", writeFiles(newFolder(), pyproject))).version, "2.0.0a9");
	assert.equal(
		(
			await inspectCheckout(
				"rust",
				writeFiles(newFolder(), { "Cargo.toml": crate("elizaos"), "src/lib.rs": "" }),
			)
		).version,
		"2.3.4",
	);
});

test("a folder that is missing or holds something else gives one line that says what is missing", async () => {
	const empty = newFolder();
	const file = join(writeFiles(newFolder(), { file: "" }), "file");
	for (const runtime of ["typescript", "python", "rust"] as const) {
		for (const path of [join(empty, "nowhere"), file])
			await assert.rejects(inspectCheckout(runtime, path), {
				name: "UserError",
				message: /^there is no folder /,
			});
		await assert.rejects(inspectCheckout(runtime, empty), {
			name: "UserError",
			message: /holds no (package\.json|pyproject\.toml|Cargo\.toml)/,
		});
	}
	const wrong: [RuntimeName, Record<string, string>, RegExp][] = [
		[
			"typescript",
			npmPackage({ name: "@elizaos/cli" }),
			/holds no package\.json with the name @elizaos\/core/,
		],
		["typescript", { "package.json": "{" }, /holds no package\.json/],
		[
			"typescript",
			{ "package.json": npmPackage()["package.json"] },
			/has no \.\/dist\/i\.js, which it exports: build it first/,
		],
		[
			"typescript",
			npmPackage({ dependencies: { "@elizaos/prompts": "workspace:*" } }),
			/needs @elizaos\/prompts of its workspace/,
		],
		[
			"python",
			{ "pyproject.toml": '[project]\nname = "other"\n[tool.x]\nname = "elizaos"\n' },
			/holds no pyproject\.toml of elizaos/,
		],
		[
			"rust",
			{ "Cargo.toml": '[package]\nname = "other"\n[[bin]]\nname = "elizaos"\n' },
			/holds no Cargo\.toml with the package elizaos/,
		],
	];
	for (const [runtime, files, message] of wrong)
		await assert.rejects(
			inspectCheckout(runtime, writeFiles(newFolder(), files)),
			{ name: "UserError", message },
			String(message),
		);
});

test("packages of a workspace come with the one that needs them, in the versions that are there", () => {
	const root = newFolder();
	writeFiles(root, { "package.json": '{"workspaces":["packages/*"]}' });
	const dependencies = { "@elizaos/prompts": "workspace:*", uuid: "^13.0.0" };
	const path = writeFiles(join(root, "packages/core"), npmPackage({ dependencies }));
	writeFiles(join(root, "packages/prompts"), {
		"package.json": JSON.stringify({ name: "@elizaos/prompts", version: "2.1.1" }),
	});
	const packages = findNpmPackages(path);
	assert.deepEqual(
		packages.map(({ folder }) => folder),
		[path, join(root, "packages/prompts")],
	);
	const [own, other] = packages.map(({ manifest }) => resolveWorkspaceRanges(manifest, packages));
	assert.deepEqual(own?.dependencies, { "@elizaos/prompts": "2.1.1", uuid: "^13.0.0" });
	assert.equal(other, packages[1]?.manifest, "a manifest without such ranges stays as it is");
});

test("crates are found in a workspace up to three folders deep, and never in build folders", () => {
	const root = newFolder();
	writeFiles(root, {
		"Cargo.toml": "[workspace]\n",
		"plugins/inmemorydb/rust/Cargo.toml": crate("elizaos-plugin-inmemorydb"),
		"plugins/sql/rust/Cargo.toml": crate("elizaos-plugin-sql"),
	});
	writeFiles(root, {
		"target/CACHEDIR.TAG": "",
		"target/core/Cargo.toml": crate("elizaos"),
		"a/b/c/d/Cargo.toml": crate("elizaos"),
	});
	assert.throws(() => findCrates(root), {
		name: "UserError",
		message: /holds no Cargo\.toml with the package elizaos/,
	});
	writeFiles(root, { "packages/rust/Cargo.toml": crate("elizaos") });
	assert.deepEqual(findCrates(root), {
		framework: join(root, "packages/rust"),
		database: join(root, "plugins/inmemorydb/rust"),
		postgres: join(root, "plugins/sql/rust"),
	});
	assert.deepEqual(findCrates(join(root, "packages/rust")), {
		framework: join(root, "packages/rust"),
		database: null,
		postgres: null,
	});
});

test("a crate's digest covers the crates that it names by path, and its version may come from its workspace", async () => {
	const root = newFolder();
	writeFiles(root, {
		"Cargo.toml": '[workspace]\nmembers = ["core"]\n[workspace.package]\nversion = "3.1.4"\n',
	});
	writeFiles(root, {
		"core/Cargo.toml":
			'[package]\nname = "elizaos"\nversion.workspace = true\n[dependencies]\nhelp = { path = "../help" }\n',
		"core/src/lib.rs": "",
	});
	writeFiles(root, { "help/Cargo.toml": crate("help"), "help/src/lib.rs": "" });
	const before = await inspectCheckout("rust", join(root, "core"));
	assert.equal(before.version, "3.1.4");
	writeFiles(root, { "help/src/lib.rs": "pub fn other() {}" });
	assert.notEqual((await inspectCheckout("rust", join(root, "core"))).digest, before.digest);
});

test("a folder that is a link is read where it points to", async () => {
	const folder = writeFiles(newFolder(), npmPackage());
	const link = join(newFolder(), "link");
	symlinkSync(folder, link);
	const { digest } = await inspectCheckout("typescript", link);
	writeFiles(folder, { "dist/i.js": "2" });
	assert.notEqual((await inspectCheckout("typescript", link)).digest, digest);
});
