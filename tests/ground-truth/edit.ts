/** An edit of a published framework whose effect is known, and how it is made. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Metric } from "../../analysis/metrics.ts";
import type { ResultLedger, RuntimeName, StageName } from "../../shared/types.ts";
import { NS_PER_MS } from "../../shared/units.ts";

/** Stands in `replace` for a statement that keeps the processor busy for as long as the edit says. */
export const WAIT = "@WAIT@";
/** Stands in a probe's `replace` for the path of the file to which it appends nanoseconds, one a line. */
export const PROBE_FILE = "@PROBE_FILE@";

/** A change of a text that has to fit in exactly one place. */
export interface TextChange {
	/** In the package's folder. */
	file: string;
	find: RegExp;
	replace: string;
}

/**
 * How the edit's true size is known without the benchmark:
 * - `nothing`: the edit does nothing, or too little for any verdict.
 * - `wait`: the edit adds a busy wait of a known length, some times a message.
 * - `script`: a script without any code of the harness measures base and head.
 * - `probe`: a third copy times what the edit takes away, with the framework's own clock, message by message.
 */
export type TrueSize =
	| { by: "nothing" }
	| {
			by: "wait";
			/** Of a message of the base, for one wait. */
			share: number;
			/** @returns how often the verification iteration waits, from the work ledger of the base */
			waits: (ledger: Pick<ResultLedger, "providers" | "messages">) => number;
	  }
	| {
			by: "script";
			/** The script sends so many messages and measures peak memory, in place of the time of one. */
			messages?: number;
	  }
	| { by: "probe"; changes: readonly TextChange[] };

export interface Edit {
	runtime: RuntimeName;
	/** One sentence for the reader. */
	about: string;
	/** Of the contract, or of `scenarios.json` beside this file. */
	scenario: string;
	changes: readonly TextChange[];
	/** Null: nothing may be called different. */
	expected: {
		change: "faster" | "slower";
		/** Null for a metric that stages say nothing of. */
		stage: StageName | null;
		/** By default that which decides the scenario. */
		metric?: Metric["id"];
	} | null;
	size: TrueSize;
	/** The precision that is asked of `ab`, as a user would for a change as small as this. */
	precision?: `${number}%`;
}

/**
 * @returns the text with the change made
 * @throws {RangeError} when the change fits in no place, or in several
 */
export function changeText(text: string, { file, find, replace }: TextChange): string {
	const places = [...text.matchAll(new RegExp(find, `${find.flags.replace("g", "")}g`))].length;
	if (places !== 1) throw new RangeError(`${find} fits ${places} places of ${file}, not one`);
	return text.replace(find, replace);
}

/** Makes the changes in a copy of the package. @param fill gives the words that stand for others their text */
export function applyChanges(
	folder: string,
	changes: readonly TextChange[],
	fill: Readonly<Record<string, string>> = {},
): void {
	for (const change of changes) {
		const path = join(folder, change.file);
		let replace = change.replace;
		for (const [word, text] of Object.entries(fill)) replace = replace.replaceAll(word, text);
		writeFileSync(path, changeText(readFileSync(path, "utf8"), { ...change, replace }));
	}
}

/** A statement on one line that keeps the processor busy. @param ns how long, by the wall clock */
export function waitStatement(runtime: RuntimeName, ns: number): string {
	switch (runtime) {
		case "typescript":
			return `for (const until = performance.now() + ${ns / NS_PER_MS}; performance.now() < until; );`;
		case "python":
			return (
				`all(iter(lambda now=__import__("time").perf_counter_ns, ` +
				`until=__import__("time").perf_counter_ns() + ${ns}: now() < until, False))`
			);
		case "rust":
			return (
				`let until = std::time::Instant::now() + std::time::Duration::from_nanos(${ns}); ` +
				"while std::time::Instant::now() < until { std::hint::spin_loop(); }"
			);
	}
}

/** @param share of a message that TypeScript's provider of capabilities takes longer */
export function slowedProvider(share: number): Edit {
	return {
		runtime: "typescript",
		about: `a provider takes longer by ${100 * share} % of a message`,
		scenario: "single-message",
		changes: [
			{
				file: "dist/node/index.node.js",
				find: /(var capabilitiesProvider = \{\n.*\n.*\n.*get: async \(runtime2, _message\) => \{\n)/,
				replace: `$1${WAIT}\n`,
			},
		],
		expected: { change: "slower", stage: "provider" },
		size: {
			by: "wait",
			share,
			waits: ({ providers, messages }) => (providers.CAPABILITIES ?? 0) / messages,
		},
	};
}
