/** In worker mode commands come on stdin and events go to their own descriptor, one JSON object a line. */
import { writeSync } from "node:fs";
import type { IterationRecord, WorkerCommand } from "../../shared/types.ts";
import { InputError } from "./failure.ts";

export type IterationPhase = IterationRecord["phase"];

const PHASES = ["warmup", "plain", "observed", "control"] satisfies IterationPhase[] as string[];

/** @param fd is null if nobody listens */
export function writeEvent(fd: number | null, event: Record<string, unknown>): void {
	if (fd !== null) writeSync(fd, `${JSON.stringify(event)}\n`);
}

/** @throws {InputError} if the line is not a command */
export function parseCommand(line: string): WorkerCommand {
	let command: { cmd?: unknown; phase?: unknown };
	try {
		command = JSON.parse(line);
	} catch {
		throw new InputError(`a command is one JSON object on one line, not: ${line.slice(0, 120)}`);
	}
	if (typeof command?.cmd !== "string")
		throw new InputError(`a command has a field 'cmd': ${line.slice(0, 120)}`);
	if ((command.cmd === "iterate" || command.cmd === "begin") && !PHASES.includes(String(command.phase)))
		throw new InputError(`'${command.cmd}' needs a phase: ${PHASES.join(", ")}`);
	return command as WorkerCommand;
}
