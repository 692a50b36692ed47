/** The parts of `./run.sh everything`, each as the words of a command line of its own. */
import { join } from "node:path";
import type { EverythingFile, PartName } from "../../shared/types.ts";
import { EXIT } from "../errors.ts";

/** The folder of each part below that of the main run. */
export const PART_FOLDERS = {
	load: "load",
	conversations: "conversations",
	density: "density",
	soak: "soak",
} as const satisfies Record<Exclude<PartName, "main">, string>;

/** The options that make a part short. The defaults of the commands are those of `standard`. */
const SHORT: Record<PartName, readonly string[]> = {
	main: [],
	load: ["--processes", "2", "--phase", "1s", "--until", "5s", "--rates", "100"],
	conversations: ["--processes", "2", "--phase", "2s", "--until", "5s", "--rates", "100"],
	density: ["--processes", "2", "--sizes", "1,10,50", "--idle", "1"],
	soak: ["--messages", "400", "--for", "20s"],
};

export interface PartMeans {
	folder: string;
	asked: EverythingFile["asked"];
	/** Words that name the targets whose database is in the process: a server hides what the others ask. */
	inProcess: readonly string[];
	databaseUrl: string | undefined;
	beside: boolean;
}

/**
 * Returns the words of a part.
 * @param resumes its record is there already, and it goes on where it was
 */
export function partWords(name: PartName, means: PartMeans, resumes: boolean): string[] {
	const { folder, asked, inProcess, databaseUrl, beside } = means;
	const { targets, targetFile, scenarios, profile } = asked;
	const always = beside ? ["--beside"] : [];
	const common = [...(targetFile === undefined ? [] : ["--target-file", targetFile]), ...always];
	const served = databaseUrl === undefined ? [] : ["--database-url", databaseUrl];
	const own = ["--output", partFolder(name, folder), ...(profile === "quick" ? SHORT[name] : [])];
	switch (name) {
		case "main":
			if (resumes) return ["--resume", folder, ...always, ...served];
			return [
				...["--targets", targets, "--scenarios", scenarios, "--profile", profile],
				...[...common, ...served, ...own],
			];
		case "load":
			return ["load", "--targets", targets, ...common, ...served, ...own];
		case "conversations":
			return ["load", "--conversations", "search", "--targets", targets, ...common, ...served, ...own];
		case "density":
			return ["density", "--targets", inProcess.join(","), ...common, ...own];
		case "soak":
			if (resumes) return ["soak", "--resume", partFolder(name, folder), ...always];
			return ["soak", "--targets", inProcess.join(","), ...common, ...own];
	}
}

export function partFolder(name: PartName, folder: string): string {
	return name === "main" ? folder : join(folder, PART_FOLDERS[name]);
}

/** Says whether a part has to be run: it was never begun, was interrupted, or was ended by an error. */
export function isOpen({ exitStatus, problem }: EverythingFile["parts"][number]): boolean {
	return exitStatus === null || exitStatus === EXIT.interrupted || problem !== null;
}
