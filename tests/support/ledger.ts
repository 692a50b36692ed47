/** Ledgers of cells that did exactly what their scenario asks for. A test spoils one in one place. */
import { inputDigest, inputMessages } from "../../analysis/cell/expected-messages.ts";
import type {
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
		replies: messages > 0 ? [{ texts: expect.replies, messages }] : [],
		callbacks: { total: messages * expect.replies.length, empty: 0 },
		didRespond: { yes: messages, no: 0, unknown: 0 },
		modelCalls: Object.entries(expect.modelCalls).map(([template, calls]) => ({
			modelType: template === "shouldRespond" ? "TEXT_SMALL" : "TEXT_LARGE",
			template,
			calls: messages * most(calls),
			promptChars: 1000,
		})),
		providers: Object.fromEntries(
			[...(expect.onlyProviders ?? ["CHARACTER", "TIME"]), ...dummies].map((name) => [name, messages]),
		),
		actions: expect.actionRuns > 0 ? { [benchmarkAction.name]: messages * expect.actionRuns } : {},
		evaluators: {},
		adapterCalls: { create_memory: 2 * messages },
		memoriesRead: 0,
		readsCopied: null,
		history: {
			seeded: config.history,
			returned: Math.min(config.history, 20),
			newest: config.history > 0 ? true : null,
		},
		...(config.dummyActions || config.characterChars
			? {
					provided: {
						dummyActions: config.dummyActions ?? 0,
						characterChars: config.characterChars ?? 0,
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
		errorsLogged: { total: 0, first: [] },
		control: expect.decision ? { replies: 0, shouldRespondCalls: 1 } : null,
		allocations: null,
		operations: scenario.database
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
		operations: [],
		replyDigest: ledger.replyDigest,
		modelCalls: Object.fromEntries(ledger.modelCalls.map(({ template, calls }) => [template, calls])),
		actionRuns: Object.values(ledger.actions)[0] ?? 0,
		bridgeNs: null,
		rssBytes: 1,
		stages: null,
		...change,
	};
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
