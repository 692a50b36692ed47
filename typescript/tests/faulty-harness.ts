/** The harness with a built-in fault. It takes `--fault NAME` beside the usual options. */
import { spawn } from "node:child_process";
import { rmSync, statSync, truncateSync, writeSync } from "node:fs";
import type { Content } from "@elizaos/core";
import { main } from "../src/bench.ts";
import { sendToFramework } from "../src/frameworks/front-door.ts";
import type { Sender } from "../src/iteration.ts";

const [STDOUT_FD, STDERR_FD, EVENTS_FD] = [1, 2, 3];
const CHATTER_BYTES = 4 * 1024 ** 2;
const HOUR_MS = 3_600_000;
/** This is longer than any test. */
const CHILD_SECONDS = "600";

let faultHappened = false;

function atFirstPlainMessage(fault: () => unknown): Sender {
	return async (outgoing) => {
		if (outgoing.phase === "plain" && !faultHappened) {
			faultHappened = true;
			await fault();
		}
		return await sendToFramework(outgoing);
	};
}

const FAULTS: Record<string, Sender> = {
	"drop-reply": (outgoing) =>
		sendToFramework(outgoing.index % 2 === 0 ? outgoing : { ...outgoing, callback: async () => [] }),
	stub: async ({ callback, scenario }) => {
		for (const text of scenario.expect.replies) await callback({ text } as Content);
		return { didRespond: true };
	},
	crash: atFirstPlainMessage(async () => {
		process.kill(process.pid, "SIGKILL");
		await new Promise(() => {});
	}),
	hang: atFirstPlainMessage(() => new Promise(() => {})),
	garbage: atFirstPlainMessage(() => writeSync(EVENTS_FD, "this is not an event\n")),
	flood: atFirstPlainMessage(() =>
		writeForever([STDOUT_FD, STDERR_FD], `${"Loading plugins ... ".repeat(50)}\n`),
	),
	chatter: atFirstPlainMessage(() => {
		for (let written = 0; written < CHATTER_BYTES; ) written += writeSync(STDOUT_FD, "Loading plugins ...\n");
	}),
	"clock-steps": atFirstPlainMessage(stepClock),
	"events-flood": atFirstPlainMessage(() => writeForever([EVENTS_FD], '{"event":"done","cmd":"iterate"}\n')),
	"endless-line": atFirstPlainMessage(() => writeForever([EVENTS_FD], "x".repeat(1000))),
	"exit-zero": atFirstPlainMessage(() => process.exit(0)),
	child: atFirstPlainMessage(() => leaveBehind("sleep", CHILD_SECONDS)),
	daemon: atFirstPlainMessage(() => leaveBehind("setsid", "sleep", CHILD_SECONDS)),
	"no-file": atFirstPlainMessage(() => {}),
	"torn-file": atFirstPlainMessage(() => {}),
};

/** Faults of the measurement file, which strike when it is written. */
const FILE_FAULTS: Record<string, (path: string) => void> = {
	"no-file": (path) => rmSync(path),
	"torn-file": (path) => truncateSync(path, Math.floor(statSync(path).size / 2)),
};

/** Makes the wall clock jump an hour forward and back with every reading. */
function stepClock(): void {
	const now = Date.now;
	let readings = 0;
	Date.now = () => now() + (readings++ % 2 === 0 ? HOUR_MS : -HOUR_MS);
}

function writeForever(descriptors: number[], text: string): never {
	for (;;) for (const descriptor of descriptors) writeSync(descriptor, text);
}

/** Starts a process that outlives the harness and keeps its descriptors open. */
function leaveBehind(command: string, ...args: string[]): void {
	spawn(command, args, { stdio: ["ignore", "inherit", "inherit", EVENTS_FD] }).unref();
}

const argv = process.argv.slice(2);
const at = argv.indexOf("--fault");
const fault = FAULTS[argv[at + 1] ?? ""];
if (at < 0 || !fault) {
	console.error(`error: --fault takes one of ${Object.keys(FAULTS).join(", ")}`);
	process.exit(2);
}
const status = await main([...argv.slice(0, at), ...argv.slice(at + 2)], fault);
if (faultHappened) FILE_FAULTS[argv[at + 1] ?? ""]?.(argv[argv.indexOf("--output") + 1] ?? "");
process.exit(status);
