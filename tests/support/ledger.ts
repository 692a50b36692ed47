/** Ledgers of cells that did exactly what their scenario asks for. A test spoils one in one place. */
import { expectedReplies, inputDigest, inputMessages } from "../../analysis/cell/expected-messages.ts";
import type {
	CallSequence,
	CellMeasurement,
	CharacterFile,
	ExactOrRange,
	IterationRecord,
	Scenario,
	WorkLedger,
} from "../../shared/types.ts";

export function faithfulLedger(
	scenario: Scenario,
	{ benchmarkAction, dummyProvider, ...fixtures }: CharacterFile["fixtures"],
): WorkLedger {
	const input = inputMessages(scenario, { benchmarkAction, dummyProvider, ...fixtures });
	const { expect, config } = scenario;
	const messages = input.length;
	const asked = Object.entries(expect.modelCalls).flatMap(([template, calls]) =>
		Array<string>(most(calls)).fill(template),
	);
	const perRoom = new Map<string, number>();
	for (const { roomId } of input) perRoom.set(roomId, (perRoom.get(roomId) ?? 0) + 1);
	const dummies = Array.from(
		{ length: config.dummyProviders },
		(_, index) => `${dummyProvider.namePrefix}${String(index + 1).padStart(3, "0")}`,
	);
	return {
		messages,
		inputDigest: inputDigest(input),
		replyDigest: "replies",
		replies:
			messages > 0
				? [
						{
							texts: expectedReplies(scenario, { benchmarkAction, dummyProvider, ...fixtures }),
							messages,
						},
					]
				: [],
		callbacks: { total: messages * expect.replies.length, empty: 0 },
		didRespond:
			expect.responds === false ? { yes: 0, no: messages, unknown: 0 } : { yes: messages, no: 0, unknown: 0 },
		modelCalls: Object.entries(expect.modelCalls).map(([template, calls]) => ({
			modelType: template === "shouldRespond" ? "TEXT_SMALL" : "TEXT_LARGE",
			template,
			calls: messages * most(calls),
			promptChars: 1000,
		})),
		callSequence: sequenceOf(scenario, messages, asked),
		providers: Object.fromEntries(
			[...(expect.onlyProviders ?? ["CHARACTER", "TIME"]), ...dummies].map((name) => [name, messages]),
		),
		actions: expect.actionRuns > 0 ? { [benchmarkAction.name]: messages * expect.actionRuns } : {},
		evaluators: {},
		adapterCalls: { create_memory: 2 * messages },
		memoriesRead: 0,
		readsBeyondLimit: { reads: messages, beyond: 0, worst: null },
		readsCopied: null,
		history: {
			seeded: config.history,
			returned: Math.min(config.history, 20),
			newest: config.history > 0 ? true : null,
		},
		...(config.dummyActions || config.characterChars || config.members
			? {
					provided: {
						dummyActions: config.dummyActions ?? 0,
						characterChars: config.characterChars ?? 0,
						...(config.members ? { members: config.members } : {}),
					},
				}
			: {}),
		stored: [...perRoom].flatMap(([roomId, sent]) =>
			(["user", "agent"] as const).map((author) => ({
				roomId,
				author,
				records: sent * most(expect.memoriesStored[author]),
			})),
		),
		...(expect.chunks === undefined
			? {}
			: {
					streamed: {
						asked: messages,
						chunks: messages * most(expect.chunks),
						repeated: 0,
						whole: messages,
					},
				}),
		errorsLogged: { total: 0, first: [] },
		control: expect.decision ? { replies: 0, shouldRespondCalls: 1 } : null,
		allocations: null,
		operations: scenario.calibration
			? Object.entries(expect.results ?? {}).map(([operation, resultDigest]) => ({
					operation,
					done: 100,
					correct: 100,
					newest: null,
					resultDigest,
				}))
			: scenario.database
				? (scenario.kind === "database-write" ? ["write"] : ["read_by_id", "read_by_room"]).map(
						(operation) => ({
							operation,
							done: 100,
							correct: 100,
							newest: operation === "read_by_room" ? true : null,
						}),
					)
				: [],
	};
}

/** Every message asked the same. */
function sequenceOf(
	{ config, database, calibration }: Scenario,
	messages: number,
	asked: readonly string[],
): CallSequence {
	if (database || calibration) return [];
	const together = config.delivery === "concurrent";
	const calls = together
		? Array.from({ length: messages }, () => asked)
				.flat()
				.toSorted()
		: [...asked];
	return [{ messages, calls }];
}

/** The ledger of a cell whose messages asked this, in rows of messages that asked the same. */
export function askedLedger(
	ledger: WorkLedger,
	{ config }: Pick<Scenario, "config">,
	callSequence: CallSequence,
): WorkLedger {
	const together = config.delivery === "concurrent";
	const templates = new Map<string, number>();
	for (const { messages, calls } of callSequence)
		for (const question of calls) {
			const template = question.split("/")[0] ?? "";
			templates.set(template, (templates.get(template) ?? 0) + (together ? 1 : messages));
		}
	const modelCalls = [...templates].map(([template, calls]) => ({
		modelType: ["shouldRespond", "reflection"].includes(template) ? "TEXT_SMALL" : "TEXT_LARGE",
		template,
		calls,
		promptChars: 1000 * calls,
	}));
	return { ...ledger, callSequence, modelCalls };
}

function most(wanted: ExactOrRange): number {
	return typeof wanted === "number" ? wanted : wanted.max;
}

/** One plain iteration that did what the ledger says. */
export function faithfulIteration(
	ledger: WorkLedger,
	change: Partial<IterationRecord> = {},
): IterationRecord {
	return {
		phase: "plain",
		index: 0,
		constructNs: 1000,
		initializeNs: 1000,
		seedNs: 1000,
		wallNs: 5000,
		cpuNs: 4000,
		teardownNs: 10,
		messageNs: Array.from({ length: ledger.messages }, () => 5000),
		...(ledger.streamed ? { streams: Array.from({ length: ledger.messages }, () => streamOf(ledger)) } : {}),
		operations: [],
		replyDigest: ledger.replyDigest,
		modelCalls: Object.fromEntries(ledger.modelCalls.map(({ template, calls }) => [template, calls])),
		callSequence: ledger.callSequence,
		actionRuns: Object.values(ledger.actions)[0] ?? 0,
		bridgeNs: null,
		rssBytes: 1,
		stages: null,
		...change,
	};
}

function streamOf({ streamed, messages }: WorkLedger): NonNullable<IterationRecord["streams"]>[number] {
	const chunks = (streamed?.chunks ?? 0) / messages;
	return { chunks, firstNs: 1500, lastNs: 2500, modelFirstNs: 1000, modelLastNs: 2400 };
}

export function faithfulCell(
	scenario: Scenario,
	ledger: WorkLedger,
	iterations: IterationRecord[],
): CellMeasurement {
	return {
		scenario: scenario.id,
		status: "measured",
		failure: null,
		ledger,
		iterations,
		bootstrap: null,
		stageSources: null,
		cold: { constructNs: 1e6, initializeNs: 1e6, seedNs: 1, firstMessageNs: 2e6 },
		resources: {
			rssReadyBytes: 1,
			rssStartBytes: 2 ** 20,
			rssPeakBytes: 2 ** 21,
			rssEndBytes: 2 ** 20,
			heapBytes: null,
			gc: null,
		},
	};
}
