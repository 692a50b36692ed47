/** Makes the scenarios of a sweep: a base scenario at several sizes, and nothing else different. */
import {
	type CharacterFile,
	MOST_MESSAGE_CHARACTERS,
	MOST_MESSAGES,
	type Scaling,
	type Scenario,
} from "../../shared/types.ts";
import type { Profile } from "./profiles.ts";
import { messagesPerIteration } from "./profiles.ts";

export interface Dimension {
	/** The name on the command line. */
	name: string;
	series: Scaling["series"];
	/** What a size counts, for the help and the names of the scenarios. */
	unit: string;
	/** The base scenario, unless the user names one. */
	base: string;
	least: number;
	most: number;
	/** The sizes, unless the user names some. A shape is claimed from five on. */
	sizes: readonly number[];
	resize: (scenario: Scenario, size: number, contract: Pick<CharacterFile, "character">) => Scenario;
}

/** The messages of a room do not depend on the number of rooms. */
const MESSAGES_PER_ROOM = 10;
/** Where a base scenario has more messages, this many are enough to show a size. */
const MESSAGES = 10;

export const DIMENSIONS: readonly Dimension[] = [
	{
		name: "providers",
		series: "providers",
		unit: "dummy providers",
		base: "provider-scaling-10",
		least: 0,
		most: 1000,
		sizes: [0, 10, 25, 50, 100],
		resize: (scenario, size) => withConfig(scenario, { dummyProviders: size }),
	},
	{
		name: "history",
		series: "history",
		unit: "earlier messages",
		base: "history-scaling-1000",
		least: 0,
		most: 100_000,
		sizes: [0, 100, 300, 1000, 3000],
		resize: (scenario, size) => {
			const { historyReturned, ...expect } = scenario.expect;
			const returned = Math.min(historyReturned ?? 0, size);
			return withConfig(
				{ ...scenario, expect: { ...expect, ...(returned > 0 ? { historyReturned: returned } : {}) } },
				{ history: size },
			);
		},
	},
	{
		name: "senders",
		series: "concurrency",
		unit: "concurrent senders",
		base: "concurrent-10",
		least: 1,
		most: 1000,
		sizes: [1, 5, 10, 25, 50],
		resize: (scenario, size) =>
			withConfig(
				{
					...scenario,
					messages: scenario.messages.map((message) => ({
						...message,
						entityId: "user-{n}",
						roomId: "room-{n}",
					})),
					repeat: size,
				},
				{ delivery: "concurrent" },
			),
	},
	{
		name: "conversation",
		series: "conversation",
		unit: "messages of a conversation",
		base: "conversation-10",
		// Of fewer messages the median is much of a runtime's first message, which is no steady one.
		least: 10,
		most: 10_000,
		sizes: [10, 25, 50, 100, 200],
		resize: (scenario, size) => withConfig({ ...scenario, repeat: size }, { delivery: "conversation" }),
	},
	{
		name: "rooms",
		series: "rooms",
		unit: "rooms",
		base: "fresh-rooms-100",
		least: 1,
		most: MOST_MESSAGES,
		sizes: [1, 5, 10, 25, 50],
		resize: (scenario, size) => ({
			...scenario,
			// In rounds: every room has its first message, then every room its second.
			messages: Array.from({ length: size }, (_, index) => {
				const [first, ...others] = scenario.messages;
				const message = [first, ...others][index % scenario.messages.length] ?? first;
				return { ...(message as Scenario["messages"][number]), roomId: `room-${index + 1}` };
			}),
			repeat: size * MESSAGES_PER_ROOM,
		}),
	},
	{
		name: "message-length",
		series: "message-length",
		unit: "characters of a message",
		base: "fresh-rooms-100",
		least: 50,
		most: MOST_MESSAGE_CHARACTERS,
		sizes: [50, 500, 1000, 2500, 5000],
		resize: (scenario, size, { character }) => {
			const content = textOf(size, `${character.name}, please read this: `);
			const messages = scenario.messages.map((message) => ({ ...message, content }));
			return withMessages({ ...scenario, messages });
		},
	},
	{
		name: "actions",
		series: "actions",
		unit: "dummy actions",
		base: "fresh-rooms-100",
		least: 0,
		most: 1000,
		sizes: [0, 10, 25, 50, 100],
		resize: (scenario, size) => withMessages(withConfig(scenario, { dummyActions: size })),
	},
	{
		name: "character-length",
		series: "character-length",
		unit: "more characters of the agent's biography",
		base: "fresh-rooms-100",
		least: 0,
		most: 100_000,
		sizes: [0, 500, 1000, 2500, 5000],
		resize: (scenario, size) => withMessages(withConfig(scenario, { characterChars: size })),
	},
	{
		name: "chunks",
		series: "chunks",
		unit: "chunks of a streamed answer",
		base: "streaming-10",
		// A single chunk is no stream.
		least: 2,
		most: 10_000,
		sizes: [10, 100, 300, 1000, 3000],
		resize: (scenario, size) => {
			const expect = { ...scenario.expect, replies: ["{chunks}"], chunks: { min: 2, max: size } };
			const answers = { ...scenario.config.answers, messageHandler: "streamed" };
			return withMessages(withConfig({ ...scenario, expect }, { streamedChunks: size, answers }));
		},
	},
];

/** A text of so many characters is made of this sentence. */
const SENTENCE = "The quick brown fox jumps over the lazy dog near the bank of the river. ";

/** Makes an ASCII text of exactly this many characters. */
function textOf(characters: number, start: string): string {
	const missing = Math.max(0, characters - start.length);
	return (start + SENTENCE.repeat(Math.ceil(missing / SENTENCE.length))).slice(0, characters);
}

function withConfig(scenario: Scenario, config: Partial<Scenario["config"]>): Scenario {
	return { ...scenario, config: { ...scenario.config, ...config } };
}

/** Leaves `MESSAGES` of a scenario's messages. */
function withMessages(scenario: Scenario): Scenario {
	return { ...scenario, repeat: Math.min(MESSAGES, messagesPerIteration(scenario)) };
}

/** No process is warmed up with, or timed over, more messages than this, unless an iteration has more. */
const MOST_WARMUP_MESSAGES = 300;
const MOST_PLAIN_MESSAGES = 400;

/**
 * Makes one scenario a size. All processes are warmed up with about as many messages, and timed over about as
 * many: a compiler makes code faster the more often it has run, and a size must not profit from that.
 * @param sizes in ascending order, inside the dimension's limits
 */
export function sweepScenarios(
	dimension: Dimension,
	base: Scenario,
	sizes: readonly number[],
	profile: Pick<Profile, "maxIterations" | "maxWarmupMessages" | "maxMessages">,
	contract: Pick<CharacterFile, "character">,
): Scenario[] {
	const scenarios = sizes.map((size): Scenario => {
		const { scaling: _, ...resized } = dimension.resize(base, size, contract);
		const what = `${size.toLocaleString("en-US")} ${dimension.unit}`;
		return {
			...resized,
			id: `sweep-${dimension.name}-${size}`,
			name: `Sweep: ${what}`,
			description: `${base.name}, with ${what}.`,
			question: `What does a message cost with ${what}?`,
			categories: ["scale"],
			scaling: { series: dimension.series, size },
		};
	});
	const largest = Math.max(...scenarios.map(messagesPerIteration));
	// An iteration of the largest size is done whole, so the other sizes have as many messages.
	const within = (wanted: number, most: number, mostOfProfile: number) =>
		Math.min(wanted, most, Math.max(mostOfProfile, largest));
	const warmup = within(base.warmup * largest, MOST_WARMUP_MESSAGES, profile.maxWarmupMessages);
	const plain = within(
		Math.min(base.iterations, profile.maxIterations) * largest,
		MOST_PLAIN_MESSAGES,
		profile.maxMessages,
	);
	return scenarios.map((scenario) => {
		const messages = messagesPerIteration(scenario);
		return {
			...scenario,
			warmup: Math.ceil(warmup / messages),
			iterations: Math.max(1, Math.floor(plain / messages)),
		};
	});
}
