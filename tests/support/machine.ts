/**
 * Simulates a shared machine with a neighbour's bursts and a slow drift, and processes that are measured on it,
 * one after another or in turns. Deviations are of logarithms, times in seconds.
 */
import { Simulation } from "./simulate.ts";

export interface Noise {
	/** Between fresh processes of one target. */
	process: number;
	/** Between iterations, beside what the machine does to them. */
	iteration: number;
	/** The machine's slow drift, and the time in which it forgets. */
	wander: number;
	wanderSeconds: number;
	/** On average a neighbour takes half of the machine for so long, and leaves it alone for so long. */
	burstSeconds: number;
	quietSeconds: number;
}

export interface Cost {
	/** The time to start and warm a process. */
	processSeconds: number;
	/** The time of an iteration on the undisturbed machine. */
	iterationSeconds: number;
}

/** Iteration times in seconds, one list a process. */
export interface Measured {
	a: number[][];
	b: number[][];
}

export const MEASURED: Noise = {
	process: 0.02,
	iteration: 0.08,
	wander: 0.15,
	wanderSeconds: 8,
	burstSeconds: 0.075,
	quietSeconds: 0.2,
};
export const TYPESCRIPT: Cost = { processSeconds: 0.47, iterationSeconds: 0.038 };

export class Machine {
	readonly simulation: Simulation;
	readonly #noise: Noise;
	#seconds = 0;
	#burst = false;
	#changeAt = 0;
	#wander: number;
	#wanderAt = 0;

	constructor(seed: number, noise: Noise = MEASURED) {
		this.simulation = new Simulation(seed);
		this.#noise = noise;
		this.#wander = noise.wander * this.simulation.normal();
	}

	/** @returns the effect of the fresh process, on the log scale */
	start({ processSeconds }: Cost): number {
		this.#seconds += processSeconds;
		return this.#noise.process * this.simulation.normal();
	}

	/** Lets time pass in which others are measured. */
	pass(seconds: number): void {
		this.#seconds += seconds;
	}

	/** @returns the seconds one iteration took */
	iterate(logSlower: number, { iterationSeconds }: Cost): number {
		const work =
			iterationSeconds *
			Math.exp(logSlower + this.#noise.iteration * this.simulation.normal() + this.#wandered());
		let [left, took] = [work, 0];
		while (left > 0) {
			this.#advanceBursts();
			const speed = this.#burst ? 0.5 : 1;
			const stretch = Math.min(left / speed, this.#changeAt - this.#seconds);
			left -= stretch * speed;
			took += stretch;
			this.#seconds += stretch;
			if (left < 1e-12) break;
		}
		return took;
	}

	/** Bursts and quiet times follow each other, both of exponential length. */
	#advanceBursts(): void {
		while (this.#changeAt <= this.#seconds) {
			this.#burst = !this.#burst;
			const mean = this.#burst ? this.#noise.burstSeconds : this.#noise.quietSeconds;
			this.#changeAt =
				Math.max(this.#changeAt, this.#seconds) - mean * Math.log(1 - this.simulation.random.next());
		}
	}

	/** The process of Ornstein and Uhlenbeck, exact for the time that has passed. */
	#wandered(): number {
		const kept = Math.exp(-(this.#seconds - this.#wanderAt) / this.#noise.wanderSeconds);
		this.#wander =
			this.#wander * kept + this.#noise.wander * Math.sqrt(1 - kept * kept) * this.simulation.normal();
		this.#wanderAt = this.#seconds;
		return this.#wander;
	}
}

/** Measures blocks of two live processes, whose iterations take turns in random order, for the time given. */
export function alternating(
	machine: Machine,
	seconds: number,
	iterations: number,
	cost: Cost,
	effectLog: number,
): Measured {
	const data: Measured = { a: [], b: [] };
	for (
		let spent = 0;
		spent < seconds;
		spent += 2 * (cost.processSeconds + iterations * cost.iterationSeconds * 1.2)
	) {
		const slower = { a: machine.start(cost) + effectLog, b: machine.start(cost) };
		const times: { a: number[]; b: number[] } = { a: [], b: [] };
		for (let iteration = 0; iteration < iterations; iteration++)
			for (const name of machine.simulation.random.shuffle(["a", "b"] as const))
				times[name].push(machine.iterate(slower[name], cost));
		data.a.push(times.a);
		data.b.push(times.b);
	}
	return data;
}

/** Measures all processes of the one, then all of the other, in the same time altogether. */
export function oneAfterAnother(
	machine: Machine,
	seconds: number,
	iterations: number,
	cost: Cost,
	effectLog: number,
): Measured {
	const processes = Math.max(
		1,
		Math.round(seconds / 2 / (cost.processSeconds + iterations * cost.iterationSeconds * 1.2)),
	);
	const measure = (log: number) =>
		Array.from({ length: processes }, () => {
			const slower = machine.start(cost) + log;
			return Array.from({ length: iterations }, () => machine.iterate(slower, cost));
		});
	return { a: measure(effectLog), b: measure(0) };
}
