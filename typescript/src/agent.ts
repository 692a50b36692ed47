/** One agent: a fresh runtime of the real framework on a fresh database, with only the model replaced. */
import type { AgentRuntime, HandlerCallback, InMemoryDatabaseAdapter } from "@elizaos/core";
import type { CellMeasurement, Scenario } from "../../shared/types.ts";
import { now, since } from "./clocks.ts";
import type { Contract } from "./contract.ts";
import { guarded } from "./failure.ts";
import { withPlanner } from "./framework-differences.ts";
import type { Mock } from "./mock-llm-plugin.ts";

export type Core = typeof import("@elizaos/core");

/**
 * What looks into an agent from outside: at its adapter before the runtime sees it, at the runtime once it is
 * ready, at the callback of each message.
 */
export interface Instrument {
	adapter(adapter: InMemoryDatabaseAdapter): void;
	runtime(runtime: AgentRuntime): void;
	/** @returns the callback that the message is sent with */
	callback(callback: HandlerCallback): HandlerCallback;
}

export interface Agent {
	runtime: AgentRuntime;
	adapter: InMemoryDatabaseAdapter;
	constructNs: number;
	initializeNs: number;
}

/** The one provider of `config.providers: "character-only"`. */
const CHARACTER_PROVIDER = "CHARACTER";

/** Constructs and initializes, each timed. */
export async function startAgent(
	core: Core,
	contract: Contract,
	scenario: Scenario,
	mock: Mock,
	instrument: Instrument | null,
): Promise<Agent> {
	const { character, fixtures } = contract;
	const plugin = withPlanner(core, mock.plugin(contract, scenario));
	const constructing = now();
	const adapter = await guarded(() => new core.InMemoryDatabaseAdapter());
	instrument?.adapter(adapter);
	const options = {
		agentId: fixtures.agentId as NonNullable<ConstructorParameters<Core["AgentRuntime"]>[0]>["agentId"] &
			string,
		character: {
			...character,
			messageExamples: [],
			postExamples: [],
			knowledge: [],
			plugins: [],
			templates: {},
			secrets: {},
			settings: { ...character.settings, USE_MULTI_STEP: String(scenario.config.multiStep) },
		},
		adapter,
		plugins: [plugin],
		logLevel: "fatal",
		checkShouldRespond: scenario.config.checkShouldRespond,
	} as ConstructorParameters<Core["AgentRuntime"]>[0];
	const runtime = await guarded(() => new core.AgentRuntime(options));
	const constructNs = since(constructing);
	const initializing = now();
	await guarded(() => runtime.initialize());
	const initializeNs = since(initializing);
	if (scenario.config.providers === "character-only") {
		const own = runtime.providers.filter(({ name }) => name === CHARACTER_PROVIDER);
		runtime.providers.splice(0, runtime.providers.length, ...own);
	}
	instrument?.runtime(runtime);
	return { runtime, adapter, constructNs, initializeNs };
}

/** What the framework's bootstrap registered, without the benchmark's own. */
export function bootstrapOf(
	{ runtime }: Agent,
	{ fixtures }: Contract,
): NonNullable<CellMeasurement["bootstrap"]> {
	const names = (items: { name: string }[]) =>
		items
			.map(({ name }) => name)
			.filter(
				(name) =>
					!name.startsWith(fixtures.dummyProvider.namePrefix) && name !== fixtures.benchmarkAction.name,
			);
	return {
		providers: names(runtime.providers),
		actions: names(runtime.actions),
		evaluators: names(runtime.evaluators),
	};
}

/** @returns nanoseconds */
export async function stopAgent({ runtime }: Agent): Promise<number> {
	const stopping = now();
	await guarded(() => runtime.stop());
	return since(stopping);
}
