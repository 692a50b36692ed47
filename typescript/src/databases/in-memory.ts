/** The ecosystem's database in memory. No part of it is replaced, and it is gone with its agent. */
import type { AgentRuntime, InMemoryDatabaseAdapter } from "@elizaos/core";
import { CORE, DATABASE, isInstalled, readInstalledVersion } from "../frameworks/packages.ts";
import type { Adapter, Database } from "./database.ts";

/** Holds the class, as soon as it has been imported. */
interface Source {
	Database: (new () => InMemoryDatabaseAdapter) | null;
}

/** The database is a class of core, or of another version of it. */
export function describeInMemory(): string {
	return readInstalledVersion(isInstalled(DATABASE) ? DATABASE : CORE);
}

export class InMemory implements Database {
	readonly plugins = [];
	readonly lasting = null;
	readonly #source: Source;

	constructor(source: Source) {
		this.#source = source;
	}

	describe(): string {
		return describeInMemory();
	}

	createAdapter(): Adapter {
		const { Database } = this.#source;
		if (!Database) throw new Error("the database has not been imported");
		return new Database();
	}

	initialize(runtime: AgentRuntime): Promise<void> {
		return runtime.initialize();
	}
}
