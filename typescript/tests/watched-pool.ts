/**
 * The harness, which writes a line into the file of `--notes FILE` for every connection that the framework's
 * pool makes, `connected message` if a message was on its way, else `connected between`, and how many
 * connections the pool has when a message starts and ends, as `start 5` and `end 5`. It lies beside a target's
 * own harness when it is run.
 */
import { appendFileSync } from "node:fs";
import { main } from "../src/bench.ts";
import type { Adapter } from "../src/databases/database.ts";
import { connectionBelow } from "../src/databases/sql-plugin.ts";
import { sendToFramework } from "../src/frameworks/front-door.ts";

interface WatchedPool {
	readonly totalCount: number;
	on(event: "connect", listener: () => void): void;
}

const argv = process.argv.slice(2);
const at = argv.indexOf("--notes");
const [, notes = ""] = at < 0 ? [] : argv.splice(at, 2);
if (notes === "") throw new Error("--notes FILE is missing");

const watched = new WeakSet<WatchedPool>();
let onItsWay = false;

const note = (line: string) => appendFileSync(notes, `${line}\n`);

async function watch(adapter: Adapter): Promise<WatchedPool> {
	const pool = (await connectionBelow(adapter)) as WatchedPool;
	if (!watched.has(pool)) pool.on("connect", () => note(`connected ${onItsWay ? "message" : "between"}`));
	watched.add(pool);
	return pool;
}

process.exit(
	await main(argv, async (outgoing) => {
		const pool = await watch((outgoing.runtime as unknown as { adapter: Adapter }).adapter);
		note(`start ${pool.totalCount}`);
		onItsWay = true;
		try {
			return await sendToFramework(outgoing);
		} finally {
			onItsWay = false;
			note(`end ${pool.totalCount}`);
		}
	}),
);
