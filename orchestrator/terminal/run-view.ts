/** Shows a run's progress on the terminal, and its tables as they come. */

import type { RunDecision } from "../../analysis/compare/run-decision.ts";
import { isDumb } from "../../report/console/colours.ts";
import { renderDeciding } from "../../report/console/deciding.ts";
import { renderHead } from "../../report/console/head.ts";
import { renderLedger } from "../../report/console/ledger.ts";
import { renderWhole } from "../../report/console/report.ts";
import { renderScenario } from "../../report/console/scenario.ts";
import { terminalLayout } from "../../report/console/table.ts";
import { commandText } from "../../report/html/shell.ts";
import { runDecisionText } from "../../report/text/run-decision.ts";
import type { ComparisonFile, Scenario } from "../../shared/types.ts";
import type { RunListener, RunOutcome } from "../run/run.ts";
import type { Verification } from "../run/verify.ts";
import { describeDuration, Progress } from "./progress.ts";

function canMoveCursor(): boolean {
	return process.stderr.isTTY === true && !isDumb;
}

export class Terminal implements RunListener {
	readonly #prints: "tables" | "nothing";
	readonly #mode: "measure" | "verify";
	readonly #request: string;
	#progress: Progress | null = null;

	/**
	 * @param prints what goes to standard output; the request and the progress go to standard error
	 * @param request what the run will do, in words
	 */
	constructor(prints: "tables" | "nothing", mode: "measure" | "verify", request: string) {
		this.#prints = prints;
		this.#mode = mode;
		this.#request = request;
	}

	begin(folder: string, estimatedSeconds: number): void {
		if (this.#mode === "measure")
			console.error(`${this.#request}, ${describeDuration(estimatedSeconds)}.\nResults go to ${folder}`);
		// One command may make several runs: this is the progress of the last one.
		this.#progress?.close();
		this.#progress = new Progress(estimatedSeconds, canMoveCursor());
	}

	beginScenario(scenario: Scenario, number: number, of: number): void {
		this.#progress?.begin(scenario.id, number, of);
	}

	advance(...[done, total, detail]: Parameters<RunListener["advance"]>): void {
		this.#progress?.at(done, total, detail);
	}

	showVerification(scenario: Scenario, verifications: Verification[]): void {
		if (this.#mode === "measure") return;
		const columns = verifications.map(({ target, ledger, judgement }) => ({
			label: target.label,
			ledger,
			...judgement,
		}));
		this.#print(renderLedger(scenario.id, scenario.question, columns, terminalLayout()));
	}

	announce(decision: RunDecision): void {
		this.#progress?.note(runDecisionText(decision));
	}

	showProvisional(comparison: ComparisonFile): void {
		const title =
			"The first picture, provisional: one block of each scenario, so no ratio has an interval yet.";
		this.#print(`${title}\n\n${renderDeciding(comparison, terminalLayout())}`);
	}

	showScenarios(comparison: ComparisonFile): void {
		const layout = terminalLayout();
		const tables = comparison.scenarios.map((scenario) =>
			renderScenario(scenario, comparison.targets, layout),
		);
		this.#print([renderHead(comparison, layout), ...tables].join("\n\n"));
	}

	/** Ends the progress. */
	close(): void {
		this.#progress?.close();
	}

	/** @param page where the report was written; null: there is none */
	finish(
		{ comparison, verifications, folder, interrupted }: RunOutcome,
		json: boolean,
		page: string | null,
	): void {
		this.close();
		if (json) {
			const cells = [...verifications].flatMap(([scenario, rows]) =>
				rows.map(({ target, judgement, ledger }) => ({ scenario, target: target.id, ...judgement, ledger })),
			);
			console.log(JSON.stringify(comparison ?? { kind: "verification", cells }));
		} else if (comparison) {
			const places = [`Results: ${folder}`, ...(page === null ? [] : [`Page: ${page}`])];
			console.log([renderWhole(comparison, terminalLayout()), ...places].join("\n"));
		}
		if (interrupted)
			console.error(
				`Interrupted: ${verifications.size} scenarios were begun; what was measured is in ${folder}\n` +
					(this.#mode === "measure" ? `To resume it: ${commandText(["./run.sh", "--resume", folder])}` : ""),
			);
	}

	#print(text: string): void {
		if (this.#prints === "nothing") return;
		const write = () => console.log(`${text}\n`);
		if (this.#progress) this.#progress.print(write);
		else write();
	}
}
