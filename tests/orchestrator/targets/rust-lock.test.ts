// The versions that the Rust harness is built with are read from its lock file.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../../orchestrator/files.ts";
import { RUNTIMES } from "../../../orchestrator/runtimes/index.ts";
import { CRATES } from "../../../orchestrator/runtimes/rust/checkout.ts";
import { readLockedCrate } from "../../../orchestrator/runtimes/rust/install.ts";
import { targets } from "../../support/evidence.ts";

const entry = (name: string, version: string, ...lines: string[]) =>
	["[[package]]", `name = "${name}"`, `version = "${version}"`, ...lines, ""].join("\n");
const REGISTRY = 'source = "registry+https://crates.example"';

test("the lock file has the versions that the targets name", () => {
	const lock = readFileSync(join(ROOT, "rust/Cargo.lock"), "utf8");
	const rust = targets.find(({ runtime }) => runtime === "rust");
	const variant = RUNTIMES.rust.variants.find(({ name }) => name === "postgres");
	for (const named of [rust?.framework, rust?.database, variant?.database]) {
		assert.ok(named);
		assert.deepEqual(readLockedCrate(lock, named.package), { version: named.version, local: false });
	}
});

test("where another crate asks for a second version, the harness's own is read", () => {
	const own = (...dependencies: string[]) =>
		entry("eliza-bench", "0.1.0", "dependencies = [", ...dependencies.map((text) => ` "${text}",`), "]");
	const two = [entry("elizaos", "2.0.0", REGISTRY), entry("elizaos", "2.1.0-alpha.1")].join("\n");
	const lock = `${own("clap", "elizaos 2.1.0-alpha.1", CRATES.postgres)}\n${two}`;
	assert.deepEqual(readLockedCrate(lock, "elizaos"), { version: "2.1.0-alpha.1", local: true });
	const older = `${own("clap", "elizaos 2.0.0")}\n${two}`;
	assert.deepEqual(readLockedCrate(older, "elizaos"), { version: "2.0.0", local: false });
	const one = `${own("clap", "elizaos")}\n${entry("elizaos", "2.1.0", REGISTRY)}`;
	assert.deepEqual(readLockedCrate(one, "elizaos"), { version: "2.1.0", local: false });
	assert.equal(readLockedCrate(one, CRATES.postgres).version, "unknown");
});
