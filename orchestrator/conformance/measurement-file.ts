/** Reads measurement files as a harness wrote them. */

import { plainText } from "../../shared/text.ts";
import { type CellMeasurement, type MeasurementFile, measurementFile } from "../../shared/types.ts";
import { NS_PER_MS } from "../../shared/units.ts";

/** Says what is wrong with the shape of a file, by the name of its field; null for a valid one. */
export function shapeFault(text: string | null): string | null {
	if (text === null) return "wrote no file";
	let data: unknown;
	try {
		data = JSON.parse(text);
	} catch {
		return "the file is not complete JSON";
	}
	const result = measurementFile.safeParse(data);
	const issue = result.error?.issues[0];
	if (issue)
		return plainText(`the field ${issue.path.map(String).join(".") || "(top level)"}: ${issue.message}`);
	return result.data?.cells.length === 0 ? "the file has no cells" : null;
}

/** @throws {ZodError} for a file that {@link shapeFault} finds wrong */
export function parseMeasurement(text: string | null): MeasurementFile {
	return measurementFile.parse(JSON.parse(text ?? "null"));
}

/** The only cell of a worker's file. */
export function cellOf(file: MeasurementFile): CellMeasurement {
	const [cell] = file.cells;
	if (!cell) throw new RangeError("the file has no cells");
	return cell;
}

/** A time in words, for a reason. */
export function msText(ns: number): string {
	return `${Number((ns / NS_PER_MS).toPrecision(3))} ms`;
}
