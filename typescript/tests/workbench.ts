/** Runs the harness in the test's own process, with a real session, and lets a test add work to an agent. */
import type { AgentRuntime, InMemoryDatabaseAdapter } from "@elizaos/core";
import type { Scenario } from "../../shared/types.ts";
import type { Instrument } from "../src/agent.ts";
import type { Session } from "../src/cell.ts";
import { chooseScenarios, DEFAULT_SHARED, loadContract } from "../src/contract.ts";
import { completeFramework } from "../src/frameworks/framework.ts";
import { sendToFramework } from "../src/frameworks/front-door.ts";
import { Iteration } from "../src/iteration.ts";
import { planMessages } from "../src/messages.ts";
import { MockLlm } from "../src/mock-llm-plugin.ts";
import { Observer } from "../src/observer.ts";
import { Spans } from "../src/spans.ts";
import type { StageRow } from "../src/stages.ts";

/** Changes an agent before the observer instruments it. */
export interface Burden {
	changeAdapter?(adapter: InMemoryDatabaseAdapter): void;
	changeRuntime?(runtime: AgentRuntime): void;
}

export async function openSession(): Promise<Session> {
	process.env.LOG_LEVEL = "fatal";
	const framework = await completeFramework(await import("@elizaos/core"));
	const contract = loadContract(DEFAULT_SHARED);
	return {
		framework,
		contract,
		sender: sendToFramework,
		modelDelayMs: 0,
		rssReadyBytes: null,
		nextNumber: 1,
	};
}

export function findScenario({ contract }: Session, id: string): Scenario {
	return chooseScenarios(contract, [id])[0] as Scenario;
}

/** Runs one observed iteration. */
export async function observe(
	session: Session,
	id: string,
	burden: Burden = {},
	modelDelayMs = 0,
): Promise<{ rows: StageRow[]; iteration: Iteration }> {
	const { framework, contract, sender } = session;
	const scenario = findScenario(session, id);
	const observer = new Observer(new Spans());
	const instrument: Instrument = {
		instrumentAdapter: (adapter) => {
			burden.changeAdapter?.(adapter);
			observer.instrumentAdapter(adapter);
		},
		instrumentRuntime: (runtime) => {
			burden.changeRuntime?.(runtime);
			observer.instrumentRuntime(runtime);
		},
		wrapCallback: (callback) => observer.wrapCallback(callback),
	};
	const mock = new MockLlm(contract, scenario.config.answers, modelDelayMs, null);
	const plan = planMessages(scenario, contract.fixtures);
	const iteration = await Iteration.open({
		framework,
		contract,
		scenario,
		plan,
		mock,
		sender,
		instrument,
		phase: "observed",
		number: session.nextNumber++,
	});
	observer.start();
	await iteration.run();
	const { stages: rows } = observer.stop(iteration);
	await iteration.agent.runtime.stop();
	return { rows, iteration };
}

/** Keeps the processor busy and measures for how long. */
export class Spinner {
	spentNs = 0;

	spin(milliseconds: number): void {
		const started = performance.now();
		while (performance.now() - started < milliseconds);
		this.spentNs += (performance.now() - started) * 1e6;
	}
}

export function findRow(rows: readonly StageRow[], stage: string, name: string | null = null): StageRow {
	const found = rows.find((row) => row.stage === stage && row.name === name);
	if (!found) throw new Error(`no row ${stage} ${name}`);
	return found;
}
