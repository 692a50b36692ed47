/** Shows the progress of a load run. */
import { isDumb } from "../../report/console/colours.ts";
import type { LoadFile } from "../../shared/types.ts";
import { MS_PER_S } from "../../shared/units.ts";
import { closedSeconds } from "../load/target-process.ts";
import { describeDuration, Progress } from "./progress.ts";

/** A process tries some loads, or some rates for long; agents are made anew between them. */
const PHASES = { open: 10, closed: 6, asked: 2 } as const;
const AROUND_SECONDS = 1.5;

export class LoadProgress {
	readonly #progress: Progress;
	readonly #started = performance.now();
	readonly #total: number;
	#saidOf = "";

	constructor({ settings, targets }: LoadFile) {
		const { processes, phaseSeconds, conversations } = settings;
		const kind = conversations === null ? "open" : conversations === "search" ? "closed" : "asked";
		const seconds = kind === "open" ? phaseSeconds : closedSeconds(settings);
		this.#total = targets.length * processes * PHASES[kind] * (seconds + AROUND_SECONDS);
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
