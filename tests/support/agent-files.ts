/** Makes what was measured of an agent up, with a seed: what each of its plugins costs is known. */
import { Random } from "../../shared/random.ts";
import {
	type AgentFile,
	type AgentScenario,
	type Change,
	type ChangeFile,
	type MeasuredPlugin,
	type Owner,
	type OwnerTime,
	type OwnerWork,
	SCHEMA_VERSION,
} from "../../shared/types.ts";
import { soakProcessOf } from "./growth-files.ts";
import { recordedChange } from "./recorded.ts";

const MESSAGES = 10;
const BLOCKS = 5;
const BOOTSTRAP = "@elizaos/plugin-bootstrap";

interface Made {
	plugin: string;
	kind: "provider" | "evaluator" | "service";
	name: string;
	/** Of a message. */
	selfNs: number;
	chars?: number;
	calls?: number;
}

/** The framework between its parts takes 500 µs more. */
const MADE: readonly Made[] = [
	{ plugin: BOOTSTRAP, kind: "provider", name: "SETTINGS", selfNs: 300_000, chars: 41 },
	{ plugin: BOOTSTRAP, kind: "provider", name: "ACTIONS", selfNs: 200_000, chars: 2_700 },
	{ plugin: BOOTSTRAP, kind: "provider", name: "TIME", selfNs: 4_000, chars: 12 },
	{ plugin: "spins", kind: "provider", name: "SPINS", selfNs: 200_000, chars: 0 },
	{ plugin: "wordy", kind: "provider", name: "WORDY", selfNs: 2_000, chars: 3_000 },
	{ plugin: "asks-again", kind: "evaluator", name: "ASKS_AGAIN", selfNs: 40_000, calls: 1 },
	{ plugin: "tiny", kind: "provider", name: "TINY", selfNs: 3_000, chars: 8 },
];
const FRAMEWORK_NS = 500_000;
const PROMPT_CHARS = 12_000;
const ASKED_CHARS = 400;

const NAMES = ["spins", "wordy", "asks-again", "ticks", "keeps", "heavy-start", "tiny", "nothing"];

export function agentExample(seed = 1): AgentFile {
	const random = new Random(seed);
	/** About so many, within 2 %. */
	const around = (value: number) => Math.round(value * (0.98 + 0.04 * random.next()));
	const plugins = [
		plugin(BOOTSTRAP, "framework"),
		...NAMES.map((name) => plugin(name, "added")),
		{
			...plugin("broken", "added"),
			state: "failed" as const,
			failure: { phase: "import" as const, type: "SyntaxError", message: "no export named 'x'", stack: "" },
		},
	];
	return {
		schemaVersion: SCHEMA_VERSION,
		kind: "agent",
		createdAt: "2026-11-20T10:00:00.000Z",
		command: ["./run.sh", "agent", "ada.json"],
		machine: {
			os: "linux",
			kernel: "6.1.0",
			arch: "x64",
			cpuModel: "A processor",
			cpus: 2,
			memoryBytes: 8e9,
		},
		target: {
			id: "agent",
			runtime: "typescript",
			label: "Ada",
			framework: { package: "@elizaos/core", version: "1.7.2" },
			database: { package: "@elizaos/core", version: "2.0.0-alpha.3" },
			engine: "bun",
		},
		versions: null,
		agent: { name: "Ada", path: "/agents/ada.json" },
		isolation: {
			networkProblem: "unshare: not permitted",
			hasLoopback: true,
			filesProblem: null,
			startNs: 3e7,
		},
		changedFiles: [],
		plugins,
		starts: Array.from({ length: BLOCKS }, (_, block) => startOf(block, around)),
		scenarios: [scenarioOf(around)],
		growth: soakProcessOf(100_000),
		leaveOneOut: [
			{ plugin: "spins", change: changeOf("slower", 1.25) },
			{ plugin: "keeps", change: changeOf("no change", 1.001) },
			{ plugin: "wordy", change: changeOf("undecided", 1.01) },
		],
		kept: {
			whole: [soakProcessOf(100_000, "second"), soakProcessOf(100_050, "second")],
			without: [
				{ plugin: "spins", process: soakProcessOf(100_010, "second") },
				{ plugin: "keeps", process: soakProcessOf(48_800, "second") },
				{ plugin: "wordy", process: soakProcessOf(100_020, "second") },
			],
		},
	};
}

function plugin(name: string, origin: MeasuredPlugin["origin"]): MeasuredPlugin {
	const parts = MADE.filter((made) => made.plugin === name).map(({ kind, name: part }) => ({
		kind,
		name: part,
	}));
	return { name, version: "1.0.0", origin, state: "measured", failure: null, parts };
}

function startOf(block: number, around: (value: number) => number): AgentFile["starts"][number] {
	const importNs = (name: string) => around(name === "heavy-start" ? 90e6 : 1e6);
	return {
		block,
		readyNs: around(300e6),
		importNs: around(80e6),
		imports: {
			entryNs: null,
			plugins: [
				...NAMES.map((name) => ({ name, importNs: importNs(name), failure: null })),
				{ name: "broken", importNs: null, failure: null },
			],
		},
		constructNs: around(1e6),
		initializeNs: around(9e6),
		firstMessageNs: around(20e6),
		plugins: NAMES.map((name) => ({
			plugin: name,
			initNs: name === "heavy-start" ? around(4e6) : null,
			services: name === "ticks" ? [{ name: "TICKS", startNs: around(1e5) }] : [],
			failure: null,
		})),
		rssReadyBytes: 90_000_000,
	};
}

function scenarioOf(around: (value: number) => number): AgentScenario {
	const wholeNs = FRAMEWORK_NS + MADE.reduce((total, { selfNs }) => total + selfNs, 0);
	const messageNs = () => Array.from({ length: MESSAGES }, () => around(wholeNs));
	return {
		id: "single-message",
		messages: MESSAGES,
		ledger: {
			messages: MESSAGES,
			starts: [],
			prompts: [
				{
					modelType: "TEXT_LARGE",
					template: "messageHandler",
					calls: MESSAGES,
					promptChars: MESSAGES * PROMPT_CHARS,
					answerChars: MESSAGES * 120,
				},
				{
					modelType: "TEXT_SMALL",
					template: "unmatched",
					calls: MESSAGES,
					promptChars: MESSAGES * ASKED_CHARS,
					answerChars: MESSAGES * 20,
				},
			],
			work: [frameworkWork(), ...MADE.map(workOf)],
			idle: {
				watchedNs: 2e9,
				cpuNs: 4e6,
				work: [
					{
						plugin: "ticks",
						part: { kind: "service", name: "TICKS" },
						timerRuns: 20,
						timerNs: 90_000,
						modelCalls: 0,
						databaseCalls: 0,
					},
					{ plugin: null, part: null, timerRuns: 2, timerNs: 50_000, modelCalls: 0, databaseCalls: 1 },
				],
			},
		},
		plain: Array.from({ length: BLOCKS }, (_, block) => ({
			block,
			messageNs: [messageNs(), messageNs()],
			cpuNs: [1, 1],
			rssStartBytes: null,
			rssEndBytes: null,
		})),
		observed: Array.from({ length: BLOCKS }, (_, block) => ({
			block,
			// A neighbour disturbs one of them.
			iterations: [around, around, (value: number) => around(20 * value), around].map(observedOf),
			controls: [messageNs(), messageNs(), messageNs(), messageNs()],
		})),
	};
}

function observedOf(
	around: (value: number) => number,
): AgentScenario["observed"][number]["iterations"][number] {
	const parts = MADE.map(({ plugin: own, kind, name, selfNs }): OwnerTime => {
		const ns = around(MESSAGES * selfNs);
		return { plugin: own, part: { kind, name }, calls: MESSAGES, inclusiveNs: ns, selfNs: ns };
	});
	const frameworkNs = around(MESSAGES * FRAMEWORK_NS);
	const wholeNs = frameworkNs + parts.reduce((total, { selfNs }) => total + selfNs, 0);
	const each = Math.floor(wholeNs / MESSAGES);
	const messageNs = Array.from({ length: MESSAGES }, () => each);
	messageNs[0] = wholeNs - (MESSAGES - 1) * each;
	const nobody: Owner = { plugin: null, part: null };
	return {
		messageNs,
		owners: [{ ...nobody, calls: MESSAGES, inclusiveNs: wholeNs, selfNs: frameworkNs }, ...parts],
	};
}

/** It asks the model for every message. */
function frameworkWork(): OwnerWork {
	return {
		plugin: null,
		part: null,
		runs: 0,
		validations: 0,
		textChars: 0,
		prompts: [],
		modelCalls: [
			{
				modelType: "TEXT_LARGE",
				template: "messageHandler",
				calls: MESSAGES,
				promptChars: MESSAGES * PROMPT_CHARS,
				answerChars: MESSAGES * 120,
			},
		],
		databaseCalls: { create_memory: MESSAGES },
		errors: [],
	};
}

function workOf({ plugin: own, kind, name, chars = 0, calls = 0 }: Made): OwnerWork {
	return {
		plugin: own,
		part: { kind, name },
		runs: MESSAGES,
		validations: kind === "evaluator" ? MESSAGES : 0,
		textChars: MESSAGES * chars,
		prompts: chars === 0 ? [] : [{ template: "messageHandler", prompts: MESSAGES, chars: MESSAGES * chars }],
		modelCalls:
			calls === 0
				? []
				: [
						{
							modelType: "TEXT_SMALL",
							template: "unmatched",
							calls: MESSAGES * calls,
							promptChars: MESSAGES * ASKED_CHARS,
							answerChars: MESSAGES * 20,
						},
					],
		databaseCalls: own === BOOTSTRAP ? { get_memories: MESSAGES } : {},
		errors: [],
	};
}

/**
 * A change of one scenario.
 * @param ratio how many times worse the agent is with the plugin
 */
function changeOf(verdict: Change, ratio: number): ChangeFile {
	const change = recordedChange();
	const cell = change.cells.find(({ deciding_metric }) => deciding_metric === "message_latency_p50_ms");
	const row = cell?.rows.find(({ metric }) => metric === cell.deciding_metric);
	if (!cell || !row) throw new Error("the recorded change has no latency");
	const test = { p_worse: 0.5, standard_error: 0.005, degrees_of_freedom: 11 };
	const interval = { low: ratio - 0.02, high: ratio + 0.02 };
	const deciding = { ...row, ratio, interval, change: verdict, floor: 0, test };
	return {
		...change,
		gate: null,
		cells: [{ ...cell, scenario: "single-message", change: verdict, rows: [deciding] }],
		across: [],
	};
}
