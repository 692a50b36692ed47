/** Stands in for the framework with nothing: it shows what pipe, harness and engine cost by themselves. */
import type { LiveEvent, Scenario } from "../../../shared/types.ts";
import { now, nsSince, readMonotonicNs } from "../clocks.ts";
import type { Contract } from "../contract.ts";
import { InputError } from "../failure.ts";
import { readObject } from "../frameworks/options.ts";
import { type Host, type MessageCommand, type OrderedCommand, readProcess } from "./host.ts";

export class EmptyHost implements Host {
	readonly #replies: string[];
	/** So many were asked for. There is none. */
	#agents = 0;

	/** @throws {InputError} if the scenario names answers that the mock does not have */
	constructor({ responses }: Contract, { config }: Scenario) {
		const name = config.multiStep ? "multiStepSummary" : "messageHandler";
		const found = responses.templates.find(({ template }) => template === name);
		const [choice = "default"] = [config.answers[name] ?? "default"].flat();
		const { text } = readObject(found?.answers[choice] ?? "");
		if (typeof text !== "string") throw new InputError(`mock-responses.json has no text for ${name}`);
		this.#replies = [text];
	}

	begin({ id }: MessageCommand, readAtNs: number, send: (event: LiveEvent) => void): void {
		const sentAtNs = readMonotonicNs();
		const returnedAtNs = readMonotonicNs();
		send({ event: "reply", id, readAtNs, sentAtNs, returnedAtNs, modelNs: 0, replies: this.#replies });
	}

	async answer(command: OrderedCommand): Promise<LiveEvent> {
		switch (command.cmd) {
			case "agents":
				this.#agents += command.count;
				return { event: "agents", alive: this.#agents, constructNs: [], initializeNs: [], seedNs: [] };
			case "stored":
				return { event: "stored", agent: command.agent, fromUser: [], fromAgent: [] };
			case "read": {
				const reading = await readProcess(command.collect);
				return { event: "read", ...reading, modelCalls: {}, embeddings: 0, open: 0 };
			}
			case "stores":
				return { event: "stores", stores: [] };
			case "sites":
				return { event: "sites", how: null, keptBytes: 0, sites: [] };
			default: {
				const started = now();
				if (command.cmd === "drop") this.#agents = 0;
				return { event: "done", cmd: command.cmd, elapsedNs: nsSince(started) };
			}
		}
	}
}
