/**
 * Ways to break the harness contract, each in one place: in what a wrapped harness is told, in what it answers,
 * or in what it leaves on the disk.
 */
import { readFileSync, writeFileSync } from "node:fs";
import type {
	CellMeasurement,
	IterationRecord,
	MeasurementFile,
	WorkerCommand,
	WorkerEvent,
} from "../../shared/types.ts";

/** The wrapper, as a fault sees it. */
export interface Wrapper {
	/** The file that was asked for, if any. */
	output: string | undefined;
	/** Writes to the events descriptor. */
	say: (text: string) => void;
}

export interface Wrong {
	/** Changes what the real harness is told. */
	options?: (options: string[]) => string[];
	/** Is called for each command. Where it returns `false`, the real harness does not get the command. */
	command?: (command: WorkerCommand, wrapper: Wrapper) => boolean;
	/** Returns what is said instead of an event, which has the wrapper's own pid. */
	event?: (event: WorkerEvent, wrapper: Wrapper) => WorkerEvent[];
	/** Changes the file's text. */
	file?: (text: string) => string;
	/** Writes the file. By default it is written as it should be. */
	write?: (path: string, text: string) => void;
	/** Changes the exit status of the process. */
	status?: (status: number) => number;
	/** The process stays alive after its work is done. */
	lingers?: true;
}

/** No command takes as long, and no orchestrator pauses as long between two. */
const SILENCE_MS = 900;
let heart: NodeJS.Timeout | undefined;

export const WRONGS = {
	nothing: {},
	"wrong-reply": inLedger((ledger) => {
		for (const reply of ledger.replies) reply.texts = ["I would rather not."];
	}),
	"wrong-counts": inIterations((iteration) => {
		iteration.modelCalls.messageHandler = 0;
		iteration.callSequence = [{ messages: iteration.messageNs.length, calls: [] }];
	}),
	"extra-work": inCells((cell) => {
		for (const row of cell.ledger?.modelCalls ?? []) row.calls *= 2;
		for (const { modelCalls } of cell.iterations)
			modelCalls.messageHandler = 2 * (modelCalls.messageHandler ?? 0);
		for (const { callSequence } of [...cell.iterations, cell.ledger ?? {}])
			for (const row of callSequence ?? []) row.calls.push(...row.calls);
	}),
	"no-sequence": inLedger((ledger) => {
		ledger.callSequence = undefined;
	}),
	"other-input": { options: (options) => options.map(withOtherTexts) },
	"no-control": inLedger((ledger) => {
		ledger.control = null;
	}),
	"rounded-times": inCells((cell) => {
		for (const span of [...(cell.cold ? [cell.cold] : []), ...cell.iterations]) {
			for (const [name, value] of Object.entries(span)) {
				if (name.endsWith("Ns") && typeof value === "number")
					Object.assign(span, { [name]: roundDown(value) });
			}
		}
		for (const iteration of cell.iterations)
			if (iteration.stages === null) iteration.messageNs = iteration.messageNs.map(roundDown);
	}),
	"constant-times": inCells(({ iterations }) => {
		const plain = iterations.filter(({ stages, messageNs }) => stages === null && messageNs.length > 0);
		const least = Math.min(...plain.flatMap(({ messageNs }) => messageNs));
		for (const iteration of plain) {
			iteration.messageNs = iteration.messageNs.map(() => least);
			iteration.wallNs = iteration.messageNs.length * least + 1;
			iteration.cpuNs = Math.min(iteration.cpuNs, iteration.wallNs);
		}
	}),
	"flattering-times": inIterations((iteration) => {
		if (iteration.stages === null)
			iteration.messageNs = iteration.messageNs.map((ns) => Math.round(ns * 0.6));
	}),
	"early-answers": {
		command: (command, { say }) => {
			if (command.cmd !== "finish") say(line({ event: "done", cmd: command.cmd }));
			return true;
		},
		event: (event) => (event.event === "done" ? [] : [event]),
	},
	"self-times": inIterations(({ stages }) => {
		for (const row of stages ?? []) if (row.stage === "prompt") row.selfNs = 0;
	}),
	"missing-field": inCells((cell) => {
		delete (cell.resources as Partial<CellMeasurement["resources"]>).rssPeakBytes;
	}),
	fractions: inIterations((iteration) => {
		iteration.messageNs = iteration.messageNs.map((ns) => ns + 0.5);
	}),
	noise: {
		event: (event, { say }) => {
			if (event.event === "done") say("Loading plugins ...\n");
			return [event];
		},
	},
	heartbeat: {
		event: (event, { say }) => {
			clearTimeout(heart);
			if (event.event === "done")
				heart = setTimeout(() => say(line({ event: "done", cmd: "heartbeat" })), SILENCE_MS);
			return [event];
		},
	},
	"another's-answer": {
		event: (event) => (event.event === "done" ? [{ event: "done", cmd: "begin" }] : [event]),
	},
	deaf: { command: ({ cmd }) => cmd !== "cold" },
	"no-exit": { lingers: true },
	"wrong-status": { status: (status) => (status === 0 ? 1 : status) },
	"lenient-status": { status: (status) => (status === 2 ? 1 : status) },
	"early-file": {
		command: ({ cmd }, { output }) => {
			if (cmd === "cold" && output !== undefined) writeFileSync(output, "{}");
			return true;
		},
	},
	"half-a-file": { write: writeFileSync },
	busy: {
		command: () => {
			// It uses half of a processor, whether it has something to do or not.
			setInterval(spin, 20, 10).unref();
			return true;
		},
	},
	"no-seed": { options: (options) => without(options, "--seed") },
	"own-inputs": {
		options: (options) => (told("--scenario") === "calibration" ? without(options, "--shared") : options),
	},
	"no-shared": { options: (options) => without(options, "--shared") },
	"no-delay": {
		options: (options) => without(options, "--model-delay-ms"),
		// The file names the delay all the same.
		...inFile((file, told) => {
			file.modelDelayMs = Number(told("--model-delay-ms") ?? 0);
		}),
	},
} satisfies Record<string, Wrong>;
export type WrongName = keyof typeof WRONGS;

export function line(event: WorkerEvent): string {
	return `${JSON.stringify(event)}\n`;
}

/** The value of an option on this process's command line. */
function told(option: string): string | undefined {
	const at = process.argv.indexOf(option);
	return at < 0 ? undefined : process.argv[at + 1];
}

function inFile(spoil: (file: MeasurementFile, option: typeof told) => void): Wrong {
	return {
		file: (text) => {
			const file: MeasurementFile = JSON.parse(text);
			spoil(file, told);
			return JSON.stringify(file);
		},
	};
}

function inCells(spoil: (cell: CellMeasurement) => void): Wrong {
	return inFile((file) => {
		for (const cell of file.cells) spoil(cell);
	});
}

function inLedger(spoil: (ledger: NonNullable<CellMeasurement["ledger"]>) => void): Wrong {
	return inCells(({ ledger }) => {
		if (ledger) spoil(ledger);
	});
}

function inIterations(spoil: (iteration: IterationRecord) => void): Wrong {
	return inCells(({ iterations }) => {
		for (const iteration of iterations) spoil(iteration);
	});
}

function without(options: readonly string[], option: string): string[] {
	const at = options.indexOf(option);
	return at < 0 ? [...options] : options.toSpliced(at, 2);
}

/** Replaces the name of a scenario file by that of a copy with another greeting. */
function withOtherTexts(option: string): string {
	if (!option.endsWith("scenarios.json")) return option;
	const other = `${option}.other.json`;
	writeFileSync(other, readFileSync(option, "utf8").replaceAll("Hello", "Hallo"));
	return other;
}

function roundDown(ns: number): number {
	return Math.floor(ns / 1000) * 1000;
}

function spin(milliseconds: number): void {
	const until = performance.now() + milliseconds;
	while (performance.now() < until) {}
}
