/**
 * Shows the progress of a run on stderr: a bar with the time left on a terminal, a plain line now and then
 * elsewhere.
 */

import cliProgress from "cli-progress";
import { MS_PER_S } from "../../shared/units.ts";
import { noteScreenChange, noteScreenRestored } from "./screen.ts";

/** Without a terminal a line is printed no more often than this. */
const SECONDS_BETWEEN_LINES = 30;

/** The bars that are shown. Their timers keep the program alive. */
const shown = new Set<Progress>();

/** Ends all progress, so that an error can be printed and the program ends. */
export function closeProgress(): void {
	for (const progress of shown) progress.close();
}

export class Progress {
	readonly #started = performance.now();
	readonly #bar: cliProgress.SingleBar | null;
	#total: number;
	#done = 0;
	#doing = "";
	#visible = false;
	#saidAt = 0;

	/** @param total seconds that the run is estimated to take */
	constructor(total: number, terminal: boolean) {
		this.#total = total;
		this.#bar = terminal
			? new cliProgress.SingleBar({
					format: "{bar} {percentage}% | {doing} | {left} left",
					barsize: 20,
					hideCursor: true,
					clearOnComplete: true,
					gracefulExit: false,
				})
			: null;
	}

	/** Prints text that must stand above the bar. */
	print(write: () => void): void {
		this.#hide();
		write();
		this.#show();
	}

	/** Prints a line on stderr. */
	note(text: string): void {
		this.print(() => console.error(`  ${text}`));
	}

	begin(scenario: string, number: number, of: number): void {
		this.#doing = `${number}/${of} ${scenario}`;
		if (this.#bar) this.#show();
		else this.#say();
	}

	/**
	 * @param done seconds that the run has taken
	 * @param total seconds that it takes altogether
	 */
	at(done: number, total: number, detail: string): void {
		this.#done = done;
		this.#total = Math.max(total, done);
		this.#doing = detail;
		if (this.#bar === null) {
			if (this.#elapsed - this.#saidAt > SECONDS_BETWEEN_LINES) this.#say();
			return;
		}
		this.#bar.setTotal(this.#total);
		this.#bar.update(done, { doing: detail, left: this.#left() });
	}

	close(): void {
		this.#hide();
	}

	#show(): void {
		if (!this.#bar || this.#visible) return;
		this.#visible = true;
		shown.add(this);
		noteScreenChange();
		this.#bar.start(this.#total, this.#done, { doing: this.#doing, left: this.#left() });
	}

	#hide(): void {
		if (!this.#bar || !this.#visible) return;
		this.#visible = false;
		this.#bar.stop();
		shown.delete(this);
		noteScreenRestored();
	}

	#left(): string {
		return describeDuration(this.#total - this.#done);
	}

	get #elapsed(): number {
		return (performance.now() - this.#started) / MS_PER_S;
	}

	#say(): void {
		this.#saidAt = this.#elapsed;
		console.error(`[${this.#doing}] ${this.#left()} left`);
	}
}

/** Describes a time roughly: nobody needs its seconds. */
export function describeDuration(seconds: number): string {
	return seconds >= 90
		? `about ${Math.round(seconds / 60)} min`
		: `about ${Math.max(1, Math.round(seconds))} s`;
}
