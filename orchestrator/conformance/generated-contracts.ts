/**
 * Writes contract folders that only a harness can follow which really reads them, and really drives its
 * framework.
 */
import { join } from "node:path";
import { kernelDigests } from "../../analysis/cell/calibration.ts";
import type { Random } from "../../shared/random.ts";
import {
	type CalibrationFile,
	calibrationFile,
	characterFile,
	type MockResponsesFile,
	mockResponsesFile,
	SCHEMA_VERSION,
	type Scenario,
} from "../../shared/types.ts";
import type { Contract } from "../contract.ts";
import { readJson, writeJson } from "../files.ts";

export interface ContractFolder {
	folder: string;
	/** The scenario that the harness must be seen to do. */
	scenario: Scenario;
	fixtures: Contract["character"]["fixtures"];
}

const MESSAGES = 3;
const MOST_ACTIONS = 20;
const MOST_CHARACTERS = 500;

/**
 * Draws names, ids, message texts and answers at random. `expect` in the file is a decoy, since a harness
 * never reads it.
 * @param scenario a scenario of messages whose replies are the mock's `default` answers
 */
export function writeStrangeContract(
	contract: Contract,
	scenario: Scenario,
	folder: string,
	random: Random,
): ContractFolder {
	const { character, mock } = filesOf(contract);
	const [name, reply] = [`Agent${word(random)}`, `Answer ${word(random)} of ${word(random)}.`];
	const renamed = replaceWords(character, [
		[character.character.name, name],
		[character.character.username, name.toLowerCase()],
	]);
	const fixtures = { ...renamed.fixtures, ...randomIds(random) };
	const replies = scenario.expect.replies.map((text): [string, string] => [text, reply]);
	const strange: Scenario = {
		...scenario,
		config: {
			...scenario.config,
			dummyActions: 1 + Math.floor(random.next() * MOST_ACTIONS),
			characterChars: 1 + Math.floor(random.next() * MOST_CHARACTERS),
		},
		messages: Array.from({ length: MESSAGES }, () => ({
			role: "user",
			content: `${name}, tell me about ${word(random)} number {n}.`,
			entityId: `user-${word(random)}`,
			// A room of its own, so that no framework has the providers' texts from its cache.
			roomId: `room-${word(random)}-{n}`,
		})),
		expect: { ...scenario.expect, replies: scenario.expect.replies.map(() => reply) },
	};
	const decoy: Scenario = {
		...strange,
		expect: {
			...strange.expect,
			replies: [`Decoy ${word(random)}.`],
			modelCalls: { messageHandler: 2 },
			memoriesStored: { user: 2, agent: 2 },
		},
	};
	write(
		folder,
		{ ...renamed, fixtures },
		replaceWords(mock, [[character.character.name, name], ...replies]),
		decoy,
	);
	return { folder, scenario: strange, fixtures };
}

/**
 * Makes a mock that knows no prompt of any framework: every text call is an error. With `embeddings` false
 * it has no embedding to give either.
 */
export function writeSpeechlessContract(
	contract: Contract,
	scenario: Scenario,
	folder: string,
	random: Random,
	embeddings = true,
): ContractFolder {
	const { character, mock } = filesOf(contract);
	const templates = mock.templates.map((template) => ({
		...template,
		schemaTexts: [`No prompt says ${word(random)}${word(random)}`],
	}));
	const embedding = embeddings ? mock.embedding : { ...mock.embedding, dimensions: 0 };
	write(folder, character, { ...mock, embedding, templates }, scenario);
	return { folder, scenario, fixtures: character.fixtures };
}

/** Draws the words of a calibration's inputs anew, and the order of its records. */
export function writeStrangeCalibration(
	contract: Contract,
	scenario: Scenario,
	folder: string,
	random: Random,
): ContractFolder {
	const { character, mock } = filesOf(contract);
	const path = join(contract.shared, "calibration.json");
	const inputs = readJson(path, calibrationFile, "inputs of the calibration");
	const renamed = replaceWords(inputs, [
		["BenchmarkAgent", `Agent${word(random)}`],
		["response", word(random)],
		["river", word(random)],
	]);
	const places = random.shuffle(renamed.records.map(({ createdAt }) => createdAt));
	const strange: CalibrationFile = {
		...renamed,
		state: { ...renamed.state, messages: Math.floor(random.next() * 1e6) },
		records: renamed.records.map((record, index) => ({ ...record, createdAt: places[index] as number })),
	};
	write(folder, character, mock, scenario);
	writeJson(join(folder, "calibration.json"), strange);
	const wanted = { ...scenario, expect: { ...scenario.expect, results: kernelDigests(strange) } };
	return { folder, scenario: wanted, fixtures: character.fixtures };
}

function filesOf({ shared }: Contract) {
	return {
		character: readJson(join(shared, "character.json"), characterFile, "character file"),
		mock: readJson(join(shared, "mock-responses.json"), mockResponsesFile, "mock answers"),
	};
}

function write(folder: string, character: unknown, mock: MockResponsesFile, scenario: Scenario): void {
	writeJson(join(folder, "character.json"), character);
	writeJson(join(folder, "mock-responses.json"), mock);
	writeJson(join(folder, "scenarios.json"), { schemaVersion: SCHEMA_VERSION, scenarios: [scenario] });
}

/** Replaces words in every text of some data. */
function replaceWords<T>(data: T, words: readonly (readonly [string, string])[]): T {
	const replaced = (text: string) => words.reduce((all, [from, to]) => all.replaceAll(from, to), text);
	return JSON.parse(
		JSON.stringify(data, (_key, value) => (typeof value === "string" ? replaced(value) : value)),
	);
}

function randomIds(random: Random) {
	const id = () => `${prefix()}${hex(random, 12)}`;
	const prefix = () => `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-8${hex(random, 3)}-`;
	return {
		agentId: id(),
		liveAgentIdPrefix: prefix(),
		worldId: id(),
		messageServerId: id(),
		roomIdPrefix: prefix(),
		entityIdPrefix: prefix(),
		historyIdPrefix: prefix(),
		recordIdPrefix: prefix(),
		memberIdPrefix: prefix(),
	};
}

function hex(random: Random, digits: number): string {
	return Array.from({ length: digits }, () => Math.floor(random.next() * 16).toString(16)).join("");
}

function word(random: Random): string {
	return Array.from({ length: 8 }, () => String.fromCodePoint(97 + Math.floor(random.next() * 26))).join("");
}
