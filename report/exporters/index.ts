/** The formats there are: what a user calls them, the file each goes into, and how it is made. */
import type { ChangeFile, ComparisonFile } from "../../shared/types.ts";

export interface Exporter<T> {
	/** Several files may belong to one format. */
	format: string;
	file: string;
	render: (from: T) => string;
}

const json = (from: unknown): string => `${JSON.stringify(from, null, 2)}\n`;

export const COMPARISON_EXPORTERS: readonly Exporter<ComparisonFile>[] = [{ format: "json", file: "comparison.json", render: json }];

export const CHANGE_EXPORTERS: readonly Exporter<ChangeFile>[] = [{ format: "json", file: "change.json", render: json }];
