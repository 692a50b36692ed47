/** A PostgreSQL server for tests that drive a harness themselves. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { urlOf, withConnection } from "../../orchestrator/database/connection.ts";
import { type PostgresPackage, setUpPackage } from "../../orchestrator/database/package.ts";
import { OwnServer } from "../../orchestrator/database/server.ts";
import { temporaryFolder } from "./real.ts";

export class TestServer {
	readonly #own: OwnServer;
	readonly #package: PostgresPackage;

	private constructor(own: OwnServer, installed: PostgresPackage) {
		this.#own = own;
		this.#package = installed;
	}

	static async start(): Promise<TestServer> {
		const installed = await setUpPackage(() => {});
		return new TestServer(
			await OwnServer.start(installed, join(temporaryFolder(), "postgres.log")),
			installed,
		);
	}

	/** @returns the URL of a new and empty database */
	async makeDatabase(name: string): Promise<string> {
		await withConnection(this.#own.address, "postgres", (client) => client.query(`CREATE DATABASE ${name}`));
		return urlOf(this.#own.address, name);
	}

	/** Asks PostgreSQL's own program. @returns a line for each row, its fields separated by `|` */
	ask(url: string, query: string): string[] {
		const { root, programs } = this.#package;
		const psql = join(root, programs, "psql");
		const args = ["--no-psqlrc", "--tuples-only", "--no-align", "--dbname", url, "--command", query];
		const { status, stdout, stderr } = spawnSync(psql, args, { encoding: "utf8" });
		if (status !== 0) throw new Error(stderr);
		return stdout.split("\n").filter((line) => line !== "");
	}

	stop(): Promise<void> {
		return this.#own.stop();
	}
}
