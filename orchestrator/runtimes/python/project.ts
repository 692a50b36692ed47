/** Reads what the `pyproject.toml` of a folder says. */
import { join } from "node:path";
import { readManifest, tomlTable, tomlText } from "../local-copy.ts";

export function projectTable(folder: string): string {
	return tomlTable(readManifest(join(folder, "pyproject.toml")), "project");
}

/** Returns the name of a project, spelled as pip compares names. */
export function projectName(folder: string): string | undefined {
	return tomlText(projectTable(folder), "name")
		?.toLowerCase()
		.replaceAll(/[-_.]+/g, "-");
}
