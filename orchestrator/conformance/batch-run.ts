/** The harness as a person starts it: without `--worker`, until it ends. */
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Child } from "./child.ts";
import type { Subject } from "./session.ts";

export interface HandRun {
	/** Null: it was killed because it did not end in time. */
	code: number | null;
	/** How it ended, in words. */
	end: string;
	stdout: string;
	stderr: string;
	/** The measurement file's text. */
	file: string | null;
	/** Names in the output folder. */
	names: string[];
}

/** @param args with `--output` left out: it is added, unless `output` is false */
export async function runByHand(
	subject: Subject,
	folder: string,
	args: readonly string[],
	output = true,
): Promise<HandRun> {
	const target = join(folder, "output");
	const path = join(target, "measurement.json");
	mkdirSync(target, { recursive: true });
	const logs = ["stdout", "stderr"].map((name) => openSync(join(folder, name), "w"));
	const all = output ? [...args, "--output", path] : args;
	const child = new Child(subject.launch, all, { cwd: folder, stdio: ["ignore", ...logs] }, subject.watchdog);
	for (const log of logs) closeSync(log);
	const inTime = await child.endsWithin(subject.timeoutMs);
	const end = inTime ? child.inWords() : `did not end within ${subject.timeoutMs / 1000} s`;
	await child.kill();
	return {
		code: inTime ? (child.exit?.code ?? null) : null,
		end,
		stdout: readFileSync(join(folder, "stdout"), "utf8"),
		stderr: readFileSync(join(folder, "stderr"), "utf8"),
		file: existsSync(path) ? readFileSync(path, "utf8") : null,
		names: readdirSync(target),
	};
}
