/** Counts what a framework sends to its database and gets back, between the harness's markers. */
import type { DatabaseTraffic, TrafficCounts } from "../../shared/types.ts";

/** The name that a harness gives its own connection. Its statements are no work of the framework. */
export const HARNESS_NAME = "eliza-benchmark";

/** The harness names these moments of the verification (docs/harness-contract.md). */
const MARKER = new RegExp(`'${HARNESS_NAME}:(messages|returned|settled)'`);
type Marker = "messages" | "returned" | "settled";

export class Traffic {
	#counts: TrafficCounts = noTraffic();
	readonly #marks = new Map<Marker, TrafficCounts>();

	/** @param word the first one of the statement's tag */
	addStatement(word: string): void {
		this.#counts.statements++;
		this.#counts.byKind[word] = (this.#counts.byKind[word] ?? 0) + 1;
	}

	addRow(): void {
		this.#counts.rows++;
	}

	addBytes(direction: "bytesSent" | "bytesReceived", bytes: number): void {
		this.#counts[direction] += bytes;
	}

	/** @param statement of the harness's own connection */
	noteMarker(statement: string): void {
		const [, marker] = MARKER.exec(statement) ?? [];
		if (marker !== undefined) this.#marks.set(marker as Marker, structuredClone(this.#counts));
	}

	/** What has passed between the markers; null where one of the two has not been seen. */
	record(): DatabaseTraffic {
		return {
			messages: this.#between("messages", "returned"),
			afterwards: this.#between("returned", "settled"),
		};
	}

	#between(from: Marker, to: Marker): TrafficCounts | null {
		const [before, after] = [this.#marks.get(from), this.#marks.get(to)];
		if (before === undefined || after === undefined) return null;
		const byKind = Object.entries(after.byKind)
			.map(([word, count]) => [word, count - (before.byKind[word] ?? 0)] as const)
			.filter(([, count]) => count > 0);
		return {
			statements: after.statements - before.statements,
			rows: after.rows - before.rows,
			bytesSent: after.bytesSent - before.bytesSent,
			bytesReceived: after.bytesReceived - before.bytesReceived,
			byKind: Object.fromEntries(byKind),
		};
	}
}

function noTraffic(): TrafficCounts {
	return { statements: 0, rows: 0, bytesSent: 0, bytesReceived: 0, byKind: {} };
}
