/**
 * Verifies scenarios one after another. No figure of a message comes of it, so processes run side by side,
 * and cells of later scenarios are begun where a processor would be idle.
 */
import { availableParallelism } from "node:os";
import { needsServer, type Scenario, type Target } from "../../shared/types.ts";
import type { Verification } from "./verify.ts";

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
	/** So many cells may be under way, of those on a server or not. */
	readonly #most: (served: boolean) => number;
	/** Cells that nobody has begun. */
	#waiting: readonly Cell[];
	readonly #underWay = new Set<Cell>();
	/** Of scenarios that lack some yet. */
	readonly #verified = new Map<Scenario, Verification[]>();

	/**
	 * @param processors so many cells are verified at a time, and as many and one more on a server: those
	 *   often wait for it, while a processor would be idle
	 */
	constructor(means: VerifierMeans, processors = availableParallelism()) {
		const { scenarios, targets } = means;
		this.#means = means;
		this.#most = (served) => processors + (served ? 1 : 0);
		// Those on a server take longest, so that they begin first.
		const inOrder = targets.toSorted((a, b) => Number(needsServer(b)) - Number(needsServer(a)));
		this.#waiting = scenarios.flatMap((scenario) => inOrder.map((target) => ({ scenario, target })));
	}

	/**
	 * Verifies a scenario, and perhaps others. Then no cell is under way.
	 * @returns every scenario that is complete now and was not before, with targets in order; after a stop
	 *   was requested the asked one may be missing
	 */
	async verify(scenario: Scenario): Promise<Map<Scenario, Verification[]>> {
		const lanes = Array.from({ length: this.#most(true) + this.#most(false) }, () => this.#work(scenario));
		for (const outcome of await Promise.allSettled(lanes))
			if (outcome.status === "rejected") throw outcome.reason;
		const { targets } = this.#means;
		const complete = new Map<Scenario, Verification[]>();
		for (const [one, verified] of this.#verified) {
			if (verified.length < targets.length) continue;
			const inOrder = targets.flatMap(({ id }) => verified.filter(({ target }) => target.id === id));
			complete.set(one, inOrder);
			this.#verified.delete(one);
		}
		return complete;
	}

	async #work(asked: Scenario): Promise<void> {
		for (let cell = this.#take(asked); cell; cell = this.#take(asked)) {
			const { scenario, target } = cell;
			this.#underWay.add(cell);
			try {
				const verification = await this.#means.verifyCell(scenario, target);
				this.#verified.set(scenario, [...(this.#verified.get(scenario) ?? []), verification]);
			} catch (error) {
				// The run is over, so no other cell is begun.
				this.#waiting = [];
				throw error;
			} finally {
				this.#underWay.delete(cell);
			}
		}
	}

	/**
	 * Takes a cell of the asked scenario; while the last of them are under way, one of a later scenario; then
	 * one of a scenario that is under way already. A target has one process at a time, because the next may
	 * have the same folders.
	 */
	#take(asked: Scenario): Cell | undefined {
		if (this.#means.stop.requested) return undefined;
		const underWay = [...this.#underWay];
		const full = [true, false].filter((served) => this.#count(underWay, served) >= this.#most(served));
		const free = this.#waiting.filter(
			({ target }) =>
				!full.includes(needsServer(target)) && underWay.every((other) => other.target !== target),
		);
		const begun = new Set(underWay.map(({ scenario }) => scenario));
		const cell =
			free.find(({ scenario }) => scenario === asked) ??
			(begun.has(asked) ? free[0] : free.find(({ scenario }) => begun.has(scenario)));
		this.#waiting = this.#waiting.filter((one) => one !== cell);
		return cell;
	}

	/** @param served whether those on a server are counted, or the others */
	#count(cells: readonly Cell[], served: boolean): number {
		return cells.filter(({ target }) => needsServer(target) === served).length;
	}
}
