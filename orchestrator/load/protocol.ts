/** What the orchestrator and the generator say to each other. */
import type { Failure, LoadMessages, LoadPlan } from "../../shared/types.ts";
import type { Launch } from "../process/launch.ts";

/** How a worker is started, and when it is ended. */
export interface StartOrder {
	launch: Launch;
	args: readonly string[];
	logPath: string;
	/** A command that is not answered for so long has hung. */
	commandTimeoutMs: number;
	memoryBytes: number;
}

/** When sending ends early. Null where it never does. */
export interface GiveUp {
	/** When a message has been open for so long. */
	openNs: number;
	/** When more messages than this were late or not answered right: the phase's answer is known then. */
	most: number | null;
}

export interface RunOrder {
	plan: LoadPlan;
	/** Messages come from so many users in turn. In a closed loop every conversation is a user. */
	users: number;
	seed: number;
	/** The id of the first message. Ids of an agent are used once. */
	firstId: number;
	/** The right reply. */
	replies: readonly string[];
	/** The framework's share of a message's time may be so long. */
	limitNs: number;
	/** A message that has not returned for so long is late, and is not waited for any longer. */
	timeoutNs: number;
	giveUp: GiveUp | null;
	modelDelayMs: number;
}

/** What a phase has given. */
export interface RunReport {
	messages: LoadMessages;
	sendingNs: number;
	drainNs: number | null;
	ended: "given-up" | "interrupted" | "lost" | null;
	cpuNs: number | null;
	rssBytes: number | null;
	generatorCpuNs: number;
	pipeFull: number;
}

export type Order =
	| { do: "start"; start: StartOrder }
	| { do: "agent"; users: number; history: number }
	| { do: "stored" }
	| { do: "run"; run: RunOrder }
	| { do: "finish" };

/** Asked of the generator. Orders are done one at a time; `stop` comes between. */
export type Request = { id: number; order: Order } | { stop: true };

export type Answer =
	| { id: number; result: unknown }
	| { id: number; failure: Failure }
	| { id: number; problem: string }
	/** The generator itself is at fault. */
	| { id: number; error: string }
	/** The worker has been started: whoever watches over processes has to know. */
	| { workerPid: number };
