/**
 * Kills the processes that the orchestrator leaves behind. Workers live in sessions of their own, so that
 * Ctrl-C reaches only the orchestrator, and they may be frozen, so that they cannot notice its end. A shell
 * of some hundred kilobytes waits on a pipe. When the pipe closes, however the orchestrator died, the shell
 * kills every process group still on its list, the children of its leader in whatever groups (a database
 * server's have groups of their own and write their titles over their environment), and every process that
 * carries the run's mark and has left its group. Then it removes the folder that was theirs alone.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { MARK } from "./process-group.ts";

const SCRIPT = `trap '' INT TERM HUP
live=" "
while read -r sign pid; do
  case "$sign" in
    +) live="$live$pid " ;;
    -) live=$(printf '%s' "$live" | sed "s/ $pid / /") ;;
  esac
done
for pid in $live; do
  children=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null)
  kill -KILL "-$pid" $children 2>/dev/null
done
for file in $(grep -lsaF "$1" /proc/[0-9]*/environ); do
  pid=\${file#/proc/}
  kill -KILL "\${pid%/environ}" 2>/dev/null
done
# What is being killed may still write there for a moment.
for pause in 0 0.1 1; do
  [ -n "$2" ] && [ -e "$2" ] || exit 0
  sleep "$pause"
  rm -rf -- "$2" 2>/dev/null
done`;

export class Watchdog {
	readonly #shell: ChildProcess;
	readonly #run = randomUUID();
	#marks = 0;

	/** @param folder that nobody needs after the run; none by default */
	constructor(folder = "") {
		this.#shell = spawn("sh", ["-c", SCRIPT, "sh", `${MARK}=${this.#run}`, folder], {
			stdio: ["pipe", "ignore", "ignore"],
			detached: true,
		});
		// Without its shell the run still works. Only the clean-up after a killed orchestrator is lost.
		this.#shell.on("error", () => {});
		this.#shell.stdin?.on("error", () => {});
	}

	/** A value of {@link MARK} that no other process has. */
	newMark(): string {
		return `${this.#run}.${++this.#marks}`;
	}

	watch(pid: number): void {
		this.#shell.stdin?.write(`+ ${pid}\n`);
	}

	release(pid: number): void {
		this.#shell.stdin?.write(`- ${pid}\n`);
	}

	async close(): Promise<void> {
		const { pid, exitCode, signalCode } = this.#shell;
		if (pid === undefined || exitCode !== null || signalCode !== null) return;
		const exited = once(this.#shell, "exit");
		this.#shell.stdin?.end();
		await exited;
	}
}
