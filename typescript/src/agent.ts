/** An agent is a fresh runtime of the real framework on a fresh database. Only the model is replaced. */
import type { AgentRuntime, HandlerCallback, InMemoryDatabaseAdapter } from "@elizaos/core";
import type { CellMeasurement, Scenario } from "../../shared/types.ts";
import type { LoadedPlugin } from "./agents/load.ts";
import { keepModels } from "./agents/models.ts";
import { now, nsSince } from "./clocks.ts";
import type { Contract } from "./contract.ts";
import { callFramework } from "./failure.ts";
import type { Core, Framework } from "./frameworks/framework.ts";
import { addModels, answeringSettings, memoryOptions } from "./frameworks/options.ts";
import { BOOTSTRAP, SQL } from "./frameworks/packages.ts";
import type { Id } from "./messages.ts";
import type { MockLlm } from "./mock-llm-plugin.ts";
import { makeCharacterText } from "./provided-texts.ts";

/** Watches an agent from outside. The recorder and the observer are the two instruments. */
export interface Instrument {
	/** This is called before the runtime of a user's agent is constructed. @returns what it gets instead */
	instrumentPlugins?(plugins: LoadedPlugin[]): LoadedPlugin[];
	/** This is called before the runtime of a user's agent is initialized. */
	instrumentConstructed?(runtime: AgentRuntime): void;
	/** This is called before the runtime gets the adapter. */
	instrumentAdapter(adapter: InMemoryDatabaseAdapter): void;
	/** This is called when the runtime is initialized. */
	instrumentRuntime(runtime: AgentRuntime): void;
	/** @returns the callback that is sent with the message */
	wrapCallback(callback: HandlerCallback): HandlerCallback;
}

export type ComponentKind = "provider" | "action" | "evaluator";
type Method = (...args: never[]) => unknown;

/**
 * Replaces the runtime's components by copies with wrapped methods. The originals stay as they are, because
 * the framework shares them among all runtimes.
 */
export function wrapComponents(
	{ providers, actions, evaluators }: AgentRuntime,
	wrap: <T extends Method>(kind: ComponentKind, name: string, method: T) => T,
): void {
	providers.forEach((provider, index) => {
		providers[index] = { ...provider, get: wrap("provider", provider.name, provider.get.bind(provider)) };
	});
	actions.forEach((action, index) => {
		actions[index] = { ...action, handler: wrap("action", action.name, action.handler.bind(action)) };
	});
	evaluators.forEach((evaluator, index) => {
		const handler = wrap("evaluator", evaluator.name, evaluator.handler.bind(evaluator));
		evaluators[index] = { ...evaluator, handler };
	});
}

export interface Agent {
	agentId: Id;
	runtime: AgentRuntime;
	adapter: InMemoryDatabaseAdapter;
	constructNs: number;
	initializeNs: number;
}

/** `config.providers: "character-only"` keeps this provider alone. */
const CHARACTER_PROVIDER = "CHARACTER";

/**
 * Constructs and initializes an agent, and times the two steps apart.
 * @param agentId where several agents live in a process, each needs an id of its own
 */
export async function startAgent(
	framework: Framework,
	contract: Contract,
	scenario: Scenario,
	mock: MockLlm,
	instrument: Instrument | null,
	agentId: Id = contract.fixtures.agentId as Id,
): Promise<Agent> {
	const { core, database, agent: own } = framework;
	const { character, fixtures } = contract;
	const { checkShouldRespond, multiStep, multiStepRounds, characterChars = 0 } = scenario.config;
	const text = makeCharacterText(fixtures, characterChars);
	const plugin = addModels(framework, mock.createPlugin(contract, scenario));
	const brought = listPlugins(framework);
	const named = (own && instrument?.instrumentPlugins?.(brought)) ?? brought;
	const plugins = [...named.map((one) => one.plugin), plugin];
	const base = own ? { ...own.character } : makeCharacter(character, text);
	const constructing = now();
	const adapter = await callFramework(() => database.createAdapter(agentId));
	instrument?.instrumentAdapter(adapter);
	const options = {
		agentId,
		character: {
			...base,
			settings: {
				...(base.settings as object),
				...answeringSettings(core, checkShouldRespond),
				USE_MULTI_STEP: String(multiStep),
				...(multiStepRounds === undefined ? {} : { MAX_MULTISTEP_ITERATIONS: String(multiStepRounds) }),
			},
		},
		adapter,
		plugins,
		logLevel: "fatal",
		checkShouldRespond,
		...memoryOptions(core),
	} as ConstructorParameters<Core["AgentRuntime"]>[0];
	const runtime = await callFramework(() => new core.AgentRuntime(options));
	if (own) {
		keepModels(runtime, plugin);
		instrument?.instrumentConstructed?.(runtime);
	}
	const constructNs = nsSince(constructing);
	const initializing = now();
	await callFramework(() => database.initialize(runtime, adapter));
	if (own?.init) await callFramework(() => own.init?.(runtime));
	const initializeNs = nsSince(initializing);
	if (scenario.config.providers === "character-only") {
		const own = runtime.providers.filter(({ name }) => name === CHARACTER_PROVIDER);
		runtime.providers.splice(0, runtime.providers.length, ...own);
	}
	if (framework.withoutEvaluators) runtime.evaluators.length = 0;
	instrument?.instrumentRuntime(runtime);
	return { agentId, runtime, adapter, constructNs, initializeNs };
}

/** Lists the plugins of an agent but for the mock, in the order in which they are registered. */
function listPlugins({ bootstrap, database, agent }: Framework): LoadedPlugin[] {
	return [
		...(bootstrap && !agent?.without.includes(BOOTSTRAP)
			? [{ name: BOOTSTRAP, plugin: bootstrap.plugin }]
			: []),
		...database.plugins.map((plugin) => ({ name: SQL, plugin })),
		...(agent?.plugins ?? []),
	];
}

/** The benchmark's own character. @param text makes it longer */
function makeCharacter(character: Contract["character"], text: string): Record<string, unknown> {
	return {
		...character,
		bio: text === "" ? character.bio : [...character.bio, text],
		messageExamples: [],
		postExamples: [],
		knowledge: [],
		plugins: [],
		templates: {},
		secrets: {},
	};
}

/** Lists what the framework's bootstrap registered, without the benchmark's own components. */
export function listBootstrap(
	{ runtime }: Agent,
	{ fixtures }: Contract,
): NonNullable<CellMeasurement["bootstrap"]> {
	const prefixes = [fixtures.dummyProvider.namePrefix, fixtures.dummyAction.namePrefix];
	const names = (items: { name: string }[]) =>
		items
			.map(({ name }) => name)
			.filter(
				(name) =>
					!prefixes.some((prefix) => name.startsWith(prefix)) && name !== fixtures.benchmarkAction.name,
			);
	return {
		providers: names(runtime.providers),
		actions: names(runtime.actions),
		evaluators: names(runtime.evaluators),
	};
}

/**
 * Stops an agent and waits for what it leaves to a database that outlives it.
 * @returns nanoseconds; `settleNs` is null where no database outlives the agent
 */
export async function stopAgent(
	{ runtime }: Agent,
	{ database }: Pick<Framework, "database">,
): Promise<{ teardownNs: number; settleNs: number | null }> {
	const stopping = now();
	await callFramework(() => runtime.stop());
	const teardownNs = nsSince(stopping);
	return { teardownNs, settleNs: database.lasting ? await database.lasting.settle() : null };
}
