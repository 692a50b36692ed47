/**
 * This file judges whether a cell does the work its scenario asks for. The ledger of what happened decides,
 * never which framework it was: no name of a runtime or version stands in this file.
 */
import type {
	CellMeasurement,
	CharacterFile,
	Difference,
	ExactOrRange,
	IterationDifference,
	IterationRecord,
	Scenario,
	WorkLedger,
} from "../../shared/types.ts";
import { sendsMessages } from "../../shared/types.ts";
import { sum } from "../stats/statistics.ts";
import { calibrationDifferences } from "./calibration.ts";
import { expectedReplies, type InputMessage, inputDigest, inputMessages } from "./expected-messages.ts";
import { modelDifferences, timedCallDifference } from "./model-calls.ts";

type Fixtures = CharacterFile["fixtures"];

export interface Judgement {
	status: "comparable" | "divergent";
	/** The differences between the contract and the work done; empty if comparable. */
	reasons: Difference[];
}

/** Judges the work of a verification iteration by what its scenario asks for. */
export function judge(scenario: Scenario, fixtures: Fixtures, ledger: WorkLedger): Judgement {
	const input = inputMessages(scenario, fixtures);
	const reasons: Difference[] = [
		...(!sendsMessages(scenario)
			? operationDifferences(scenario, ledger)
			: [
					...inputDifferences(ledger, input),
					...replyDifferences(scenario, fixtures, ledger),
					...modelDifferences(scenario, ledger),
					...storageDifferences(scenario, ledger, input),
					...handlerDifferences(scenario, ledger, fixtures),
					...providedDifferences(scenario, ledger),
					...historyDifferences(scenario, ledger),
					...limitDifferences(ledger),
					...streamDifferences(scenario, ledger),
					...decisionDifferences(scenario, ledger),
					...claimDifferences(scenario, ledger),
				]),
		// Where no answer is to be had, an error in the log is the right thing to say.
		...(ledger.errorsLogged.total > 0 && scenario.expect.responds !== false
			? [
					{
						kind: "errors-logged" as const,
						count: ledger.errorsLogged.total,
						first: ledger.errorsLogged.first[0] ?? "",
					},
				]
			: []),
	];
	return { status: reasons.length === 0 ? "comparable" : "divergent", reasons };
}

/**
 * Judges a user's own agent. What it does is its own affair: nothing is asked of it but that it was sent the
 * scenario's messages, and later that every iteration does the same.
 */
export function judgeOwnWork(scenario: Scenario, fixtures: Fixtures, ledger: WorkLedger): Judgement {
	const reasons = inputDifferences(ledger, inputMessages(scenario, fixtures));
	return { status: reasons.length === 0 ? "comparable" : "divergent", reasons };
}

/**
 * Checks every timed iteration cheaply: it must give the same replies, the same model calls message by
 * message, the same handler runs and as many chunks as the verification.
 * @returns the first difference, or null. A difference voids the process's measurement.
 */
export function iterationDifference(
	cell: CellMeasurement,
	fixtures: Fixtures,
	ledger: WorkLedger,
): IterationDifference | null {
	const actions = ledger.actions[fixtures.benchmarkAction.name] ?? 0;
	for (const iteration of cell.iterations) {
		if (endedEarly(iteration, ledger)) continue;
		const differenceIn = (what: IterationDifference["what"]): IterationDifference => ({
			kind: "iteration",
			phase: iteration.phase,
			number: iteration.index + 1,
			what,
		});
		if (iteration.replyDigest !== ledger.replyDigest) return differenceIn({ kind: "replies" });
		const called = timedCallDifference(iteration, ledger);
		if (called) return differenceIn(called);
		if (iteration.actionRuns !== actions)
			return differenceIn({ kind: "action-runs", seen: iteration.actionRuns, verified: actions });
		const chunks = sum((iteration.streams ?? []).map((stream) => stream.chunks));
		const verified = ledger.streamed?.chunks ?? 0;
		if (chunks !== verified) return differenceIn({ kind: "chunks", seen: chunks, verified });
	}
	return null;
}

/** The messages of a warm-up that were sent count for nothing, and the others cannot have been answered. */
function endedEarly({ phase, messageNs }: IterationRecord, { messages }: WorkLedger): boolean {
	return phase === "warmup" && messageNs.length < messages;
}

function inputDifferences(ledger: WorkLedger, input: InputMessage[]): Difference[] {
	return ledger.inputDigest === inputDigest(input) && ledger.messages === input.length
		? []
		: [{ kind: "input" }];
}

function replyDifferences(scenario: Scenario, fixtures: Fixtures, ledger: WorkLedger): Difference[] {
	const replies = expectedReplies(scenario, fixtures);
	const wanted = JSON.stringify(replies);
	const wrong = ledger.replies.filter(({ texts }) => JSON.stringify(texts) !== wanted);
	const differences: Difference[] = [];
	// The first wrong answer stands for all different ones.
	const [first] = wrong;
	const { messages } = ledger;
	if (first)
		differences.push({
			kind: "replies",
			wrong: sum(wrong.map((row) => row.messages)),
			messages,
			first: first.texts,
			other_answers: wrong.length - 1,
			wanted: replies,
		});
	const answered = sum(ledger.replies.map((row) => row.messages));
	if (answered !== messages) differences.push({ kind: "unaccounted", answered, messages });
	return differences;
}

function storageDifferences({ expect }: Scenario, ledger: WorkLedger, input: InputMessage[]): Difference[] {
	// What the framework notes down for itself is no message of anybody's.
	const countStored = (author: "user" | "agent" | "other", roomId?: string) =>
		sum(
			ledger.stored
				.filter((row) => row.author === author && (roomId === undefined || row.roomId === roomId))
				.map(({ records, bookkeeping = 0 }) => records - bookkeeping),
		);
	const differences: Difference[] = [];
	for (const author of ["user", "agent"] as const) {
		const seen = countStored(author) / ledger.messages;
		const wanted = expect.memoriesStored[author];
		if (!isWithin(seen, wanted)) differences.push({ kind: "memories", author, seen, wanted });
	}
	const foreign = countStored("other");
	if (foreign > 0) differences.push({ kind: "foreign-memories", records: foreign });
	if (differences.length > 0) return differences;
	for (const roomId of new Set(input.map((message) => message.roomId))) {
		const sent = input.filter((message) => message.roomId === roomId).length;
		const [user, agent] = [countStored("user", roomId), countStored("agent", roomId)];
		if (
			!isWithin(user / sent, expect.memoriesStored.user) ||
			!isWithin(agent / sent, expect.memoriesStored.agent)
		)
			return [{ kind: "room-memories", room: roomId, messages: sent, user, agent }];
	}
	return [];
}

function handlerDifferences(
	{ expect, config }: Scenario,
	ledger: WorkLedger,
	fixtures: Fixtures,
): Difference[] {
	const differences: Difference[] = [];
	if (config.benchmarkAction || expect.actionRuns > 0) {
		const seen = (ledger.actions[fixtures.benchmarkAction.name] ?? 0) / ledger.messages;
		if (seen !== expect.actionRuns)
			differences.push({ kind: "action-runs", seen, wanted: expect.actionRuns });
	}
	const ran = Object.keys(ledger.providers).filter((name) => (ledger.providers[name] ?? 0) > 0);
	if (expect.onlyProviders) {
		const [wanted, seen] = [expect.onlyProviders.toSorted(), ran.toSorted()];
		if (wanted.join() !== seen.join()) differences.push({ kind: "providers", ran: seen, wanted });
	}
	const dummies = ran.filter(
		(name) =>
			name.startsWith(fixtures.dummyProvider.namePrefix) && (ledger.providers[name] ?? 0) >= ledger.messages,
	);
	if (dummies.length !== config.dummyProviders)
		differences.push({ kind: "dummy-providers", ran: dummies.length, wanted: config.dummyProviders });
	return differences;
}

/** The framework's own providers must tell what a scenario adds, or a size would be no size. */
function providedDifferences({ config }: Scenario, { provided }: WorkLedger): Difference[] {
	const [actions, characters] = [config.dummyActions ?? 0, config.characterChars ?? 0];
	const wantedMembers = config.members ?? 0;
	const { dummyActions = 0, characterChars = 0, members = 0 } = provided ?? {};
	return [
		...(members === wantedMembers
			? []
			: [{ kind: "room-members" as const, told: members, wanted: wantedMembers }]),
		...(dummyActions === actions
			? []
			: [{ kind: "dummy-actions" as const, offered: dummyActions, wanted: actions }]),
		...(characterChars === characters
			? []
			: [{ kind: "character-text" as const, characters: characterChars, wanted: characters }]),
	];
}

function historyDifferences({ expect, config }: Scenario, { history }: WorkLedger): Difference[] {
	const differences: Difference[] = [];
	if (history.seeded !== config.history)
		differences.push({ kind: "history-seeded", seeded: history.seeded, wanted: config.history });
	if (expect.historyReturned !== undefined && history.returned < expect.historyReturned)
		differences.push({
			kind: "history-returned",
			returned: history.returned,
			wanted: expect.historyReturned,
		});
	return differences;
}

/** A read that ignores its limit makes the framework handle other messages than it asked for. */
function limitDifferences({ readsBeyondLimit }: WorkLedger): Difference[] {
	const { reads = 0, beyond = 0, worst } = readsBeyondLimit ?? {};
	return worst && beyond > 0 ? [{ kind: "reads-beyond-limit", beyond, reads, ...worst }] : [];
}

function decisionDifferences({ expect }: Scenario, { control }: WorkLedger): Difference[] {
	if (!expect.decision) return [];
	if (!control) return [{ kind: "no-control" }];
	if (control.replies === 0) return [];
	return [{ kind: "no-decision", asked: control.shouldRespondCalls > 0 }];
}

function operationDifferences(scenario: Scenario, ledger: WorkLedger): Difference[] {
	return scenario.calibration
		? calibrationDifferences(scenario, ledger)
		: databaseDifferences(scenario, ledger);
}

/** What was received piece by piece must be all of the reply. What came again is counted and shown. */
function streamDifferences({ expect }: Scenario, { streamed, messages }: WorkLedger): Difference[] {
	if (expect.chunks === undefined) return [];
	const { asked = 0, chunks = 0, whole = 0 } = streamed ?? {};
	const seen = chunks / messages;
	if (!isWithin(seen, expect.chunks)) return [{ kind: "chunks", seen, wanted: expect.chunks, asked }];
	return whole === messages ? [] : [{ kind: "torn-stream", torn: messages - whole, messages }];
}

/** Who says that it responded, and had no answer, makes its user believe that all is well. */
function claimDifferences({ expect }: Scenario, { didRespond, messages }: WorkLedger): Difference[] {
	const claims = expect.responds === false && didRespond.yes > 0;
	return claims ? [{ kind: "claimed-response", claimed: didRespond.yes, messages }] : [];
}

function databaseDifferences({ kind, database }: Scenario, ledger: WorkLedger): Difference[] {
	const wanted = kind === "database-write" ? ["write"] : ["read_by_id", "read_by_room"];
	return wanted.flatMap((name): Difference[] => {
		const row = ledger.operations.find(({ operation }) => operation === name);
		if (!row || row.done === 0) return [{ kind: "operation-missing", operation: name }];
		if (row.correct !== row.done)
			return [
				{
					kind: "operation-wrong",
					operation: name,
					wrong: row.done - row.correct,
					done: row.done,
					...(name === "read_by_room" && database ? { limit: database.readLimit } : {}),
				},
			];
		if (row.newest === false)
			return [{ kind: "operation-not-newest", operation: name, limit: database?.readLimit ?? null }];
		return [];
	});
}

function isWithin(value: number, wanted: ExactOrRange): boolean {
	return typeof wanted === "number" ? value === wanted : value >= wanted.min && value <= wanted.max;
}
