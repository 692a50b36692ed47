/** The edits of `edits/`, by name. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../orchestrator/files.ts";
import type { Edit } from "./edit.ts";

const FOLDER = join(ROOT, "tests/ground-truth/edits");

export async function loadEdits(): Promise<ReadonlyMap<string, Edit>> {
	const names = readdirSync(FOLDER)
		.toSorted()
		.map((file) => file.replace(/\.ts$/, ""));
	const edits = new Map<string, Edit>();
	for (const name of names) {
		const { edit }: { edit: Edit } = await import(`./edits/${name}.ts`);
		edits.set(name, edit);
	}
	return edits;
}
