/** `./run.sh list` prints what there is to measure. */
import Table from "cli-table3";
import { plainText } from "../../shared/text.ts";
import { loadContract, loadTargets } from "../contract.ts";
import { RUNTIMES } from "../runtimes/index.ts";
import { loadNames } from "../targets/names.ts";

export function listCommand(flags: { scenarioFile?: string; targetFile?: string; json?: true }): void {
	const { scenarios } = loadContract(flags);
	const targets = loadTargets();
	const names = loadNames(flags.targetFile, targets);
	if (flags.json) {
		console.log(
			JSON.stringify({
				scenarios,
				targets,
				named: Object.fromEntries([...names].map(([name, { text }]) => [name, text])),
			}),
		);
		return;
	}
	const table = new Table({
		head: ["Scenario", "Iterations", "Warm-up", "Question"],
		colWidths: [29, 12, 9, 26],
		wordWrap: true,
		style: { head: [], border: [], compact: true },
	});
	for (const { id, iterations, warmup, question } of scenarios)
		table.push([id, iterations, warmup, question]);
	console.log(table.toString());
	const engines = new Table({
		head: ["Target", "Framework", "Database", "Engine"],
		colWidths: [12, 28, 28, 9],
		wordWrap: true,
		style: { head: [], border: [], compact: true },
	});
	for (const { id, framework, database, engine } of targets)
		engines.push([
			id,
			`${framework.package} ${framework.version}`,
			`${database.package} ${database.version}`,
			engine,
		]);
	console.log(engines.toString());
	const others = new Table({
		head: ["Name or variant", "What it is"],
		colWidths: [17, 60],
		wordWrap: true,
		style: { head: [], border: [], compact: true },
	});
	for (const [name, { text }] of names) others.push([plainText(name, 40), plainText(text, 80)]);
	for (const { id, runtime } of targets)
		for (const { name, about } of RUNTIMES[runtime].variants) others.push([`${id}+${name}`, about]);
	console.log(others.toString());
	console.log("Versions (python@2.0.0a5) and local copies (rust=path:DIR) too: docs/targets.md");
}
