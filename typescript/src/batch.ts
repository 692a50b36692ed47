/** Batch mode measures one or more scenarios in a row and prints a short summary on stdout. */
import type { Scenario } from "../../shared/types.ts";
import { Cell, type Session } from "./cell.ts";
import type { Options } from "./cli.ts";
import { NS_PER_MS } from "./clocks.ts";
import { EXIT_UNSUPPORTED, FrameworkError } from "./failure.ts";
import { writeMeasurement } from "./measurement.ts";
import { writeEvent } from "./protocol.ts";

/** @returns the exit status */
export async function runBatch(
	session: Session,
	scenarios: Scenario[],
	options: Options,
	importNs: number,
): Promise<number> {
	const { framework } = session;
	const cells: Cell[] = [];
	for (const [index, scenario] of scenarios.entries()) {
		const cell = new Cell(session, scenario);
		cells.push(cell);
		let phase = "cold";
		try {
			await cell.prepare();
			if (index === 0) await cell.runCold();
			phase = "verify";
			if (options.verify) await cell.verify();
			const phases = [
				["warmup", options.warmup ?? scenario.warmup],
				["plain", options.iterations ?? scenario.iterations],
				["observed", options.observe],
			] as const;
			for (const [name, total] of phases) {
				phase = name;
				for (let iteration = 0; iteration < total; iteration++) {
					writeEvent(options.eventsFd, {
						event: "progress",
						scenario: scenario.id,
						phase,
						iteration: iteration + 1,
						of: total,
					});
					await cell.iterate(name);
				}
			}
		} catch (error) {
			if (!(error instanceof FrameworkError)) throw error;
			cell.fail(phase, error);
		}
		cell.endPlainPhase();
		console.log(summarize(cell));
	}
	writeMeasurement(
		options,
		{ importNs, framework },
		cells.map(({ measurement }) => measurement),
	);
	return cells.some(({ measurement }) => measurement.status === "unsupported") ? EXIT_UNSUPPORTED : 0;
}

function summarize({ measurement }: Cell): string {
	const { scenario, failure, iterations } = measurement;
	if (failure) return `${scenario}: unsupported, ${failure.type}: ${failure.message}`;
	const plain = iterations.filter(({ phase }) => phase === "plain");
	const messages = plain.reduce((sum, { messageNs }) => sum + messageNs.length, 0);
	const milliseconds = plain.reduce((sum, { wallNs }) => sum + wallNs, 0) / NS_PER_MS;
	return `${scenario}: ${plain.length} iterations, ${messages} messages in ${milliseconds.toFixed(1)} ms`;
}
