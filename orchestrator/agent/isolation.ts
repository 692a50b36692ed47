/**
 * Keeps what a measured agent runs from what is the user's: its plugins get an environment of a few
 * variables and folders of the run, no network, and a disk that is read-only but for these folders. What the
 * system does not let us do is said, and then the user's folders are compared before and after.
 */
import { performance } from "node:perf_hooks";
import { median } from "../../analysis/stats/statistics.ts";
import type { IsolationRecord } from "../../shared/schemas/isolation.ts";
import { NS_PER_MS } from "../../shared/units.ts";
import { readOptional } from "../machine/kernel.ts";
import { type Ended, runGuarded } from "../process/guarded.ts";
import type { Launch } from "../process/launch.ts";
import { listChanges, noteFolder } from "./folder-state.ts";
import { parseMounts } from "./mounts.ts";
import { enterNamespaces, type Inside, type Way, waysOf } from "./namespaces.ts";
import type { Scratch } from "./scratch.ts";

/** So many starts are timed with the isolation, and as many without it. */
const TIMED_STARTS = 5;
const LIMIT_MS = 10_000;

/** What a process has instead of the user's folders. */
export interface Enclosure {
	scratch: Scratch;
	/** Absolute. Further folders that stay writable: where a harness writes its file. They exist. */
	writable: readonly string[];
}

export interface Isolation {
	record: IsolationRecord;
	/** Says how a program is started so that it is kept in. */
	enclose(launch: Launch, enclosure: Enclosure): Launch;
	/** @returns paths in the user's folders that were changed since; none where these are read-only */
	listChanged(): string[];
}

/**
 * Tries what the system lets us do, once for a run.
 * @param enclosure one as the processes will have
 * @param kept absolute: the user's own folders, such as the project
 */
export async function prepareIsolation(enclosure: Enclosure, kept: readonly string[]): Promise<Isolation> {
	const found = await findWay(enclosure, kept);
	const { way } = found;
	const before = way?.readOnly ? [] : kept.map((path) => ({ path, state: noteFolder(path) }));
	const enclose: Isolation["enclose"] = (launch, { scratch, writable }) => ({
		...launch,
		...(way === null ? {} : enterNamespaces(launch, way, insideOf({ scratch, writable }))),
		env: { ...launch.env, ...scratch.env },
		cwd: scratch.folder,
	});
	const own = [enclosure.scratch.root, enclosure.scratch.engine, ...enclosure.writable];
	const isOwn = (path: string) => own.some((folder) => path === folder || path.startsWith(`${folder}/`));
	return {
		record: { ...found.record, startNs: way === null ? null : await timeStarts(enclose, enclosure) },
		enclose,
		listChanged: () =>
			before
				.flatMap(({ path, state }) => listChanges(state, noteFolder(path)))
				.filter((path) => !isOwn(path)),
	};
}

function insideOf({ scratch, writable }: Enclosure): Inside {
	return {
		folder: scratch.folder,
		writable: [scratch.root, scratch.engine, ...writable],
		mounts: parseMounts(readOptional("/proc/self/mountinfo") ?? ""),
		user: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
	};
}

interface Found {
	way: Way | null;
	record: Omit<IsolationRecord, "startNs">;
}

async function findWay(enclosure: Enclosure, kept: readonly string[]): Promise<Found> {
	const { scratch } = enclosure;
	const inside = insideOf(enclosure);
	const ways = process.platform === "linux" ? waysOf(inside.user.uid) : [];
	let network = "only Linux has namespaces";
	let files: string | null = null;
	for (const way of ways) {
		const problem = await tryWay(way, inside, scratch, kept);
		if (problem === null)
			return {
				way,
				record: {
					networkProblem: null,
					hasLoopback: await reachesItself(way, inside, scratch),
					filesProblem: way.readOnly ? null : files,
				},
			};
		// What the first way met is what most users meet.
		files ??= problem;
		network = problem;
	}
	return {
		way: null,
		record: { networkProblem: network, hasLoopback: true, filesProblem: files ?? network },
	};
}

/** @returns null where it works: a program starts, cannot write what is kept, and can write its scratch */
async function tryWay(
	way: Way,
	inside: Inside,
	scratch: Scratch,
	kept: readonly string[],
): Promise<string | null> {
	const locked = way.readOnly ? kept.flatMap((path) => ["-a", "!", "-w", path]) : [];
	const readable = kept.flatMap((path) => ["-a", "-r", path]);
	const looked = { file: "test", args: ["-w", scratch.folder, ...readable, ...locked] };
	const { problem, stderr } = await run(enterNamespaces(looked, way, inside), scratch);
	if (problem === null) return null;
	const words = stderr.trim().split("\n").at(-1) ?? "";
	if (words !== "") return words;
	return "a file system that was made read-only can be written all the same, or not be read any more";
}

/** Without a tool that brings the loopback up, nothing inside has an address. */
async function reachesItself(way: Way, inside: Inside, scratch: Scratch): Promise<boolean> {
	const { stdout } = await run(
		enterNamespaces({ file: "cat", args: ["/proc/self/net/fib_trie"] }, way, inside),
		scratch,
	);
	return /\b127\.0\.0\.1\b/.test(stdout);
}

function run({ file, args }: Pick<Launch, "file" | "args">, { env }: Scratch): Promise<Ended> {
	return runGuarded(file, args, { cwd: "/", env, captures: true, limitMs: LIMIT_MS });
}

async function timeStarts(enclose: Isolation["enclose"], enclosure: Enclosure): Promise<number> {
	const { env, folder: cwd } = enclosure.scratch;
	const program: Launch = { file: "true", args: [], env, cwd };
	const [alone, enclosed]: [number[], number[]] = [[], []];
	for (let start = 0; start < TIMED_STARTS; start++) {
		alone.push(await timeStart(program));
		enclosed.push(await timeStart(enclose(program, enclosure)));
	}
	return Math.round((median(enclosed) - median(alone)) * NS_PER_MS);
}

/** @returns milliseconds */
async function timeStart({ file, args, env, cwd }: Launch): Promise<number> {
	const starting = performance.now();
	await runGuarded(file, args, { cwd: cwd ?? "/", env, captures: false, limitMs: LIMIT_MS });
	return performance.now() - starting;
}
