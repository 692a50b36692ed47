/**
 * Holds what the checks share: the chosen scenarios, and sessions with the harness. Each session is held
 * once, however many checks look at it.
 */
import { join } from "node:path";
import { Random } from "../../shared/random.ts";
import {
	type CellMeasurement,
	goesInSteps,
	type MeasurementFile,
	SCHEMA_VERSION,
	type Scenario,
	type WorkLedger,
} from "../../shared/types.ts";
import type { Contract } from "../contract.ts";
import { writeJson } from "../files.ts";
import { messagesPerIteration } from "../run/profiles.ts";
import { type BatchRun, runBatch } from "./batch-run.ts";
import { cellOf, parseMeasurement } from "./measurement-file.ts";
import { shortenScenario } from "./scenarios.ts";
import { type Action, holdSession, type SessionPlan, type SessionRecord, type Subject } from "./session.ts";

/** Plain iterations of a measuring session. */
const PLAIN = 5;

/** A session that is to be held. What is not named is as in a run. */
export interface Held extends Partial<Pick<SessionPlan, "end" | "eventsFd" | "stale">> {
	scenario: Scenario;
	script: readonly Action[];
	/** Another contract folder, with scenarios of its own. */
	shared?: string;
	modelDelayMs?: number;
}

export interface Measured {
	scenario: Scenario;
	file: MeasurementFile;
	cell: CellMeasurement;
	session: SessionRecord;
}

/** The two sessions of a scenario, both with a valid file. */
export interface Trial {
	scenario: Scenario;
	verifying: Measured;
	ledger: WorkLedger;
	measuring: Measured;
}

export class Sessions {
	readonly contract: Contract;
	readonly subject: Subject;
	readonly folder: string;
	readonly seed: number;
	/**
	 * The scenarios as they are tried, made short. The first is the simplest one, which every framework must
	 * do as the contract says.
	 */
	readonly scenarios: readonly [Scenario, ...Scenario[]];
	readonly #scenarioFile: string;
	readonly #sessions = new Map<string, Promise<SessionRecord>>();
	#runs = 0;

	/** @param folder an empty folder of its own */
	constructor(
		contract: Contract,
		scenarios: readonly [Scenario, ...Scenario[]],
		subject: Subject,
		folder: string,
		seed: number,
	) {
		const [first, ...others] = scenarios;
		this.contract = contract;
		this.scenarios = [shortenScenario(first), ...others.map(shortenScenario)];
		this.subject = subject;
		this.folder = folder;
		this.seed = seed;
		this.#scenarioFile = join(folder, "scenarios.json");
		const rest = contract.scenarios
			.filter(({ id }) => !scenarios.some((one) => one.id === id))
			.map(shortenScenario);
		writeJson(this.#scenarioFile, { schemaVersion: SCHEMA_VERSION, scenarios: [...this.scenarios, ...rest] });
	}

	get simplest(): Scenario {
		return this.scenarios[0];
	}

	/** A generator of its own for every purpose. */
	random(purpose: string): Random {
		return Random.of(this.seed, purpose);
	}

	/** The options that name the contract. */
	contractArgs(shared?: string): string[] {
		return shared === undefined
			? ["--shared", this.contract.shared, "--scenario-file", this.#scenarioFile]
			: ["--shared", shared];
	}

	/** Holds a session, once for each name. */
	hold(
		name: string,
		{ scenario, script, end, eventsFd, stale, shared, modelDelayMs }: Held,
	): Promise<SessionRecord> {
		const held = this.#sessions.get(name);
		if (held) return held;
		const args = ["--scenario", scenario.id, ...this.contractArgs(shared)];
		args.push("--seed", String(this.seed), "--model-delay-ms", String(modelDelayMs ?? 0));
		const plan = { args, script, end: end ?? "finish", eventsFd: eventsFd ?? 3, stale: stale ?? false };
		const session = holdSession(this.subject, join(this.folder, name), plan);
		this.#sessions.set(name, session);
		return session;
	}

	runBatch(args: readonly string[], output = true): Promise<BatchRun> {
		this.#runs++;
		return runBatch(this.subject, join(this.folder, `batch-${this.#runs}`), args, output);
	}

	/** Has a process of its own run a scenario once with everything recorded, as before a measurement. */
	holdVerifying(scenario: Scenario): Promise<SessionRecord> {
		return this.hold(`verify-${scenario.id}`, { scenario, script: [{ cmd: "verify" }] });
	}

	holdMeasuring(scenario: Scenario): Promise<SessionRecord> {
		return this.hold(`measure-${scenario.id}`, { scenario, script: MEASURING });
	}

	/** Holds the two sessions of every scenario, in turn, up to the first that did not come to its end. */
	async holdAll(): Promise<{ scenario: Scenario; session: SessionRecord }[]> {
		const sessions: { scenario: Scenario; session: SessionRecord }[] = [];
		for (const scenario of this.scenarios) {
			for (const hold of [this.holdVerifying, this.holdMeasuring]) {
				const session = await hold.call(this, scenario);
				sessions.push({ scenario, session });
				// A fault takes its time, and would come again.
				if (session.problem !== null) return sessions;
			}
		}
		return sessions;
	}

	/**
	 * Holds a session of two warm-ups that end early, one before its first message, and a whole iteration, a
	 * message at a time.
	 */
	holdStepping(): Promise<SessionRecord> {
		const messages = Array.from(
			{ length: messagesPerIteration(this.stepwise) },
			(): Action => ({ cmd: "message" }),
		);
		const script: Action[] = [
			{ cmd: "begin", phase: "warmup" },
			{ cmd: "end" },
			{ cmd: "begin", phase: "warmup" },
			...messages.slice(1),
			{ cmd: "end" },
			{ cmd: "begin", phase: "plain" },
			...messages,
			{ cmd: "end" },
		];
		return this.hold("stepping", { scenario: this.stepwise, script });
	}

	/** A scenario that goes in steps, with more than one message if there is any. */
	get stepwise(): Scenario {
		const sequential = this.scenarios.filter(goesInSteps);
		return sequential.find((scenario) => messagesPerIteration(scenario) > 1) ?? this.simplest;
	}

	/** The files of a scenario's two sessions. Call it only after they were found valid. */
	async holdPair(scenario: Scenario): Promise<Record<"verifying" | "measuring", Measured>> {
		const files = (session: SessionRecord): Measured => {
			const file = parseMeasurement(session.file);
			return { scenario, file, cell: cellOf(file), session };
		};
		return {
			verifying: files(await this.holdVerifying(scenario)),
			measuring: files(await this.holdMeasuring(scenario)),
		};
	}

	/** Those scenarios that the framework ran. Call it only after the files were found valid. */
	async listTrials(): Promise<Trial[]> {
		const trials: Trial[] = [];
		for (const scenario of this.scenarios) {
			const { verifying, measuring } = await this.holdPair(scenario);
			const { ledger } = verifying.cell;
			if (ledger && verifying.cell.status === "measured" && measuring.cell.status === "measured")
				trials.push({ scenario, verifying, ledger, measuring });
		}
		return trials;
	}
}

const MEASURING: readonly Action[] = [
	{ cmd: "cold" },
	{ cmd: "iterate", phase: "warmup" },
	...Array.from({ length: PLAIN }, (): Action => ({ cmd: "iterate", phase: "plain" })),
	{ cmd: "iterate", phase: "observed" },
	{ cmd: "iterate", phase: "control" },
];
