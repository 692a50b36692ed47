/** The entry of the TypeScript harness. It drives the published `@elizaos/core` by the harness contract. */
import { pathToFileURL } from "node:url";
import type { Scenario } from "../../shared/types.ts";
import { runBatch } from "./batch.ts";
import { parseOptions } from "./cli.ts";
import { now, nsSince, readRssBytes } from "./clocks.ts";
import { chooseScenarios, loadContract } from "./contract.ts";
import { InputError } from "./failure.ts";
import { type Sender, sendToFramework } from "./iteration.ts";
import { runWorker } from "./worker.ts";

const EXIT_BAD_INPUT = 2;
const EXIT_BROKEN = 1;

/**
 * @param sender hands a message to the framework, and only tests replace it
 * @returns the exit status
 */
export async function main(argv: string[], sender: Sender = sendToFramework): Promise<number> {
	try {
		const options = parseOptions(argv);
		const { boxMs } = options;
		// Core reads it when it is imported.
		process.env.LOG_LEVEL = "fatal";
		const importing = now();
		const core = await import("@elizaos/core");
		const importNs = nsSince(importing);
		const contract = loadContract(options.shared, options.scenarioFile);
		const scenarios = chooseScenarios(contract, options.scenarios).map((scenario) =>
			applyTimeBox(scenario, boxMs),
		);
		const session = {
			core,
			contract,
			sender,
			modelDelayMs: options.modelDelayMs,
			rssReadyBytes: readRssBytes(),
			nextNumber: 1,
		};
		const [first] = scenarios;
		if (!first) throw new InputError("no scenario was named");
		return options.worker
			? await runWorker(session, first, options, importNs)
			: await runBatch(session, scenarios, options, importNs);
	} catch (error) {
		if (error instanceof InputError) {
			console.error(`error: ${error.message}`);
			return EXIT_BAD_INPUT;
		}
		console.error(error);
		return EXIT_BROKEN;
	}
}

/** Puts the time box of the command line into a database scenario. */
function applyTimeBox(scenario: Scenario, boxMs: number | null): Scenario {
	return scenario.database && boxMs !== null
		? { ...scenario, database: { ...scenario.database, boxMs } }
		: scenario;
}

// The framework keeps timers after `stop()`. Without an exit the process would live half a minute longer.
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
	process.exit(await main(process.argv.slice(2)));
