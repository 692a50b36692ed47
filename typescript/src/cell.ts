/** One cell: a scenario under measurement, and what has been recorded of it. */
import type { CellMeasurement, IterationRecord, Scenario } from "../../shared/types.ts";
import { bootstrapOf, type Core, type Instrument, stopAgent } from "./agent.ts";
import { peakRssBytes, resetPeakRss, rssBytes } from "./clocks.ts";
import { CollectorWatch } from "./collector.ts";
import type { Contract } from "./contract.ts";
import type { FrameworkError } from "./failure.ts";
import { Iteration, type Phase, type Sender } from "./iteration.ts";
import { controlPlan, type Plan, planMessages } from "./messages.ts";
import { type CallListener, Mock } from "./mock-llm-plugin.ts";
import { Pipeline, stageSources } from "./observer.ts";
import { Recorder } from "./recorder.ts";
import { Spans } from "./spans.ts";

/** What every cell of a process shares. */
export interface Session {
	core: Core;
	contract: Contract;
	sender: Sender;
	modelDelayMs: number;
	/** After import, before the first runtime. */
	rssReadyBytes: number | null;
	/** The number of the process's next iteration. 0 is the cold one's, whether or not there was one. */
	nextNumber: number;
}

export class Cell {
	readonly scenario: Scenario;
	readonly measurement: CellMeasurement;
	readonly #session: Session;
	readonly #plan: Plan;
	#peakIsOfPlainPhase = false;
	readonly #spans = new Spans();
	/** Only while plain iterations run. */
	#collector: CollectorWatch | null = null;
	/** Of the observed iteration that is open. */
	#pipeline: Pipeline | null = null;

	/** @throws {InputError} if the scenario asks for answers that the mock does not have. */
	constructor(session: Session, scenario: Scenario) {
		this.#session = session;
		this.scenario = scenario;
		this.#plan = planMessages(scenario, session.contract.fixtures);
		this.#mock(scenario.config.answers, null);
		this.measurement = {
			scenario: scenario.id,
			status: "measured",
			failure: null,
			cold: null,
			ledger: null,
			iterations: [],
			stageSources: null,
			bootstrap: null,
			resources: {
				rssReadyBytes: session.rssReadyBytes,
				rssStartBytes: null,
				rssPeakBytes: null,
				rssEndBytes: null,
				heapBytes: null,
				gc: null,
			},
		};
	}

	/** The process's first runtime, up to the return of its first message. */
	async cold(): Promise<void> {
		this.finish();
		const iteration = await this.#open(
			"cold",
			this.#plan,
			this.#mock(this.scenario.config.answers, null),
			null,
		);
		if (!iteration.database) await iteration.workOnce();
		const { constructNs, initializeNs } = iteration.agent;
		this.measurement.cold = {
			constructNs,
			initializeNs,
			seedNs: iteration.seedNs,
			firstMessageNs: iteration.database ? null : (iteration.messageNs[0] ?? null),
		};
		this.#noteBootstrap(iteration);
		await stopAgent(iteration.agent);
	}

	/** One iteration with everything recorded, and the control where the scenario expects a decision. */
	async verify(): Promise<void> {
		this.finish();
		const { core, contract } = this.#session;
		const recorder = new Recorder(core, contract);
		const mock = this.#mock(this.scenario.config.answers, recorder.onModelCall);
		const iteration = await this.#open(
			"verify",
			this.#plan,
			mock,
			recorder,
			recorder.around(this.#session.sender),
		);
		recorder.armed = true;
		await iteration.work();
		const ledger = await recorder.ledger(iteration, this.scenario);
		this.#noteBootstrap(iteration);
		await stopAgent(iteration.agent);
		this.measurement.ledger = {
			...ledger,
			control: this.scenario.expect.decision ? await this.#control() : null,
		};
	}

	async iterate(phase: IterationRecord["phase"]): Promise<void> {
		const iteration = await this.begin(phase);
		await iteration.work();
		await this.end(iteration, phase);
	}

	/** Constructs, initializes and seeds an iteration; the caller lets it work and then {@link end}s it. */
	async begin(phase: IterationRecord["phase"]): Promise<Iteration> {
		if (phase !== "plain") this.finish();
		else if (this.#done(phase) === 0) {
			this.#peakIsOfPlainPhase = resetPeakRss();
			this.measurement.resources.rssStartBytes = rssBytes();
			this.#collector = new CollectorWatch();
		}
		this.#pipeline = phase === "observed" && this.#sendsInTurn ? new Pipeline(this.#spans) : null;
		const iteration = await this.#open(
			phase,
			this.#plan,
			this.#mock(this.scenario.config.answers, null),
			this.#pipeline,
		);
		if (phase === "observed") this.measurement.stageSources ??= stageSources(iteration.agent);
		this.#pipeline?.start();
		return iteration;
	}

	/** Tears an iteration down and records it. */
	async end(iteration: Iteration, phase: IterationRecord["phase"]): Promise<void> {
		this.#noteBootstrap(iteration);
		const stages = this.#pipeline?.rows(iteration) ?? null;
		this.#pipeline = null;
		const record = { ...(await iteration.close(phase, this.#done(phase))), stages };
		if (phase === "plain") this.#noteMemory(record);
		this.measurement.iterations.push(record);
	}

	/** Reads the collector's and the heap's figures, if plain iterations are what came last. */
	finish(): void {
		if (!this.#collector) return;
		this.measurement.resources.gc = this.#collector.stop();
		this.measurement.resources.heapBytes = process.memoryUsage().heapUsed;
		this.#collector = null;
	}

	/** Marks the cell unsupported by the framework's own error. */
	fail(phase: string, error: FrameworkError): NonNullable<CellMeasurement["failure"]> {
		this.measurement.status = "unsupported";
		this.measurement.failure = error.toFailure(phase);
		return this.measurement.failure;
	}

	/** Where messages overlap, an instant has no one owner. */
	get #sendsInTurn(): boolean {
		return !this.scenario.database && this.scenario.config.delivery !== "concurrent";
	}

	async #control(): Promise<NonNullable<CellMeasurement["ledger"]>["control"]> {
		const mock = this.#mock({ ...this.scenario.config.answers, shouldRespond: "ignore" }, null);
		const iteration = await this.#open(
			"control",
			controlPlan(this.#plan, this.#session.contract.fixtures.controlMessage),
			mock,
			null,
		);
		await iteration.work();
		await stopAgent(iteration.agent);
		return {
			replies: iteration.replies.flat().filter((text) => text !== "").length,
			shouldRespondCalls: mock.calls.shouldRespond ?? 0,
		};
	}

	#mock(answers: Scenario["config"]["answers"], listener: CallListener | null): Mock {
		return new Mock(this.#session.contract, answers, this.#session.modelDelayMs, listener);
	}

	async #open(
		phase: Phase,
		plan: Plan,
		mock: Mock,
		instrument: Instrument | null,
		sender = this.#session.sender,
	): Promise<Iteration> {
		const { core, contract } = this.#session;
		const number = phase === "cold" ? 0 : this.#session.nextNumber++;
		return await Iteration.open({
			core,
			contract,
			scenario: this.scenario,
			plan,
			mock,
			sender,
			instrument,
			phase,
			number,
		});
	}

	#noteBootstrap(iteration: Iteration): void {
		this.measurement.bootstrap ??= bootstrapOf(iteration.agent, this.#session.contract);
	}

	#noteMemory(record: IterationRecord): void {
		record.rssBytes = rssBytes();
		this.measurement.resources.rssEndBytes = record.rssBytes;
		this.measurement.resources.rssPeakBytes = this.#peakIsOfPlainPhase ? peakRssBytes() : null;
	}

	#done(phase: IterationRecord["phase"]): number {
		return this.measurement.iterations.filter((record) => record.phase === phase).length;
	}
}
