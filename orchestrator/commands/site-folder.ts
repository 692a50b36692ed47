/** The folder of a site. A new site is written beside the old one, and takes its place when it is whole. */
import { existsSync, lstatSync, readdirSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { messageOf, UserError } from "../errors.ts";
import { makeFolder, readJsonIfValid } from "../files.ts";
import { isLockFile, lock, unlock } from "../process/lock.ts";

/** Lists what a site is made of, so that the next one removes that and nothing else. */
const LIST = "site.json";
const siteList = z.strictObject({
	kind: z.literal("site"),
	/** Relative to the folder, with `/`. */
	files: z.array(z.string()),
});

export class SiteFolder {
	readonly #folder: string;
	readonly #aside: string;
	readonly #old: string;
	readonly #files = new Set<string>();

	private constructor(folder: string) {
		this.#folder = folder;
		const place = (name: string) => join(dirname(folder), `.${basename(folder)}.${name}`);
		this.#aside = place("site-new");
		this.#old = place("site-old");
	}

	/**
	 * @throws {UserError} when the place holds anything that is not of a site, cannot be written, or another
	 *   process writes a site there
	 */
	static open(path: string): SiteFolder {
		const folder = existsSync(path) ? realpathSync(path) : resolve(path);
		const site = new SiteFolder(folder);
		site.#restore();
		refuseForeign(folder);
		try {
			makeFolder(site.#aside);
			lock(site.#aside);
			// This is what a killed process has left.
			for (const name of readdirSync(site.#aside))
				if (!isLockFile(name)) rmSync(join(site.#aside, name), { recursive: true, force: true });
		} catch (error) {
			if (error instanceof UserError) throw error;
			throw new UserError(`cannot write a site beside ${folder}: ${messageOf(error)}`);
		}
		return site;
	}

	/** @param path relative, with `/` */
	write(path: string, text: string): void {
		const parts = path.split("/");
		if (parts.includes("..") || this.#files.has(path)) throw new RangeError(`a site has no second ${path}`);
		this.#files.add(path);
		const file = join(this.#aside, ...parts);
		this.#guard(() => {
			makeFolder(dirname(file));
			writeFileSync(file, text);
		});
	}

	/**
	 * Puts the new site into the place of the old one.
	 * @throws {UserError} when the system refuses; then the old site is where it was
	 */
	finish(): void {
		this.write(LIST, `${JSON.stringify({ kind: "site", files: [...this.#files, LIST].toSorted() })}\n`);
		this.#guard(() => {
			// Somebody may have put something there meanwhile.
			refuseForeign(this.#folder);
			unlock(this.#aside);
			if (existsSync(this.#folder)) renameSync(this.#folder, this.#old);
			try {
				renameSync(this.#aside, this.#folder);
			} catch (error) {
				if (existsSync(this.#old)) renameSync(this.#old, this.#folder);
				throw error;
			}
			rmSync(this.#old, { recursive: true, force: true });
		});
	}

	/** Removes what was written, and leaves the old site as it is. */
	discard(): void {
		unlock(this.#aside);
		rmSync(this.#aside, { recursive: true, force: true });
	}

	#guard(write: () => void): void {
		try {
			write();
		} catch (error) {
			this.discard();
			if (error instanceof UserError) throw error;
			throw new UserError(`cannot write the site ${this.#folder}: ${messageOf(error)}`);
		}
	}

	/** Ends the change of places of a process that was killed in the middle of it. */
	#restore(): void {
		if (!existsSync(this.#old)) return;
		refuseForeign(this.#old);
		if (existsSync(this.#folder)) rmSync(this.#old, { recursive: true });
		else renameSync(this.#old, this.#folder);
	}
}

/** @throws {UserError} when the folder holds anything but a site, as this program has written it */
function refuseForeign(folder: string): void {
	if (!existsSync(folder)) return;
	if (!lstatSync(folder).isDirectory())
		throw new UserError(`${folder} is a file: name a folder for the site`);
	const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
		(entry) => !entry.isDirectory(),
	);
	if (entries.length === 0) return;
	const known = new Set(
		readJsonIfValid(join(folder, LIST), siteList, "list of a site")?.files.map((file) => join(folder, file)),
	);
	if (known.size === 0)
		throw new UserError(
			`the folder ${folder} is not empty and holds no site: name another one, nothing was overwritten`,
		);
	const foreign = entries.map((entry) => join(entry.parentPath, entry.name)).find((path) => !known.has(path));
	if (foreign !== undefined)
		throw new UserError(
			`${foreign} is not of the site: move it elsewhere, because a site replaces its whole folder`,
		);
}
