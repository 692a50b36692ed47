/**
 * Whether a cell does the work its scenario asks for. Decided by the ledger of what happened, never by which
 * framework it was:
 * no name of a runtime or version stands in this file.
 */
import type {
	CellMeasurement,
	CharacterFile,
	ExactOrRange,
	Scenario,
	TemplateName,
	WorkLedger,
} from "../../shared/types.ts";
import { type InputMessage, inputDigest, inputMessages } from "./expected-messages.ts";

type Fixtures = CharacterFile["fixtures"];

/**
 * Asked for embeddings, on a timer of the framework's own: how often within an iteration differs from one to
 * the next.
 */
const BACKGROUND: ReadonlySet<string> = new Set<TemplateName>(["embeddingIntent"]);

export interface Judgement {
	status: "comparable" | "divergent";
	/** The differences between the contract and the work done, in words; empty when comparable. */
	reasons: string[];
}

export function judge(scenario: Scenario, fixtures: Fixtures, ledger: WorkLedger): Judgement {
	const input = inputMessages(scenario, fixtures);
	const reasons = [
		...(scenario.database
			? databaseDifferences(scenario, ledger)
			: [
					...inputDifferences(ledger, input),
					...replyDifferences(scenario, ledger),
					...modelDifferences(scenario, ledger),
					...storageDifferences(scenario, ledger, input),
					...handlerDifferences(scenario, ledger, fixtures),
					...historyDifferences(scenario, ledger),
					...decisionDifferences(scenario, ledger),
				]),
		...(ledger.errorsLogged.total > 0
			? [`logged ${times(ledger.errorsLogged.total, "error")}: ${ledger.errorsLogged.first[0] ?? ""}`]
			: []),
	];
	return { status: reasons.length === 0 ? "comparable" : "divergent", reasons };
}

/**
 * The cheap check on every timed iteration: the same replies, model calls and handler runs as in
 * verification.
 * @returns what differs first, or null. A difference voids the process's measurement.
 */
export function iterationDifference(
	cell: CellMeasurement,
	fixtures: Fixtures,
	ledger: WorkLedger,
): string | null {
	const calls = textCalls(ledger);
	const actions = ledger.actions[fixtures.benchmarkAction.name] ?? 0;
	for (const iteration of cell.iterations) {
		const where = `${iteration.phase} iteration ${iteration.index + 1}`;
		if (iteration.replyDigest !== ledger.replyDigest)
			return `${where} gave other replies than the verification`;
		for (const template of new Set([
			...Object.keys(calls),
			...Object.keys(iteration.modelCalls).filter(isContract),
		])) {
			const [seen, verified] = [iteration.modelCalls[template] ?? 0, calls[template] ?? 0];
			if (seen !== verified)
				return `${where} made ${times(seen, `${template} call`)}, the verification ${verified}`;
		}
		if (iteration.actionRuns !== actions)
			return `${where} ran the benchmark action ${iteration.actionRuns} times, the verification ${actions}`;
	}
	return null;
}

function inputDifferences(ledger: WorkLedger, input: InputMessage[]): string[] {
	return ledger.inputDigest === inputDigest(input) && ledger.messages === input.length
		? []
		: ["was sent other messages than the scenario's"];
}

function replyDifferences({ expect }: Scenario, ledger: WorkLedger): string[] {
	const wanted = JSON.stringify(expect.replies);
	const wrong = ledger.replies.filter(({ texts }) => JSON.stringify(texts) !== wanted);
	const of = times(ledger.messages, "message");
	// One line, however many different wrong answers there were: the first stands for them.
	const [first] = wrong;
	const others = wrong.length > 1 ? ` (and ${times(wrong.length - 1, "other wrong answer")})` : "";
	const count = wrong.reduce((sum, { messages }) => sum + messages, 0);
	const differences = first
		? [`${count} of ${of} answered with ${quoted(first.texts)}${others} instead of ${quoted(expect.replies)}`]
		: [];
	const answered = ledger.replies.reduce((sum, { messages }) => sum + messages, 0);
	if (answered !== ledger.messages) differences.push(`${answered} of ${of} accounted for`);
	return differences;
}

function modelDifferences({ expect }: Scenario, ledger: WorkLedger): string[] {
	const calls = textCalls(ledger);
	return [...new Set([...Object.keys(expect.modelCalls), ...Object.keys(calls)])].flatMap((template) => {
		const wanted = expect.modelCalls[template as TemplateName] ?? 0;
		const seen = (calls[template] ?? 0) / ledger.messages;
		return within(seen, wanted)
			? []
			: [`${perMessage(seen)} ${template} calls a message instead of ${inWords(wanted)}`];
	});
}

function storageDifferences({ expect }: Scenario, ledger: WorkLedger, input: InputMessage[]): string[] {
	const found = (author: "user" | "agent" | "other", roomId?: string) =>
		ledger.stored
			.filter((row) => row.author === author && (roomId === undefined || row.roomId === roomId))
			.reduce((sum, { records }) => sum + records, 0);
	const differences: string[] = [];
	for (const author of ["user", "agent"] as const) {
		const seen = found(author) / ledger.messages;
		const wanted = expect.memoriesStored[author];
		if (!within(seen, wanted))
			differences.push(
				`${perMessage(seen)} memories of the ${author} stored a message instead of ${inWords(wanted)}`,
			);
	}
	if (found("other") > 0) differences.push(`${found("other")} memories of somebody else stored`);
	if (differences.length > 0) return differences;
	for (const roomId of new Set(input.map((message) => message.roomId))) {
		const sent = input.filter((message) => message.roomId === roomId).length;
		const [user, agent] = [found("user", roomId), found("agent", roomId)];
		if (
			!within(user / sent, expect.memoriesStored.user) ||
			!within(agent / sent, expect.memoriesStored.agent)
		)
			return [
				`room ${roomId} was sent ${times(sent, "message")} and holds ${user} of the user and ${agent} of the agent`,
			];
	}
	return [];
}

function handlerDifferences({ expect, config }: Scenario, ledger: WorkLedger, fixtures: Fixtures): string[] {
	const differences: string[] = [];
	if (config.benchmarkAction || expect.actionRuns > 0) {
		const seen = (ledger.actions[fixtures.benchmarkAction.name] ?? 0) / ledger.messages;
		if (seen !== expect.actionRuns)
			differences.push(
				`${perMessage(seen)} runs of the benchmark action a message instead of ${expect.actionRuns}`,
			);
	}
	const ran = Object.keys(ledger.providers).filter((name) => (ledger.providers[name] ?? 0) > 0);
	if (expect.onlyProviders) {
		const [wanted, seen] = [expect.onlyProviders.toSorted().join(", "), ran.toSorted().join(", ")];
		if (wanted !== seen) differences.push(`ran the providers ${seen || "(none)"} instead of ${wanted}`);
	}
	const dummies = ran.filter(
		(name) =>
			name.startsWith(fixtures.dummyProvider.namePrefix) && (ledger.providers[name] ?? 0) >= ledger.messages,
	);
	if (dummies.length !== config.dummyProviders) {
		differences.push(`${dummies.length} of ${config.dummyProviders} dummy providers ran for every message`);
	}
	return differences;
}

function historyDifferences({ expect, config }: Scenario, { history }: WorkLedger): string[] {
	const differences: string[] = [];
	if (history.seeded !== config.history)
		differences.push(`${history.seeded} of ${config.history} history messages were in the database`);
	if (expect.historyReturned !== undefined && history.returned < expect.historyReturned)
		differences.push(
			`its own reads returned ${history.returned} history messages, at least ${expect.historyReturned} expected`,
		);
	return differences;
}

function decisionDifferences({ expect }: Scenario, { control }: WorkLedger): string[] {
	if (!expect.decision) return [];
	if (!control) return ["no control of the decision to answer was run"];
	if (control.replies === 0) return [];
	const asked =
		control.shouldRespondCalls > 0 ? "although the model said IGNORE" : "without asking the model";
	return [`takes no decision to answer: it answered a message that does not name the agent ${asked}`];
}

function databaseDifferences({ kind, database }: Scenario, ledger: WorkLedger): string[] {
	const wanted = kind === "database-write" ? ["write"] : ["read_by_id", "read_by_room"];
	return wanted.flatMap((name) => {
		const row = ledger.operations.find(({ operation }) => operation === name);
		if (!row || row.done === 0) return [`${name} was not done`];
		if (row.correct !== row.done)
			return [`${row.done - row.correct} of ${row.done} ${name} operations gave a wrong result`];
		if (row.newest === false)
			return [`${name} returned ${database?.readLimit ?? ""} memories of the room, but not the last ones`];
		return [];
	});
}

/**
 * Text model calls by template; embeddings and what is asked for them are background work, recorded but no
 * part of the contract.
 */
function textCalls(ledger: WorkLedger): Record<string, number> {
	const calls: Record<string, number> = {};
	for (const row of ledger.modelCalls) {
		if (row.modelType !== "TEXT_EMBEDDING" && isContract(row.template))
			calls[row.template] = (calls[row.template] ?? 0) + row.calls;
	}
	return calls;
}

function isContract(template: string): boolean {
	return !BACKGROUND.has(template);
}

function within(value: number, wanted: ExactOrRange): boolean {
	return typeof wanted === "number" ? value === wanted : value >= wanted.min && value <= wanted.max;
}

function inWords(wanted: ExactOrRange): string {
	return typeof wanted === "number" ? String(wanted) : `${wanted.min} to ${wanted.max}`;
}

function perMessage(value: number): string {
	return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

function times(number: number, noun: string): string {
	return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function quoted(texts: string[]): string {
	if (texts.length === 0) return "nothing";
	const block = texts.slice(0, period(texts));
	const rounds = texts.length / block.length;
	const said = block.map((text) => `"${text}"`).join(", ");
	return rounds === 1 ? said : `${said} ${rounds} times over`;
}

/** The length of the shortest beginning that the whole is a repetition of. */
function period(texts: string[]): number {
	const repeats = (length: number) =>
		texts.length % length === 0 && texts.every((text, index) => text === texts[index % length]);
	return texts.findIndex((_, index) => repeats(index + 1)) + 1;
}
