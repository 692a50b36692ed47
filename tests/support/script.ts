/** Starts scripts that time messages without any code of the harness. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "../../orchestrator/files.ts";
import { launchIn } from "../../orchestrator/targets/launch.ts";

export type ScriptCommand = readonly [file: string, args: string[]];

/** @param root the folder below which the harness, and with it the framework, is set up */
export function typescriptScript(root: string): ScriptCommand {
	const folder = join(root, "typescript");
	return [launchIn(ROOT, "typescript").file, [join(ROOT, "tests/independent/single-message.ts"), folder]];
}

/** @param root the folder of a version whose bootstrap is a package of its own */
export function earlierScript(root: string): ScriptCommand {
	const folder = join(root, "typescript");
	return [launchIn(ROOT, "typescript").file, [join(ROOT, "tests/independent/earlier-message.ts"), folder]];
}

/** As long as a worker of the benchmark waits after it was woken. */
const SETTLE_MS = 5;

/** A script that times one message for every line it is sent. */
export class Script {
	readonly #child: ChildProcess;
	readonly #lines: AsyncIterator<string>;

	constructor([file, args]: ScriptCommand) {
		this.#child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"] });
		assert.ok(this.#child.stdout);
		this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
	}

	/** Nanoseconds. */
	async message(number: number): Promise<number> {
		this.#child.stdin?.write(`${number}\n`);
		for (;;) {
			const { value, done } = await this.#lines.next();
			// Some frameworks print on stdout with every message.
			if (done || /^\d+$/.test(value)) return Number(value);
		}
	}

	/** Stops the process, so that its next message finds the machine as another process left it. */
	freeze(): void {
		this.#child.kill("SIGSTOP");
	}

	async thaw(): Promise<void> {
		this.#child.kill("SIGCONT");
		await sleep(SETTLE_MS);
	}

	end(): void {
		this.#child.kill("SIGKILL");
	}
}
