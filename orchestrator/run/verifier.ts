/**
 * Verifies scenarios one after another. Nothing is timed, so processes run side by side, and cells of later
 * scenarios are begun where a processor would be idle.
 */
import { availableParallelism } from "node:os";
import type { Scenario, Target } from "../../shared/types.ts";
import type { Verification } from "./verify.ts";

/** A target that is alone has cells of two scenarios side by side. */
const LEAST_LANES = 2;

interface Cell {
	scenario: Scenario;
	target: Target;
}

export interface VerifierMeans {
	/** In the order in which they will be asked for. */
	scenarios: readonly Scenario[];
	targets: readonly Target[];
	verifyCell: (scenario: Scenario, target: Target) => Promise<Verification>;
	/** Set once the user has asked to stop. */
	stop: { requested: boolean };
}

export class Verifier {
	readonly #means: VerifierMeans;
	readonly #width: number;
	/** Cells that nobody has begun. */
	#waiting: readonly Cell[];
	/** How many cells of a scenario are under way. */
	readonly #underWay = new Map<Scenario, number>();
	readonly #verified = new Map<Scenario, Verification[]>();

	/** @param width the most processes at a time */
	constructor(means: VerifierMeans, width = widthFor(means.targets.length)) {
		const { scenarios, targets } = means;
		this.#means = means;
		this.#width = width;
		this.#waiting = scenarios.flatMap((scenario) => targets.map((target) => ({ scenario, target })));
	}

	/**
	 * Returns when every cell of the scenario is verified and none of any is under way. After a stop was
	 * requested some are missing.
	 */
	async verify(scenario: Scenario): Promise<Verification[]> {
		const lanes = Array.from({ length: this.#width }, () => this.#work(scenario));
		for (const outcome of await Promise.allSettled(lanes))
			if (outcome.status === "rejected") throw outcome.reason;
		const verified = this.#verified.get(scenario) ?? [];
		return this.#means.targets.flatMap((target) => verified.filter((one) => one.target.id === target.id));
	}

	async #work(asked: Scenario): Promise<void> {
		for (let cell = this.#take(asked); cell; cell = this.#take(asked)) {
			const { scenario, target } = cell;
			this.#count(scenario, 1);
			try {
				const verification = await this.#means.verifyCell(scenario, target);
				this.#verified.set(scenario, [...(this.#verified.get(scenario) ?? []), verification]);
			} catch (error) {
				// The run is over, so no other cell is begun.
				this.#waiting = [];
				throw error;
			} finally {
				this.#count(scenario, -1);
			}
		}
	}

	/** Takes a cell of the asked scenario; while the last of them are under way, one of the next scenario. */
	#take(asked: Scenario): Cell | undefined {
		if (this.#means.stop.requested) return undefined;
		const own = this.#waiting.find(({ scenario }) => scenario === asked);
		const cell = own ?? (this.#underWay.get(asked) ? this.#waiting[0] : undefined);
		this.#waiting = this.#waiting.filter((one) => one !== cell);
		return cell;
	}

	#count(scenario: Scenario, change: number): void {
		this.#underWay.set(scenario, (this.#underWay.get(scenario) ?? 0) + change);
	}
}

function widthFor(targets: number): number {
	return Math.min(availableParallelism(), Math.max(LEAST_LANES, targets));
}
