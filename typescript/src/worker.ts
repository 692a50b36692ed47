/** Worker mode: does one thing when told, then waits. */
import { createInterface, type Interface } from "node:readline";
import type { IterationRecord, Scenario, WorkerCommand } from "../../shared/types.ts";
import { Cell, type Session } from "./cell.ts";
import type { Options } from "./cli.ts";
import { FrameworkError, InputError } from "./failure.ts";
import type { Iteration } from "./iteration.ts";
import { versions, writeEvent, writeMeasurement } from "./measurement.ts";

type IterationPhase = IterationRecord["phase"];

const UNSUPPORTED = 3;
const ABANDONED = 1;
const FINISH = /"cmd"\s*:\s*"finish"/;

/** @returns the exit status */
export async function runWorker(
	session: Session,
	scenario: Scenario,
	options: Options,
	importNs: number,
): Promise<number> {
	const cell = new Cell(session, scenario);
	const say = (event: Record<string, unknown>) => writeEvent(options.eventsFd, event);
	const open = new OpenIteration(cell);
	say({ event: "ready", pid: process.pid, importNs, versions: versions() });
	const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
	exitWhenAbandoned(lines);
	for await (const line of lines) {
		const command = parseCommand(line);
		if (command.cmd === "finish") {
			cell.finish();
			writeMeasurement(options, importNs, [cell.measurement]);
			say({ event: "finished" });
			return cell.measurement.status === "unsupported" ? UNSUPPORTED : 0;
		}
		if (cell.measurement.failure)
			throw new InputError(`after a failure only 'finish' may follow, not '${command.cmd}'`);
		const phase = "phase" in command ? command.phase : command.cmd;
		const started = performance.now();
		try {
			await obey(command, cell, open);
			say({ event: "done", cmd: command.cmd, elapsedNs: Math.round((performance.now() - started) * 1e6) });
		} catch (error) {
			if (!(error instanceof FrameworkError)) throw error;
			say({ event: "failed", cmd: command.cmd, failure: cell.fail(phase, error) });
		}
	}
	return ABANDONED;
}

/** Also in the middle of a command, which may hang: nobody is left to stop this process. */
function exitWhenAbandoned(lines: Interface): void {
	let finishing = false;
	lines.on("line", (line) => {
		finishing ||= FINISH.test(line);
	});
	lines.once("close", () => {
		if (!finishing) process.exit(ABANDONED);
	});
}

/** The iteration between `begin` and `end`. */
class OpenIteration {
	#open: { iteration: Iteration; phase: IterationPhase } | null = null;
	readonly #cell: Cell;

	constructor(cell: Cell) {
		this.#cell = cell;
	}

	async begin(phase: IterationPhase): Promise<void> {
		const { delivery } = this.#cell.scenario.config;
		if (this.#open) throw new InputError("an iteration is open: send 'end' before 'begin'");
		if (delivery !== "sequential" || this.#cell.scenario.database)
			throw new InputError("'begin' is only for sequential scenarios");
		this.#open = { iteration: await this.#cell.begin(phase), phase };
	}

	async message(): Promise<void> {
		if (!this.#open || this.#open.iteration.unsent === 0)
			throw new InputError("there is no message to send: send 'begin' first");
		await this.#open.iteration.workOnce();
	}

	async end(): Promise<void> {
		if (!this.#open || this.#open.iteration.unsent > 0)
			throw new InputError("the iteration has unsent messages, or none is open");
		const { iteration, phase } = this.#open;
		this.#open = null;
		await this.#cell.end(iteration, phase);
	}
}

async function obey(command: WorkerCommand, cell: Cell, open: OpenIteration): Promise<void> {
	switch (command.cmd) {
		case "cold":
			return await cell.cold();
		case "verify":
			return await cell.verify();
		case "iterate":
			return await cell.iterate(command.phase);
		case "begin":
			return await open.begin(command.phase);
		case "message":
			return await open.message();
		case "end":
			return await open.end();
		default:
			throw new InputError(`unknown command '${command.cmd}'`);
	}
}

const PHASES = ["warmup", "plain", "observed", "control"] satisfies IterationPhase[] as string[];

function parseCommand(line: string): WorkerCommand {
	let command: { cmd?: unknown; phase?: unknown };
	try {
		command = JSON.parse(line);
	} catch {
		throw new InputError(`a command is one JSON object a line, not: ${line.slice(0, 120)}`);
	}
	if (typeof command?.cmd !== "string")
		throw new InputError(`a command has a field 'cmd': ${line.slice(0, 120)}`);
	if ((command.cmd === "iterate" || command.cmd === "begin") && !PHASES.includes(String(command.phase)))
		throw new InputError(`'${command.cmd}' needs a phase: ${PHASES.join(", ")}`);
	return command as WorkerCommand;
}
