/** Sizes of memory, with their units. */
import { BYTES_PER_GB, BYTES_PER_KB, BYTES_PER_MB } from "../../shared/units.ts";
import { numberText } from "./units.ts";

const UNITS = [
	[BYTES_PER_GB, "GB"],
	[BYTES_PER_MB, "MB"],
	[BYTES_PER_KB, "KB"],
] as const;
/** Of a unit, from which on it is written: no size has four digits. */
const LEAST = 1000 / 1024;

/** Writes a size that may be negative: `93.1KB`. Less than a byte is none. */
export function bytesText(bytes: number): string {
	const [size, unit] = UNITS.find(([least]) => Math.abs(bytes) >= LEAST * least) ?? [1, "B"];
	return `${numberText(size === 1 ? Math.round(bytes) : bytes / size)}${unit}`;
}
