/** This file names the sizes of a target on the disk, in the order in which every report shows them. */
import type { ComparisonFile } from "../../shared/types.ts";
import { BYTES_PER_MB } from "../../shared/units.ts";

type Size = NonNullable<ComparisonFile["targets"][number]["size"]>;

export const SIZES: readonly { field: keyof Size; label: string }[] = [
	{ field: "framework_bundle_bytes", label: "Framework bundle (MB)" },
	{ field: "minified_bundle_bytes", label: "Minified bundle (MB)" },
	{ field: "binary_bytes", label: "Binary (MB)" },
	{ field: "installed_bytes", label: "Installed (MB)" },
];

/** The size is null where the runtime has no such file. */
export function megabytesOf(size: Size | null, field: keyof Size): number | null {
	const bytes = size?.[field] ?? null;
	return bytes === null ? null : bytes / BYTES_PER_MB;
}
