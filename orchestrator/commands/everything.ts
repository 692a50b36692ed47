/** `./run.sh everything` runs what a deployment asks beside the main run, into one folder with one page. */
import { join, resolve } from "node:path";
import { compare } from "../../analysis/compare/comparison.ts";
import { renderDeployment } from "../../report/console/deployment.ts";
import { terminalLayout } from "../../report/console/table.ts";
import { COMPARISON_EXPORTERS, withDeployment } from "../../report/exporters/index.ts";
import { needsServer } from "../../shared/types.ts";
import { EXIT, UserError } from "../errors.ts";
import { ROOT, writeText } from "../files.ts";
import { DEPLOYMENT_FOLDERS, readDeployment } from "../run/deployment-files.ts";
import { readResults } from "../run/results.ts";
import { parseTargets, resolveTargets } from "../targets/select.ts";

export interface EverythingFlags {
	targets: string;
	targetFile?: string;
	databaseUrl?: string;
	profile: string;
	beside?: true;
	output?: string;
}

/** The options that make a part short. The defaults of the commands are those of `standard`. */
const SHORT: Record<"load" | "conversations" | "density" | "soak", readonly string[]> = {
	load: ["--processes", "2", "--phase", "1s", "--until", "5s", "--rates", "100"],
	conversations: ["--processes", "2", "--phase", "2s", "--until", "5s", "--rates", "100"],
	density: ["--processes", "2", "--sizes", "1,10,50", "--idle", "1"],
	soak: ["--messages", "400", "--for", "20s"],
};

/** Runs a command line. Its exit status is that of the process. */
export type RunWords = (words: readonly string[]) => Promise<void>;

export async function everythingCommand(flags: EverythingFlags, run: RunWords): Promise<void> {
	const list = parseTargets(flags.targets, { names: flags.targetFile });
	const targets = await resolveTargets(list);
	const inMemory = targets.flatMap((target, index) =>
		needsServer(target) ? [] : (list.argument.split(",")[index] ?? []),
	);
	const folder = resolve(flags.output ?? newFolder(new Date()));
	const common = [
		...(flags.targetFile === undefined ? [] : ["--target-file", flags.targetFile]),
		...(flags.beside ? ["--beside"] : []),
	];
	const served = flags.databaseUrl === undefined ? [] : ["--database-url", flags.databaseUrl];
	const short = (part: keyof typeof SHORT) => (flags.profile === "quick" ? SHORT[part] : []);
	const into = (part: keyof typeof SHORT) => ["--output", join(folder, DEPLOYMENT_FOLDERS[part])];
	const all = ["--targets", list.argument, ...common];
	const parts: (readonly string[])[] = [
		[...all, ...served, "--profile", flags.profile, "--output", folder],
		["load", ...all, ...served, ...into("load"), ...short("load")],
		[
			"load",
			"--conversations",
			"search",
			...all,
			...served,
			...into("conversations"),
			...short("conversations"),
		],
		...(inMemory.length === 0
			? []
			: [
					["density", "--targets", inMemory.join(","), ...common, ...into("density"), ...short("density")],
					["soak", "--targets", inMemory.join(","), ...common, ...into("soak"), ...short("soak")],
				]),
	];
	const statuses = await runParts(parts, run);
	writeReports(folder);
	process.exitCode = statuses.includes(EXIT.interrupted) ? EXIT.interrupted : Math.max(...statuses);
}

/** A part that fails does not take the others with it; Ctrl-C ends all. */
async function runParts(parts: readonly (readonly string[])[], run: RunWords): Promise<number[]> {
	const statuses: number[] = [];
	for (const [index, words] of parts.entries()) {
		console.error(`Part ${index + 1} of ${parts.length}: ./run.sh ${words.join(" ")}`);
		process.exitCode = EXIT.done;
		try {
			await run(words);
			statuses.push(Number(process.exitCode));
		} catch (error) {
			// Without the run there is no folder, and wrong words are wrong for every part.
			if (!(error instanceof UserError) || index === 0) throw error;
			console.error(`error: ${error.message}`);
			statuses.push(error.exitCode);
		}
		if (statuses.at(-1) === EXIT.interrupted) break;
	}
	return statuses;
}

function writeReports(folder: string): void {
	const comparison = compare(readResults(folder));
	const deployment = readDeployment(folder);
	for (const exporter of COMPARISON_EXPORTERS)
		if (["html", "markdown"].includes(exporter.format))
			writeText(join(folder, exporter.file), withDeployment(exporter, deployment).render(comparison));
	const table = deployment === null ? [] : [renderDeployment(deployment, terminalLayout())];
	console.log([...table, `Results: ${folder}`, `Page: ${join(folder, "report.html")}`].join("\n"));
}

function newFolder(now: Date): string {
	return join(ROOT, "results", `${now.toISOString().slice(0, 19).replaceAll(":", "-")}-everything`);
}
