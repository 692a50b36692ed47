/**
 * Finds the processes of a database server that work for one database, and what they take. They are known by
 * their titles: `postgres: user database host(port) activity`.
 */
import { parseMemory } from "../machine/doctor/facts.ts";
import type { Helpers } from "../machine/helpers.ts";
import {
	listChildren,
	listKernelThreads,
	listOptional,
	MACHINE,
	parseParent,
	type Roots,
	readOptional,
	readShort,
} from "../machine/kernel.ts";

const TITLE = /^postgres: /;
/** The titles of processes that keep the server in order (PostgreSQL's `GetBackendTypeDesc`). */
const HOUSEKEEPERS = [
	"archiver",
	"autovacuum launcher",
	"autovacuum worker",
	"background writer",
	"checkpointer",
	"io worker",
	"logical replication launcher",
	"startup",
	"walsummarizer",
	"walwriter",
];
const HOUSEKEEPER = new RegExp(`^postgres: (${HOUSEKEEPERS.join("|")})\\b`);

/** The processes of one server. */
export class ServerProcesses {
	readonly #roots: Roots;
	/** The process that starts all others. Null: it is not known yet. */
	#postmaster: number | null;
	readonly #isOurs: boolean;
	/** The titles of processes that have their own. The part of a title that names the database stays. */
	#titles = new Map<string, string>();

	/** @param postmaster null for a server that this program has not started */
	constructor(postmaster: number | null, roots: Roots = MACHINE) {
		this.#postmaster = postmaster;
		this.#isOurs = postmaster !== null;
		this.#roots = roots;
	}

	/**
	 * Lists those that work for a database. None: the server is on another machine, or cannot be seen from
	 * here. It costs one read, and one more for every process that is new.
	 * @returns their ids; null where the kernel does not list a process's children
	 */
	of(database: string): string[] | null {
		this.#postmaster ??= this.#search(database);
		if (this.#postmaster === null) return [];
		const ids = listChildren(this.#postmaster, this.#roots);
		if (ids === null) return null;
		// The kernel gives ids again: what has ended is forgotten.
		this.#titles = new Map([...this.#titles].filter(([id]) => ids.includes(id)));
		// A vacuum names the database that it works on.
		return ids.filter((id) => {
			const title = this.#titleOf(id);
			return title.includes(` ${database} `) && !HOUSEKEEPER.test(title);
		});
	}

	/**
	 * Finds who computes for a database: its processes, and the kernel's threads, which carry its commits to
	 * the disk. A server that this program has started has no other clients. Checkpoints and vacuums are a
	 * disturbance, as by anybody else.
	 * @returns null as above
	 */
	helpers(database: string): Helpers | null {
		const kernel = listKernelThreads(this.#roots);
		if (!this.#isOurs) {
			const backends = this.of(database);
			return backends && { processes: [...backends, ...kernel], families: [], except: [] };
		}
		const children = this.#postmaster === null ? null : listChildren(this.#postmaster, this.#roots);
		return (
			children && {
				processes: kernel,
				families: [String(this.#postmaster)],
				except: children.filter((id) => HOUSEKEEPER.test(this.#titleOf(id))),
			}
		);
	}

	/**
	 * The memory of those that work for a database, in bytes, each page that several share divided among
	 * them; null where it cannot be read.
	 */
	bytesOf(database: string): number | null {
		const ids = this.of(database);
		if (ids === null || ids.length === 0) return null;
		let sum = 0;
		for (const id of ids) {
			const bytes = parseMemory(readOptional(`${this.#roots.proc}/${id}/smaps_rollup`), "Pss");
			if (bytes === null) return null;
			sum += bytes;
		}
		return sum;
	}

	/** Looks for a process of the database among all, and returns its parent. */
	#search(database: string): number | null {
		const { proc } = this.#roots;
		for (const id of listOptional(proc)) {
			if (!/^\d+$/.test(id) || !this.#titleOf(id).includes(` ${database} `)) continue;
			return parseParent(readShort(`${proc}/${id}/stat`));
		}
		return null;
	}

	/** A process that has just begun has its parent's title. It is looked at again. */
	#titleOf(id: string): string {
		const known = this.#titles.get(id);
		if (known !== undefined) return known;
		const title = readShort(`${this.#roots.proc}/${id}/cmdline`)?.replaceAll("\0", " ") ?? "";
		if (TITLE.test(title)) this.#titles.set(id, title);
		return title;
	}
}
