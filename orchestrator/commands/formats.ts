/** Chooses the formats that a user names. */
import { UserError } from "../errors.ts";

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
