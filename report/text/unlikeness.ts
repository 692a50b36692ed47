/** In what two sides were measured unlike each other, in words. */
import { plainText } from "../../shared/text.ts";
import type { Unlikeness } from "../../shared/types.ts";
import { BYTES_PER_GB } from "../../shared/units.ts";

const MOST_NAMED = 3;

export function unlikenessText(unlikeness: Unlikeness): string {
	switch (unlikeness.kind) {
		case "processor":
			return sidesText("unlike processors", unlikeness);
		case "processor-count":
			return sidesText("unlike numbers of processors", unlikeness);
		case "architecture":
			return sidesText("unlike architectures", unlikeness);
		case "operating-system":
			return sidesText("unlike operating systems", unlikeness);
		case "memory-bytes": {
			const gigabytes = (bytes: string | number) => `${(Number(bytes) / BYTES_PER_GB).toFixed(0)} GB`;
			return sidesText("unlike memory", {
				base: gigabytes(unlikeness.base),
				head: gigabytes(unlikeness.head),
			});
		}
		case "model-delay-ms":
			return sidesText("unlike model delays", {
				base: `${unlikeness.base} ms`,
				head: `${unlikeness.head} ms`,
			});
		case "turns":
			return sidesText("unlike turns", unlikeness);
		case "definitions": {
			const { scenarios } = unlikeness;
			const more = scenarios.length > MOST_NAMED ? ` and ${scenarios.length - MOST_NAMED} more` : "";
			return plainText(`unlike definitions of ${scenarios.slice(0, MOST_NAMED).join(", ")}${more}`);
		}
		case "schema-version":
			return plainText(
				`the result file ${unlikeness.file} has the schema version ${unlikeness.found}, ` +
					`this benchmark reads ${unlikeness.wanted}`,
				1000,
			);
	}
}

function sidesText(what: string, { base, head }: { base: string | number; head: string | number }): string {
	return plainText(`${what}: ${base} in the base, ${head} in the head`);
}
