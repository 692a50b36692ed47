/** `./run.sh density` measures what agents take that are held alive in one process. */
import { join } from "node:path";
import { densityFigures } from "../../analysis/growth/density.ts";
import { renderDensity } from "../../report/console/growth-tables.ts";
import { terminalLayout } from "../../report/console/table.ts";
import { densityMarkdown } from "../../report/exporters/markdown-growth.ts";
import { type DensityFile, SCHEMA_VERSION, type Target } from "../../shared/types.ts";
import { MS_PER_S } from "../../shared/units.ts";
import { EXIT, UserError } from "../errors.ts";
import { writeText } from "../files.ts";
import { measureDensity } from "../growth/density.ts";
import type { GrowthContext } from "../growth/process.ts";
import { describeMachine } from "../machine/describe.ts";
import { RunStore } from "../run/store.ts";
import { chooseContract, chooseTargets, type GrowthFlags, withGrowthSetUp } from "./growth-set-up.ts";

export interface DensityFlags extends GrowthFlags {
	sizes: string;
	processes: number;
	idle: number;
	/** Seconds for each target. */
	budget: number;
}

/** A larger process would take the memory of any machine. */
const MOST_AGENTS = 100_000;
/** An interval needs two processes, whatever they take. */
const LEAST_PROCESSES = 2;

/** @throws {UserError} for unusable sizes, and for targets on a server */
export async function densityCommand(flags: DensityFlags): Promise<void> {
	const sizes = parseSizes(flags.sizes);
	const contract = chooseContract(flags);
	const { targets: wanted } = await chooseTargets(flags, {
		command: "density",
		why: "its agents of one process share one database there, and most of what they take is the server's memory",
	});
	const startedAt = new Date();
	const store = RunStore.create(flags.output, startedAt, "-density");
	console.error(`Results go to ${store.folder}`);
	const { file, failed } = await withGrowthSetUp(wanted, contract, store, flags, async (setUp) => {
		const { context, targets, leftOut } = setUp;
		const record: DensityFile = {
			schemaVersion: SCHEMA_VERSION,
			kind: "density",
			timestamp: startedAt.toISOString(),
			machine: describeMachine(),
			settings: {
				sizes,
				processes: flags.processes,
				idleSeconds: flags.idle,
				scenario: flags.scenario,
				memoryLimitBytes: context.memoryLimitBytes,
			},
			targets: [],
			interrupted: false,
		};
		for (const target of targets) {
			if (context.stop.requested) break;
			await measureTarget(context, target, { sizes, flags, record, store });
		}
		record.interrupted = context.stop.requested;
		store.save("density.json", record);
		const { renderDensityPage } = await import("../../report/html/growth-page.ts");
		store.guard(() => {
			writeText(join(store.folder, "density.html"), renderDensityPage(record));
			writeText(join(store.folder, "density.md"), densityMarkdown(record));
		});
		const lost = record.targets.some(({ figures }) =>
			figures.ends.some(({ kind }) => kind === "lost" || kind === "raised"),
		);
		return { file: record, failed: lost || leftOut.length > 0 };
	});
	const place = `Results: ${store.folder}`;
	console.log(flags.json ? JSON.stringify(file) : `${renderDensity(file, terminalLayout())}\n${place}`);
	process.exitCode = file.interrupted ? EXIT.interrupted : failed ? EXIT.failed : EXIT.done;
}

/** What was measured of a target is saved after each of its processes. */
async function measureTarget(
	context: GrowthContext,
	target: Target,
	{
		sizes,
		flags,
		record,
		store,
	}: { sizes: number[]; flags: DensityFlags; record: DensityFile; store: RunStore },
): Promise<void> {
	const { id, label, framework } = target;
	const entry: DensityFile["targets"][number] = {
		id,
		label,
		framework: framework.version,
		processes: [],
		figures: densityFigures([]),
	};
	record.targets.push(entry);
	const until = performance.now() + MS_PER_S * flags.budget;
	for (let number = 1; number <= flags.processes; number++) {
		if (number > LEAST_PROCESSES && performance.now() > until) {
			console.error(`[${id}] ${number - 1} of ${flags.processes} processes: its ${flags.budget} s are over`);
			break;
		}
		// Idle agents are watched once. It takes time, and differs little from process to process.
		const plan = { sizes, idleSeconds: number === 1 ? flags.idle : 0 };
		const process = await measureDensity(context, target, `density-${number}`, plan, (agents) =>
			console.error(`[${id}] process ${number} of ${flags.processes}: ${agents} agents alive`),
		);
		entry.processes.push(process);
		entry.figures = densityFigures(entry.processes);
		store.save("density.json", record);
		// What the framework raised, and the limit of memory, the next process would meet again.
		if (context.stop.requested || process.end.kind === "raised") break;
	}
}

/** @returns at least four sizes, or as the user says, in ascending order */
function parseSizes(text: string): number[] {
	const sizes = text.split(",").map((word) => {
		const size = Number(word.trim());
		if (/^\s*\d+\s*$/.test(word) && size >= 1 && size <= MOST_AGENTS) return size;
		throw new UserError(
			`--sizes has '${word}': a number of agents is a whole number from 1 to ${MOST_AGENTS}`,
		);
	});
	if (new Set(sizes).size < sizes.length)
		throw new UserError("--sizes has a size twice: name every size once");
	if (sizes.length < 3)
		throw new UserError("--sizes has fewer than three sizes: the line begins at the second one");
	return sizes.toSorted((a, b) => a - b);
}
