/** Chooses the formats that a user names, and writes them. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Exporter } from "../../report/exporters/index.ts";
import { UserError } from "../errors.ts";
import { writeText } from "../files.ts";

/** @throws {UserError} for a name that none of them has */
export function chooseFormats<T extends { format: string }>(
	exporters: readonly T[],
	list: string | undefined,
): T[] {
	const names = [...new Set((list ?? "").split(",").map((name) => name.trim()))].filter(
		(name) => name !== "",
	);
	return names.flatMap((name) => {
		const found = exporters.filter(({ format }) => format === name);
		if (found.length > 0) return found;
		throw new UserError(
			`unknown format '${name}': choose from ${[...new Set(exporters.map(({ format }) => format))].join(", ")}`,
		);
	});
}

/**
 * Writes every format into the folder, under the name that it always has, and says so. What would be empty is
 * not written: a dashboard would take it for a measurement. An older file of that name goes, since it would
 * be taken for this one.
 */
export function writeExports<T>(from: T, exporters: readonly Exporter<T>[], folder: string): void {
	for (const { format, file, render, isEmpty = () => false } of exporters) {
		const path = join(folder, file);
		const text = render(from);
		if (isEmpty(text)) {
			const old = existsSync(path) ? " The older file of that name was removed." : "";
			rmSync(path, { force: true });
			console.error(`Not written: ${path}, because there is no figure for ${format}.${old}`);
			continue;
		}
		writeText(path, text);
		console.error(`Written: ${path}`);
	}
}
