/**
 * The mock model gives the contract's answers and recognises a prompt by the schema text in it. It is the
 * only part of the framework's surroundings that is not real.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Action, GenerateTextParams, Plugin, Provider, TextStreamResult } from "@elizaos/core";
import type { Scenario, TemplateName } from "../../shared/types.ts";
import { nameQuestion } from "./call-sequence.ts";
import type { Contract } from "./contract.ts";
import { InputError } from "./failure.ts";
import { insertNumber } from "./messages.ts";
import { makeDummyActionName } from "./provided-texts.ts";
import { cutAnswer, makeChunks, type StreamWatch, streamAnswer } from "./streaming.ts";

type TextModel = "TEXT_SMALL" | "TEXT_LARGE";

/** A text call is counted under its template. `unmatched` is answered with an error. */
export type CallName = TemplateName | "unmatched";

/** A model that fails says so. */
const MODEL_FAILURE = "the mock model fails, as its scenario asks";

interface Rule {
	template: TemplateName;
	modelType: TextModel;
	schemaTexts: string[];
	/** The names of what prompts with these texts ask. */
	questions: string[];
	/** The template's calls get them in turn, in pieces if they are streamed. Null: the call fails. */
	answers: ({ whole: string; pieces: string[] } | null)[];
}

/** A verification iteration calls this for every model call. */
export type ModelCallListener = (
	modelType: string,
	call: string,
	prompt: string,
	/** Empty where there is none. */
	answer: string,
) => void;

/** What a process that answers messages without an end does in another way. */
export interface MockOptions {
	/** Awaits the model's time in milliseconds. */
	wait?: (milliseconds: number) => Promise<unknown>;
	/** False keeps no question, because a list of them would grow with every message. */
	notesQuestions?: boolean;
	/** Answers a prompt that none of the templates has asked. Absent: that is an error. */
	otherAnswer?: string | undefined;
}

export class MockLlm {
	readonly calls: Partial<Record<CallName, number>> = {};
	/** What text models were asked, in order. */
	readonly questions: string[] = [];
	embeddings = 0;
	actionRuns = 0;
	/** How often a stream was asked for. */
	streamsAsked = 0;
	/** Sees the stream of the message that is under way; null where nothing streams. */
	watch: StreamWatch | null = null;
	readonly #rules: Rule[];
	readonly #embedding: number[];
	readonly #delayMs: number;
	readonly #listener: ModelCallListener | null;
	readonly #wait: NonNullable<MockOptions["wait"]>;
	readonly #notesQuestions: boolean;
	readonly #otherAnswer: { whole: string; pieces: string[] } | undefined;

	/** @throws {InputError} if the scenario names an answer that the file does not have */
	constructor(
		contract: Contract,
		answers: Scenario["config"]["answers"],
		delayMs: number,
		listener: ModelCallListener | null,
		streamedChunks = 0,
		{ wait = sleep, notesQuestions = true, otherAnswer }: MockOptions = {},
	) {
		const { responses } = contract;
		const chunks = makeChunks(contract, streamedChunks);
		this.#rules = responses.templates.map(({ template, modelType, schemaTexts, answers: variants }) => {
			const chosen = [answers[template] ?? "default"].flat();
			if (chosen.length === 0) throw new InputError(`config.answers names no answer for ${template}`);
			const found = chosen.map((variant) => {
				const answer = variants[variant];
				if (answer === null) return null;
				if (answer !== undefined) {
					const pieces = cutAnswer(answer, chunks);
					return { whole: pieces.join(""), pieces };
				}
				throw new InputError(`mock-responses.json has no answer '${variant}' for ${template}`);
			});
			const questions = schemaTexts.map((_, index) => nameQuestion(template, index));
			return { template, modelType, schemaTexts, questions, answers: found };
		});
		this.#embedding = new Array(responses.embedding.dimensions).fill(responses.embedding.value);
		this.#delayMs = delayMs;
		this.#listener = listener;
		this.#wait = wait;
		this.#notesQuestions = notesQuestions;
		this.#otherAnswer = otherAnswer === undefined ? undefined : { whole: otherAnswer, pieces: [otherAnswer] };
	}

	/** Creates the plugin of one runtime with the scenario's dummy providers and actions. */
	createPlugin({ fixtures }: Contract, { config }: Scenario): Plugin {
		return {
			name: "mock-llm-benchmark",
			description: "Deterministic mock model for benchmarking",
			models: {
				TEXT_SMALL: (_runtime, params) => this.#answer("TEXT_SMALL", params),
				TEXT_LARGE: (_runtime, params) => this.#answer("TEXT_LARGE", params),
				TEXT_EMBEDDING: async () => {
					this.embeddings++;
					this.#listener?.("TEXT_EMBEDDING", "embedding", "", "");
					// The framework may keep or change what it gets, so it gets a copy.
					return this.#embedding.slice();
				},
			},
			providers: Array.from({ length: config.dummyProviders }, (_, index) =>
				createDummyProvider(fixtures.dummyProvider, index + 1),
			),
			actions: [
				...(config.benchmarkAction ? [this.#createBenchmarkAction(fixtures.benchmarkAction)] : []),
				...Array.from({ length: config.dummyActions ?? 0 }, (_, index) =>
					createDummyAction(fixtures, index + 1),
				),
			],
		};
	}

	async #answer(
		modelType: TextModel,
		params: Pick<GenerateTextParams, "prompt" | "stream">,
	): Promise<string | TextStreamResult> {
		const { stream } = params;
		const prompt = this.#otherAnswer ? readPrompt(params) : params.prompt;
		let matched = -1;
		const rule = this.#rules.find((one) => {
			if (one.modelType !== modelType) return false;
			matched = one.schemaTexts.findIndex((text) => prompt.includes(text));
			return matched >= 0;
		});
		const call: CallName = rule?.template ?? "unmatched";
		const earlier = this.calls[call] ?? 0;
		this.calls[call] = earlier + 1;
		if (this.#notesQuestions) this.questions.push(rule?.questions[matched] ?? call);
		const answer = rule ? (rule.answers[earlier % rule.answers.length] ?? null) : this.#otherAnswer;
		this.#listener?.(modelType, call, prompt, answer?.whole ?? "");
		if (answer === undefined)
			throw new Error(
				`no schema text of mock-responses.json is in this ${modelType} prompt: ${prompt.slice(0, 200)}`,
			);
		if (this.#delayMs > 0) await this.#wait(this.#delayMs);
		if (answer === null) throw new Error(MODEL_FAILURE);
		if (!stream || this.watch === null) return answer.whole;
		this.streamsAsked++;
		return streamAnswer(answer.pieces, this.watch);
	}

	#createBenchmarkAction({
		name,
		description,
		text,
	}: {
		name: string;
		description: string;
		text: string;
	}): Action {
		return {
			name,
			description,
			similes: [],
			examples: [],
			validate: async () => true,
			handler: async (_runtime, _message, _state, _options, callback) => {
				this.actionRuns++;
				await callback?.({ text, actions: [name] });
				return { success: true, text };
			},
		};
	}
}

/** Plugins ask in other forms too. */
function readPrompt(params: unknown): string {
	const { prompt, input, messages } = (params ?? {}) as Record<string, unknown>;
	if (typeof prompt === "string") return prompt;
	if (typeof input === "string") return input;
	return JSON.stringify(messages ?? params ?? "");
}

/** Creates an action that is always offered. No answer of the mock chooses it. */
function createDummyAction(fixtures: Contract["fixtures"], number: number): Action {
	return {
		name: makeDummyActionName(fixtures, number),
		description: insertNumber(fixtures.dummyAction.description, number),
		similes: [],
		examples: [],
		validate: async () => true,
		handler: async () => ({ success: true }),
	};
}

function createDummyProvider(
	fixture: { namePrefix: string; description: string; text: string },
	number: number,
): Provider {
	const fill = (text: string) => insertNumber(text, number);
	const result = { text: fill(fixture.text), values: { [`benchProvider${number}`]: number }, data: {} };
	return {
		name: `${fixture.namePrefix}${String(number).padStart(3, "0")}`,
		description: fill(fixture.description),
		get: async () => result,
	};
}
