/** Fills the template of a job for Slurm. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FleetFile, FleetRequest } from "../../shared/types.ts";
import { messageOf, UserError } from "../errors.ts";
import { ROOT } from "../files.ts";
import type { FleetFolder } from "./fleet-folder.ts";

/** The template of every fleet that has none of its own. */
export const TEMPLATE = join(ROOT, "orchestrator/fleet/job.sbatch");
/** Without these a job would do nothing, or not what was asked for. */
const NEEDED = ["{headers}", "{command}"];

/**
 * @throws {UserError} for a file that is not there, or is no template
 */
export function readTemplate(path: string): string {
	let text: string;
	try {
		text = readFileSync(path, "utf8");
	} catch (error) {
		throw new UserError(`cannot read the template ${path}: ${messageOf(error)}`);
	}
	if (!text.startsWith("#!")) throw new UserError(`the template ${path} does not begin with #!: ${HINT}`);
	for (const needed of NEEDED)
		if (!text.includes(needed)) throw new UserError(`the template ${path} has no ${needed}: ${HINT}`);
	return text;
}

const HINT = `begin with a copy of ${TEMPLATE}`;

/** Takes a line with or without the mark of a header. @throws {UserError} for one that is no option */
export function parseHeader(line: string): string {
	const option = line.replace(/^#SBATCH\s+/, "").trim();
	if (!/^-[-\w]/.test(option) || /[\r\n]/.test(option))
		throw new UserError(`--header '${line}' is no option of sbatch: write --header --account=NAME`);
	return option;
}

/** @param shards the numbers of the array's tasks */
export function arrayScript(
	template: string,
	fleet: FleetFolder,
	file: FleetFile,
	shards: readonly number[],
) {
	const { request } = file;
	const most = request.atOnce === null ? "" : `%${request.atOnce}`;
	return fill(template, {
		folder: fleet.folder,
		name: "eliza-benchmark",
		log: fleet.log("shard-%a"),
		headers: headersText([
			`--array=${rangesText(shards)}${most}`,
			"--exclusive",
			"--mem=0",
			"--requeue",
			...commonOptions(request),
		]),
		command: `${commandText(fleet, file, ["task", fleet.folder])} "$SLURM_ARRAY_TASK_ID"`,
	});
}

export function mergeScript(template: string, fleet: FleetFolder, file: FleetFile): string {
	return fill(template, {
		folder: fleet.folder,
		name: "eliza-benchmark-merge",
		log: fleet.log("merge"),
		headers: headersText(["--requeue", ...commonOptions(file.request)]),
		command: commandText(fleet, file, ["merge", fleet.folder]),
	});
}

function commonOptions({ partition, time, headers }: FleetRequest): string[] {
	return [
		...(partition === null ? [] : [`--partition=${partition}`]),
		...(time === null ? [] : [`--time=${time}`]),
		...headers,
	];
}

function headersText(options: readonly string[]): string {
	return options.map((option) => `#SBATCH ${option}`).join("\n");
}

/** What is filled in is not looked at again. */
function fill(template: string, values: Record<string, string>): string {
	return template.replace(/\{([a-z]+)\}/g, (whole, name: string) => values[name] ?? whole);
}

function commandText(fleet: FleetFolder, { program }: FleetFile, words: readonly string[]): string {
	const [root, place] =
		program.kind === "copied"
			? [fleet.program, [program.local, program.digest]]
			: [program.root, ["in-place"]];
	const script = join(root, "orchestrator/fleet/node.sh");
	return ["exec", ...[script, root, ...place, ...words].map(quote)].join(" ");
}

/** Quotes a word for a shell. */
function quote(word: string): string {
	return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Writes numbers as ranges: `1-4,7`. */
export function rangesText(numbers: readonly number[]): string {
	const ranges: [number, number][] = [];
	for (const number of numbers.toSorted((a, b) => a - b)) {
		const last = ranges.at(-1);
		if (last && number <= last[1] + 1) last[1] = number;
		else ranges.push([number, number]);
	}
	return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(",");
}
