/**
 * What each runtime needs on the machine and how its harness is set up inside the repository. Nothing is
 * installed outside it.
 */
import { join } from "node:path";
import type { RuntimeName } from "../../shared/types.ts";
import { ROOT } from "../files.ts";
import type { Command } from "../targets/set-up-log.ts";
import { HARNESS } from "./launch.ts";

export interface Step extends Omit<Command, "env"> {
	/** The step's standard output becomes this variable of the later ones. */
	outputAs?: string;
}

export interface Recipe {
	/** Files and folders whose content decides whether the set-up is still current. */
	inputs: string[];
	/** Exists once the set-up is done. */
	product: string;
	/** The toolchain: how to ask its version, the least that will do, and where a user gets it. */
	toolchain: { name: string; commands: string[]; minimum: readonly [number, number]; advice: string };
	/** @param toolchain the command that was found. */
	steps: (toolchain: string) => Step[];
}

const inRoot = (path: string) => join(ROOT, path);
const PYTHON = HARNESS.python.file;

/** Prints the path of the protobuf compiler that the framework's build needs; it comes inside a crate. */
export function protocCommand(cargo: string): Command {
	return {
		file: cargo,
		args: ["run", "--quiet", "--locked", "--manifest-path", inRoot("rust/protoc/Cargo.toml")],
	};
}

export const RECIPES: Record<RuntimeName, Recipe> = {
	typescript: {
		inputs: ["typescript/package.json", "typescript/package-lock.json"],
		product: HARNESS.typescript.file,
		toolchain: {
			name: "Node.js",
			commands: ["node"],
			minimum: [20, 12],
			advice: "install Node.js 20.12 or newer",
		},
		steps: () => [
			{
				file: "npm",
				args: ["ci", "--ignore-scripts", "--prefix", inRoot("typescript"), "--no-fund", "--no-audit"],
			},
			// Puts Bun's binary, which npm has brought, into its place. Run by hand because some npm versions
			// run no package's scripts.
			{ file: "node", args: ["install.js"], cwd: inRoot("typescript/node_modules/bun") },
		],
	},
	python: {
		inputs: ["python/requirements.lock"],
		product: PYTHON,
		toolchain: {
			name: "Python",
			commands: ["python3", "python3.14", "python3.13", "python3.12", "python3.11"],
			minimum: [3, 11],
			advice: "install Python 3.11 or newer with its venv module",
		},
		steps: (python) => [
			{ file: python, args: ["-m", "venv", "--clear", inRoot("python/.venv")] },
			{
				file: PYTHON,
				args: [
					"-m",
					"pip",
					"install",
					"--disable-pip-version-check",
					"--require-hashes",
					"-r",
					inRoot("python/requirements.lock"),
				],
			},
		],
	},
	rust: {
		inputs: [
			"rust/Cargo.toml",
			"rust/Cargo.lock",
			"rust/build.rs",
			"rust/src",
			"rust/protoc/Cargo.toml",
			"rust/protoc/Cargo.lock",
			"rust/protoc/src",
		],
		product: HARNESS.rust.file,
		toolchain: {
			name: "Rust",
			commands: ["cargo"],
			minimum: [1, 85],
			advice: "install Rust 1.85 or newer with rustup",
		},
		steps: (cargo) => [
			{ ...protocCommand(cargo), outputAs: "PROTOC" },
			{ file: cargo, args: ["build", "--release", "--locked", "--manifest-path", inRoot("rust/Cargo.toml")] },
		],
	},
};
