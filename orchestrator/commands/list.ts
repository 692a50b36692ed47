/** `./run.sh list`: what there is to measure. */
import Table from "cli-table3";
import { loadContract, loadTargets } from "../contract.ts";

export function listCommand(flags: { scenarioFile?: string; json?: true }): void {
	const { scenarios } = loadContract(flags);
	const targets = loadTargets();
	if (flags.json) {
		console.log(JSON.stringify({ scenarios, targets }));
		return;
	}
	const table = new Table({
		head: ["Scenario", "Iterations", "Warm-up", "Question"],
		colWidths: [29, 12, 9, 26],
		wordWrap: true,
		style: { head: [], border: [], compact: true },
	});
	for (const { id, iterations, warmup, question } of scenarios) table.push([id, iterations, warmup, question]);
	console.log(table.toString());
	const engines = new Table({ head: ["Target", "Framework", "Database", "Engine"], style: { head: [], border: [], compact: true } });
	for (const { id, framework, database, engine } of targets)
		engines.push([id, `${framework.package} ${framework.version}`, `${database.package} ${database.version}`, engine]);
	console.log(engines.toString());
}
