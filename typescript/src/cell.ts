/** A cell is a scenario under measurement. It keeps everything that is recorded of it. */
import type { CalibrationFile, CellMeasurement, IterationRecord, Scenario } from "../../shared/types.ts";
import { type Instrument, listBootstrap, stopAgent } from "./agent.ts";
import { combine } from "./agents/combine.ts";
import { OTHER_ANSWER } from "./agents/models.ts";
import { OwnerRecorder } from "./agents/owner-recorder.ts";
import { StartWatch } from "./agents/start-watch.ts";
import { readPeakRssBytes, readRssBytes, resetPeakRss } from "./clocks.ts";
import { CollectorWatch } from "./collector.ts";
import { type Contract, loadCalibration } from "./contract.ts";
import { callFramework, type FrameworkError } from "./failure.ts";
import { importDatabase, weighTarget } from "./frameworks/database-import.ts";
import type { Framework } from "./frameworks/framework.ts";
import { Iteration, type Phase, type Sender } from "./iteration.ts";
import { readBack, summarizeWork } from "./ledger.ts";
import { makeEmptyCell } from "./measurement.ts";
import { type MessagePlan, planControl, planMessages } from "./messages.ts";
import { MockLlm, type ModelCallListener } from "./mock-llm-plugin.ts";
import { Observer } from "./observer.ts";
import { Recorder } from "./recorder.ts";
import { Spans } from "./spans.ts";
import { describeStageSources } from "./stage-sources.ts";

/** All cells of a process share this. */
export interface Session {
	framework: Framework;
	contract: Contract;
	sender: Sender;
	modelDelayMs: number;
	/** It is read after the import, before the first runtime is constructed. */
	rssReadyBytes: number | null;
	/** The next iteration gets this number. 0 is reserved for the cold one, even if there is none. */
	nextNumber: number;
}

export class Cell {
	readonly scenario: Scenario;
	readonly measurement: CellMeasurement;
	readonly #session: Session;
	readonly #plan: MessagePlan;
	/** It is null unless the scenario is a calibration. */
	readonly #kernelInputs: CalibrationFile | null;
	#peakIsOfPlainPhase = false;
	readonly #spans = new Spans();
	/** It runs from the first plain iteration to the end of the plain phase, and is null outside it. */
	#collector: CollectorWatch | null = null;
	/** It is null unless an observed iteration is open. */
	#observer: Observer | null = null;

	/** @throws {InputError} if the scenario names answers that the mock does not have, or its inputs are missing */
	constructor(session: Session, scenario: Scenario) {
		this.#session = session;
		this.scenario = scenario;
		this.#plan = planMessages(scenario, session.contract.fixtures);
		this.#kernelInputs = scenario.calibration ? loadCalibration(session.contract) : null;
		// This refuses a bad scenario at once instead of at its first iteration.
		this.#createMock(scenario.config.answers, null);
		this.measurement = makeEmptyCell(scenario.id, session.rssReadyBytes);
	}

	/** Imports what is no part of the target. It is called before any clock of a command is read. */
	async prepare(): Promise<void> {
		await importDatabase(this.#session.framework);
	}

	/** Starts the first runtime of the process and sends its first message. */
	async runCold(): Promise<void> {
		this.endPlainPhase();
		const starts = this.#session.framework.agent ? new StartWatch() : null;
		const iteration = await this.#openIteration(
			"cold",
			this.#plan,
			this.#createMock(this.scenario.config.answers, null),
			starts,
		);
		if (iteration.unsent > 0) await iteration.sendNext();
		const firstCalls = iteration.kernel?.callFirst();
		const { constructNs, initializeNs } = iteration.agent;
		this.measurement.cold = {
			constructNs,
			initializeNs,
			seedNs: iteration.seedNs,
			firstMessageNs: iteration.messageNs[0] ?? null,
			...(firstCalls ? { firstCalls } : {}),
			...(starts ? { plugins: starts.rows } : {}),
		};
		this.#recordBootstrap(iteration);
		await stopAgent(iteration.agent, this.#session.framework);
	}

	/** Runs the verification iteration, and its control if the scenario expects a decision. */
	async verify(): Promise<void> {
		this.endPlainPhase();
		const { framework, contract } = this.#session;
		const recorder = new Recorder(framework.core, contract, this.scenario);
		const owners = framework.agent ? new OwnerRecorder() : null;
		const mock = this.#createMock(this.scenario.config.answers, (...call) => {
			recorder.onModelCall(call[0], call[1], call[2]);
			owners?.onModelCall(...call);
		});
		owners?.begin();
		const sender = recorder.wrapSender(this.#session.sender);
		const iteration = await this.#openIteration(
			"verify",
			this.#plan,
			mock,
			owners ? combine([owners, recorder]) : recorder,
			owners?.wrapSender(sender) ?? sender,
		);
		const { lasting } = framework.database;
		if (lasting) await lasting.mark("messages");
		recorder.start();
		await iteration.run();
		recorder.rest.begin();
		const work = summarizeWork(recorder, iteration);
		if (lasting) await lasting.mark("returned");
		const afterwards = iteration.database ? {} : { afterwards: await recorder.rest.wait() };
		if (owners) this.measurement.agent = await owners.finish(iteration.plan.messages.length);
		this.#recordBootstrap(iteration);
		await stopAgent(iteration.agent, framework);
		if (lasting) await lasting.mark("settled");
		// The harness's own reads come last, so that they are no part of what a server is sent.
		const found = await callFramework(() => readBack(recorder, iteration, this.scenario, contract));
		this.measurement.ledger = {
			...work,
			...afterwards,
			...found,
			control: this.scenario.expect.decision ? await this.#runControl() : null,
		};
	}

	async iterate(phase: IterationRecord["phase"]): Promise<void> {
		const iteration = await this.begin(phase);
		await iteration.run();
		await this.end(iteration, phase);
	}

	/** Opens an iteration. The caller sends its messages and then {@link end}s it. */
	async begin(phase: IterationRecord["phase"]): Promise<Iteration> {
		if (phase !== "plain") this.endPlainPhase();
		else if (this.#countDone(phase) === 0) {
			this.#peakIsOfPlainPhase = resetPeakRss();
			this.measurement.resources.rssStartBytes = this.#weighRss(readRssBytes());
			this.#collector = new CollectorWatch();
		}
		this.#observer =
			phase === "observed" && this.#sendsInTurn
				? new Observer(this.#spans, this.#session.framework.agent !== null)
				: null;
		const iteration = await this.#openIteration(
			phase,
			this.#plan,
			this.#createMock(this.scenario.config.answers, null),
			this.#observer,
		);
		if (phase === "observed") this.measurement.stageSources ??= describeStageSources(iteration.agent);
		this.#observer?.start();
		return iteration;
	}

	/** Tears an iteration down and keeps its record. */
	async end(iteration: Iteration, phase: IterationRecord["phase"]): Promise<void> {
		this.#recordBootstrap(iteration);
		const observed = this.#observer?.stop(iteration) ?? { stages: null };
		this.#observer = null;
		const record = { ...(await iteration.tearDown(phase, this.#countDone(phase))), ...observed };
		if (phase === "plain") this.#recordMemory(record);
		this.measurement.iterations.push(record);
	}

	/** Reads the collector and the heap when another command follows the plain iterations. */
	endPlainPhase(): void {
		if (!this.#collector) return;
		this.measurement.resources.gc = this.#collector.stop();
		const { heapUsed } = process.memoryUsage();
		this.measurement.resources.heapBytes = weighTarget(this.#session.framework, "heapBytes", heapUsed);
		this.#collector = null;
	}

	/** Marks the cell as unsupported. The framework's own error is the reason. */
	fail(phase: string, error: FrameworkError): NonNullable<CellMeasurement["failure"]> {
		this.measurement.status = "unsupported";
		this.measurement.failure = error.toFailure(phase);
		return this.measurement.failure;
	}

	/** Only such messages have stages: where they overlap, an instant belongs to several of them. */
	get #sendsInTurn(): boolean {
		return !this.scenario.database && !this.#kernelInputs && this.scenario.config.delivery !== "concurrent";
	}

	async #runControl(): Promise<NonNullable<CellMeasurement["ledger"]>["control"]> {
		const mock = this.#createMock({ ...this.scenario.config.answers, shouldRespond: "ignore" }, null);
		const iteration = await this.#openIteration(
			"decision",
			planControl(this.#plan, this.#session.contract.fixtures.controlMessage),
			mock,
			null,
		);
		await iteration.run();
		await stopAgent(iteration.agent, this.#session.framework);
		return {
			replies: iteration.replies.flat().filter((text) => text !== "").length,
			shouldRespondCalls: mock.calls.shouldRespond ?? 0,
		};
	}

	#createMock(answers: Scenario["config"]["answers"], listener: ModelCallListener | null): MockLlm {
		const { contract, modelDelayMs, framework } = this.#session;
		const { streamedChunks } = this.scenario.config;
		return new MockLlm(contract, answers, modelDelayMs, listener, streamedChunks, {
			otherAnswer: framework.agent ? OTHER_ANSWER : undefined,
		});
	}

	async #openIteration(
		phase: Phase,
		plan: MessagePlan,
		mock: MockLlm,
		instrument: Instrument | null,
		sender = this.#session.sender,
	): Promise<Iteration> {
		const { framework, contract } = this.#session;
		const number = phase === "cold" ? 0 : this.#session.nextNumber++;
		return await Iteration.open({
			framework,
			contract,
			scenario: this.scenario,
			plan,
			kernelInputs: this.#kernelInputs,
			mock,
			sender,
			instrument,
			phase,
			number,
		});
	}

	#recordBootstrap(iteration: Iteration): void {
		this.measurement.bootstrap ??= listBootstrap(iteration.agent, this.#session.contract);
	}

	#recordMemory(record: IterationRecord): void {
		record.rssBytes = this.#weighRss(readRssBytes());
		this.measurement.resources.rssEndBytes = record.rssBytes;
		this.measurement.resources.rssPeakBytes = this.#peakIsOfPlainPhase
			? this.#weighRss(readPeakRssBytes())
			: null;
	}

	#weighRss(bytes: number | null): number | null {
		return weighTarget(this.#session.framework, "rssBytes", bytes);
	}

	#countDone(phase: IterationRecord["phase"]): number {
		return this.measurement.iterations.filter((record) => record.phase === phase).length;
	}
}
