/**
 * Kills what the orchestrator leaves behind. Workers live in sessions of their own, so that Ctrl-C reaches only the orchestrator, and they may
 * be frozen, so that they cannot notice its end. A shell of some hundred kilobytes waits on a pipe; when the pipe closes, however the
 * orchestrator died, it kills every process still on its list.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

const SCRIPT = `trap '' INT TERM HUP
live=" "
while read -r sign pid; do
  case "$sign" in
    +) live="$live$pid " ;;
    -) live=$(printf '%s' "$live" | sed "s/ $pid / /") ;;
  esac
done
for pid in $live; do kill -KILL "$pid" 2>/dev/null; done`;

export class Watchdog {
	readonly #shell: ChildProcess;

	constructor() {
		this.#shell = spawn("sh", ["-c", SCRIPT], { stdio: ["pipe", "ignore", "ignore"], detached: true });
		// Without its shell the run still works; only the clean-up after a killed orchestrator is lost.
		this.#shell.stdin?.on("error", () => {});
	}

	watch(pid: number): void {
		this.#shell.stdin?.write(`+ ${pid}\n`);
	}

	release(pid: number): void {
		this.#shell.stdin?.write(`- ${pid}\n`);
	}

	async close(): Promise<void> {
		if (this.#shell.exitCode !== null || this.#shell.signalCode !== null) return;
		const exited = once(this.#shell, "exit");
		this.#shell.stdin?.end();
		await exited;
	}
}
