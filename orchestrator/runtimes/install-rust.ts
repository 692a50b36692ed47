/** Builds the Rust harness with another version or a local copy of the framework. */
import { constants, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UserError } from "../errors.ts";
import { isCurrent } from "../targets/provision.ts";
import { CRATES, crates, readCrate } from "./checkout.ts";
import type { Installer } from "./installer.ts";
import { HARNESS } from "./launch.ts";
import { protocCommand } from "./recipes.ts";

/**
 * What a build leaves beside the binaries, gigabytes: cargo's records of what is done, which come first in a
 * copy, and what they are of.
 */
const INTERMEDIATE = [".fingerprint", "build", "deps"];

/** The Cargo Book, "Profiles": optimizes across all crates, as one. */
const FAT_LTO = { CARGO_PROFILE_RELEASE_LTO: "fat", CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "1" };

/** The harness itself is another package in another folder. */
const OWN_CRATE = /eliza[-_]bench/;

export const installRust: Installer = async ({ source, variants, root, toolchain: cargo, log }) => {
	const folder = join(root, "rust");
	const manifest = join(folder, "Cargo.toml");
	const lock = join(folder, "Cargo.lock");
	const harness = readFileSync(manifest, "utf8");
	const PROTOC = await log.outputOf(protocCommand(cargo));
	const resolve = async (text: string) => {
		writeFileSync(manifest, text);
		// Writes the lock file, which keeps what the harness's own has wherever it can.
		await log.run({ file: cargo, args: ["fetch", "--manifest-path", manifest], cwd: folder });
	};
	if (source === null) await resolve(harness);
	else if (source.kind === "version") {
		const framework = withVersion(harness, CRATES.framework, source.version);
		try {
			await resolve(withVersion(framework, CRATES.database, source.version));
		} catch (error) {
			if (!(error instanceof UserError)) throw error;
			// Not every version of the framework has a database of the same: then the locked one stays.
			await resolve(framework);
		}
	} else await resolve(await withCopies(harness, realpathSync(source.path)));
	const locked = readFileSync(lock, "utf8");
	const [framework, database] = [lockedCrate(locked, CRATES.framework), lockedCrate(locked, CRATES.database)];
	if (source?.kind === "version" && framework.version !== source.version)
		throw new UserError(
			`crates.io has ${framework.version} under the name ${source.version}: name that version, it does not move`,
		);
	// Cargo only warns of a copy that it does not use.
	if (source?.kind === "path" && !framework.local)
		throw new UserError(
			`cargo takes ${CRATES.framework} ${framework.version} from crates.io instead of ${source.path}: see what else asks for it`,
		);
	const target = join(folder, "target");
	const seeded = await seed(join(target, "release"));
	const features = variants.includes("mimalloc") ? ["--features", "mimalloc"] : [];
	const build = [
		"build",
		"--release",
		"--locked",
		"--bins",
		...features,
		"--manifest-path",
		manifest,
		"--target-dir",
		target,
	];
	await log.run({
		file: cargo,
		args: build,
		cwd: folder,
		env: { PROTOC, ...(variants.includes("lto") ? FAT_LTO : {}) },
	});
	for (const name of INTERMEDIATE) rmSync(join(target, "release", name), { recursive: true, force: true });
	return { framework: framework.version, database: database.version, lock, seeded };
};

/**
 * Lays what the locked build has compiled into a new build folder: cargo takes what it would compile alike,
 * which halves the time.
 */
async function seed(release: string): Promise<boolean> {
	if (!isCurrent("rust")) return false;
	for (const name of INTERMEDIATE)
		await cp(join(dirname(HARNESS.rust.file), name), join(release, name), {
			recursive: true,
			preserveTimestamps: true,
			mode: constants.COPYFILE_FICLONE,
			filter: (path) => !OWN_CRATE.test(basename(path)),
		});
	return true;
}

/**
 * The harness's manifest with its dependencies taken from a local copy, in exactly the version that is there:
 * else cargo would pass it over.
 */
async function withCopies(harness: string, path: string): Promise<string> {
	const { framework, database } = crates(path);
	const copies: [string, string | null][] = [
		[CRATES.framework, framework],
		[CRATES.database, database],
	];
	let text = harness;
	let patches = "\n[patch.crates-io]\n";
	for (const [name, folder] of copies) {
		if (folder === null) continue;
		const crate = await readCrate(folder);
		if (crate === null)
			throw new UserError(
				`cargo cannot read ${join(folder, "Cargo.toml")}: cargo metadata --no-deps says why`,
			);
		text = withVersion(text, name, crate.version);
		patches += `${name} = { path = ${tomlString(folder)} }\n`;
	}
	return text + patches;
}

/** @throws {RangeError} when the manifest has no such dependency on an exact version */
function withVersion(manifest: string, crate: string, version: string): string {
	const pinned = new RegExp(`^(${crate} = (?:\\{ version = )?)"=[^"]*"`, "m");
	if (!pinned.test(manifest)) throw new RangeError(`rust/Cargo.toml pins no version of ${crate}`);
	return manifest.replace(pinned, (_, before: string) => `${before}"=${version}"`);
}

/** A basic string of TOML, which wants every control character escaped. */
function tomlString(text: string): string {
	return JSON.stringify(text).replaceAll("\u007f", "\\u007f");
}

/** @returns the version of a crate in a Cargo.lock, and whether it comes from a folder */
function lockedCrate(lock: string, crate: string): { version: string; local: boolean } {
	const entry = lock.split("[[package]]").find((text) => text.includes(`\nname = "${crate}"\n`)) ?? "";
	return {
		version: /^version = "([^"]*)"/m.exec(entry)?.[1] ?? "unknown",
		local: !/^source = /m.test(entry),
	};
}
