/** Builds the Rust harness with another version or a local copy of the framework. */
import { constants, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { basename, join } from "node:path";
import type { TargetSource } from "../../../shared/types.ts";
import { UserError } from "../../errors.ts";
import type { CommandLog, Installation, InstallationPlace, VariantDefinition } from "../runtime.ts";
import { cargoEnvironment, LOCKED_BUILD } from "./cargo.ts";
import { CRATES, findCrates, readCrate } from "./checkout.ts";
import { protocCommand } from "./tools.ts";

export interface BuildVariant extends VariantDefinition {
	/** Added to `cargo build`. */
	build: { args: string[]; env: Record<string, string> };
}

/**
 * Gigabytes that a build leaves beside its binaries. Cargo's records come before the files that they
 * describe, in this order also in a copy.
 */
const INTERMEDIATE = [".fingerprint", "build", "deps"];

/** The harness itself, which is another package in another folder. */
const OWN_CRATE = /eliza[-_]bench/;

/** @param builds how the variants of the target are built */
export async function install(
	{ target: { database }, source, root, toolchain: cargo, lockedIsCurrent, log }: InstallationPlace,
	builds: readonly BuildVariant["build"][],
): Promise<Installation> {
	const folder = join(root, "rust");
	const manifest = join(folder, "Cargo.toml");
	const lock = join(folder, "Cargo.lock");
	const PROTOC = await log.outputOf(protocCommand(cargo));
	await resolveDependencies(source, database.package, manifest, async (text) => {
		writeFileSync(manifest, text);
		// This writes the lock file, which keeps what the harness's own has wherever it can.
		await log.run({
			file: cargo,
			args: ["fetch", "--manifest-path", manifest],
			cwd: folder,
			env: cargoEnvironment(),
		});
	});
	const locked = readFileSync(lock, "utf8");
	const framework = readLockedCrate(locked, CRATES.framework);
	refuseOtherVersion(source, framework);
	const products = join(folder, "target");
	const release = join(products, "release");
	if (lockedIsCurrent) await copyLockedBuild(release);
	await build({ log, cargo, folder, products, PROTOC }, builds);
	for (const name of INTERMEDIATE) rmSync(join(release, name), { recursive: true, force: true });
	return {
		framework: framework.version,
		database: readLockedCrate(locked, database.package).version,
		lock,
		seeded: lockedIsCurrent,
	};
}

/**
 * @param database the crate of the target's database
 * @param resolve writes the harness's manifest and has cargo resolve its dependencies
 */
async function resolveDependencies(
	source: TargetSource | null,
	database: string,
	manifest: string,
	resolve: (text: string) => Promise<void>,
): Promise<void> {
	const whole = readFileSync(manifest, "utf8");
	if (source === null) return resolve(whole);
	const harness = database === CRATES.postgres ? whole : leaveOutPlugin(whole);
	if (source.kind === "path")
		return resolve(await patchWithCopies(harness, realpathSync(source.path), database));
	const framework = pinVersion(harness, CRATES.framework, source.version);
	try {
		await resolve(pinVersion(framework, database, source.version));
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		// Not every version of the framework has a database of the same version. Then the locked one stays.
		await resolve(framework);
	}
}

/** Cargo only warns of a copy that it does not use. */
function refuseOtherVersion(
	source: TargetSource | null,
	{ version, local }: { version: string; local: boolean },
): void {
	if (source?.kind === "version" && version !== source.version)
		throw new UserError(
			`crates.io has ${version} under the name ${source.version}: name that version, it does not move`,
		);
	if (source?.kind === "path" && !local)
		throw new UserError(
			`cargo takes ${CRATES.framework} ${version} from crates.io instead of ${source.path}: ` +
				"see what else asks for it",
		);
}

async function build(
	place: { log: CommandLog; cargo: string; folder: string; products: string; PROTOC: string },
	builds: readonly BuildVariant["build"][],
): Promise<void> {
	const { log, cargo, folder, products, PROTOC } = place;
	const options = ["--release", "--locked", "--bins", ...builds.flatMap(({ args }) => args)];
	const paths = ["--manifest-path", join(folder, "Cargo.toml"), "--target-dir", products];
	await log.run({
		file: cargo,
		args: ["build", ...options, ...paths],
		cwd: folder,
		env: Object.assign({ PROTOC }, cargoEnvironment(), ...builds.map(({ env }) => env)),
	});
}

/**
 * Copies what the locked build has compiled into a new build folder. Cargo takes what it would compile
 * alike, which halves the time.
 */
async function copyLockedBuild(release: string): Promise<void> {
	for (const name of INTERMEDIATE)
		await cp(join(LOCKED_BUILD, "release", name), join(release, name), {
			recursive: true,
			preserveTimestamps: true,
			mode: constants.COPYFILE_FICLONE,
			filter: (path) => !OWN_CRATE.test(basename(path)),
		});
}

/**
 * Makes a manifest that takes its dependencies from a local copy, in exactly the version that is there:
 * otherwise cargo would not use the copy.
 */
async function patchWithCopies(harness: string, path: string, databaseCrate: string): Promise<string> {
	const { framework, database, postgres } = findCrates(path);
	const copies: [string, string | null][] = [
		[CRATES.framework, framework],
		[CRATES.database, database],
		// A target in memory must not fail for a crate that it does not build.
		[CRATES.postgres, databaseCrate === CRATES.postgres ? postgres : null],
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
		text = pinVersion(text, name, crate.version);
		patches += `${name} = { path = ${tomlString(folder)} }\n`;
	}
	return text + patches;
}

/**
 * Leaves a plugin out that is not built. Cargo resolves it all the same, and it may ask for another version
 * of the framework.
 */
function leaveOutPlugin(manifest: string): string {
	const feature = `"dep:${CRATES.postgres}", `;
	if (!manifest.includes(feature))
		throw new RangeError(`no feature of rust/Cargo.toml has ${CRATES.postgres}`);
	return manifest.replace(feature, "").replace(new RegExp(`^${CRATES.postgres} = .*\n`, "m"), "");
}

/** @throws {RangeError} when the manifest has no such dependency on an exact version */
function pinVersion(manifest: string, crate: string, version: string): string {
	const pinned = new RegExp(`^(${crate} = (?:\\{ version = )?)"=[^"]*"`, "m");
	if (!pinned.test(manifest)) throw new RangeError(`rust/Cargo.toml pins no version of ${crate}`);
	return manifest.replace(pinned, (_, before: string) => `${before}"=${version}"`);
}

/** Writes a basic string of TOML, in which every control character is escaped. */
function tomlString(text: string): string {
	return JSON.stringify(text).replaceAll("\u007f", "\\u007f");
}

/**
 * Reads the version of a crate that the harness itself depends on, and whether it comes from a folder. There
 * may be a second version in the lock file, which a database that is not built asks for.
 */
export function readLockedCrate(lock: string, crate: string): { version: string; local: boolean } {
	const entries = lock.split("[[package]]");
	const named = (name: string) => (text: string) => text.includes(`\nname = "${name}"\n`);
	const own = entries.find(named("eliza-bench")) ?? "";
	// Cargo adds the version where there are several.
	const version = new RegExp(`^ "${crate} ([^" ]+)`, "m").exec(own)?.[1];
	const entry =
		entries
			.filter(named(crate))
			.find((text) => version === undefined || text.includes(`\nversion = "${version}"\n`)) ?? "";
	return {
		version: /^version = "([^"]*)"/m.exec(entry)?.[1] ?? "unknown",
		local: !/^source = /m.test(entry),
	};
}
