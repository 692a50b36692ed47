/** These functions say in words in which conditions two sides differ. */
import { plainText } from "../../shared/text.ts";
import type { MachineDifference, Unlikeness } from "../../shared/types.ts";
import { BYTES_PER_GB } from "../../shared/units.ts";

const MOST_NAMED = 3;

export function unlikenessText(found: Unlikeness): string {
	switch (found.kind) {
		case "model-delay-ms":
			return sidesText("model delays", `${found.base} ms`, `${found.head} ms`);
		case "alternate":
			return sidesText("ways to alternate", found.base, found.head);
		case "definitions":
			return definitionsText(found.scenarios);
		case "schema-version":
			return versionText(found);
		default:
			return sidesText(
				MACHINE_WORDS[found.kind],
				valueText(found.kind, found.base),
				valueText(found.kind, found.head),
			);
	}
}

/** Describes how a machine differs from what it was: `processors: A then, B now`. */
export function machineDifferenceText({ kind, one, other }: MachineDifference): string {
	return plainText(`${MACHINE_WORDS[kind]}: ${valueText(kind, one)} then, ${valueText(kind, other)} now`);
}

const MACHINE_WORDS: Record<MachineDifference["kind"], string> = {
	processor: "processors",
	"processor-count": "numbers of processors",
	"usable-processors": "numbers of usable processors",
	"processor-quota": "quotas of processors",
	architecture: "architectures",
	"operating-system": "operating systems",
	kernel: "kernels",
	"memory-bytes": "amounts of memory",
};

function valueText(kind: MachineDifference["kind"], value: string | number): string {
	if (typeof value === "string") return value;
	if (kind === "memory-bytes") return `${(value / BYTES_PER_GB).toFixed(0)} GB`;
	return String(kind === "processor-quota" ? Number(value.toFixed(2)) : value);
}

/** Describes one difference: `different processors: A in the base, B in the head`. */
function sidesText(what: string, base: string | number, head: string | number): string {
	return plainText(`different ${what}: ${base} in the base, ${head} in the head`);
}

function definitionsText(scenarios: readonly string[]): string {
	const more = scenarios.length > MOST_NAMED ? ` and ${scenarios.length - MOST_NAMED} more` : "";
	return plainText(`different definitions of ${scenarios.slice(0, MOST_NAMED).join(", ")}${more}`);
}

function versionText({ file, found, wanted }: Extract<Unlikeness, { kind: "schema-version" }>): string {
	const text = `the result file ${file} has the schema version ${found}, this benchmark reads ${wanted}`;
	return plainText(text, 1000);
}
