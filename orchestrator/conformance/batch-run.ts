/** Runs the harness in batch mode, as a person starts it: without `--worker`, until it ends. */

import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MS_PER_S } from "../../shared/units.ts";
import { HarnessProcess } from "../process/harness-process.ts";
import { Log } from "../process/log.ts";
import type { Subject } from "./session.ts";

export interface BatchRun {
	/** The exit status; null when it was killed because it did not end in time. */
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

/** @param args without `--output`, which is added unless `output` is false */
export async function runBatch(
	subject: Subject,
	folder: string,
	args: readonly string[],
	output = true,
): Promise<BatchRun> {
	const target = join(folder, "output");
	const path = join(target, "measurement.json");
	mkdirSync(target, { recursive: true });
	const all = output ? [...args, "--output", path] : args;
	const harness = new HarnessProcess({
		launch: subject.launch,
		watchdog: subject.watchdog,
		args: all,
		cwd: folder,
		stdin: "ignore",
		stdout: new Log(join(folder, "stdout")),
		stderr: new Log(join(folder, "stderr")),
		eventsFd: null,
	});
	const inTime = await harness.within(subject.timeoutMs, harness.ended);
	const end = inTime ? harness.describeEnd() : `did not end within ${subject.timeoutMs / MS_PER_S} s`;
	await harness.kill();
	return {
		code: inTime ? (harness.exit?.code ?? null) : null,
		end,
		stdout: readFileSync(join(folder, "stdout"), "utf8"),
		stderr: readFileSync(join(folder, "stderr"), "utf8"),
		file: existsSync(path) ? readFileSync(path, "utf8") : null,
		names: readdirSync(target),
	};
}
