/** `./run.sh soak` has one agent answer for a long time, and says what it keeps of it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { soakDifference, soakFigures } from "../../analysis/growth/soak.ts";
import { renderSoak } from "../../report/console/growth-tables.ts";
import { terminalLayout } from "../../report/console/table.ts";
import { soakMarkdown } from "../../report/exporters/markdown-growth.ts";
import { commandText } from "../../report/html/shell.ts";
import {
	SCHEMA_VERSION,
	type SoakFile,
	type SoakProcess,
	soakFile,
	type Target,
} from "../../shared/types.ts";
import { MS_PER_S, NS_PER_S } from "../../shared/units.ts";
import { EXIT, UserError } from "../errors.ts";
import { readJson, writeText } from "../files.ts";
import type { GrowthContext } from "../growth/process.ts";
import { measureSoak, type SoakPlan } from "../growth/soak.ts";
import { describeMachine } from "../machine/describe.ts";
import { refuseUnlike } from "../run/resume.ts";
import { RunStore } from "../run/store.ts";
import { chooseContract, chooseTargets, type GrowthFlags, withGrowthSetUp } from "./growth-set-up.ts";

export interface SoakFlags extends GrowthFlags {
	messages?: number;
	/** Seconds of messages for each target. */
	for?: number;
	users: number;
	modelDelayMs: number;
	resume?: string;
}

/** Without a word of the user's: three targets, each with two processes, stay under twelve minutes. */
const DEFAULT_MESSAGES = 20_000;
const DEFAULT_SECONDS = 140;
/** The second process has this share of the messages, and of the time. That of the sites limits itself. */
const SHARES: Record<SoakProcess["role"], number> = { main: 1, second: 1 / 3, sites: 1 };
const ROLES = ["main", "second", "sites"] as const satisfies readonly SoakProcess["role"][];
const SAY_EVERY_MS = 5 * MS_PER_S;
/** Ends after which the same process would end there again. */
const FINAL: readonly SoakProcess["end"]["kind"][] = ["done", "time", "memory", "raised"];

/** @throws {UserError} for a folder that holds no soak, and for targets on a server */
export async function soakCommand(flags: SoakFlags): Promise<void> {
	const store =
		flags.resume === undefined
			? RunStore.create(flags.output, new Date(), "-soak")
			: RunStore.open(flags.resume);
	const begun = flags.resume === undefined ? null : readBegun(store);
	const asked = begun === null ? flags : { ...flags, ...begun.asked };
	const contract = chooseContract(asked);
	const { list, targets: wanted } = await chooseTargets(asked, {
		command: "soak",
		why: "what it stores grows in the server, which a soak does not see",
	});
	console.error(`Results go to ${store.folder}`);
	const { file, failed } = await withGrowthSetUp(wanted, contract, store, asked, async (setUp) => {
		const { context, targets, leftOut, fingerprint } = setUp;
		if (begun !== null) refuseUnlike(begun, fingerprint);
		const record = begun ?? newRecord(asked, { context, fingerprint, argument: list.argument });
		record.interrupted = false;
		for (const target of targets) {
			if (context.stop.requested) break;
			await soakTarget(context, target, record, store);
		}
		record.interrupted = context.stop.requested;
		record.differences = differencesOf(record, targets);
		store.save(FILE, record);
		const { renderSoakPage } = await import("../../report/html/growth-page.ts");
		store.guard(() => {
			writeText(join(store.folder, "soak.html"), renderSoakPage(record));
			writeText(join(store.folder, "soak.md"), soakMarkdown(record));
		});
		const lost = record.targets.some(({ figures }) =>
			figures.ends.some(({ end: { kind } }) => kind === "lost" || kind === "raised"),
		);
		return { file: record, failed: lost || leftOut.length > 0 };
	});
	const places = [`Results: ${store.folder}`];
	if (file.interrupted)
		places.push(`To resume it: ${commandText(["./run.sh", "soak", "--resume", store.folder])}`);
	console.log(flags.json ? JSON.stringify(file) : [renderSoak(file, terminalLayout()), ...places].join("\n"));
	process.exitCode = file.interrupted ? EXIT.interrupted : failed ? EXIT.failed : EXIT.done;
}

const FILE = "soak.json";

function newRecord(
	flags: SoakFlags,
	of: { context: GrowthContext; fingerprint: Record<string, string>; argument: string },
): SoakFile {
	const neither = flags.messages === undefined && flags.for === undefined;
	return {
		schemaVersion: SCHEMA_VERSION,
		kind: "soak",
		timestamp: new Date().toISOString(),
		machine: describeMachine(),
		settings: {
			messages: flags.messages ?? (neither ? DEFAULT_MESSAGES : null),
			seconds: flags.for ?? (neither ? DEFAULT_SECONDS : null),
			users: flags.users,
			memoryLimitBytes: of.context.memoryLimitBytes,
		},
		asked: {
			targets: of.argument,
			scenario: flags.scenario,
			modelDelayMs: flags.modelDelayMs,
			...(flags.targetFile === undefined ? {} : { targetFile: flags.targetFile }),
			...(flags.scenarioFile === undefined ? {} : { scenarioFile: flags.scenarioFile }),
		},
		fingerprint: of.fingerprint,
		targets: [],
		differences: [],
		interrupted: false,
	};
}

/** Points are saved as they come, so that a killed soak keeps them. */
async function soakTarget(
	context: GrowthContext,
	target: Target,
	record: SoakFile,
	store: RunStore,
): Promise<void> {
	const entry = entryOf(record, target);
	const { messages, seconds, users } = record.settings;
	for (const role of ROLES) {
		const before = [...entry.processes];
		if (before.some((process) => process.role === role && FINAL.includes(process.end.kind))) continue;
		const share = SHARES[role];
		const plan: SoakPlan = {
			role,
			users,
			messages: messages === null ? null : Math.ceil(share * messages),
			seconds: seconds === null ? null : share * seconds,
		};
		let lastAt = Number.NEGATIVE_INFINITY;
		const keep = (process: SoakProcess, isLast: boolean) => {
			entry.processes = [...before, process];
			// Figures take a while, in which the next message would wait.
			if (isLast || performance.now() - lastAt > SAY_EVERY_MS) {
				entry.figures = soakFigures(entry.processes);
				sayProgress(target.id, plan, process);
				lastAt = performance.now();
			}
			store.save(FILE, record);
		};
		const name = `soak-${role}-${before.filter((process) => process.role === role).length + 1}`;
		keep(await measureSoak(context, target, name, plan, (process) => keep(process, false)), true);
		// A second process would not do what the framework could not.
		const end = entry.processes.at(-1)?.end;
		if (context.stop.requested || end?.kind === "raised") return;
	}
}

function entryOf(record: SoakFile, { id, label, framework }: Target): SoakFile["targets"][number] {
	const known = record.targets.find((entry) => entry.id === id);
	if (known) return known;
	const entry = { id, label, framework: framework.version, processes: [], figures: soakFigures([]) };
	record.targets.push(entry);
	return entry;
}

function sayProgress(
	id: string,
	{ role, messages, seconds }: SoakPlan,
	{ points, emptied }: SoakProcess,
): void {
	const point = points.at(-1);
	if (point === undefined) return;
	const store = emptied.at(-1);
	const of = messages === null ? "" : ` of ${messages}`;
	const at = Math.round(point.atNs / NS_PER_S);
	const done =
		store === undefined
			? `${point.messages}${of} messages, ${at}${seconds === null ? "" : ` of ${Math.round(seconds)}`} s`
			: `${store.name} is emptied`;
	console.error(`[${id}] ${role}: ${done}`);
}

/** Compares targets of one runtime with the first of them. Others keep other things. */
function differencesOf({ targets }: SoakFile, known: readonly Target[]): SoakFile["differences"] {
	const runtimeOf = (id: string) => known.find((target) => target.id === id)?.runtime;
	return targets.flatMap((head, index) => {
		const base = targets.find((other) => runtimeOf(other.id) === runtimeOf(head.id));
		if (base === undefined || targets.indexOf(base) === index) return [];
		return soakDifference(base, head) ?? [];
	});
}

/** @throws {UserError} when there is no soak, or one that needs no more */
function readBegun(store: RunStore): SoakFile {
	const path = join(store.folder, FILE);
	if (!existsSync(path))
		throw new UserError(`the folder ${store.folder} holds no soak to resume: name its folder, as printed`);
	return readJson(path, soakFile, "soak file");
}
