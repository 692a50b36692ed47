/**
 * The calibration's kernel does what frameworks do too, without one: as anybody would write it here, on the
 * inputs of the contract. Nothing of the framework is called.
 */
import { createHash } from "node:crypto";
import type {
	CalibrationFile,
	CellMeasurement,
	IterationRecord,
	KernelOperation,
	Scenario,
	WorkLedger,
} from "../../shared/types.ts";
import { now, nsSince } from "./clocks.ts";

type FirstCalls = NonNullable<NonNullable<CellMeasurement["cold"]>["firstCalls"]>;

interface Operation<Result = unknown> {
	name: KernelOperation;
	run: () => Result;
	/** Writes a result as the text that all languages must come to. It is called off the clock. */
	print: (result: Result) => string;
}

const PLACEHOLDER = /\{\{(\w+)\}\}/g;

export class CalibrationRun {
	readonly timings: IterationRecord["operations"] = [];
	readonly checks: WorkLedger["operations"] = [];
	readonly #operations: Operation[];
	readonly #repeat: number;
	/** The last result is kept, so that no engine can leave the work out. */
	kept: unknown;

	constructor(inputs: CalibrationFile, load: NonNullable<Scenario["calibration"]>) {
		this.#operations = makeOperations(inputs);
		this.#repeat = load.operations;
	}

	/** Times one call of each operation. */
	callFirst(): FirstCalls {
		return this.#operations.map(({ name, run }) => {
			const started = now();
			this.kept = run();
			return { operation: name, ns: nsSince(started) };
		});
	}

	/** @param check compares all results with each other, for verification and never in a timed run */
	run(check: boolean): void {
		for (const operation of this.#operations) {
			this.#time(operation);
			if (check) this.checks.push(this.#check(operation));
		}
	}

	#time({ name, run }: Operation): void {
		const requested = this.#repeat;
		const started = now();
		for (let done = 0; done < requested; done++) this.kept = run();
		const totalNs = nsSince(started);
		this.timings.push({ operation: name, requested, done: requested, totalNs, boxClosed: false });
	}

	#check({ name, run, print }: Operation): WorkLedger["operations"][number] {
		const first = print(run());
		let correct = 1;
		for (let done = 1; done < this.#repeat; done++) if (print(run()) === first) correct++;
		const resultDigest = createHash("sha256").update(first).digest("hex");
		return { operation: name, done: this.#repeat, correct, newest: null, resultDigest };
	}
}

function makeOperations({ answer, template, state, records }: CalibrationFile): Operation[] {
	const json = JSON.stringify(state);
	const text = (result: unknown) => String(result);
	return [
		{
			name: "parse_answer",
			run: () => parseAnswer(answer.text, answer.fields),
			print: (fields) =>
				Object.entries(fields as object)
					.map(([name, value]) => `${name}=${value}\n`)
					.join(""),
		},
		{ name: "render_template", run: () => renderTemplate(template.text, template.values), print: text },
		{ name: "state_to_json", run: () => JSON.stringify(state), print: text },
		{ name: "state_from_json", run: () => JSON.parse(json), print: (parsed) => JSON.stringify(parsed) },
		{ name: "sort_records", run: () => sortRecords(records), print: text },
	];
}

function parseAnswer(answer: string, names: readonly string[]): Record<string, string> {
	const fields: Record<string, string> = {};
	for (const name of names) {
		const open = `<${name}>`;
		const begin = answer.indexOf(open);
		if (begin < 0) continue;
		const end = answer.indexOf(`</${name}>`, begin);
		if (end >= 0) fields[name] = answer.slice(begin + open.length, end).trim();
	}
	return fields;
}

function renderTemplate(template: string, values: Readonly<Record<string, string>>): string {
	return template.replace(PLACEHOLDER, (_, name: string) => values[name] ?? "");
}

function sortRecords(records: CalibrationFile["records"]): string {
	return records
		.filter(({ hidden }) => !hidden)
		.map(({ author, createdAt, text }) => ({ createdAt, line: `${author} (${createdAt}): ${text}` }))
		.sort((one, other) => one.createdAt - other.createdAt)
		.map(({ line }) => line)
		.join("\n");
}
