/** Makes up blocks with known variances and a known truth, on which intervals and verdicts are tried. */
import { Random } from "../../shared/random.ts";

export type Shape = "normal" | "bursts" | "drift" | "heavy tails" | "multimodal";
export const SHAPES: readonly Shape[] = ["normal", "bursts", "drift", "heavy tails", "multimodal"];

/** Standard deviations on the log scale. */
export interface Variation {
	shape: Shape;
	/** Between fresh processes of one target. */
	between: number;
	/** Between iterations of one process. */
	within: number;
}

export interface Block {
	a: number[];
	b: number[];
}

/**
 * A neighbour takes half of the machine in bursts that outlast a turn (on a shared 2-core virtual machine:
 * autocorrelation 0.6 to 0.7 at 6 ms, gone at 300 ms).
 */
const BURST = { share: 0.25, persistence: 0.7, factor: 2 };
/** Over a whole run the machine becomes slower by this much, and wanders. */
const DRIFT = { total: 0.3, step: 0.02 };
/** Three processes in ten settle in a slower mode (memory layout, compiled code). */
const MODES = { share: 0.3, distance: 2.5 };

export class Simulation {
	readonly random: Random;
	#spare: number | null = null;

	constructor(seed: number) {
		this.random = new Random(seed);
	}

	/** A standard normal number, by the method of Box and Muller. */
	normal(): number {
		if (this.#spare !== null) {
			const spare = this.#spare;
			this.#spare = null;
			return spare;
		}
		const radius = Math.sqrt(-2 * Math.log(1 - this.random.next()));
		const angle = 2 * Math.PI * this.random.next();
		this.#spare = radius * Math.sin(angle);
		return radius * Math.cos(angle);
	}

	/** A number of Student's t with 3 degrees of freedom, scaled to variance 1. */
	heavy(): number {
		const chi = Math.hypot(this.normal(), this.normal(), this.normal());
		return this.normal() / chi;
	}

	/**
	 * @param effectLog how much slower `a` is than `b`, on the log scale
	 * @returns iteration times in ms, of two targets that alternate
	 */
	blocks(count: number, iterations: number, variation: Variation, effectLog = 0): Block[] {
		let burst = false;
		let wander = 0;
		return Array.from({ length: count }, (_, block) => {
			const processes = { a: this.process(variation) + effectLog, b: this.process(variation) };
			const times: Block = { a: [], b: [] };
			for (let iteration = 0; iteration < iterations; iteration++) {
				const order = this.random.next() < 0.5 ? (["a", "b"] as const) : (["b", "a"] as const);
				for (const name of order) {
					if (variation.shape === "bursts" && this.random.next() > BURST.persistence)
						burst = this.random.next() < BURST.share;
					if (variation.shape === "drift") wander += DRIFT.step * this.normal();
					const disturbance = burst ? Math.log(BURST.factor) : 0;
					const slope =
						variation.shape === "drift"
							? wander + (DRIFT.total * (block + iteration / iterations)) / count
							: 0;
					times[name].push(Math.exp(processes[name] + disturbance + slope + this.iteration(variation)));
				}
			}
			return times;
		});
	}

	/** The effect of a fresh process, on the log scale. */
	process({ shape, between }: Variation): number {
		if (shape === "heavy tails") return between * this.heavy();
		if (shape !== "multimodal") return between * this.normal();
		return (between / 2) * this.normal() + (this.random.next() < MODES.share ? MODES.distance * between : 0);
	}

	/** The noise of an iteration without interruptions, whose median is 0. */
	symmetric({ shape, within }: Variation): number {
		return within * (shape === "heavy tails" ? this.heavy() : this.normal());
	}

	iteration({ shape, within }: Variation): number {
		// Log-normal tails on top of heavy ones: an iteration in a hundred is interrupted.
		if (shape === "heavy tails")
			return within * this.heavy() + (this.random.next() < 0.01 ? Math.abs(this.normal()) : 0);
		return within * this.normal();
	}
}
