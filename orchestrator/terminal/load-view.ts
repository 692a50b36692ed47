/** Shows the progress of a load run. */
import { isDumb } from "../../report/console/colours.ts";
import type { LoadFile } from "../../shared/types.ts";
import { MS_PER_S } from "../../shared/units.ts";
import { describeDuration, Progress } from "./progress.ts";

/** A process tries some eight loads, or some rates for long; agents are made anew between them. */
const PHASES = 10;
const AROUND_SECONDS = 1.5;

export class LoadProgress {
	readonly #progress: Progress;
	readonly #started = performance.now();
	readonly #total: number;
	#saidOf = "";

	constructor({ settings, targets }: LoadFile) {
		const { processes, phaseSeconds, conversations } = settings;
		const phases = typeof conversations === "number" ? 2 : PHASES;
		this.#total = targets.length * processes * phases * (phaseSeconds + AROUND_SECONDS);
		console.error(
			`Load on ${targets.map(({ id }) => id).join(", ")}, ${describeDuration(this.#total)}: estimated, the search decides`,
		);
		this.#progress = new Progress(this.#total, process.stderr.isTTY === true && !isDumb);
	}

	/** @param doing what is done now, with the target before a colon */
	tell(doing: string): void {
		const [target = doing] = doing.split(":");
		if (target !== this.#saidOf) {
			this.#saidOf = target;
			this.#progress.begin(target, 1, 1);
		}
		const done = (performance.now() - this.#started) / MS_PER_S;
		this.#progress.at(done, this.#total, doing);
	}

	close(): void {
		this.#progress.close();
	}
}
