/** Measures the garbage collector's work, as the engine itself counts it, and asks the collector for work. */
import { setTimeout as sleep } from "node:timers/promises";
import { GCProfiler, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { CellMeasurement } from "../../shared/types.ts";

const NS_PER_US = 1000;

type Collections = NonNullable<CellMeasurement["resources"]["gc"]>;

/** An engine takes so long to give back memory that it does not use any more. */
const GIVE_BACK_MS = 250;

/** Resolves when the system has back what the engine gives it after a collection of all garbage. */
export async function giveBackMemory(): Promise<void> {
	collectGarbage();
	await sleep(GIVE_BACK_MS);
}

function collectGarbage(): void {
	const { Bun } = globalThis as { Bun?: { gc(synchronously: boolean): void } };
	if (Bun) {
		Bun.gc(true);
		return;
	}
	setFlagsFromString("--expose-gc");
	runInNewContext("gc")();
	setFlagsFromString("--no-expose-gc");
}

/**
 * Node.js reports a collection's pause. Bun reports its whole cycle, and halts the program for parts of that
 * cycle only. Under Bun the pauses are therefore at most as long as the times given here.
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
