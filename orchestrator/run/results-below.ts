/** Finds and reads every result below a folder, and names what is left out. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { type HeldShard, heldShards } from "../../analysis/change/collection.ts";
import { countedText } from "../../report/text/units.ts";
import type { BenchmarkResult } from "../../shared/types.ts";
import { messageOf } from "../errors.ts";
import { withoutMark } from "../files.ts";
import { readResultFile } from "./results.ts";
import { namesOf } from "./shards.ts";

/** Results do not lie deeper than this below the folder that is named. */
const MOST_DEPTH = 12;
/** Folders of a run that hold other things than its results. */
const NOT_RESULTS = ["measurements", "logs"];
/** The folder of a fleet that holds the program. */
const PROGRAM = "program";

/** Takes a sentence that names a file and why it is left out. */
export type LeaveOut = (sentence: string) => void;

export interface FoundResult {
	path: string;
	result: BenchmarkResult;
}

/** Reads the results below several places. What was read once already, under whatever name, is a copy. */
export class ResultReader {
	readonly #leaveOut: LeaveOut;
	/** Paths by the digests of what they hold. */
	readonly #known = new Map<string, string>();

	constructor(leaveOut: LeaveOut) {
		this.#leaveOut = leaveOut;
	}

	/**
	 * Results one after the other, those of interrupted runs too.
	 * @param place a folder, below which links are followed, or one result file
	 * @throws the system's error when the folder cannot be listed
	 */
	*read(place: string): Generator<FoundResult> {
		const paths = statSync(place).isDirectory() ? this.#find(place, 0, []) : [place];
		for (const path of paths) {
			const found = this.#readOne(path);
			if (found) yield found;
		}
	}

	#readOne(path: string): FoundResult | null {
		try {
			const result = readResultFile(path);
			// Another system's line ends and marks make no other run.
			const digest = createHash("sha256").update(JSON.stringify(result)).digest("hex");
			const original = this.#known.get(digest);
			if (original === undefined) {
				this.#known.set(digest, path);
				return { path, result };
			}
			this.#leaveOut(`${path} is a copy of ${original}`);
		} catch (error) {
			this.#leaveOut(messageOf(error));
		}
		return null;
	}

	/**
	 * Finds JSON files that say they are results, and those that cannot be read: the user should hear of
	 * them.
	 * @param above the folders that this one lies in
	 */
	#find(folder: string, depth: number, above: readonly string[]): string[] {
		const real = realpathSync(folder);
		const names = readdirSync(folder).toSorted();
		const isRun = names.includes("run.json");
		const isFleet = names.includes("fleet.json");
		return names.flatMap((name) => {
			const path = join(folder, name);
			const found = statSync(path, { throwIfNoEntry: false });
			if (!found) this.#leaveOut(`${path} is a link to nothing`);
			else if (found.isDirectory()) {
				if ((isRun && NOT_RESULTS.includes(name)) || (isFleet && name === PROGRAM)) return [];
				if ([...above, real].includes(realpathSync(path)))
					this.#leaveOut(`${path} is a link to a folder that it lies in`);
				else if (depth === MOST_DEPTH) this.#leaveOut(`${path} lies too deep in ${folder}`);
				else return this.#find(path, depth + 1, [...above, real]);
			} else if (name.endsWith(".json") && mayBeResult(path)) return [path];
			return [];
		});
	}
}

/** Leaves out the shards whose merged run is among the results, and says so once for each merged run. */
export function withoutHeldShards(found: readonly FoundResult[], leaveOut: LeaveOut): FoundResult[] {
	const shardOf = heldShards(found);
	const held = new Map<string, HeldShard<FoundResult>[]>();
	const rest = found.filter((one) => {
		const shard = shardOf(one);
		if (shard === null) return true;
		const run = dirname(shard.holder.path);
		held.set(run, [...(held.get(run) ?? []), shard]);
		return false;
	});
	for (const [run, shards] of held) {
		const numbers = [...new Set(shards.map(({ index }) => index))].toSorted((a, b) => a - b);
		const noun = numbers.length === 1 ? "shard" : "shards";
		leaveOut(
			`${countedText(shards.length, "result")} of ${noun} ${namesOf(numbers)}: the merged run ${run} holds them`,
		);
	}
	return rest;
}

function mayBeResult(path: string): boolean {
	const text = withoutMark(readFileSync(path, "utf8"));
	try {
		return (JSON.parse(text) as { kind?: unknown } | null)?.kind === "result";
	} catch {
		return text.slice(0, 200).includes('"result"');
	}
}
