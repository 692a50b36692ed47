/**
 * Shows the progress of a run on stderr: a bar with the time left on a terminal, one plain line per
 * scenario elsewhere.
 */

import cliProgress from "cli-progress";
import { MS_PER_S } from "../../shared/units.ts";

export class Progress {
	readonly #total: number;
	readonly #started = performance.now();
	readonly #bar: cliProgress.SingleBar | null;
	#done = 0;
	#doing = "";
	#visible = false;

	/**
	 * @param total the run's estimated seconds; only their proportions matter, because the time left follows
	 *   the time that was really taken
	 */
	constructor(total: number, terminal: boolean) {
		this.#total = total;
		this.#bar = terminal
			? new cliProgress.SingleBar({
					format: "{bar} {percentage}% | {doing} | {left} left",
					barsize: 20,
					hideCursor: true,
					clearOnComplete: true,
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
		else console.error(`[${this.#doing}] ${this.#left()} left`);
	}

	/** @param seconds of the estimate that are done */
	at(seconds: number, detail: string): void {
		this.#done = seconds;
		this.#bar?.update(Math.min(seconds, this.#total), {
			doing: `${this.#doing} ${detail}`,
			left: this.#left(),
		});
	}

	close(): void {
		this.#hide();
	}

	#show(): void {
		if (!this.#bar || this.#visible) return;
		this.#visible = true;
		this.#bar.start(this.#total, this.#done, { doing: this.#doing, left: this.#left() });
	}

	#hide(): void {
		if (!this.#bar || !this.#visible) return;
		this.#visible = false;
		this.#bar.stop();
	}

	#left(): string {
		const elapsed = (performance.now() - this.#started) / MS_PER_S;
		const seconds = this.#done > 0 ? (elapsed / this.#done) * (this.#total - this.#done) : this.#total;
		return describeDuration(seconds);
	}
}

/** Describes a time roughly: nobody needs its seconds. */
export function describeDuration(seconds: number): string {
	return seconds >= 90
		? `about ${Math.round(seconds / 60)} min`
		: `about ${Math.max(1, Math.round(seconds))} s`;
}
