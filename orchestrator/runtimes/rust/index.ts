/** The Rust runtime: a native binary, with variants of its build. */
import { statSync } from "node:fs";
import { join, relative } from "node:path";
import { UserError } from "../../errors.ts";
import { ROOT } from "../../files.ts";
import type { Runtime } from "../runtime.ts";
import { cargoEnvironment, foreignSettings, LOCKED_BUILD } from "./cargo.ts";
import { CRATES, checkout } from "./checkout.ts";
import { type BuildVariant, install } from "./install.ts";
import { protocCommand, tools } from "./tools.ts";

/**
 * The end of a binary's name that counts allocations, for verification. It is a binary of its own, so that
 * the measured one counts nothing.
 */
const COUNTING = "-alloc";

const binaryIn = (root: string) => join(root, "rust/target/release/eliza-bench");

const variants: readonly BuildVariant[] = [
	{
		name: "mimalloc",
		label: "mimalloc",
		about: "with the allocator mimalloc instead of the system's",
		build: { args: ["--features", "mimalloc"], env: {} },
	},
	{
		name: "lto",
		label: "LTO",
		about: "with fat link-time optimization and one codegen unit instead of cargo's defaults",
		// Optimizes across all crates as if they were one (The Cargo Book, "Profiles").
		build: { args: [], env: { CARGO_PROFILE_RELEASE_LTO: "fat", CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "1" } },
	},
	{
		name: "postgres",
		label: "PostgreSQL",
		about: "with the SQL plugin on a PostgreSQL server instead of the database in memory",
		database: { package: CRATES.postgres, version: "2.0.0" },
		build: { args: ["--features", "postgres"], env: {} },
	},
];

export const rust: Runtime = {
	toolchain: {
		name: "Rust",
		commands: ["cargo"],
		minimum: [1, 85],
		advice: "install Rust 1.85 or newer with rustup",
		identify: async (_cargo, ask) => {
			const [rustc, cc] = await Promise.all([ask("rustc", ["-vV"]), ask("cc", ["--version"])]);
			return [rustc, cc.split("\n")[0], foreignSettings()].join("\n");
		},
	},
	setUp: {
		inputs: [
			"rust/Cargo.toml",
			"rust/Cargo.lock",
			"rust/build.rs",
			"rust/src",
			"rust/protoc/Cargo.toml",
			"rust/protoc/Cargo.lock",
			"rust/protoc/src",
		],
		product: binaryIn(ROOT),
		follow: async (cargo, log) => {
			const PROTOC = await log.outputOf(protocCommand(cargo));
			const manifest = ["--manifest-path", join(ROOT, "rust/Cargo.toml")];
			await log.run({
				file: cargo,
				args: ["build", "--release", "--locked", ...manifest, "--target-dir", LOCKED_BUILD],
				env: { ...cargoEnvironment(), PROTOC },
			});
		},
	},
	toolsSetUp: null,
	products: ["rust/target", "rust/protoc/target"],
	harnessFiles: [
		"rust/Cargo.toml",
		"rust/Cargo.lock",
		"rust/build.rs",
		"rust/src",
		"rust/examples",
		"rust/benches",
	],
	executable: (root, role, names) => ({
		file: role === "verify" ? `${binaryIn(root)}${COUNTING}` : binaryIn(root),
		args: names.includes("postgres") ? ["--database", "postgres"] : [],
	}),
	listContents: (root) =>
		[binaryIn(root), `${binaryIn(root)}${COUNTING}`].map((path) => relative(root, path)),
	async measureSize(root) {
		const { size } = statSync(binaryIn(root));
		return {
			frameworkBundleBytes: null,
			minifiedBundleBytes: null,
			binaryBytes: size,
			installedBytes: size,
		};
	},
	variants,
	published: {
		needsSetUp: false,
		list: () =>
			Promise.reject(new UserError("cargo lists no versions of a crate: name the versions one by one")),
	},
	checkout,
	installation: {
		buildsOnLocked: true,
		install: (place) => {
			const named = variants.filter(({ name }) => place.variants.includes(name));
			return install(
				place,
				named.map(({ build }) => build),
			);
		},
	},
	// Plugins are compiled into the program: there is no loading of one.
	agents: null,
	tools,
};
