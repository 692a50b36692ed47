/**
 * Chooses the scenarios that a harness is tried on, and makes them short: conformance does not depend on
 * size.
 */
import type { Scenario } from "../../shared/types.ts";
import { type Contract, select } from "../contract.ts";
import { UserError } from "../errors.ts";

/** Every framework must do this scenario as the contract says. It is always tried. */
const SIMPLEST = "single-message";
/** Every kind and delivery is among these, a decision, and a scenario that not every framework can do. */
export const USUAL = [
	SIMPLEST,
	"conversation-10",
	"burst-100",
	"concurrent-10",
	"with-should-respond",
	"startup-cold",
	"multi-step",
	"db-write-throughput",
	"db-read-throughput",
	"calibration",
].join(",");

const MOST_MESSAGES = 25;
const MOST_HISTORY = 200;
const BOX_MS = 25;
const MOST_OPERATIONS = 2000;

/** @throws {UserError} for an unknown one */
export function chooseScenarios(contract: Contract, list: string): [Scenario, ...Scenario[]] {
	const simplest = contract.scenarios.find(({ id }) => id === SIMPLEST);
	if (!simplest) throw new UserError(`the contract has no scenario ${SIMPLEST}: nothing can be tried`);
	return [
		simplest,
		...select(contract.scenarios, list, "scenario").filter((scenario) => scenario !== simplest),
	];
}

export function shortenScenario(scenario: Scenario): Scenario {
	const { repeat, database, config } = scenario;
	return {
		...scenario,
		messages: scenario.messages.slice(0, MOST_MESSAGES),
		...(repeat === undefined ? {} : { repeat: Math.min(repeat, MOST_MESSAGES) }),
		config: { ...config, history: Math.min(config.history, MOST_HISTORY) },
		...(database && {
			database: {
				...database,
				boxMs: Math.min(database.boxMs, BOX_MS),
				operations: Math.min(database.operations, MOST_OPERATIONS),
				records: Math.min(database.records, MOST_OPERATIONS),
			},
		}),
	};
}
