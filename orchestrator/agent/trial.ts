/**
 * Tries an agent until it starts and answers a message. A plugin that raises, ends the process or never comes
 * back is named with its own error and left out of the next trial.
 */
import { join } from "node:path";
import { plainText } from "../../shared/text.ts";
import {
	type PluginFailure,
	type Scenario,
	type Target,
	type TrialEvent,
	trialEvent,
} from "../../shared/types.ts";
import { MS_PER_S } from "../../shared/units.ts";
import { UserError } from "../errors.ts";
import { EventStream } from "../process/event-stream.ts";
import { HarnessProcess } from "../process/harness-process.ts";
import type { Launch } from "../process/launch.ts";
import { Log, tailOf } from "../process/log.ts";
import { Watchdog } from "../process/watchdog.ts";

export interface FailedPlugin {
	plugin: string;
	failure: PluginFailure;
}

interface TrialMeans {
	launch(target: Target, role: "verify"): Launch;
	shared: string;
	/** The folder of the logs. */
	logs: string;
	say(line: string): void;
}

const EVENTS_FD = 3;
const LONGEST_LINE = 1000;
/** A process that tells nothing for so long is blocked: its event loop does not turn. */
const SILENT_MS = 15_000;
/** A plugin that fails in these is left out. */
const LEAVES_OUT: readonly PluginFailure["phase"][] = [
	"install",
	"import",
	"init",
	"message",
	"exit",
	"rejection",
	"child",
];
const LEFT_BEHIND: PluginFailure = {
	phase: "child",
	type: "Process",
	message: "a process that it had started stayed when the agent had ended, and was killed",
	stack: "",
};

/** A service that does not start leaves the rest of its plugin at work. */
export function leavesOut({ failure }: FailedPlugin): boolean {
	return LEAVES_OUT.includes(failure.phase);
}

/**
 * @returns the plugins that failed; those that must be left out are left out of `target`
 * @throws {UserError} where the agent does not answer, and no plugin is to blame
 */
export async function tryAgent(
	target: Target,
	scenario: Scenario,
	means: TrialMeans,
): Promise<{ target: Target; failed: FailedPlugin[] }> {
	const failed = new Map<string, PluginFailure>();
	let tried = target;
	for (;;) {
		const { agent } = tried;
		if (!agent) return { target: tried, failed: [] };
		const outcome = await runTrial(tried, scenario, means);
		const { failed: told, unexplained, leftBehind, plugins } = outcome;
		const found = [...told];
		const tryAlone = (plugin: string | null) => {
			const others = plugins.filter((name) => name !== plugin);
			return runTrial(
				{ ...tried, agent: { ...agent, without: [...agent.without, ...others] } },
				scenario,
				means,
			);
		};
		// What the framework raises because of a plugin names none, and neither does a process that stays.
		if (unexplained && (await tryAlone(null)).unexplained) throw unexplained.error;
		if (found.length === 0 && (unexplained || leftBehind))
			for (const plugin of plugins) {
				const alone = await tryAlone(plugin);
				if (leftBehind && alone.leftBehind) found.push({ plugin, failure: LEFT_BEHIND });
				else if (alone.unexplained) found.push({ plugin, failure: alone.unexplained.failure });
				else found.push(...alone.failed);
			}
		if (unexplained && found.length === 0) throw unexplained.error;
		const news = found.filter(({ plugin }) => !agent.without.includes(plugin));
		for (const { plugin, failure } of news)
			if (!failed.has(plugin)) {
				failed.set(plugin, failure);
				means.say(failureLine(plugin, failure));
			}
		const out = news.filter(leavesOut).map(({ plugin }) => plugin);
		if (out.length === 0)
			return { target: tried, failed: [...failed].map(([plugin, failure]) => ({ plugin, failure })) };
		tried = { ...tried, agent: { ...agent, without: [...new Set([...agent.without, ...out])] } };
	}
}

/** Names and words are a plugin's, and one line of the progress says one thing. */
export function failureLine(plugin: string, { phase, type, message }: PluginFailure): string {
	return plainText(`The plugin ${plugin} fails (${phase}): ${type}: ${message}`, LONGEST_LINE);
}

interface TrialOutcome {
	failed: FailedPlugin[];
	/** The agent does not answer, and no plugin is to blame. */
	unexplained: { error: UserError; failure: PluginFailure } | null;
	/** A process of its own stayed. */
	leftBehind: boolean;
	/** Those that were imported. */
	plugins: string[];
}

async function runTrial(
	target: Target,
	scenario: Scenario,
	{ launch, shared, logs }: TrialMeans,
): Promise<TrialOutcome> {
	const logPath = join(logs, `${target.id}.trial.log`);
	const log = new Log(logPath);
	const watchdog = new Watchdog();
	const started = launch(target, "verify");
	const harness = new HarnessProcess({
		launch: started,
		args: [
			"--trial",
			"--worker",
			"--output",
			join(logs, "trial.json"),
			"--scenario",
			scenario.id,
			"--shared",
			shared,
		],
		cwd: logs,
		watchdog,
		stdin: "ignore",
		stdout: log,
		stderr: log,
		eventsFd: EVENTS_FD,
	});
	const trial = new TrialEvents();
	if (harness.events)
		new EventStream(harness.events, trialEvent, {
			event: (event) => trial.take(event),
			garbage: () => {},
			endless: () => {},
		});
	let told = -1;
	while (!harness.gone && told !== trial.count) {
		told = trial.count;
		await harness.within(SILENT_MS, harness.ended);
	}
	const silent = !harness.gone;
	await harness.kill();
	await watchdog.close();
	const end = silent ? `told nothing for ${SILENT_MS / MS_PER_S} s` : harness.describeEnd();
	return {
		...explain(trial, end, tailOf(logPath)),
		leftBehind: harness.leftBehind,
		plugins: [...trial.plugins],
	};
}

function explain(
	trial: TrialEvents,
	end: string,
	tail: string,
): Pick<TrialOutcome, "failed" | "unexplained"> {
	try {
		return { failed: trial.conclude(end, tail), unexplained: null };
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		const { type, message, stack } = trial.foreign ?? {
			type: "Process",
			message: `the process ${end}`,
			stack: "",
		};
		const words = `${message} (the framework's own error, which it does not raise without this plugin)`;
		return { failed: [], unexplained: { error, failure: { phase: "message", type, message: words, stack } } };
	}
}

/** What a trial has told. */
export class TrialEvents {
	count = 0;
	readonly plugins = new Set<string>();
	readonly #failed: { plugin: string | null; failure: PluginFailure }[] = [];
	/** What was begun and has not ended, the newest last. */
	readonly #open: { plugin: string; phase: string }[] = [];
	#isOver = false;

	take(event: TrialEvent): void {
		this.count++;
		if (event.event === "doing") {
			this.#open.push(event);
			if (event.phase === "import") this.plugins.add(event.plugin);
		} else if (event.event === "failed") this.#failed.push(event);
		else if (event.event === "tried") this.#isOver = true;
		else {
			const { plugin, phase } = event;
			const index = this.#open.findIndex((one) => one.plugin === plugin && one.phase === phase);
			if (index >= 0) this.#open.splice(index, 1);
		}
	}

	/** What was raised, and not by a plugin. */
	get foreign(): PluginFailure | null {
		return this.#failed.find(({ plugin }) => plugin === null)?.failure ?? null;
	}

	/**
	 * @param end says how the process ended
	 * @throws {UserError} where no plugin is to blame
	 */
	conclude(end: string, tail: string): FailedPlugin[] {
		const failed = this.#failed.flatMap(({ plugin, failure }) =>
			plugin === null ? [] : [{ plugin, failure }],
		);
		if (this.#isOver && this.#failed.every(({ plugin }) => plugin !== null)) return failed;
		if (failed.some(leavesOut)) return failed;
		const last = this.#open.at(-1);
		if (!this.#isOver && last) {
			const phase = last.phase === "import" ? "import" : last.phase === "service" ? "exit" : "init";
			const failure = {
				phase,
				type: "Process",
				message: `the process ${end} during its ${last.phase}`,
				stack: "",
			} as const;
			return [...failed, { plugin: last.plugin, failure }];
		}
		const refusal = /^error: (the agent has no plugin .*)$/m.exec(tail)?.[1];
		if (refusal !== undefined && this.count === 0) throw new UserError(plainText(refusal));
		const { foreign } = this;
		const words = foreign ? `${foreign.type}: ${foreign.message}` : `the process ${end}`;
		const log = tail === "" ? "" : `; its log ends: ${tail}`;
		throw new UserError(
			plainText(
				`the agent does not answer a message, and no plugin is to blame: ${words}${log}`,
				LONGEST_LINE + tail.length,
			),
		);
	}
}
