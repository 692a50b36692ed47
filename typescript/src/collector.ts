/** The collector's work over the plain phase, counted by the engine itself. */
import { GCProfiler } from "node:v8";
import type { CellMeasurement } from "../../shared/types.ts";

const NS_PER_US = 1000;

type Collections = NonNullable<CellMeasurement["resources"]["gc"]>;

/**
 * Under Bun a collection's cost is its whole cycle: the collector works beside the program and halts it for
 * parts of the cycle only, so the
 * pauses are at most what is given here. Under Node.js it is the pause.
 */
export class CollectorWatch {
	readonly #profiler = new GCProfiler();

	constructor() {
		this.#profiler.start();
	}

	stop(): Collections {
		const costs = this.#profiler.stop().statistics.map(({ cost }) => Math.round(cost * NS_PER_US));
		return {
			collections: costs.length,
			totalPauseNs: costs.reduce((sum, cost) => sum + cost, 0),
			maxPauseNs: costs.reduce((longest, cost) => Math.max(longest, cost), 0),
		};
	}
}
