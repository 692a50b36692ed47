/**
 * The harness, which writes a line into the file of `--notes FILE` for every connection that the framework's
 * pool makes: `message` if a message was on its way, else `between`. It lies beside a target's own harness
 * when it is run.
 */
import { appendFileSync } from "node:fs";
import { main } from "../src/bench.ts";
import type { Adapter } from "../src/databases/database.ts";
import { connectionBelow } from "../src/databases/sql-plugin.ts";
import { sendToFramework } from "../src/frameworks/front-door.ts";

interface WatchedPool {
	on(event: "connect", listener: () => void): void;
}

const argv = process.argv.slice(2);
const at = argv.indexOf("--notes");
const [, notes = ""] = at < 0 ? [] : argv.splice(at, 2);
if (notes === "") throw new Error("--notes FILE is missing");

const watched = new WeakSet<WatchedPool>();
let onItsWay = false;

async function watch(adapter: Adapter): Promise<void> {
	const pool = (await connectionBelow(adapter)) as WatchedPool;
	if (watched.has(pool)) return;
	watched.add(pool);
	pool.on("connect", () => appendFileSync(notes, onItsWay ? "message\n" : "between\n"));
}

process.exit(
	await main(argv, async (outgoing) => {
		await watch((outgoing.runtime as unknown as { adapter: Adapter }).adapter);
		onItsWay = true;
		try {
			return await sendToFramework(outgoing);
		} finally {
			onItsWay = false;
		}
	}),
);
