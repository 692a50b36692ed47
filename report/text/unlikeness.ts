/** These functions say in words in which conditions two sides differ. */
import { plainText } from "../../shared/text.ts";
import type { Unlikeness } from "../../shared/types.ts";
import { BYTES_PER_GB } from "../../shared/units.ts";

const MOST_NAMED = 3;

export function unlikenessText(found: Unlikeness): string {
	switch (found.kind) {
		case "processor":
			return sidesText("processors", found);
		case "processor-count":
			return sidesText("numbers of processors", found);
		case "architecture":
			return sidesText("architectures", found);
		case "operating-system":
			return sidesText("operating systems", found);
		case "memory-bytes":
			return sidesText("amounts of memory", found, (bytes) => `${(bytes / BYTES_PER_GB).toFixed(0)} GB`);
		case "model-delay-ms":
			return sidesText("model delays", found, (ms) => `${ms} ms`);
		case "alternate":
			return sidesText("ways to alternate", found);
		case "definitions":
			return definitionsText(found.scenarios);
		case "schema-version":
			return versionText(found);
	}
}

/** Describes one difference: `different processors: A in the base, B in the head`. */
function sidesText(
	what: string,
	{ base, head }: { base: string | number; head: string | number },
	show: (value: number) => string = String,
): string {
	const text = (value: string | number) => (typeof value === "number" ? show(value) : value);
	return plainText(`different ${what}: ${text(base)} in the base, ${text(head)} in the head`);
}

function definitionsText(scenarios: readonly string[]): string {
	const more = scenarios.length > MOST_NAMED ? ` and ${scenarios.length - MOST_NAMED} more` : "";
	return plainText(`different definitions of ${scenarios.slice(0, MOST_NAMED).join(", ")}${more}`);
}

function versionText({ file, found, wanted }: Extract<Unlikeness, { kind: "schema-version" }>): string {
	const text = `the result file ${file} has the schema version ${found}, this benchmark reads ${wanted}`;
	return plainText(text, 1000);
}
