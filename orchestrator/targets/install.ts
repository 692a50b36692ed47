/**
 * Sets up the targets of a run, each once: the locked ones in the repository, every other one in a folder
 * of its own.
 */

import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { sum } from "../../analysis/stats/statistics.ts";
import { plainText } from "../../shared/text.ts";
import { type LeftOutTarget, type Target, type TargetSize, targetSize } from "../../shared/types.ts";
import { MS_PER_S } from "../../shared/units.ts";
import { contentDigest, copyContent } from "../content.ts";
import { secondsSince } from "../elapsed.ts";
import { SetUpError, UserError } from "../errors.ts";
import { ROOT, readJsonIfValid, writeJson } from "../files.ts";
import { RUNTIMES } from "../runtimes/index.ts";
import type { Say } from "../runtimes/runtime.ts";
import { inspectCheckout } from "./checkout.ts";
import { isLocked, rootOf, TARGETS } from "./folder.ts";
import { inTurn } from "./in-turn.ts";
import { isCurrent, isWhole, setUpRuntimes, sizeOfLocked } from "./set-up.ts";
import { SetUpLog } from "./set-up-log.ts";
import { type FoundToolchain, findToolchain } from "./toolchain.ts";

const LONGEST_REASON = 600;
/** So many set-ups are kept that no run uses. Each takes up to 0.4 GB. */
const KEPT_UNUSED = 16;
/** A set-up may be in use for so long: a run ends within a day. */
const IN_USE_MS = 24 * 3600 * MS_PER_S;

const stampFile = z.strictObject({
	framework: z.string(),
	database: z.string(),
	lockDigest: z.string(),
	/** With what it was set up. */
	toolchain: z.string(),
	/** Paths below its folder that a whole set-up has. */
	contents: z.array(z.string()),
	size: targetSize,
});
type Stamp = z.infer<typeof stampFile>;

/**
 * Sets up what is not set up yet, side by side. A target that cannot be set up is left out and reported,
 * unless it is a locked one.
 * @returns the targets that can be measured, in order, with the versions that are installed, and the others
 * @throws {UserError} when a locked target cannot be set up, or no target is left
 */
export async function installTargets(
	targets: readonly Target[],
	say: Say,
): Promise<{ targets: Target[]; leftOut: LeftOutTarget[] }> {
	const locked = setUpRuntimes(
		targets
			.filter(
				(target) =>
					isLocked(target) || (target.aside && RUNTIMES[target.runtime].installation.buildsOnLocked),
			)
			.map(({ runtime }) => runtime),
		say,
	);
	const waiting = [...targets.entries()];
	const ready: (Target | LeftOutTarget)[] = [...targets];
	const lane = async () => {
		for (let next = waiting.shift(); next; next = waiting.shift()) {
			const [index, target] = next;
			if (RUNTIMES[target.runtime].installation.buildsOnLocked) await locked;
			ready[index] = await installOrLeaveOut(target, say);
		}
	};
	const lanes = Array.from({ length: Math.min(availableParallelism(), targets.length) }, lane);
	for (const outcome of await Promise.allSettled([locked, ...lanes]))
		if (outcome.status === "rejected") throw outcome.reason;
	const leftOut = ready.filter(isLeftOut);
	const left = ready.filter((target): target is Target => !isLeftOut(target));
	if (left.length === 0)
		throw new UserError(`no target is left to measure: correct ${correctionFor(targets)}`);
	return { targets: left, leftOut };
}

/** Names what the user can change. */
export function correctionFor(targets: readonly Pick<Target, "agent">[]): string {
	return targets.every(({ agent }) => agent) ? "--on, --plugin or the project's lock file" : "--targets";
}

function isLeftOut(target: Target | LeftOutTarget): target is LeftOutTarget {
	return "reason" in target;
}

async function installOrLeaveOut(target: Target, say: Say): Promise<Target | LeftOutTarget> {
	try {
		return await installTarget(target, say);
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		say(`error: ${error.message}\nThe target ${target.id} is left out of this run`);
		return {
			id: target.id,
			label: target.label,
			reason: plainText(error instanceof SetUpError ? error.words : error.message, LONGEST_REASON),
		};
	}
}

/** The size of a target as its set-up measured it; null where this program did not set it up. */
export function sizeOf(target: Target): TargetSize | null {
	return isLocked(target) ? sizeOfLocked(target.runtime) : (readStamp(rootOf(target))?.size ?? null);
}

/** Counts the targets set up beside the locked ones, and what they take on the disk. */
export function countSetUps(): { count: number; bytes: number } {
	const folders = existsSync(TARGETS) ? readdirSync(TARGETS) : [];
	const sizes = folders.flatMap((name) => readStamp(join(TARGETS, name))?.size ?? []);
	return {
		count: sizes.length,
		bytes: sum(sizes.map(({ installedBytes }) => installedBytes ?? 0)),
	};
}

/**
 * The digest of the list of all packages of a target; null for a locked one, wherever it is installed: its
 * lock file is the harness's.
 */
export function packagesDigest(target: Target): string | null {
	return isLocked(target) || target.aside ? null : (readStamp(rootOf(target))?.lockDigest ?? null);
}

async function installTarget(target: Target, say: Say): Promise<Target> {
	if (isLocked(target)) return target;
	const root = rootOf(target);
	const toolchain = await findToolchain(target.runtime);
	const installOnce = async () =>
		readCurrentStamp(root, toolchain) ?? (await installOrRemove(target, root, toolchain, say));
	const { framework, database } =
		readCurrentStamp(root, toolchain) ??
		(await shareUnderWay(root, () => inTurn(basename(root), say, installOnce)));
	utimesSync(join(root, STAMP), new Date(), new Date());
	return {
		...target,
		framework: { ...target.framework, version: framework },
		database: { ...target.database, version: database },
	};
}

/** By folder: two targets of a run may have the same, such as an agent with and without a plugin. */
const underWay = new Map<string, Promise<Stamp>>();

/** The lock of a turn is a process's, and keeps only other processes away. */
async function shareUnderWay(root: string, install: () => Promise<Stamp>): Promise<Stamp> {
	const known = underWay.get(root);
	if (known) return known;
	const begun = install();
	underWay.set(root, begun);
	try {
		return await begun;
	} finally {
		underWay.delete(root);
	}
}

/** Removes a set-up that failed: it takes space and is never used. */
async function installOrRemove(
	target: Target,
	root: string,
	toolchain: FoundToolchain,
	say: Say,
): Promise<Stamp> {
	try {
		return await install(target, root, toolchain, say);
	} catch (error) {
		rmSync(root, { recursive: true, force: true });
		throw error;
	}
}

async function install(
	target: Target,
	root: string,
	{ command: toolchain, identity }: FoundToolchain,
	say: Say,
): Promise<Stamp> {
	const { id, runtime, source = null, variants = [] } = target;
	const { harnessFiles, installation, listContents, measureSize } = RUNTIMES[runtime];
	const log = new SetUpLog(id);
	say(`Setting up ${id} (once; log: ${log.shownPath})`);
	const started = performance.now();
	// An interrupted set-up may have left something.
	rmSync(root, { recursive: true, force: true });
	for (const path of harnessFiles) {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		copyContent(join(ROOT, path), join(root, path));
	}
	const staging = join(root, STAGING);
	const lockedIsCurrent = await isCurrent(runtime);
	const place = { target, source, variants, root, staging, toolchain, lockedIsCurrent, log };
	const { framework, database, lock, seeded } = await installation.install(place);
	const seconds = secondsSince(started);
	if (source?.kind === "path" && (await inspectCheckout(runtime, source.path)).digest !== source.digest)
		throw new UserError(
			`the local copy of ${id} has changed while it was set up: try again when it does not change any more`,
		);
	const stamp: Stamp = {
		framework,
		database,
		lockDigest: contentDigest([lock]),
		toolchain: identity,
		contents: listContents(root),
		size: { ...(await measureSize(root)), setupSeconds: seeded ? null : seconds },
	};
	rmSync(staging, { recursive: true, force: true });
	writeJson(join(root, STAMP), stamp);
	removeUnused(Date.now());
	say(`${id} is ready after ${seconds.toFixed(0)} s`);
	return stamp;
}

/** The folder below a target's own in which local copies lie while they are installed. */
const STAGING = "source";
/** The last file of a set-up. Without it the set-up was interrupted. */
const STAMP = "stamp.json";

/**
 * Removes old set-ups, because every change of a local copy makes another one. Those in use stay, and of
 * the others the newest.
 */
function removeUnused(now: number): void {
	const folders = readdirSync(TARGETS).map((name) => join(TARGETS, name));
	const used = (folder: string) =>
		(statSync(join(folder, STAMP), { throwIfNoEntry: false }) ?? statSync(folder)).mtimeMs;
	const rows = folders.map((folder) => ({ folder, at: used(folder) })).toSorted((a, b) => b.at - a.at);
	for (const { folder, at } of rows.slice(KEPT_UNUSED))
		if (now - at > IN_USE_MS) rmSync(folder, { recursive: true, force: true });
}

/** Returns null for a set-up that another toolchain has made, or that is not whole. */
function readCurrentStamp(root: string, { identity }: FoundToolchain): Stamp | null {
	const stamp = readStamp(root);
	return stamp?.toolchain === identity && isWhole(root, stamp.contents) ? stamp : null;
}

function readStamp(root: string): Stamp | null {
	return readJsonIfValid(join(root, STAMP), stampFile, "stamp");
}
