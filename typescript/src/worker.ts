/** Worker mode executes one command at a time and does nothing in between. */
import { createInterface, type Interface } from "node:readline";
import type { Scenario, WorkerCommand } from "../../shared/types.ts";
import { Cell, type Session } from "./cell.ts";
import type { Options } from "./cli.ts";
import { now, nsSince } from "./clocks.ts";
import { EXIT_UNSUPPORTED, FrameworkError, InputError } from "./failure.ts";
import type { Iteration } from "./iteration.ts";
import { writeMeasurement } from "./measurement.ts";
import { type IterationPhase, parseCommand, writeEvent } from "./protocol.ts";
import { readVersions } from "./versions.ts";

const EXIT_ABANDONED = 1;
const FINISH = /"cmd"\s*:\s*"finish"/;

/** @returns the exit status */
export async function runWorker(
	session: Session,
	scenario: Scenario,
	options: Options,
	importNs: number,
): Promise<number> {
	const { framework } = session;
	const cell = new Cell(session, scenario);
	const sendEvent = (event: Record<string, unknown>) => writeEvent(options.eventsFd, event);
	const open = new OpenIteration(cell);
	sendEvent({
		event: "ready",
		pid: process.pid,
		importNs,
		versions: readVersions(framework, options.database),
	});
	const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
	exitWhenAbandoned(lines);
	for await (const line of lines) {
		const command = parseCommand(line);
		if (command.cmd === "finish") {
			cell.endPlainPhase();
			writeMeasurement(options, { importNs, framework }, [cell.measurement]);
			sendEvent({ event: "finished" });
			return cell.measurement.status === "unsupported" ? EXIT_UNSUPPORTED : 0;
		}
		if (cell.measurement.failure) refuseAfterFailure(command);
		const phase = "phase" in command ? command.phase : (open.phase ?? command.cmd);
		let started = now();
		try {
			await cell.prepare();
			started = now();
			await executeCommand(command, cell, open);
			sendEvent({ event: "done", cmd: command.cmd, elapsedNs: nsSince(started) });
		} catch (error) {
			if (!(error instanceof FrameworkError)) throw error;
			sendEvent({ event: "failed", cmd: command.cmd, failure: cell.fail(phase, error) });
		}
	}
	return EXIT_ABANDONED;
}

/**
 * Waits for `finish` after a failure at the start.
 * @returns whether it came before the end of stdin
 */
export async function waitForFinish(): Promise<boolean> {
	for await (const line of createInterface({ input: process.stdin })) {
		const command = parseCommand(line);
		if (command.cmd === "finish") return true;
		refuseAfterFailure(command);
	}
	return false;
}

function refuseAfterFailure({ cmd }: WorkerCommand): never {
	throw new InputError(`after a failure only 'finish' may follow, not '${cmd}'`);
}

/** Exits even in the middle of a command, which may hang, because nobody is left to stop this process. */
function exitWhenAbandoned(lines: Interface): void {
	let finishing = false;
	lines.on("line", (line) => {
		finishing ||= FINISH.test(line);
	});
	lines.once("close", () => {
		if (!finishing) process.exit(EXIT_ABANDONED);
	});
}

/** The iteration between `begin` and `end`. */
class OpenIteration {
	#open: { iteration: Iteration; phase: IterationPhase } | null = null;
	readonly #cell: Cell;

	constructor(cell: Cell) {
		this.#cell = cell;
	}

	/** Null: no iteration is open. */
	get phase(): IterationPhase | null {
		return this.#open?.phase ?? null;
	}

	async begin(phase: IterationPhase): Promise<void> {
		const { config, database, calibration } = this.#cell.scenario;
		if (this.#open) throw new InputError("an iteration is open: send 'end' before 'begin'");
		if (config.delivery !== "sequential" || database || calibration)
			throw new InputError("'begin' is only for sequential scenarios");
		this.#open = { iteration: await this.#cell.begin(phase), phase };
	}

	async message(): Promise<void> {
		if (!this.#open || this.#open.iteration.unsent === 0)
			throw new InputError("there is no message to send: send 'begin' first");
		await this.#open.iteration.sendNext();
	}

	async end(): Promise<void> {
		if (!this.#open || (this.#open.iteration.unsent > 0 && this.#open.phase !== "warmup"))
			throw new InputError("'end' needs an open iteration without unsent messages, or one of warm-up");
		const { iteration, phase } = this.#open;
		this.#open = null;
		await this.#cell.end(iteration, phase);
	}
}

async function executeCommand(command: WorkerCommand, cell: Cell, open: OpenIteration): Promise<void> {
	switch (command.cmd) {
		case "cold":
			return await cell.runCold();
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
